"""A stack of these tests' own, an agency that pushes to it, and a system that follows its change feed all the while."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import pytest

from tests.faults.agency import SENDER, Agency
from tests.faults.evidence import Follower
from tests.faults.faults import Ground
from tests.faults.installation import installation_of
from tests.faults.ledger import INCIDENT
from tests.running_stack import data_folder, running_stack

SEED = 20_261_005
FROZEN_SECONDS = 4


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """A running stack whose agency has pushed nothing yet."""
    limits = {"DAYLIGHT_RATE_LIMIT": "1000000", "DAYLIGHT_GRAPHQL_POINTS": "100000000"}
    with data_folder() as data, running_stack(data, demo=False, **limits) as stack:
        async with installation_of(stack) as installation:
            yield Ground(stack, installation, Agency(installation, SEED), random.Random(SEED), FROZEN_SECONDS)


@pytest.fixture(scope="module")
async def follower(ground: Ground) -> AsyncIterator[Follower]:
    """A system that has followed the agency's changes from the first one on."""
    following = Follower(ground.installation, SENDER, INCIDENT)
    task = asyncio.create_task(following.follow())
    yield following
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
