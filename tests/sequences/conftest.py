"""The service and the gateway's view, each on a database of its own, without their processes."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings

from gateway.database import DATABASE as VIEW
from gateway.database import PROJECTOR, READER
from services.incidents.app import DATABASE, rulebook
from shared.records.database import Database
from shared.records.log import ensure_epoch
from shared.records.vault import Vault
from shared.secrets import Secrets
from shared.settings import Settings
from tests.gateway.conftest import View
from tests.sequences.house import House
from tests.servers import Databases

hypothesis_settings.register_profile(
    "short",
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
hypothesis_settings.register_profile(
    "long", hypothesis_settings.get_profile("short"), derandomize=False, max_examples=1_000
)


@pytest.fixture(scope="module")
async def house(settings: Settings, databases: Databases, secrets: Secrets) -> AsyncIterator[House]:
    """The incidents service."""
    await databases.fresh(DATABASE)
    database = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
    async with database.connection() as connection:
        await ensure_epoch(connection)
    owner = await databases.connect(DATABASE)
    yield House(database, Vault(secrets.master_key()), rulebook(settings), owner)
    await owner.close()
    await database.close()


@pytest.fixture(scope="module")
async def view(settings: Settings, databases: Databases, secrets: Secrets) -> AsyncIterator[View]:
    """The gateway's view."""
    await databases.fresh(VIEW)
    projector = await Database.open(settings, secrets, role=PROJECTOR, database=VIEW.name)
    reader = await Database.open(settings, secrets, role=READER, database=VIEW.name)
    yield View(projector, reader, lambda: databases.connect(VIEW))
    await reader.close()
    await projector.close()
