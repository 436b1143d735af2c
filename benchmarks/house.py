"""Real servers for a benchmark: PostgreSQL, NATS and services as processes of their own, on free ports."""

import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx2
import uvicorn

from benchmarks.workload import ORI
from services.incidents.app import DATABASE as INCIDENTS
from services.incidents.app import create_app
from shared.records.bus import nats_users
from shared.records.database import DatabasePlan
from shared.records.provision import provision
from shared.settings import Settings
from tests.conftest import CALLS, READERS, ROLES, SERVICES
from tests.servers import Servers, running_servers
from tests.tokens import KEYS, token

NUMBERED = """
select not exists (select from log l, relay r
    where (l.epoch, l.transaction_id, l.id) > (r.epoch, r.transaction_id, r.id))
from pg_sleep(0.05)
"""


@contextmanager
def servers() -> Iterator[Servers]:
    """PostgreSQL and NATS, with no service's database yet."""
    with running_servers(nats_users(SERVICES, READERS, calls=CALLS), ROLES) as running:
        yield running


@contextmanager
def serving(run: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a server in a process of its own; its port once it answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    process = multiprocessing.get_context("fork").Process(target=run, args=(listener,), daemon=True)
    process.start()
    port: int = listener.getsockname()[1]
    try:
        for _ in range(200):
            try:
                httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=5)
                break
            except httpx2.HTTPError:
                time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.join()
        listener.close()


def serve(create: Callable[[], Any], listener: socket.socket) -> None:
    """Serve an application as `daylight up` does."""
    config = uvicorn.Config(create(), loop="uvloop", http="httptools", log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def incidents(running: Servers) -> Iterator[tuple[int, str]]:
    """The incidents service on a fresh database: its port, and a token that it takes."""
    settings = running.settings.model_copy(update={"rate_limit": 10**9})

    def create() -> Any:
        app = create_app(settings)
        app.state.verifier.trust(KEYS)
        return app

    with serving(lambda listener: serve(create, listener)) as port:
        yield port, token(Settings().public_url, "benchmark", oris=[ORI])


async def prepare(running: Servers) -> None:
    """Make the service's database."""
    await provision(running.settings, running.secrets, [INCIDENTS])


def database_url(running: Servers, plan: DatabasePlan) -> str:
    """A service's database, for a superuser."""
    return f"{running.settings.database_url.rpartition('/')[0]}/{plan.name}"


def show(found: Mapping[str, Sequence[float]], unit: str) -> None:
    """Print the median of each side, and its least and most."""
    for side, values in found.items():
        middle = statistics.median(values)
        print(f"{side:12} {middle:12,.1f} {unit}   ({min(values):,.1f} to {max(values):,.1f})")


async def settled(running: Servers) -> None:
    """Return once the relay has numbered all, and a moment later, so that it does not run into the next side's time."""
    connection = await asyncpg.connect(database_url(running, INCIDENTS))
    while not await connection.fetchval(NUMBERED):
        pass
    await connection.execute("select pg_sleep(0.3)")
    await connection.close()
