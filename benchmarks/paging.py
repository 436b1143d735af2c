"""A page at the far end against page 1, and a page under row-level security against the same rows without.

`python -m benchmarks.paging [--rows 200000] [--rounds 300]`: milliseconds of a page of 50, medians, and ratios.
The target speaks of 1,000,000 rows; `--rows 1000000` takes some minutes to fill.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from benchmarks import house, workload
from gateway import documents
from gateway.database import DATABASE, READER
from gateway.documents import NEWEST_FIRST
from gateway.viewer import Scope, Viewer, viewing
from shared.records.database import Database
from shared.records.provision import provision
from tests.servers import Servers

PAGE = 50
DISTRICTS = 20
FIRST_DISTRICT = 9_900_001
AGENCY = Viewer("benchmark", "agency_system", (workload.ORI,), (), (), "agency_operations")
DISTRICT = Viewer("benchmark", "district_system", (), (str(FIRST_DISTRICT),), (), "school_duty")

# All of one agency, so that its last page is as deep as the table; a twentieth of them delivered to each district.
FILL = """
insert into document (custodian, kind, key, about, id, version, state, record_class, scope_version, lea_id, school_id,
    district, occurred_at, initiated_by, source_system, actions, outcomes, changed_at, document)
select custodian, 'incident', key, key, gen_random_uuid(), 1, 'live', record_class, 1,
    district, district || '00001', district, timestamptz '2020-01-01' + number * interval '3 minutes', 'sro',
    'benchmark', '{detention}', '{returned_to_school}', now(), $2::text::json
from generate_series(1, $3::integer) as number,
    lateral (select ($4::integer + number % $5::integer)::text as district, $1::text || '/' || number as key) as place,
    lateral (values ($1::text, 'agency_record'), (district, 'education_record')) as kept (custodian, record_class)
"""
FAR = """
select occurred_at, id from document where custodian = $1 and kind = 'incident'
order by occurred_at, id offset $2 limit 1
"""


async def fill(connection: "asyncpg.Connection[asyncpg.Record]", rows: int) -> None:
    """Fill the view with incidents of the usual size."""
    report = {"ori": workload.ORI, **workload.report(1)}
    for kept_elsewhere in ("narrative", "source_system"):
        report.pop(kept_elsewhere)
    document = orjson.dumps(report).decode()
    await connection.execute(FILL, workload.ORI, document, rows, FIRST_DISTRICT, DISTRICTS, timeout=1_200)
    await connection.execute("vacuum analyze document", timeout=1_200)


def scope_of(viewer: Viewer) -> Scope:
    """Where the viewer's incidents are."""
    scope = viewer.records()
    assert isinstance(scope, Scope), scope
    return scope


async def timed(database: Database, viewer: Viewer, after: Sequence[object] | None) -> float:
    """Milliseconds of a page, its transaction and the viewer's settings included."""
    began = time.perf_counter()
    async with viewing(database, viewer) as connection:
        page = await documents.page(
            connection, scope_of(viewer), "incident", (), order=NEWEST_FIRST, after=after, first=PAGE
        )
    milliseconds = (time.perf_counter() - began) * 1_000
    assert len(page) == PAGE
    return milliseconds


async def measure(running: Servers, rows: int, rounds: int) -> Mapping[str, list[float]]:
    """Milliseconds of each kind of page, interleaved."""
    url = house.database_url(running, DATABASE)
    connection = await asyncpg.connect(url)
    await fill(connection, rows)
    far = await connection.fetchrow(FAR, workload.ORI, PAGE)
    assert far is not None
    place: tuple[datetime, UUID] = (far["occurred_at"], far["id"])
    await connection.close()
    secured = await Database.open(running.settings, running.secrets, role=READER, database=DATABASE.name)
    free = Database(await asyncpg.create_pool(url, min_size=1, max_size=1), url, {}, 30)
    async with secured.connection() as nobody:
        assert not await nobody.fetchval("select exists (select from document)"), "row-level security is not in force"
    sides = {
        "page 1": (secured, AGENCY, None),
        "far page": (secured, AGENCY, place),
        "page 1, free": (free, AGENCY, None),
        "district": (secured, DISTRICT, None),
        "district, free": (free, DISTRICT, None),
    }
    found: dict[str, list[float]] = {side: [] for side in sides}
    for round_number in range(rounds + 20):
        for side, (database, viewer, after) in sides.items():
            milliseconds = await timed(database, viewer, after)
            if round_number >= 20:
                found[side].append(milliseconds)
    await secured.close()
    await free.close()
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=300)
    chosen = options.parse_args()
    with house.servers() as running:
        asyncio.run(provision(running.settings, running.secrets, [DATABASE]))
        found = asyncio.run(measure(running, chosen.rows, chosen.rounds))
    house.show(found, "ms")
    middle = {side: statistics.median(values) for side, values in found.items()}
    print(f"{chosen.rows:,} rows; page of {PAGE}")
    print(f"far page : page 1   {middle['far page'] / middle['page 1']:4.2f}   (target at most 1.3)")
    for secured, free in (("page 1", "page 1, free"), ("district", "district, free")):
        print(f"{secured} under row-level security : without {middle[secured] / middle[free]:4.2f}   (at most 1.6)")


if __name__ == "__main__":
    main()
