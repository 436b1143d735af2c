"""A service's own PostgreSQL database: its address, its pool, and the settings it must have."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from shared.secrets import Secrets
from shared.settings import Settings

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

LEAST_VERSION = 180_000
CONNECT_SECONDS = 10
CLOSE_SECONDS = 1
PASSING_STATES = ("08", "25006", "25P03", "40", "53", "55", "57", "58")
"""Beginnings of PostgreSQL's error codes that say nothing about the statement: away, full, shut down, contended."""
MUST_BE_ON = ("synchronous_commit", "fsync", "full_page_writes")


class UnsafeDatabase(Exception):
    """PostgreSQL is too old, or set so that it can lose what it acknowledged; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class DatabasePlan:
    """A service's database: its name, the role that owns it, the roles that log in, where its migrations stand."""

    name: str
    owner: str
    roles: tuple[str, ...]
    migrations: Path


def address(url: str, *, role: str, password: str, database: str) -> str:
    """The server's URL with another user, password and database."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(password)}@{host}", path=f"/{database}"))


async def refuse_unsafe(connection: Connection) -> None:
    """Raise UnsafeDatabase unless the server is new enough and keeps what it acknowledged through a crash."""
    version = int(await connection.fetchval("select current_setting('server_version_num')"))
    if version < LEAST_VERSION:
        raise UnsafeDatabase(
            f"PostgreSQL {version // 10_000} is too old: Daylight needs {LEAST_VERSION // 10_000} or newer."
        )
    for name in MUST_BE_ON:
        if await connection.fetchval("select current_setting($1)", name) in {"off", "local"}:
            raise UnsafeDatabase(
                f"PostgreSQL has {name} off, so it can lose writes it has acknowledged: set it on and start again."
            )


def is_unavailable(error: BaseException) -> bool:
    """Whether the error means that the server is away, full, shutting down or busy: the same may work later."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "").startswith(PASSING_STATES)
    # A connection that is lost while a statement begins is an internal error to the driver.
    return isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError)


async def _nothing_to_reset(_: Any) -> None:
    """Spare the round trip that would undo a session's settings: each is local to its transaction."""


class Database:
    """A pool of connections to one database as one role. Every setting is local to its transaction."""

    def __init__(
        self, pool: "asyncpg.Pool[asyncpg.Record]", url: str, session: Mapping[str, str], statement_seconds: float
    ) -> None:
        self.pool = pool
        self._url = url
        self._session = dict(session)
        self._statement_seconds = statement_seconds

    @classmethod
    async def open(cls, settings: Settings, secrets: Secrets, *, role: str, database: str) -> "Database":
        """Connect; raises UnsafeDatabase, or OSError and asyncpg.PostgresError where the server is not there."""
        url = address(settings.database_url, role=role, password=secrets.database_password(role), database=database)
        session = {
            "application_name": role,
            "timezone": "UTC",
            "statement_timeout": f"{int(settings.statement_seconds * 1000)}",
            "idle_in_transaction_session_timeout": "15s",
            "lock_timeout": "10s",
        }
        pool = await asyncpg.create_pool(
            url,
            timeout=CONNECT_SECONDS,
            min_size=1,
            max_size=settings.database_connections,
            command_timeout=settings.statement_seconds,
            server_settings=session,
            reset=_nothing_to_reset,
        )
        opened = cls(pool, url, session, settings.statement_seconds)
        async with opened.connection() as connection:
            await refuse_unsafe(connection)
        return opened

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection outside any transaction: each statement is its own."""
        async with self.pool.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self, **options: Any) -> AsyncIterator[Connection]:
        """A connection inside a transaction, committed when the block ends without an exception."""
        async with self.pool.acquire() as connection, connection.transaction(**options):
            yield connection

    @asynccontextmanager
    async def direct(self, *, patient: bool = False) -> AsyncIterator[Connection]:
        """A connection of its own, outside the pool: for a session's advisory lock, or to listen.

        A `patient` one has no limit of time for a statement.
        """
        connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            command_timeout=None if patient else self._statement_seconds,
            server_settings=self._session | ({"statement_timeout": "0"} if patient else {}),
        )
        try:
            yield connection
        finally:
            # Whatever keeps it from closing in time, its socket is gone behind this.
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=CLOSE_SECONDS)

    async def check(self) -> None:
        """Raise unless the database answers."""
        async with self.connection() as connection:
            await connection.execute("select 1")

    async def close(self) -> None:
        """Close every connection, those in use after at most five seconds."""
        try:
            async with asyncio.timeout(5):
                await self.pool.close()
        except TimeoutError:
            self.pool.terminate()
