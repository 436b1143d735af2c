"""One trial: an agency pushes, something happens, and in the end its book and all that Daylight shows are compared."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from daylight.stack.folders import Folders
from shared.records.endurance import end
from tests.faults.agency import SENDER, Agency
from tests.faults.evidence import Follower, differences
from tests.faults.faults import FAULTS, WRITES, Beside, Ground
from tests.faults.installation import installation_of
from tests.faults.ledger import INCIDENT
from tests.running_stack import running_stack
from tests.waiting import eventually


@asynccontextmanager
async def trial_ground(data: Path, *, seed: int, frozen_seconds: float) -> AsyncIterator[Ground]:
    """A running stack on an empty folder, whose agency has pushed nothing yet."""
    limits = {"DAYLIGHT_RATE_LIMIT": "1000000", "DAYLIGHT_GRAPHQL_POINTS": "100000000"}
    with running_stack(data, demo=False, **limits) as stack:
        async with installation_of(stack) as installation:
            chance = random.Random(seed)
            beside = Beside(installation, Folders(data).log("second"), chance)
            yield Ground(stack, installation, Agency(installation, seed), chance, frozen_seconds, beside)
            await beside.end()


@asynccontextmanager
async def following(ground: Ground) -> AsyncIterator[Follower]:
    """A system that follows the agency's changes from the first one on."""
    follower = Follower(ground.installation, SENDER, INCIDENT)
    task = asyncio.create_task(follower.follow())
    try:
        yield follower
    finally:
        await end(task)


async def trial(ground: Ground, follower: Follower, fault: str) -> list[str]:
    """Let a fault happen under a running push; every difference from the agency's book that is left afterwards."""
    async with ground.agency.pushing():
        await ground.agency.acknowledged(WRITES)
        await FAULTS[fault](ground)
        await ground.agency.acknowledged(WRITES)
    return await agreement(ground, follower)


async def agreement(ground: Ground, follower: Follower, *, dead_letters: int = 0) -> list[str]:
    """Every difference from the agency's book once all is quiet, in the copy of one who follows the feed as well."""
    ledger = ground.agency.ledger
    found = await differences(ground.installation, ledger, dead_letters=dead_letters)
    wanted = {key: (entry.said, entry.version) for key, entry in ledger.of(INCIDENT).items()}

    async def has_followed() -> bool:
        return follower.copy == wanted

    try:
        await eventually(has_followed)
    except AssertionError:
        found.append("the copy of a system that follows the feed is another")
    return found + follower.wrong
