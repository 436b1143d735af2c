"""The faults, each done to a running stack while an agency pushes."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from daylight.stack.folders import Folders
from shared.records import bus, log
from tests.faults.agency import Agency
from tests.faults.cutting import CuttingProxy
from tests.faults.evidence import DATABASES
from tests.faults.installation import INCIDENTS, Installation
from tests.faults.second import second_incidents
from tests.running_stack import RunningStack
from tests.servers import is_running
from tests.waiting import eventually

WRITES = 150
"""Writes that are acknowledged between two steps of a fault."""
PATIENCE_SECONDS = 60
CUTS = 25
REPEATED = 300


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a fault happens. `frozen_seconds`: how long NATS stands still."""

    stack: RunningStack
    installation: Installation
    agency: Agency
    chance: random.Random
    frozen_seconds: float
    beside: "Beside"


class Beside:
    """A second incidents service with a cutting proxy before its database, started when it is first needed."""

    def __init__(self, installation: Installation, said: Path, chance: random.Random) -> None:
        self._installation, self._said, self._chance = installation, said, chance
        self._opened = AsyncExitStack()
        self._found: tuple[Installation, CuttingProxy] | None = None

    async def start(self) -> tuple[Installation, CuttingProxy]:
        """The installation as it is with the second service, and the proxy."""
        if self._found is None:
            url = self._installation.settings.database_url
            proxy = await self._opened.enter_async_context(CuttingProxy.before(url, self._chance))
            second = second_incidents(self._installation, proxy.url, self._said)
            self._found = await self._opened.enter_async_context(second), proxy
        return self._found

    async def end(self) -> None:
        """End it, if it was started."""
        await self._opened.aclose()


Fault = Callable[[Ground], Awaitable[None]]


def killed(name: str) -> Fault:
    """SIGKILL for one process."""

    async def kill(ground: Ground) -> None:
        async with _restarting(ground, name):
            ground.stack.kill(name)

    return kill


async def postgres_killed(ground: Ground) -> None:
    """SIGKILL for PostgreSQL's first process and for all that it has started."""
    async with _restarting(ground, "postgres"):
        first = psutil.Process(ground.stack.processes()["postgres"]["pid"])
        for process in (first, *first.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


async def nats_frozen(ground: Ground) -> None:
    """SIGSTOP for NATS, and SIGCONT after a while: its connections stand, and nothing comes through."""
    async with _frozen(ground.stack.processes()["nats"]["pid"]):
        await asyncio.sleep(ground.frozen_seconds)


async def nats_wiped(ground: Ground) -> None:
    """SIGKILL for NATS, and its whole store is lost before it starts again."""
    async with _restarting(ground, "nats"), _frozen(ground.stack.supervisor.pid):
        killed_pid = ground.stack.kill("nats")

        async def has_ended() -> bool:
            return not is_running(killed_pid)

        await eventually(has_ended)
        shutil.rmtree(Folders(ground.stack.data).nats / "store")


async def two_relays(ground: Ground) -> None:
    """A second process of the service on the same database takes half of the pushes, and then the relay as well."""
    second, _ = await ground.beside.start()
    with ground.agency.half_pushing_to(second):
        await ground.agency.acknowledged(WRITES)
        async with _restarting(ground, INCIDENTS):
            ground.stack.kill(INCIDENTS)
        await ground.agency.acknowledged(WRITES)


async def commit_answers_cut_off(ground: Ground) -> None:
    """Half of the pushes go through a service whose PostgreSQL drops the line when a commit is to be answered."""
    second, proxy = await ground.beside.start()
    with ground.agency.half_pushing_to(second):
        await proxy.cut(CUTS, seconds=PATIENCE_SECONDS)
        await ground.agency.acknowledged(WRITES)


async def repeated_and_shuffled(ground: Ground) -> None:
    """The projector finds no stream in its order, but events one to three times each, in any order, old ones too."""
    async with _frozen(ground.stack.processes()["projector"]["pid"]):
        await ground.agency.acknowledged(WRITES)
        await nats_wiped(ground)
        await ground.agency.acknowledged(WRITES)
        for service in DATABASES:
            await _publish_again(ground, service)


async def _publish_again(ground: Ground, service: str) -> None:
    async with ground.installation.database(DATABASES[service]) as connection:
        last = await connection.fetchval("select max(sequence) from log_sequence")
        events = await log.outgoing(connection, service, max(1, last - REPEATED), last)
    again = [event for event in events for _ in range(ground.chance.randint(1, 3))]
    ground.chance.shuffle(again)
    async with bus.connected(ground.installation.settings, ground.installation.secrets, service) as client:
        for event in again:
            await client.publish(event.subject, event.content)
        await client.flush()


@asynccontextmanager
async def _restarting(ground: Ground, name: str) -> AsyncIterator[None]:
    """What happens inside makes the supervisor start a process again; wait for that."""
    before = ground.stack.processes()[name]["restarts"]
    yield

    async def again() -> bool:
        return bool(ground.stack.processes()[name]["restarts"] > before)

    await eventually(again, seconds=PATIENCE_SECONDS)


@asynccontextmanager
async def _frozen(pid: int) -> AsyncIterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


FAULTS: dict[str, Fault] = {
    **{f"{name} killed": killed(name) for name in ("incidents", "reporting", "gateway", "projector", "nats")},
    "postgres and its children killed": postgres_killed,
    "nats frozen": nats_frozen,
    "the store of nats wiped": nats_wiped,
    "events repeated and shuffled": repeated_and_shuffled,
    "two relays at once": two_relays,
    "commit answers cut off": commit_answers_cut_off,
}
