"""A stack of these tests' own, and an agency that pushes to it."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.faults import Ground
from tests.faults.trial import trial_ground
from tests.running_stack import data_folder

SEED = 20_261_005
FROZEN_SECONDS = 5


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """A running stack whose agency has pushed nothing yet."""
    with data_folder() as data:
        async with trial_ground(data, seed=SEED, frozen_seconds=FROZEN_SECONDS) as ground:
            yield ground
