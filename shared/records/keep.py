"""How a record is written: its current row and its log row in one statement, guarded by its version.

Nothing is locked beforehand. A row that somebody else changed since it was found is not written, and the caller finds
and writes it again. No two batches wait for each other: each takes the rows that exist before those that are new, both
in the order of their keys. Readers guard by version, so two versions of a record may stand in the log in either order.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from opentelemetry import propagate

from shared.contracts.record import LIVE
from shared.records import statements
from shared.records.closed import Closed
from shared.records.database import Connection
from shared.records.vault import SealedSubject


class Result(StrEnum):
    """What became of a record that was sent."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    STALE = "stale"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its name in events, its table, the version of its contract, whether parts of it are sealed.

    A `layered` kind keeps what was sent apart from what was answered since, and others bear on what follows from it.
    Of a `closable` kind orders of courts keep records out.
    """

    name: str
    table: str
    schema_version: int = 1
    sealed: bool = False
    layered: bool = False
    closable: bool = False


class Current(NamedTuple):
    """A record as it stands: what is needed to judge a new state of it.

    Of a layered kind: `layers` is the JSON of what lies below the document, None where the document is all there is;
    `turn` rises whenever something else that bears on what follows from the record is written; `accepted_at` is when
    its first version was written, `changed_at` its newest.
    """

    id: UUID
    key: str
    owner: str
    version: int
    state: str
    digest: bytes
    position: str
    source_version: int | None
    source_updated_at: datetime | None
    document: str
    changed_at: datetime | None = None
    layers: str | None = None
    turn: int = 0
    accepted_at: datetime | None = None


class Draft(NamedTuple):
    """A new version of a record. `document` is its JSON; `sealed` replaces all that is sealed of it, None keeps it.

    `layers` and `turn` are those of a layered kind: what lies below the document, and the turn it was judged at.
    `answered` is what is sealed of answers, to be added, and `taken_back` the pointers of those that are no more.
    `left_out` are JSON Pointers to what was sent and is not in it. `closed` is what it took to be kept out of a record
    of a closable kind; None for one that says nothing new of anybody.
    """

    id: UUID
    key: str
    owner: str
    version: int
    state: str
    digest: bytes
    document: str
    source_version: int | None = None
    source_updated_at: datetime | None = None
    sealed: tuple[SealedSubject, ...] | None = None
    layers: str | None = None
    turn: int = 0
    answered: tuple[SealedSubject, ...] = ()
    taken_back: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    closed: Closed | None = None


class Follower(NamedTuple):
    """A record of another kind that follows from the one with the id `parent`, and is written if that one is."""

    parent: UUID
    kind: Kind
    draft: Draft


class Kept(NamedTuple):
    """What became of one record: the version that stands, and the place in the log where it can be waited for.

    `followers` are those that were written with it, `layers` what lies below the document, `left_out` what was sent
    and not kept, as JSON Pointers.
    """

    id: UUID
    key: str
    version: int
    state: str
    result: Result
    position: str
    document: str
    followers: tuple[Follower, ...] = ()
    layers: str | None = None
    left_out: tuple[str, ...] = ()

    @property
    def etag(self) -> str:
        """Entity tag of the version that stands (RFC 9110)."""
        return f'"{self.version}"'


def draft(
    current: Current | None,
    record_id: UUID,
    key: str,
    owner: str,
    document: str,
    *,
    source_version: int | None = None,
    source_updated_at: datetime | None = None,
) -> Draft:
    """The version of a record that follows the one that stands, and says what `document` says (canonical JSON)."""
    version = current.version + 1 if current else 1
    return Draft(record_id, key, owner, version, LIVE, digest(document), document, source_version, source_updated_at)


def digest(document: str) -> bytes:
    """Digest of a document, by which the same again is known."""
    return hashlib.sha256(document.encode()).digest()


def judge(current: Current | None, draft: Draft) -> Result:
    """What a new state of a record is to the one that stands.

    A state that the sender's own clock dates before the one that stands is stale. A void record comes back by any
    state that is not stale. The same content again is unchanged.
    """
    if current is None:
        return Result.CREATED
    if _earlier(draft.source_version, current.source_version):
        return Result.STALE
    if _earlier(draft.source_updated_at, current.source_updated_at):
        return Result.STALE
    if current.state == LIVE and current.digest == draft.digest:
        return Result.UNCHANGED
    return Result.CHANGED


def _earlier(sent: Any, stored: Any) -> bool:
    return sent is not None and stored is not None and bool(sent < stored)


async def find(connection: Connection, kind: Kind, keys: Sequence[str], *, hold: bool = False) -> dict[str, Current]:
    """The records with these keys as they stand, by key; those that do not exist are left out.

    `hold` keeps everybody else from changing them until the transaction ends. Of a closable kind, an order
    of a court waits for that end before it holds any record; else each could wait for what the other holds.
    """
    if hold and kind.closable:
        await connection.execute(statements.WRITING)
    rows = await connection.fetch(statements.find(kind.table, hold, kind.layered), keys)
    return {row["key"]: Current(*row) for row in rows}


async def write(
    connection: Connection,
    kind: Kind,
    drafts: Sequence[Draft],
    *,
    by: str,
    at: datetime,
    followers: Sequence[Follower] = (),
) -> dict[UUID, str]:
    """Write new versions, each with its log row, in one statement; give the log position of each that was written.

    A draft is not written if its record is no longer at the version before it or at the turn it was judged at, if the
    sender's clock has moved beyond it meanwhile, if a record of its key appeared, or if an order of a court keeps out
    of it something else than it says. What follows from a record is
    written if the record is, in the same statement: the caller sees to it that nobody else writes it meanwhile, by
    the turn of the record or by holding it.
    """
    if not drafts:
        return {}
    drafts = sorted(drafts, key=lambda draft: draft.key)
    arguments = _written_arguments(kind, drafts, by, at)
    if kind.sealed:
        arguments += _sealed_arguments(drafts)
    if kind.layered:
        arguments += [[draft.layers for draft in drafts], [draft.turn for draft in drafts]]
    if kind.closable:
        arguments += _closed_arguments(drafts)
    following = groupby(sorted(followers, key=_place), key=lambda follower: follower.kind)
    kinds = []
    for one, group in following:
        kinds.append((one.name, one.table, one.schema_version))
        arguments += _follower_arguments(list(group))
    statement = statements.write(kind.table, kind.sealed, kind.layered, kind.closable, tuple(kinds))
    rows = await connection.fetch(statement, *arguments)
    return {row["record_id"]: row["position"] for row in rows}


async def touch(connection: Connection, kind: Kind, record_ids: Sequence[UUID]) -> None:
    """Raise the turn of records that the caller holds: what follows from them is about to be written by itself."""
    await connection.execute(f"update {kind.table} set turn = turn + 1 where id = any($1)", record_ids)


def clock_is_newer(draft: Draft, current: Current) -> bool:
    """Whether the sender's clock dates a draft after the version that stands, as far as that is known."""
    return _later(draft.source_version, current.source_version) or _later(
        draft.source_updated_at, current.source_updated_at
    )


def _later(sent: Any, stored: Any) -> bool:
    return sent is not None and (stored is None or bool(sent > stored))


def is_worth_noting(draft: Draft, current: Current) -> bool:
    """Whether a draft whose document is unchanged brings a newer clock of the sender, or other layers below it."""
    return clock_is_newer(draft, current) or draft.layers != current.layers


async def note(connection: Connection, kind: Kind, drafts: Sequence[Draft]) -> set[UUID]:
    """Remember the sender's newer clock, and the layers below, of records whose document is unchanged: no version.

    Gives the ids of those noted: all that are still at the version before the draft's, and at the draft's turn.
    """
    if not drafts:
        return set()
    arguments: list[Any] = [
        [draft.id for draft in drafts],
        [draft.version for draft in drafts],
        [draft.source_version for draft in drafts],
        [draft.source_updated_at for draft in drafts],
    ]
    if kind.layered:
        arguments += [[draft.layers for draft in drafts], [draft.turn for draft in drafts]]
    rows = await connection.fetch(statements.note(kind.table, kind.layered), *arguments)
    return {row["id"] for row in rows}


async def versions(connection: Connection, record_id: UUID) -> list[Mapping[str, Any]]:
    """Every version of a record, oldest first: version, change, changed_at, changed_by, document (None where void)."""
    rows = await connection.fetch(
        "select version, change, changed_at, changed_by, document from log where record_id = $1 order by version",
        record_id,
    )
    return [{**row, "document": orjson.loads(row["document"]) if row["document"] else None} for row in rows]


def _sealed_arguments(drafts: Sequence[Draft]) -> list[Any]:
    resealed = [draft for draft in drafts if draft.sealed is not None]
    subjects = [(draft.id, subject) for draft in drafts for subject in (*(draft.sealed or ()), *draft.answered)]
    taken_back = [(draft.id, pointer) for draft in drafts for pointer in draft.taken_back]
    return [
        [draft.id for draft in resealed if draft.version > 1],
        [record for record, _ in subjects],
        [subject.subject for _, subject in subjects],
        [subject.pointer for _, subject in subjects],
        [subject.custodian for _, subject in subjects],
        [subject.wrapped_key for _, subject in subjects],
        [subject.ciphertext for _, subject in subjects],
        [record for record, _ in taken_back],
        [pointer for _, pointer in taken_back],
    ]


def _written_arguments(kind: Kind, drafts: Sequence[Draft], by: str, at: datetime) -> list[Any]:
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return [
        [draft.id for draft in drafts],
        [draft.key for draft in drafts],
        [draft.owner for draft in drafts],
        [draft.version for draft in drafts],
        [draft.state for draft in drafts],
        [draft.digest for draft in drafts],
        [draft.document for draft in drafts],
        [draft.source_version for draft in drafts],
        [draft.source_updated_at for draft in drafts],
        kind.name,
        kind.schema_version,
        by,
        at,
        carrier.get("traceparent"),
    ]


def _closed_arguments(drafts: Sequence[Draft]) -> list[Any]:
    return [
        [draft.closed.digest if draft.closed else None for draft in drafts],
        [",".join(map(str, draft.closed.subjects)) if draft.closed else None for draft in drafts],
    ]


def _place(follower: Follower) -> tuple[str, str]:
    return follower.kind.table, follower.draft.key


def _follower_arguments(group: Sequence[Follower]) -> list[Any]:
    drafts = [follower.draft for follower in group]
    return [
        [follower.parent for follower in group],
        [draft.id for draft in drafts],
        [draft.key for draft in drafts],
        [draft.owner for draft in drafts],
        [draft.version for draft in drafts],
        [draft.state for draft in drafts],
        [draft.digest for draft in drafts],
        [draft.document for draft in drafts],
    ]
