"""The disclosure record in PostgreSQL: what `append` returns has been committed, and nobody can change it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.disclosures.entry import BEFORE_THE_FIRST, Recorded, Salted
from gateway.disclosures.requirement import required
from gateway.disclosures.sealing import DetailsSeal, Unreadable
from gateway.disclosures.tree import Frontier, Tree
from gateway.disclosures.verify import Broken, Verifier
from shared.contracts.disclosures import (
    ChainHead,
    Disclosure,
    DisclosureDetails,
    DisclosureEntry,
    Disclosures,
    TreeHead,
)
from shared.records.database import Connection, Database

GRANTED, REFUSED = "granted", "refused"
HEAD_EVERY = 1_000
"""A head is kept of a chain with each so many entries, and with the first entry of a day."""
AT_ONCE = 1_000

# The lock is a statement of its own: what stands behind it sees all that was appended before.
HOLD = "select pg_advisory_xact_lock(hashtext('disclosure'), hashtext($1))"
LAST = "select number, hash from disclosure where custodian = $1 order by number desc limit 1"
APPEND = """
insert into disclosure (custodian, number, content, hash, about, record_id, details)
values ($1, $2, $3, $4, $5, $6, $7) returning number
"""
LAST_HEAD = "select made_at from disclosure_head where custodian = $1 order by size desc limit 1"
KEEP_HEAD = "insert into disclosure_head (custodian, size, root, made_at) values ($1, $2, $3, $4)"
HASHES = "select hash from disclosure where custodian = $1 order by number"
COLUMNS = "number, content, hash, about, record_id, details"
ABOUT = f"select {COLUMNS} from disclosure where custodian = $1 and about = $2 order by number"
CHAIN = f"select {COLUMNS} from disclosure where custodian = $1 order by number"
CUSTODIANS = "select custodian from disclosure union select custodian from disclosure_head order by custodian"
HEADS = "select size, root from disclosure_head where custodian = $1"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was decided, before it has its place in the custodian's chain."""

    custodian: str
    client: str
    role: str
    purpose: str
    basis: str | None
    record_class: str
    what: str
    outcome: str
    rule: str
    section: str
    request_id: str
    details: DisclosureDetails


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a custodian's chain turned out to be: its head, how many details were erased, and where it breaks."""

    custodian: str
    head: TreeHead
    erased: int
    broken: Broken | None


class NotRecorded(Exception):
    """PostgreSQL took the entry and kept nothing, as a trigger or a rule can have it."""


async def append(database: Database, seal: DetailsSeal, asked: Asked) -> Recorded:
    """Write a request at the end of its custodian's chain; it has been committed when this returns.

    Raises NotRecorded, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError or
    TimeoutError where it could not be: then nothing may be revealed.
    """
    async with custody(database, [asked.custodian]) as connection:
        await connection.execute(HOLD, asked.custodian)
        last = await connection.fetchrow(LAST, asked.custodian)
        recorded = _next(asked, last["number"], last["hash"].hex()) if last else _next(asked, 0, BEFORE_THE_FIRST)
        await _write(connection, seal, recorded)
        await _keep_head(connection, recorded.entry)
        return recorded


async def about(
    database: Database, seal: DetailsSeal, custodians: Sequence[str], key: str, *, kept_size: int | None = None
) -> Disclosures:
    """The requests for what is sealed of an incident, as these custodians recorded them, each with its proof.

    The heads prove that they go on from those of `kept_size` entries. Raises Unreadable for details that were tampered
    with.
    """
    found: list[Disclosure] = []
    heads: list[ChainHead] = []
    async with custody(database, custodians) as connection:
        for custodian in custodians:
            rows = await connection.fetch(ABOUT, custodian, key)
            tree = Tree([row["hash"] for row in await connection.fetch(HASHES, custodian)])
            found += [_disclosure(custodian, row, seal, tree) for row in rows]
            heads.append(_head(custodian, tree, kept_size))
    return Disclosures(disclosures=tuple(found), heads=tuple(heads))


async def verify_all(
    database: Database, seal: DetailsSeal, kept: Sequence[TreeHead] = ()
) -> AsyncIterator[ChainReport]:
    """Hold every chain against itself, against the heads in the database, and against those that somebody kept."""
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        names = {row["custodian"] for row in await connection.fetch(CUSTODIANS)}
        for custodian in sorted(names | {head.custodian for head in kept}):
            roots = {row["size"]: row["root"].hex() for row in await connection.fetch(HEADS, custodian)}
            for head in kept:
                if head.custodian == custodian and head.size:
                    roots[head.size] = head.root
            yield await _verify(connection, seal, Verifier(custodian, roots), custodian)


async def _verify(connection: Connection, seal: DetailsSeal, verifier: Verifier, custodian: str) -> ChainReport:
    broken = None
    try:
        async for row in connection.cursor(CHAIN, custodian, prefetch=AT_ONCE):
            if row["number"] != verifier.size + 1:
                raise Broken(verifier.size + 1, "it is missing")
            verifier.take(_recorded(custodian, row, seal))
        verifier.end()
    except Broken as error:
        broken = error
    return ChainReport(custodian, verifier.head, verifier.erased, broken)


@asynccontextmanager
async def custody(database: Database, custodians: Sequence[str]) -> AsyncIterator[Connection]:
    """A transaction in which row security admits the chains of these custodians."""
    async with database.transaction() as connection:
        await connection.execute("select set_config('daylight.custodians', $1, true)", ",".join(custodians))
        yield connection


def _next(asked: Asked, number: int, previous_hash: str) -> Recorded:
    salted = Salted.fresh(asked.details)
    entry = DisclosureEntry(
        custodian=asked.custodian,
        number=number + 1,
        recorded_at=datetime.now(UTC),
        client=asked.client,
        role=asked.role,
        purpose=asked.purpose,
        basis=asked.basis,
        record_class=asked.record_class,
        what=asked.what,
        outcome=asked.outcome,
        rule=asked.rule,
        section=asked.section,
        request_id=asked.request_id,
        details_digest=salted.digest,
        previous_hash=previous_hash,
    )
    return Recorded.of(entry, salted)


async def _write(connection: Connection, seal: DetailsSeal, recorded: Recorded) -> None:
    entry, salted = recorded.entry, recorded.salted
    if salted is None:
        raise ValueError("an entry is written with its details")
    kept = await connection.fetchval(
        APPEND,
        entry.custodian,
        entry.number,
        recorded.content.decode(),
        bytes.fromhex(recorded.hash),
        _key(salted.details),
        salted.details.record_id,
        seal.seal(entry.custodian, entry.number, salted),
    )
    if kept != entry.number:
        raise NotRecorded


async def _keep_head(connection: Connection, entry: DisclosureEntry) -> None:
    made_at = await connection.fetchval(LAST_HEAD, entry.custodian)
    if made_at is not None and made_at.date() >= entry.recorded_at.date() and entry.number % HEAD_EVERY:
        return
    tree = Frontier()
    for row in await connection.fetch(HASHES, entry.custodian):
        tree.add(row["hash"])
    await connection.execute(KEEP_HEAD, entry.custodian, tree.size, tree.root, entry.recorded_at)


def _recorded(custodian: str, row: Any, seal: DetailsSeal) -> Recorded:
    """An entry as its row has it. Raises Broken where the row's columns are not what the entry says."""
    number, sealed = row["number"], row["details"]
    try:
        salted = None if sealed is None else seal.open(custodian, number, sealed)
    except Unreadable:
        raise Broken(number, "its details cannot be read") from None
    found = (None, None) if salted is None else (_key(salted.details), salted.details.record_id)
    if (row["about"], row["record_id"]) != found:
        raise Broken(number, "it stands under another record than its details name")
    return Recorded(row["content"].encode(), row["hash"].hex(), salted)


def _disclosure(custodian: str, row: Any, seal: DetailsSeal, tree: Tree) -> Disclosure:
    salted = seal.open(custodian, row["number"], row["details"])
    entry = DisclosureEntry.model_validate_json(row["content"])
    return Disclosure(
        entry=entry,
        hash=row["hash"].hex(),
        details=salted.details,
        salt=salted.salt,
        recorded_under_99_32=required(entry.record_class, entry.basis, granted=entry.outcome == GRANTED),
        proof=tuple(node.hex() for node in tree.inclusion(entry.number - 1)),
    )


def _head(custodian: str, tree: Tree, kept_size: int | None) -> ChainHead:
    proof = tree.consistency(kept_size) if kept_size and kept_size <= tree.size else None
    return ChainHead(
        custodian=custodian,
        size=tree.size,
        root=tree.root.hex(),
        consistency=None if proof is None else tuple(node.hex() for node in proof),
    )


def _key(details: DisclosureDetails) -> str:
    return f"{details.ori}/{details.incident_number}"
