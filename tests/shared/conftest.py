"""A service's database as the service itself opens it, and as a superuser sees it."""

from collections.abc import AsyncIterator
from typing import TypeAlias

import asyncpg
import pytest

from services.incidents.app import DATABASE
from shared.records.database import Database
from shared.records.log import ensure_epoch
from shared.secrets import Secrets
from shared.settings import Settings
from tests.servers import Databases

Superuser: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def database(settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[Database]:
    """A fresh database of the incidents service, open as its role."""
    await databases.fresh(DATABASE)
    opened = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
    async with opened.connection() as connection:
        await ensure_epoch(connection)
    yield opened
    await opened.close()


@pytest.fixture
async def superuser(database: Database, databases: Databases) -> AsyncIterator[Superuser]:
    """The same database as a superuser sees it."""
    connection = await databases.connect(DATABASE)
    yield connection
    await connection.close()
