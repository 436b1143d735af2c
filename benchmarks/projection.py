"""Log to JetStream to view, saturated, against raw COPY of as many rows into a table like the view.

`python -m benchmarks.projection [--rounds 3] [--documents 2000]`: events or rows a second of each side, and the ratio.
An incident is several events, since what follows from it has its own, and each is a row of the view or more. The log
is filled while NATS is out of the service's reach; then relay and projector start, each in a process of its own, and
the time runs until the view has all.
"""

import argparse
import asyncio
import logging
import multiprocessing
import statistics
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import httpx2
import uvloop

from benchmarks import house, workload
from gateway import projector
from gateway.database import DATABASE as GATEWAY
from services.incidents.app import DATABASE as INCIDENTS
from services.incidents.app import SERVICE
from shared.records.database import Database
from shared.records.provision import provision
from shared.records.relay import Relay
from shared.settings import Settings
from tests.servers import Servers

NOWHERE = "nats://127.0.0.1:1"
PATIENCE_SECONDS = 120
RAW = """
create schema if not exists raw;
drop table if exists raw.document;
create table raw.document (like public.document including all)
"""


@contextmanager
def process(run: Callable[[], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """A process of its own that runs a coroutine until the block ends."""
    forked = multiprocessing.get_context("fork").Process(target=lambda: uvloop.run(run()), daemon=True)
    forked.start()
    try:
        yield
    finally:
        forked.kill()
        forked.join()


async def relay(running: Servers) -> None:
    """The relay of the incidents service, without the service."""
    role = INCIDENTS.roles[0]
    database = await Database.open(running.settings, running.secrets, role=role, database=INCIDENTS.name)
    await Relay(SERVICE, database, running.settings, running.secrets).run()


def fill_log(running: Servers, first: int, count: int) -> None:
    """Push reports to the service while its relay finds no NATS."""
    logging.getLogger("shared.records.bus").disabled = True
    cut_off = replace(running, settings=running.settings.model_copy(update={"nats_url": NOWHERE}))
    with house.incidents(cut_off) as (port, token):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        for start in range(first, first + count, 5_000):
            made = workload.lines(start, min(5_000, first + count - start))
            url = f"http://127.0.0.1:{port}/v1/incidents/bulk"
            httpx2.post(url, content=b"\n".join(made), headers=headers, timeout=120).raise_for_status()
    logging.getLogger("shared.records.bus").disabled = False


async def logged(running: Servers) -> int:
    """How many events the log has."""
    connection = await asyncpg.connect(house.database_url(running, INCIDENTS))
    count: int = await connection.fetchval("select count(*) from log")
    await connection.close()
    return count


async def until_shown(running: Servers, expected: int) -> float:
    """The time at which the view has this many events."""
    connection = await asyncpg.connect(house.database_url(running, GATEWAY))
    deadline = time.perf_counter() + PATIENCE_SECONDS
    position = "select coalesce(max(sequence), 0) from projection_position"
    while await connection.fetchval(f"select ({position}) from pg_sleep(0.01)") < expected:
        assert time.perf_counter() < deadline, "the view does not get all"
    reached = time.perf_counter()
    await connection.close()
    return reached


async def copy_raw(running: Servers, count: int) -> float:
    """Seconds that COPY takes for as many of the view's rows into an empty table with the same indexes."""
    connection = await asyncpg.connect(house.database_url(running, GATEWAY))
    rows = await connection.fetch("select * from document limit $1", count)
    await connection.execute(RAW)
    began = time.perf_counter()
    await connection.copy_records_to_table("document", schema_name="raw", records=rows)
    seconds = time.perf_counter() - began
    await connection.close()
    return seconds


def project(running: Servers, expected: int) -> float:
    """Seconds from the start of relay and projector until the view has all."""
    settings: Settings = running.settings
    began = time.perf_counter()
    with process(lambda: projector.run(settings)), process(lambda: relay(running)):
        return asyncio.run(until_shown(running, expected)) - began


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--documents", type=int, default=2_000)
    chosen = options.parse_args()
    count = chosen.documents
    rates: dict[str, list[float]] = {"projection": [], "copy": []}
    shown = 0
    with house.servers() as running:
        asyncio.run(provision(running.settings, running.secrets, [INCIDENTS, GATEWAY]))
        for round_number in range(chosen.rounds):
            fill_log(running, round_number * count, count)
            expected = asyncio.run(logged(running))
            events, shown = expected - shown, expected
            rates["projection"].append(events / project(running, expected))
            rates["copy"].append(events / asyncio.run(copy_raw(running, events)))
    house.show(rates, "events or rows/s")
    ratio = statistics.median(rates["projection"]) / statistics.median(rates["copy"])
    print(f"projection : COPY {ratio:6.1%}   (target at least 20 %)")


if __name__ == "__main__":
    main()
