"""Prepares the server for the services: roles, databases and migrations. Repeat it freely."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.records.database import DatabasePlan, refuse_unsafe
from shared.secrets import Secrets
from shared.settings import Settings

ENVIRONMENT = Path(__file__).parent / "migrations"


async def provision(settings: Settings, secrets: Secrets, plans: Sequence[DatabasePlan]) -> None:
    """Bring the server to what the plans say.

    `settings.database_url` must name a role that may create roles and databases. Raises UnsafeDatabase where the
    server could lose acknowledged writes, and OSError or asyncpg.PostgresError where it cannot be reached.
    """
    server = await asyncpg.connect(_database_url(settings.database_url, ""))
    try:
        await refuse_unsafe(server)
        for plan in plans:
            await _create_roles(server, plan, secrets)
            await _create_database(server, plan)
    finally:
        await server.close()
    for plan in plans:
        await migrate(_database_url(settings.database_url, plan.name), plan)


async def migrate(url: str, plan: DatabasePlan) -> None:
    """Run the plan's migrations up to the newest, as the role that owns the database."""
    # The driver reads the address itself: it knows the parameters that PostgreSQL's own addresses have.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, plan)
            await connection.commit()
    finally:
        await engine.dispose()


def _upgrade(connection: SyncConnection, plan: DatabasePlan) -> None:
    config = Config()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("version_locations", str(plan.migrations))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["owner"] = plan.owner
    command.upgrade(config, "head")


async def _create_roles(server: "asyncpg.Connection[asyncpg.Record]", plan: DatabasePlan, secrets: Secrets) -> None:
    existing = {row["rolname"] for row in await server.fetch("select rolname from pg_roles")}
    if plan.owner not in existing:
        await server.execute(f'create role "{plan.owner}" nologin')
        await server.execute(f'grant "{plan.owner}" to current_user')
    for role in plan.roles:
        password = secrets.database_password(role).replace("'", "''")
        verb = "alter" if role in existing else "create"
        await server.execute(f"{verb} role \"{role}\" login nosuperuser nobypassrls password '{password}'")


async def _create_database(server: "asyncpg.Connection[asyncpg.Record]", plan: DatabasePlan) -> None:
    if not await server.fetchval("select true from pg_database where datname = $1", plan.name):
        await server.execute(
            f'create database "{plan.name}" owner "{plan.owner}" template template0 encoding utf8'
            " locale_provider builtin builtin_locale 'C.UTF-8'"
        )
        await server.execute(f'revoke all on database "{plan.name}" from public')
    for role in plan.roles:
        await server.execute(f'grant connect, temporary on database "{plan.name}" to "{role}"')


def _database_url(url: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{database}" if database else parts.path or "/postgres"))
