"""Publications in PostgreSQL: asked for, counted and certified, published. What a function returns is committed."""

import asyncio
import secrets as randomness
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import asyncpg
import orjson
from uuid_utils.compat import uuid7

from services.reporting.publication.designs import SCHOOL, designs
from services.reporting.publication.protection.certified import CannotBeProtected, Certified, NotCertified, verify
from services.reporting.publication.protection.search import certify
from services.reporting.publication.protection.shape import Atom, Cell, Shape
from services.reporting.publication.rules import AGENCY, owner_of, table_id_of, table_of
from services.reporting.publication.tables import PUBLISHED_TABLE
from services.reporting.record.kinds import PUBLIC
from services.reporting.rollup.projection import NO_SCHOOL, SERVICES
from services.reporting.rollup.rules import UNKNOWN
from services.reporting.summary.rules import months_of
from services.reporting.summary.store import POSITION, calendar_of, where_counted
from shared.contracts.published_tables import Publication, PublicationRequest, PublishedTable
from shared.contracts.summaries import SummaryScope
from shared.records.database import Connection, Database
from shared.records.keep import Kept
from shared.records.put import judge_record, put_once, until_done

DRAFT, CERTIFIED, PUBLISHED = "draft", "certified", "published"
LARGEST_SEED = 2**62

FIND = "select * from publication where id = $1"
LIST = "select * from publication where owner = any($1::text[]) order by table_id, version desc"
LOCK = "select pg_advisory_xact_lock(hashtextextended('publication of ' || $1, 0))"
"""Held until the transaction ends: nobody else publishes anything of the same owner meanwhile."""
NEWEST = "select version, state from publication where table_id = $1 order by version desc limit 1"
ASK = """
insert into publication (id, owner, table_id, version, state, request, seed, changed_at, changed_by)
values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8)
on conflict (table_id, version) do update
set state = excluded.state, request = excluded.request, seed = excluded.seed, counted = null, certified = null,
    first_month = null, last_month = null, data_version = null, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by
where publication.state <> 'published'
returning *
"""
CERTIFY = """
update publication
set state = 'certified', counted = $2, certified = $3, first_month = $4, last_month = $5, data_version = $6,
    changed_at = $7, changed_by = $8
where id = $1 and state <> 'published' and changed_at = $9
returning *
"""
PUBLISH = "update publication set state = 'published', changed_at = $2, changed_by = $3 where id = $1"
BEFORE = "select certified from publication where table_id = $1 and state = 'published'"
OVERLAPPING = """
select from publication
where owner = $1 and table_id <> $2 and state = 'published' and first_month <= $4 and last_month >= $3
"""
SCHOOLS = "select key from school where lea_id = $1 and state = 'live' order by key"


class Overtaken(Exception):
    """Somebody else changed the publication meanwhile, or it is at a state from which this cannot be done."""


class NothingReported(Exception):
    """There is no contact to count, which is not zero."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, each contact once: by its value of each dimension of the shape; and in which months."""

    shape: Shape
    counts: Mapping[Atom, int]
    months: tuple[str, str]
    data_version: str


async def ask(database: Database, request: PublicationRequest, *, by: str, at: datetime) -> Publication:
    """Begin the next version of a table, or begin it anew where it is not published yet."""
    table_id, owner = table_id_of(request), owner_of(request)
    async with database.transaction() as connection:
        await connection.execute(LOCK, owner)
        newest = await connection.fetchrow(NEWEST, table_id)
        version = 1 if newest is None else newest["version"] + (newest["state"] == PUBLISHED)
        content = orjson.dumps(request.model_dump()).decode()
        seed = randomness.randbelow(LARGEST_SEED)
        row = await connection.fetchrow(ASK, uuid7(), owner, table_id, version, content, seed, at, by)
    return _publication(row)


async def find(database: Database, publication_id: UUID) -> Publication | None:
    """The publication, None where there is none."""
    async with database.connection() as connection:
        row = await connection.fetchrow(FIND, publication_id)
    return None if row is None else _publication(row)


async def list_publications(database: Database, owners: Sequence[str]) -> list[Publication]:
    """The publications of districts and agencies: by table, the newest version first."""
    async with database.connection() as connection:
        return [_publication(row) for row in await connection.fetch(LIST, list(owners))]


async def count_and_certify(database: Database, publication_id: UUID, *, by: str, at: datetime) -> Publication:
    """Count, find what must be hidden, and keep both with the proof.

    Raises NothingReported, CannotBeProtected where there is no way to hide enough, and Overtaken where it is published
    or was changed.
    """
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        row = await connection.fetchrow(FIND, publication_id)
        if row["state"] == PUBLISHED:
            raise Overtaken
        request = _request(row)
        counted = await _count(connection, request)
        if not counted.counts:
            raise NothingReported
        await _refuse_overlap(connection, row, counted.months)
        kept = await _hidden_before(connection, row["table_id"])
    work = partial(
        certify, counted.shape, counted.counts, smallest=request.smallest_count, kept_hidden=kept, seed=row["seed"]
    )
    certified = await asyncio.to_thread(work)
    units = orjson.dumps([[*atom, number] for atom, number in sorted(counted.counts.items())]).decode()
    arguments = (units, certified.to_json(), *counted.months, counted.data_version, at, by, row["changed_at"])
    async with database.connection() as connection:
        kept_row = await connection.fetchrow(CERTIFY, publication_id, *arguments)
    if kept_row is None:
        raise Overtaken
    return _publication(kept_row)


async def publish(database: Database, publication_id: UUID, *, by: str, at: datetime) -> tuple[Publication, Kept]:
    """Check the proof once more, and freeze the table, in one transaction.

    Raises NotCertified where the proof does not hold, CannotBeProtected where another table came between, and
    Overtaken where there is no proof, or the version was published before.
    """
    async with database.transaction() as connection:
        row = await connection.fetchrow(FIND, publication_id)
        await connection.execute(LOCK, row["owner"])
        row = await connection.fetchrow(f"{FIND} for update", publication_id)
        if row["state"] != CERTIFIED:
            raise Overtaken
        await _refuse_overlap(connection, row, (row["first_month"], row["last_month"]))
        certified = Certified.from_json(row["certified"])
        counts = {tuple(atom): number for *atom, number in orjson.loads(row["counted"])}
        before = await _hidden_before(connection, row["table_id"])
        if not before & certified.printed.keys() <= certified.kept:
            raise NotCertified("An earlier version hides more.")
        verify(certified, counts)
        publication = _publication(row)
        kept = await _freeze(connection, table_of(publication, certified, row["data_version"], at), by=by, at=at)
        await connection.execute(PUBLISH, publication_id, at, by)
    return publication.model_copy(update={"state": PUBLISHED}), kept


async def _refuse_overlap(connection: Connection, row: asyncpg.Record, months: tuple[str, str]) -> None:
    """Raise CannotBeProtected where another table of the same owner counts some of the same months."""
    if await connection.fetchrow(OVERLAPPING, row["owner"], row["table_id"], *months) is not None:
        raise CannotBeProtected("Another table counts some of these months: one could be taken off the other.")


async def _freeze(connection: Connection, table: PublishedTable, *, by: str, at: datetime) -> Kept:
    key = f"{table.table_id}/{table.table_version}"
    judge = partial(judge_record, owner=PUBLIC)
    kept = (await until_done({key: table}, partial(put_once, connection, PUBLISHED_TABLE, judge=judge, by=by, at=at)))[
        key
    ]
    if not isinstance(kept, Kept):
        raise Overtaken
    return kept


async def _count(connection: Connection, request: PublicationRequest) -> Counted:
    scope = SummaryScope(ori=request.ori, lea_id=request.lea_id)
    months = months_of(request.school_year, await calendar_of(connection, scope, request.school_year))
    where, values = where_counted(scope, months)
    design = designs()[request.design]
    if design.scope == AGENCY:
        where += f" and school_id = '{NO_SCHOOL}'"
    shape = Shape(design.values(await _schools(connection, request)), design.printed)
    columns = ", ".join("school_id" if name == SCHOOL else name for name in design.dimensions)
    rows = await connection.fetch(
        f"select {columns}, count(*) as units from fact where {where} and measure = '{design.measure}'"
        f" group by {columns}",
        *values,
    )
    counts: Counter[Atom] = Counter()
    for *place, units in rows:
        known = zip(place, shape.dimensions.values(), strict=True)
        counts[tuple(value if value in codes else UNKNOWN for value, codes in known)] += units
    position = await connection.fetchval(POSITION, SERVICES[0])
    return Counted(shape, counts, months, f"{SERVICES[0]}:{position or ''}")


async def _schools(connection: Connection, request: PublicationRequest) -> tuple[str, ...]:
    return (*[row["key"] for row in await connection.fetch(SCHOOLS, request.lea_id)], UNKNOWN)


async def _hidden_before(connection: Connection, table_id: str) -> set[Cell]:
    """The cells that an earlier version of the table hides: no later one shows them."""
    rows = await connection.fetch(BEFORE, table_id)
    earlier = [Certified.from_json(row["certified"]).printed for row in rows]
    return {cell for printed in earlier for cell, number in printed.items() if number is None}


def _request(row: asyncpg.Record) -> PublicationRequest:
    return PublicationRequest.model_validate_json(row["request"])


def _publication(row: asyncpg.Record) -> Publication:
    printed = None if row["certified"] is None else Certified.from_json(row["certified"]).printed
    return Publication(
        **_request(row).model_dump(),
        id=row["id"],
        table_id=row["table_id"],
        version=row["version"],
        state=row["state"],
        hidden=None if printed is None else sum(value is None for value in printed.values()),
        of=None if printed is None else len(printed),
    )
