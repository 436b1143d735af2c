"""PostgreSQL and NATS as real processes for one test session, and fresh databases cloned from migrated ones."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from daylight.stack.nats_server import NatsServer
from daylight.stack.ports import free_port
from daylight.stack.postgres_server import PostgresServer
from daylight.stack.processes import Process, unprivileged_account
from shared.records.bus import NatsUser
from shared.records.database import DatabasePlan
from shared.records.provision import provision
from shared.secrets import Secrets
from shared.settings import Settings

TESTS_USER = NatsUser("tests", (">",), (">",))
"""A NATS user that may do everything: tests look from outside."""

# A clone has the template's content, and not the rights on the database itself.
COPY_RIGHTS = """
    update pg_database set datacl = template.datacl
    from (select datname, datacl from pg_database) template
    where pg_database.datname = $1 and template.datname = $1 || '_template'
"""


def wait_until(fact: Callable[[], object], *, seconds: float = 20) -> None:
    """Return as soon as `fact()` is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not so after {seconds} s: {fact}"
        time.sleep(0.01)


@dataclass(slots=True)
class Databases:
    """Fresh databases. The first of a plan is migrated, the others are clones of it."""

    settings: Settings
    secrets: Secrets
    migrated: set[str] = field(default_factory=set)

    async def fresh(self, *plans: DatabasePlan) -> None:
        """Replace each plan's database by an empty, migrated one; whoever was connected to the old one is cut off."""
        server = await asyncpg.connect(self.settings.database_url)
        try:
            for plan in plans:
                await self._keep_template(server, plan)
                await server.execute(f'drop database if exists "{plan.name}" with (force)')
                await server.execute(
                    f'create database "{plan.name}" template "{plan.name}_template" owner "{plan.owner}"'
                )
                await server.execute(COPY_RIGHTS, plan.name)
        finally:
            await server.close()

    async def _keep_template(self, server: "asyncpg.Connection[asyncpg.Record]", plan: DatabasePlan) -> None:
        if plan.name in self.migrated:
            return
        await provision(self.settings, self.secrets, [plan])
        await server.execute(f'alter database "{plan.name}" rename to "{plan.name}_template"')
        self.migrated.add(plan.name)

    async def connect(self, plan: DatabasePlan) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection to a plan's database as superuser, to look at what a service has kept."""
        return await asyncpg.connect(self.settings.database_url, database=plan.name)


@dataclass(frozen=True, slots=True)
class Servers:
    """The running PostgreSQL and NATS of this test session."""

    folder: Path
    settings: Settings
    secrets: Secrets
    postgres: PostgresServer
    nats: NatsServer


@contextmanager
def running_servers(users: Sequence[NatsUser], roles: Sequence[str]) -> Iterator[Servers]:
    """Start PostgreSQL and NATS in a temporary folder; stop them and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="daylight-tests-"))
    folder.chmod(0o711)
    users = [*users, TESTS_USER]
    secrets = Secrets(folder / "secrets")
    secrets.create(roles=["postgres", *roles], bus_users=[user.name for user in users])
    postgres = PostgresServer(
        folder / "postgres",
        free_port(),
        unprivileged_account(),
        secrets.database_password("postgres"),
        folder / "postgres.log",
    )
    nats = NatsServer(folder / "nats", free_port(), folder / "nats.log")
    running: list[Process] = []
    try:
        running.append(nats.start(users, [secrets.nats_password(user.name) for user in users]))
        database = postgres.start()
        running.append(database)
        wait_until(lambda: nats.ready() and postgres.ready(database.pid))
        yield Servers(
            folder,
            Settings(database_url=postgres.url, nats_url=nats.url, secrets_directory=secrets.directory),
            secrets,
            postgres,
            nats,
        )
    finally:
        _end(running)
        shutil.rmtree(folder, ignore_errors=True)


def _end(running: Sequence[Process]) -> None:
    for process in running:
        process.send_signal(2)
    wait_until(lambda: all(process.poll() is not None for process in running), seconds=10)


def start_ticks(pid: int) -> str:
    """When a process started, in clock ticks since boot: a process number that was used again differs here."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without any of our settings, and with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAYLIGHT_")}
    return kept | settings
