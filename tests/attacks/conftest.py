"""One set-up for every attack."""

from collections.abc import AsyncIterator

import pytest

from shared.secrets import Secrets
from shared.settings import Settings
from tests.attacks.house import House, running_house
from tests.servers import Databases


@pytest.fixture(scope="package")
async def house(settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[House]:
    """All of Daylight, with records of two sets of organisations; attacks leave them as they are."""
    async with running_house(settings, secrets, databases) as running:
        yield running
