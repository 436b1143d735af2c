"""A log and a read model of these tests' own, with a NATS server that may be killed, frozen and wiped."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client

from daylight.stack.nats_server import NatsServer
from daylight.stack.ports import free_port
from gateway.database import DATABASE as GATEWAY
from gateway.database import PROJECTOR
from services.incidents.app import DATABASE as INCIDENTS
from shared.contracts.events import Event
from shared.records.bus import NatsUser, nats_users
from shared.records.consumer import NotApplicable, Projector
from shared.records.database import Connection, Database
from shared.records.endurance import end
from shared.records.log import ensure_epoch
from shared.records.relay import Relay
from shared.secrets import Secrets
from shared.settings import Settings
from tests.servers import TESTS_USER, Databases, wait_until
from tests.waiting import eventually

SERVICE, READER = "incidents", "projector"
USERS = (*nats_users([SERVICE], [READER]), TESTS_USER)

ROWS = """
insert into log (epoch, kind, change, record_id, key, owner, version, schema_version, document, changed_at, changed_by)
select epoch, 'incident', 'recorded', gen_random_uuid(), 'KEY-' || number, 'XX0000100', 1, 1, $3::text::json, now(),
       'tests'
from (select max(epoch) as epoch from log_epoch) as last, generate_series($1::integer, $2::integer) as number
"""


async def until(fact: Callable[[], bool], *, seconds: float = 10) -> None:
    """Return as soon as a fact of this process is true; fail after `seconds`."""

    async def asked() -> bool:
        return fact()

    await eventually(asked, seconds=seconds)


@dataclass
class Bus:
    """A NATS server that a test does with as it likes."""

    server: NatsServer
    secrets: Secrets
    running: "subprocess.Popen[bytes] | None" = None

    def start(self, users: Sequence[NatsUser] = USERS) -> None:
        """Start it, for these users alone."""
        self.running = self.server.start(users, [self.secrets.nats_password(user.name) for user in users])
        wait_until(self.server.ready)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; behind SIGKILL it is gone."""
        assert self.running is not None
        os.kill(self.running.pid, number)
        if number is signal.SIGKILL:
            self.running.wait()

    def wipe(self) -> None:
        """Lose all that it has stored, and start again."""
        self.signal(signal.SIGKILL)
        shutil.rmtree(self.server.home / "store")
        self.start()

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[Client]:
        """A connection that may do everything."""
        password = self.secrets.nats_password(TESTS_USER.name)
        client = await nats.connect(self.server.url, user=TESTS_USER.name, password=password)
        yield client
        await client.close()


@dataclass
class ReadModel:
    """What was applied, by key in order; keys that are refused, and what is raised for others."""

    applied: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    raised: list[Exception] = field(default_factory=list)

    async def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Apply all of them or none."""
        if self.raised:
            raise self.raised.pop()
        if any(event.data.key in self.refused for event in events):
            raise NotApplicable("refused")
        self.applied += [event.data.key for event in events]


@dataclass
class Moving:
    """A service's log, a bus, and a read model of it.

    `log` and `shown` are their databases as a superuser sees them, whom nobody cuts off.
    """

    bus: Bus
    settings: Settings
    secrets: Secrets
    service: Database
    view: Database
    log: Connection
    shown: Connection

    def set(self, **settings: Any) -> "Moving":
        """The same with other settings."""
        return replace(self, settings=self.settings.model_copy(update=settings))

    async def write(self, first: int, last: int, document: str = "{}") -> None:
        """Rows of the log with keys from KEY-first to KEY-last."""
        await self.log.execute(ROWS, first, last, document)

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[Relay]:
        """A relay, as long as the block runs."""
        relay = Relay(SERVICE, self.service, self.settings, self.secrets)
        async with _task(relay.run()):
            yield relay

    @asynccontextmanager
    async def projecting(self, model: ReadModel) -> AsyncIterator[Projector]:
        """A projector, as long as the block runs."""
        projector = Projector(READER, [SERVICE], model.apply, self.view, self.settings, self.secrets)
        async with _task(projector.run()):
            yield projector

    async def numbered(self, count: int, *, seconds: float = 10) -> None:
        """Wait until so many rows of the log have a number."""

        async def so_many() -> bool:
            return bool(await self.log.fetchval("select count(*) from log_sequence") == count)

        await eventually(so_many, seconds=seconds)

    async def reached(self, sequence: int, *, seconds: float = 10) -> None:
        """Wait until the read model has come so far."""

        async def so_far() -> bool:
            return bool(await self.shown.fetchval("select max(sequence) from projection_position") == sequence)

        await eventually(so_far, seconds=seconds)

    async def letters(self) -> dict[int, str]:
        """Number and reason of each dead letter."""
        rows = await self.shown.fetch("select sequence, reason from dead_letter order by sequence")
        return {row["sequence"]: row["reason"] for row in rows}


@pytest.fixture
def bus(secrets: Secrets) -> Iterator[Bus]:
    """A NATS server of this test's own, running."""
    home = Path(tempfile.mkdtemp(prefix="daylight-bus-"))
    made = Bus(NatsServer(home, free_port(), home / "log"), secrets)
    made.start()
    yield made
    with contextlib.suppress(ProcessLookupError):
        made.signal(signal.SIGKILL)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
async def moving(bus: Bus, settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[Moving]:
    """An empty log, an empty read model, and nothing that moves between them yet."""
    await databases.fresh(INCIDENTS, GATEWAY)
    settings = settings.model_copy(update={"nats_url": bus.server.url, "head_seconds": 0.2})
    service = await Database.open(settings, secrets, role=INCIDENTS.roles[0], database=INCIDENTS.name)
    view = await Database.open(settings, secrets, role=PROJECTOR, database=GATEWAY.name)
    async with service.connection() as connection:
        await ensure_epoch(connection)
    log, shown = await databases.connect(INCIDENTS), await databases.connect(GATEWAY)
    yield Moving(bus, settings, secrets, service, view, log, shown)
    for opened in (service, view, log, shown):
        await opened.close()


@asynccontextmanager
async def _task(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
        assert not task.done(), "it has ended by itself"
    finally:
        await end(task)
