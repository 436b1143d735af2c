"""What must be done once before the services start: roles, databases, migrations, and the demo's clients."""

import asyncio
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError

from daylight.house import DATABASES
from daylight.stack.trouble import CannotStart
from gateway.database import DATABASE as GATEWAY
from gateway.database import READER
from gateway.oauth.clients import demo_clients, register_all
from shared.records.database import UnsafeDatabase, address
from shared.records.provision import provision
from shared.secrets import Secrets
from shared.settings import Settings


def prepare(settings: Settings, *, with_demo_clients: bool) -> None:
    """Bring PostgreSQL to what this version needs; `settings.database_url` names a role that may do so.

    Raises CannotStart.
    """
    asyncio.run(_prepare(settings, with_demo_clients=with_demo_clients))


async def _prepare(settings: Settings, *, with_demo_clients: bool) -> None:
    secrets = Secrets(settings.secrets_directory)
    try:
        await provision(settings, secrets, DATABASES)
        if with_demo_clients:
            await _register_demo_clients(settings, secrets)
    except UnsafeDatabase as error:
        raise CannotStart(str(error)) from error
    except (OSError, asyncpg.PostgresError, DBAPIError) as error:
        if sentence := _sentence(settings.database_url, error):
            raise CannotStart(sentence) from error
        raise


async def _register_demo_clients(settings: Settings, secrets: Secrets) -> None:
    url = address(settings.database_url, role=READER, password=secrets.database_password(READER), database=GATEWAY.name)
    connection = await asyncpg.connect(url)
    try:
        await register_all(connection, demo_clients(), secrets)
    finally:
        await connection.close()


def _sentence(url: str, error: Exception) -> str | None:
    """What to tell a person; None for an error in a migration, which only its traceback explains."""
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port or 5432}"
    state = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    if state == asyncpg.DiskFullError.sqlstate:
        return "The disk that holds PostgreSQL's data is full. Free some space first."
    if isinstance(error, OSError):
        return f"No PostgreSQL answers at {place} ({type(error).__name__}): check DAYLIGHT_DATABASE_URL."
    if isinstance(error, asyncpg.PostgresError):
        return f"PostgreSQL at {place} refused ({error}): check user, password and rights in DAYLIGHT_DATABASE_URL."
    return None
