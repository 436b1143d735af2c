"""One fault after another under a running push: each time the agency's book and all that Daylight shows agree."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.evidence import Follower
from tests.faults.faults import FAULTS, Ground
from tests.faults.trial import following, trial


@pytest.fixture(scope="module")
async def follower(ground: Ground) -> AsyncIterator[Follower]:
    """A system that has followed the agency's changes from the first one on, through every fault."""
    async with following(ground) as one:
        yield one


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_acknowledged_write_stands_once_at_its_newest_version_after(
    ground: Ground, follower: Follower, fault: str
) -> None:
    assert await trial(ground, follower, fault) == []
