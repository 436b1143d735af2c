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
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from opentelemetry import propagate

from shared.contracts.events import RECORDED, VOIDED
from shared.records.database import Connection
from shared.records.vault import SealedSubject

LIVE, VOID = "live", "void"


class Result(StrEnum):
    """What became of a record that was sent."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    STALE = "stale"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its name in events, its table, the version of its contract, whether parts of it are sealed."""

    name: str
    table: str
    schema_version: int = 1
    sealed: bool = False


class Current(NamedTuple):
    """A record as it stands: what is needed to judge a new state of it."""

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


class Draft(NamedTuple):
    """A new version of a record. `document` is its JSON; `sealed` replaces all that is sealed of it, None keeps it."""

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


class Kept(NamedTuple):
    """What became of one record: the version that stands, and the place in the log where it can be waited for."""

    id: UUID
    key: str
    version: int
    state: str
    result: Result
    position: str
    document: str

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
    digest = hashlib.sha256(document.encode()).digest()
    return Draft(record_id, key, owner, version, LIVE, digest, document, source_version, source_updated_at)


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

    `hold` keeps everybody else from changing them until the transaction ends.
    """
    rows = await connection.fetch(_find_statement(kind.table, hold), keys)
    return {row["key"]: Current(*row) for row in rows}


async def write(
    connection: Connection, kind: Kind, drafts: Sequence[Draft], *, by: str, at: datetime
) -> dict[UUID, str]:
    """Write new versions, each with its log row, in one statement; give the log position of each that was written.

    A draft is not written if its record is no longer at the version before it, if the sender's clock has moved beyond
    it meanwhile, or if a record of its key appeared.
    """
    if not drafts:
        return {}
    drafts = sorted(drafts, key=lambda draft: draft.key)
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    arguments: list[Any] = [
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
    if kind.sealed:
        arguments += _sealed_arguments(drafts)
    rows = await connection.fetch(_write_statement(kind.table, kind.sealed), *arguments)
    return {row["record_id"]: row["position"] for row in rows}


def clock_is_newer(draft: Draft, current: Current) -> bool:
    """Whether the sender's clock dates a draft after the version that stands, as far as that is known."""
    return _later(draft.source_version, current.source_version) or _later(
        draft.source_updated_at, current.source_updated_at
    )


def _later(sent: Any, stored: Any) -> bool:
    return sent is not None and (stored is None or bool(sent > stored))


async def note_source_clock(connection: Connection, kind: Kind, drafts: Sequence[Draft]) -> set[UUID]:
    """Remember the sender's newer clock of records whose content is unchanged; makes no version.

    Gives the ids of those noted: all that are still at the version before the draft's.
    """
    if not drafts:
        return set()
    rows = await connection.fetch(
        _note_statement(kind.table),
        [draft.id for draft in drafts],
        [draft.version for draft in drafts],
        [draft.source_version for draft in drafts],
        [draft.source_updated_at for draft in drafts],
    )
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
    subjects = [(draft.id, subject) for draft in resealed for subject in draft.sealed or ()]
    return [
        [draft.id for draft in resealed if draft.version > 1],
        [record for record, _ in subjects],
        [subject.subject for _, subject in subjects],
        [subject.custodian for _, subject in subjects],
        [subject.wrapped_key for _, subject in subjects],
        [subject.ciphertext for _, subject in subjects],
    ]


@cache
def _find_statement(table: str, hold: bool) -> str:
    return (
        "select id, key, owner, version, state, digest, position, source_version, source_updated_at, document"
        f" from {table} where key = any($1){' order by key for update' if hold else ''}"
    )


@cache
def _note_statement(table: str) -> str:
    return f"""
update {table} as kept
set source_version = greatest(kept.source_version, held.source_version),
    source_updated_at = greatest(kept.source_updated_at, held.source_updated_at)
from (
    select sent.*
    from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::timestamptz[])
        as sent (id, version, source_version, source_updated_at)
    join {table} as kept on kept.id = sent.id and kept.version = sent.version - 1
    order by kept.key
    for update of kept
) as held
where kept.id = held.id
returning kept.id
"""


@cache
def _write_statement(table: str, sealed: bool) -> str:
    return f"""
with draft as materialized (
    select sent.*, nextval('log_id_seq') as log_id, (select max(epoch) from log_epoch) as epoch
    from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::bytea[], $7::text[],
                $8::bigint[], $9::timestamptz[])
        as sent (id, key, owner, version, state, digest, document, source_version, source_updated_at)
), held as materialized (
    select draft.*
    from draft join {table} as kept on kept.id = draft.id and kept.version = draft.version - 1
    where draft.version > 1
      and (draft.source_version < kept.source_version) is not true
      and (draft.source_updated_at < kept.source_updated_at) is not true
    order by draft.key
    for update of kept
), changed as (
    update {table} as kept
    set version = held.version, state = held.state, digest = held.digest, document = held.document::jsonb,
        owner = held.owner, source_version = greatest(held.source_version, kept.source_version),
        source_updated_at = greatest(held.source_updated_at, kept.source_updated_at),
        position = held.epoch || '.' || pg_current_xact_id() || '.' || held.log_id, changed_at = $13, changed_by = $12
    from held
    where kept.id = held.id
    returning kept.id
), created as (
    insert into {table} (id, key, owner, version, state, digest, document, source_version, source_updated_at,
                         position, changed_at, changed_by)
    select id, key, owner, version, state, digest, document::jsonb, source_version, source_updated_at,
           epoch || '.' || pg_current_xact_id() || '.' || log_id, $13, $12
    from draft where version = 1
    on conflict (key) do nothing
    returning id
), kept as (
    select id from changed union all select id from created
), written as (
    insert into log (epoch, id, kind, change, record_id, key, owner, version, schema_version, document, changed_at,
                     changed_by, traceparent)
    select draft.epoch, draft.log_id, $10, case draft.state when '{VOID}' then '{VOIDED}' else '{RECORDED}' end,
           draft.id, draft.key, draft.owner, draft.version, $11,
           case draft.state when '{VOID}' then null else draft.document::json end, $13, $12, $14
    from draft join kept using (id)
    returning record_id, epoch || '.' || transaction_id || '.' || id as position
){_SEAL if sealed else ""}
select record_id, position from written
"""


_SEAL = """, subject as (
    select sent.* from unnest($16::uuid[], $17::integer[], $18::text[], $19::bytea[], $20::bytea[])
        as sent (record_id, subject, custodian, wrapped, ciphertext)
    join kept on kept.id = sent.record_id
), forgotten as (
    delete from vault.sealed as old using kept
    where old.record_id = kept.id and old.record_id = any($15::uuid[])
      and not exists (select from subject where (subject.record_id, subject.subject) = (old.record_id, old.subject))
), sealed as (
    insert into vault.sealed (record_id, subject, custodian, wrapped, ciphertext)
    select record_id, subject, custodian, wrapped, ciphertext from subject
    on conflict (record_id, subject) do update
    set custodian = excluded.custodian, wrapped = excluded.wrapped, ciphertext = excluded.ciphertext
)"""
