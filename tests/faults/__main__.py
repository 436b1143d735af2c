"""Every fault with many seeds: `python -m tests.faults --seeds 10`.

Each seed gets a stack of its own, on which all faults happen in an order of chance, twice, with NATS standing still for
20 seconds instead of 5; about three minutes a seed on two cores. `--fault NAME` (again for more) tries those alone.
Prints a line a fault: how many writes were acknowledged, how long it took, what differs. Exit code 1 if anything
does; then the logs and the database of that stack are kept, and their folder is named.
"""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from tests.faults.evidence import Follower
from tests.faults.faults import FAULTS, Ground
from tests.faults.trial import following, trial, trial_ground

FROZEN_SECONDS = 20
ROUNDS = 2


async def _one_seed(seed: int, faults: list[str], data: Path) -> bool:
    order = [fault for _ in range(ROUNDS) for fault in random.Random(seed).sample(faults, len(faults))]
    async with (
        trial_ground(data, seed=seed, frozen_seconds=FROZEN_SECONDS) as ground,
        following(ground) as follower,
    ):
        for fault in order:
            if not await _one_fault(ground, follower, seed, fault):
                return False
    return True


async def _one_fault(ground: Ground, follower: Follower, seed: int, fault: str) -> bool:
    before, began = ground.agency.ledger.acknowledged, time.monotonic()
    found = await trial(ground, follower, fault)
    writes = ground.agency.ledger.acknowledged - before
    _say(f"seed {seed}: {fault}: {writes} writes, {time.monotonic() - began:.1f} s, {len(found)} differences")
    for difference in found[:20]:
        _say(f"  {difference}")
    return not found


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> int:
    """Try all seeds. Exit code 1 at the first that finds a difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Every fault with many seeds.")
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds (default: 10)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default: 1)")
    parser.add_argument("--fault", action="append", choices=list(FAULTS), help="this one alone; again for more")
    chosen = parser.parse_args()
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        data = Path(tempfile.mkdtemp(prefix=f"daylight-faults-{seed}-"))
        data.chmod(0o711)
        agreed = False
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                agreed = runner.run(_one_seed(seed, chosen.fault or list(FAULTS), data))
        finally:
            if agreed:
                shutil.rmtree(data, ignore_errors=True)
            else:
                _say(f"seed {seed}: everything is kept in {data}")
        if not agreed:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
