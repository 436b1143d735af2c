"""A warm start: seconds of `daylight up --detach` on data that is there, and memory of all Python processes.

`python -m benchmarks.start [--rounds 3] [--demo]`: median seconds until ready, and the sum of PSS, in MB.
"""

import argparse
import statistics
import time
from pathlib import Path

import psutil

from benchmarks import house
from daylight.stack.folders import Folders
from daylight.stack.state import read_state
from tests.running_stack import data_folder, daylight


def pss(pid: int) -> float:
    """MB of memory of a process, shared pages divided by how many share them; PSS of proc(5)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1_000


def python_processes(data: Path) -> list[int]:
    """The supervisor of a stack and all below it that run Python."""
    state = read_state(Folders(data).state)
    assert state is not None
    assert state.supervisor.pid is not None
    supervisor = psutil.Process(state.supervisor.pid)
    family = [supervisor, *supervisor.children(recursive=True)]
    return [process.pid for process in family if "python" in Path(f"/proc/{process.pid}/exe").resolve().name]


def start(data: Path, *, demo: bool) -> float:
    """Seconds until the command says that all is ready."""
    began = time.perf_counter()
    done = daylight("up", "--detach", "--port", "0", "--data", data, *([] if demo else ["--no-demo"]))
    seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    return seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--demo", action="store_true", help="with the demo's data")
    chosen = options.parse_args()
    found: dict[str, list[float]] = {"seconds": [], "megabytes": []}
    with data_folder() as data:
        try:
            print(f"first start: {start(data, demo=chosen.demo):.1f} s")
            for _ in range(chosen.rounds):
                daylight("down", "--data", data)
                found["seconds"].append(start(data, demo=chosen.demo))
                found["megabytes"].append(sum(pss(pid) for pid in python_processes(data)))
        finally:
            daylight("down", "--data", data)
    house.show(found, "each")
    print(f"ready after {statistics.median(found['seconds']):.1f} s   (target at most 10 s)")
    print(f"all Python processes: {statistics.median(found['megabytes']):.0f} MB PSS   (target at most 300 MB)")


if __name__ == "__main__":
    main()
