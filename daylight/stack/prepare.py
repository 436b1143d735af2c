"""What must be done once before the services start: roles, databases, migrations, and the demo's clients."""

import asyncio
from urllib.parse import urlsplit

import asyncpg

from daylight.house import DATABASES
from daylight.stack.trouble import CannotStart
from shared.records.database import UnsafeDatabase
from shared.records.provision import provision
from shared.secrets import Secrets
from shared.settings import Settings


def prepare(settings: Settings) -> None:
    """Bring PostgreSQL to what this version needs; `settings.database_url` names a role that may do so.

    Raises CannotStart.
    """
    asyncio.run(_prepare(settings))


async def _prepare(settings: Settings) -> None:
    try:
        await provision(settings, Secrets(settings.secrets_directory), DATABASES)
    except UnsafeDatabase as error:
        raise CannotStart(str(error)) from error
    except asyncpg.DiskFullError as error:
        raise CannotStart("The disk that holds PostgreSQL's data is full. Free some space first.") from error
    except (OSError, asyncpg.PostgresError) as error:
        raise CannotStart(_unreachable(settings.database_url, error)) from error


def _unreachable(url: str, error: Exception) -> str:
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port or 5432}"
    if isinstance(error, OSError):
        return f"No PostgreSQL answers at {place} ({type(error).__name__}): check DAYLIGHT_DATABASE_URL."
    return f"PostgreSQL at {place} refused ({error}): check user, password and rights in DAYLIGHT_DATABASE_URL."
