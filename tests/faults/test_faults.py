"""One fault after another under a running push: each time the agency's book and all that Daylight shows agree."""

import pytest

from tests.faults.evidence import Follower, differences
from tests.faults.faults import FAULTS, WRITES, Ground
from tests.faults.ledger import INCIDENT
from tests.waiting import eventually


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_acknowledged_write_stands_once_at_its_newest_version_after(
    ground: Ground, follower: Follower, fault: str
) -> None:
    agency = ground.agency
    async with agency.pushing():
        await agency.acknowledged(WRITES)
        await FAULTS[fault](ground)
        await agency.acknowledged(WRITES)
    assert await differences(ground.installation, agency.ledger) == []

    wanted = {key: (entry.said, entry.version) for key, entry in agency.ledger.of(INCIDENT).items()}

    async def has_followed() -> bool:
        return follower.copy == wanted

    await eventually(has_followed)
    assert follower.wrong == []
