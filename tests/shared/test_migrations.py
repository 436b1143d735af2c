"""Migrations are written out by hand, and tables are declared beside them: they say the same."""

from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import daylight.house
import gateway.database
import services.incidents.app
import services.reporting.app
import services.reporting.rollup.tables
import services.training.app
from gateway.tables import GatewayTable
from services.incidents.tables import IncidentsTable
from services.reporting.tables import ReportingTable
from services.training.tables import TrainingTable
from shared.records.database import DatabasePlan
from shared.records.provision import provision
from shared.records.tables import LogTable, ProjectionTable, TransactionId, VaultTable
from shared.secrets import Secrets
from shared.settings import Settings
from tests.servers import Databases

DECLARED = {
    services.incidents.app.DATABASE: (LogTable, VaultTable, IncidentsTable),
    services.training.app.DATABASE: (LogTable, TrainingTable),
    services.reporting.app.DATABASE: (LogTable, ProjectionTable, ReportingTable),
    gateway.database.DATABASE: (ProjectionTable, GatewayTable),
}


async def differences(settings: Settings, plan: DatabasePlan, declared: Sequence[MetaData]) -> list[object]:
    """What would have to be migrated, so that the database is as declared."""
    together = MetaData()
    for metadata in declared:
        for table in metadata.sorted_tables:
            table.to_metadata(together)

    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_schemas": True, "compare_server_default": True})
        return list(compare_metadata(context, together))

    url = settings.database_url.rpartition("/")[0].replace("postgresql:", "postgresql+asyncpg:")
    engine = create_async_engine(f"{url}/{plan.name}", poolclass=NullPool)
    async with engine.connect() as connection:
        return await connection.run_sync(compare)


@pytest.mark.parametrize("plan", DECLARED, ids=[plan.name for plan in DECLARED])
async def test_the_migrated_database_is_as_its_tables_are_declared(
    plan: DatabasePlan, settings: Settings, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ischema_names, "xid8", TransactionId)
    await databases.fresh(plan)

    assert await differences(settings, plan, [table.metadata for table in DECLARED[plan]]) == []


async def test_an_address_may_have_the_parameters_that_postgresql_knows(settings: Settings, secrets: Secrets) -> None:
    elsewhere = settings.model_copy(update={"database_url": f"{settings.database_url}?sslmode=disable"})
    plan = replace(gateway.database.DATABASE, name="daylight_elsewhere")
    await provision(elsewhere, secrets, [plan])
    server = await asyncpg.connect(settings.database_url, database=plan.name)
    assert await server.fetchval("select count(*) from document") == 0
    await server.close()


def test_the_tables_of_every_database_are_declared() -> None:
    assert set(DECLARED) == set(daylight.house.DATABASES)
