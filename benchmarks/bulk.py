"""Bulk NDJSON over HTTP, all included, against raw COPY of the same documents and a tutorial's list route.

`python -m benchmarks.bulk [--rounds 5] [--documents 5000]`: documents a second of each side, medians, and ratios.
"""

import argparse
import asyncio
import statistics
import time
from typing import Any

import asyncpg
import httpx2
import orjson

from benchmarks import house, tutorial, workload
from services.incidents.app import DATABASE

RAW = """
create table if not exists raw_copy (id uuid primary key, key text not null unique, document jsonb not null);
truncate raw_copy
"""


async def copy_raw(url: str, documents: list[tuple[Any, ...]]) -> float:
    """Seconds that COPY takes for the documents into a table with a primary and a unique key."""
    connection = await asyncpg.connect(url, database=DATABASE.name)
    try:
        await connection.execute(RAW)
        began = time.perf_counter()
        await connection.copy_records_to_table("raw_copy", records=documents)
        return time.perf_counter() - began
    finally:
        await connection.close()


def push(port: int, path: str, content: bytes, headers: dict[str, str]) -> tuple[float, bytes]:
    """Seconds of one request, and its answer."""
    began = time.perf_counter()
    answer = httpx2.post(f"http://127.0.0.1:{port}{path}", content=content, headers=headers, timeout=120)
    seconds = time.perf_counter() - began
    answer.raise_for_status()
    return seconds, answer.content


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--documents", type=int, default=5_000)
    chosen = options.parse_args()
    count = chosen.documents
    rates: dict[str, list[float]] = {"bulk": [], "unchanged": [], "copy": [], "tutorial": []}
    with house.servers() as running:
        asyncio.run(house.prepare(running))
        url = running.settings.database_url
        database = house.database_url(running, DATABASE)
        asyncio.run(tutorial.create_table(database))
        create = tutorial.create_app(database)
        with (
            house.incidents(running) as (port, token),
            house.serving(lambda s: house.serve(lambda: create, s)) as other,
        ):
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
            for round_number in range(chosen.rounds + 1):
                made = workload.lines(round_number * count, count)
                bulk, answer = push(port, "/v1/incidents/bulk", b"\n".join(made), headers)
                assert orjson.loads(answer.rsplit(b"\n", 2)[-2])["summary"]["created"] == count
                asyncio.run(house.settled(running))
                again, _ = push(port, "/v1/incidents/bulk", b"\n".join(made), headers)
                documents = asyncio.run(_kept(url, round_number * count, count))
                copied = asyncio.run(copy_raw(url, documents))
                body = orjson.dumps([orjson.loads(line) for line in made[: count // 5]])
                listed, _ = push(other, "/incidents", body, {"Content-Type": "application/json"})
                if round_number:
                    for side, seconds, number in (
                        ("bulk", bulk, count),
                        ("unchanged", again, count),
                        ("copy", copied, count),
                        ("tutorial", listed, count // 5),
                    ):
                        rates[side].append(number / seconds)
    medians = {side: statistics.median(found) for side, found in rates.items()}
    house.show(rates, "documents/s")
    print(f"bulk : COPY      {medians['bulk'] / medians['copy']:6.1%}   (target at least 25 %)")
    print(f"bulk : tutorial  {medians['bulk'] / medians['tutorial']:6.1f}   (target at least 3)")
    print(f"unchanged : first push {medians['unchanged'] / medians['bulk']:4.2f}   (target at least 1.5)")


async def _kept(url: str, first: int, count: int) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url, database=DATABASE.name)
    keys = [f"{workload.ORI}/B{number}" for number in range(first, first + count)]
    rows = await connection.fetch("select id, key, document from incident where key = any($1)", keys)
    await connection.close()
    return [tuple(row) for row in rows]


if __name__ == "__main__":
    main()
