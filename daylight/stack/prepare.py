"""What must be done once before the services start: roles, databases, migrations, and clients that may enter."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError

from daylight.house import DATABASES
from daylight.stack.trouble import CannotStart
from gateway.database import DATABASE as GATEWAY
from gateway.database import READER
from gateway.oauth.clients import Registration, register_all
from services.incidents.app import rulebook
from shared.clocks.closed_days import UnreadableClosedDays
from shared.records.database import UnsafeDatabase, address
from shared.records.provision import provision
from shared.secrets import Secrets
from shared.settings import Settings


def prepare(settings: Settings, clients: Sequence[Registration] = ()) -> None:
    """Bring PostgreSQL to what this version needs, and let `clients` enter; their secrets are in the secrets directory.

    `settings.database_url` names a role that may create roles and databases. Raises CannotStart.
    """
    asyncio.run(_prepare(settings, clients))


async def _prepare(settings: Settings, clients: Sequence[Registration]) -> None:
    secrets = Secrets(settings.secrets_directory)
    try:
        rulebook(settings)
        await provision(settings, secrets, DATABASES)
        if clients:
            await _register(clients, settings, secrets)
    except (UnsafeDatabase, UnreadableClosedDays) as error:
        raise CannotStart(str(error)) from error
    except (OSError, asyncpg.PostgresError, DBAPIError) as error:
        if sentence := _sentence(settings.database_url, error):
            raise CannotStart(sentence) from error
        raise


async def _register(clients: Sequence[Registration], settings: Settings, secrets: Secrets) -> None:
    url = address(settings.database_url, role=READER, password=secrets.database_password(READER), database=GATEWAY.name)
    connection = await asyncpg.connect(url)
    try:
        await register_all(connection, clients, secrets)
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
