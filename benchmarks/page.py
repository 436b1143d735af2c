"""A GraphQL page of 50 nested incidents, masked and under row-level security: against the raw page, and Strawberry's.

`python -m benchmarks.page [--rows 20000] [--rounds 200]`: milliseconds, medians, and ratios. The raw page is the
documents as they are stored, by one statement, as superuser. Strawberry's is the same types and the same query over
dictionaries that are already there, by the library's own execution: no database, no policy, no mask.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import asyncpg
import orjson
import strawberry
from strawberry.schema.config import StrawberryConfig

from benchmarks import house
from benchmarks.paging import DISTRICT, PAGE, fill
from gateway.database import DATABASE, READER
from gateway.execution import Budget, Documents, Operation, run
from gateway.reading import Reading
from gateway.types import SCALARS, field_of, page_of
from shared.contracts.incidents import Incident
from shared.records.database import Database
from shared.records.provision import provision
from shared.records.pseudonyms import Pseudonyms
from shared.web.paging import Cursors
from tests.servers import Servers

WARM_UP = 10
READER_OF_DISTRICT = replace(DISTRICT, scopes=frozenset({"records.read"}))
KEY = b"k" * 32
RAW = """
select document from document where custodian = $1 and kind = 'incident' and state = 'live'
order by occurred_at desc, id desc limit $2
"""
QUERY = """
{ incidents(first: 50) { edges { node {
    key version incidentNumber occurredAt endedAt schoolId initiatedBy status
    officers { officerNumber role capacity }
    people { personNumber involvement isEnrolled perceived { raceEthnicity sex age } studentRef }
    conduct { scheme code level personNumbers }
    actions { actionNumber type personNumber directedBy purpose legalBasis { code } alternativesTried }
    outcomes { type personNumber }
    bodyWornCamera { recorded reference }
} } } }
"""


def prebuilt(documents: list[dict[str, Any]]) -> strawberry.Schema:
    """The library's own schema over records that are already there."""
    edges = [{"cursor": "", "node": document} for document in documents]

    def page(first: int) -> Any:
        return {"edges": edges[:first], "page_info": {}, "count": None}

    @strawberry.type
    class Query:
        incidents = strawberry.field(resolver=page, graphql_type=page_of(Incident))

    return strawberry.Schema(Query, config=StrawberryConfig(default_resolver=field_of, scalar_map=SCALARS))


async def measure(running: Servers, rows: int, rounds: int) -> Mapping[str, list[float]]:
    """Milliseconds of each kind of page, in turns."""
    raw = await asyncpg.connect(house.database_url(running, DATABASE))
    await fill(raw, rows)
    secured = await Database.open(running.settings, running.secrets, role=READER, database=DATABASE.name)
    documents, budget, cursors = Documents(), Budget(10**9), Cursors(KEY)
    custodian = DISTRICT.lea_ids[0]
    stored = [orjson.loads(row["document"]) for row in await raw.fetch(RAW, custodian, PAGE)]
    schema = prebuilt([{**one, "key": str(number), "version": 1} for number, one in enumerate(stored)])

    async def raw_page() -> bytes:
        page = await raw.fetch(RAW, custodian, PAGE)
        return b"[" + b",".join(row["document"].encode() for row in page) + b"]"

    async def strawberrys() -> bytes:
        result = await schema.execute(QUERY)
        assert not result.errors, result.errors
        return orjson.dumps({"data": result.data})

    async def gateways() -> bytes:
        async with Reading(READER_OF_DISTRICT, secured, cursors, Pseudonyms(KEY, {})) as reading:
            outcome = await run(Operation(QUERY, None, {}), reading, documents, budget, DISTRICT.client)
        assert "errors" not in outcome.content, outcome.content
        assert outcome.content["extensions"]["ferpa"], "nothing is masked"
        return orjson.dumps(outcome.content)

    sides: dict[str, Callable[[], Awaitable[bytes]]] = {
        "raw page": raw_page,
        "gateway": gateways,
        "Strawberry": strawberrys,
    }
    found: dict[str, list[float]] = {side: [] for side in sides}
    for round_number in range(rounds + WARM_UP):
        for side, page in sides.items():
            began = time.perf_counter()
            answer = await page()
            milliseconds = (time.perf_counter() - began) * 1_000
            assert answer.count(b"13B") == PAGE, (side, answer[:500])
            if round_number >= WARM_UP:
                found[side].append(milliseconds)
    await secured.close()
    await raw.close()
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=200)
    chosen = options.parse_args()
    with house.servers() as running:
        asyncio.run(provision(running.settings, running.secrets, [DATABASE]))
        found = asyncio.run(measure(running, chosen.rows, chosen.rounds))
    house.show(found, "ms")
    middle = {side: statistics.median(values) for side, values in found.items()}
    print(f"{chosen.rows:,} incidents; page of {PAGE}")
    print(f"gateway : raw page            {middle['gateway'] / middle['raw page']:5.1f}")
    print(f"gateway : Strawberry prebuilt {middle['gateway'] / middle['Strawberry']:5.2f}   (target at most 1)")
    print(f"Strawberry prebuilt : raw     {middle['Strawberry'] / middle['raw page']:5.1f}")


if __name__ == "__main__":
    main()
