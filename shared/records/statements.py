"""The statements by which records are found and written, made for a kind once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

COLUMNS = "id, key, owner, version, state, digest, position, source_version, source_updated_at, document, changed_at"
SEAL = """, subject as (
    select sent.* from unnest($16::uuid[], $17::integer[], $18::text[], $19::text[], $20::bytea[], $21::bytea[])
        as sent (record_id, subject, pointer, custodian, wrapped, ciphertext)
    join kept on kept.id = sent.record_id
), forgotten as (
    delete from vault.sealed as old using kept
    where old.record_id = kept.id and (
        (old.record_id, old.pointer) in (select * from unnest($22::uuid[], $23::text[]))
        or old.pointer = '' and old.record_id = any($15::uuid[]) and not exists (
            select from subject
            where subject.pointer = '' and (subject.record_id, subject.subject) = (old.record_id, old.subject)
        )
    )
), sealed as (
    insert into vault.sealed (record_id, subject, pointer, custodian, wrapped, ciphertext)
    select record_id, subject, pointer, custodian, wrapped, ciphertext from subject
    on conflict (record_id, subject, pointer) do update
    set custodian = excluded.custodian, wrapped = excluded.wrapped, ciphertext = excluded.ciphertext
)"""
WRITE = """
with {closing}{numbered}draft as materialized (
    select sent.*, {number} as log_id, (select max(epoch) from log_epoch) as epoch
    from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::bytea[], $7::text[],
                $8::bigint[], $9::timestamptz[]{more.arrays}{still_open.arrays})
        as sent (id, key, owner, version, state, digest, document, source_version, source_updated_at
                 {more.names}{still_open.names})
    {still_open.guard}
), held as materialized (
    select draft.*
    from draft join {table} as kept on kept.id = draft.id and kept.version = draft.version - 1
    where draft.version > 1
      and (draft.source_version < kept.source_version) is not true
      and (draft.source_updated_at < kept.source_updated_at) is not true
      {more.guard}
    order by draft.key
    for update of kept
), changed as (
    update {table} as kept
    set version = held.version, state = held.state, digest = held.digest, document = held.document::jsonb,
        owner = held.owner, source_version = greatest(held.source_version, kept.source_version),
        source_updated_at = greatest(held.source_updated_at, kept.source_updated_at),
        position = held.epoch || '.' || pg_current_xact_id() || '.' || held.log_id, changed_at = $13, changed_by = $12
        {more.changed}
    from held
    where kept.id = held.id
    returning kept.id
), created as (
    insert into {table} (id, key, owner, version, state, digest, document, source_version, source_updated_at,
                         position, changed_at, changed_by{more.columns})
    select id, key, owner, version, state, digest, document::jsonb, source_version, source_updated_at,
           epoch || '.' || pg_current_xact_id() || '.' || log_id, $13, $12{more.values}
    from draft where version = 1
    on conflict (key) do nothing
    returning id
), kept as (
    select id from changed union all select id from created
), written as (
    insert into log (epoch, id, kind, change, record_id, key, owner, version, schema_version, document, changed_at,
                     changed_by, traceparent)
    select draft.epoch, draft.log_id, $10, case draft.state when 'void' then 'voided' else 'recorded' end,
           draft.id, draft.key, draft.owner, draft.version, $11,
           case draft.state when 'void' then null else draft.document::json end, $13, $12, $14
    from draft join kept using (id)
    returning record_id, epoch || '.' || transaction_id || '.' || id as position
){seal}{followers}
select record_id, position from written
"""
NEXT_NUMBER = "nextval('log_id_seq')"
WRITING = "lock table vault.closed in row share mode"
"""Says that records are being written: an order of a court waits until the transaction ends."""
WRITTEN_ARGUMENTS, SEALED_ARGUMENTS, LAYERED_ARGUMENTS, CLOSED_ARGUMENTS, FOLLOWER_ARGUMENTS = 14, 9, 2, 2, 8


@cache
def find(table: str, hold: bool, layered: bool) -> str:
    """Finds the rows with these keys ($1), for nobody else to change until the transaction ends where `hold`."""
    columns = f"{COLUMNS}, layers, turn, accepted_at" if layered else COLUMNS
    return f"select {columns} from {table} where key = any($1){' order by key for update' if hold else ''}"


@cache
def note(table: str, layered: bool) -> str:
    """Sets the sender's clock, and the layers, of rows that are still at the version before the draft's.

    Of a layered kind also at the draft's turn, which rises: who judged by the layers before judges again.
    """
    arrays = ", $5::text[], $6::integer[]" if layered else ""
    return f"""
update {table} as kept
set source_version = greatest(kept.source_version, held.source_version),
    source_updated_at = greatest(kept.source_updated_at, held.source_updated_at)
    {", layers = held.layers::json, turn = held.turn + 1" if layered else ""}
from (
    select sent.*
    from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::timestamptz[]{arrays})
        as sent (id, version, source_version, source_updated_at{", layers, turn" if layered else ""})
    join {table} as kept on kept.id = sent.id and kept.version = sent.version - 1
        {"and kept.turn = sent.turn" if layered else ""}
    order by kept.key
    for update of kept
) as held
where kept.id = held.id
returning kept.id
"""


@dataclass(frozen=True, slots=True)
class _Layered:
    """What a statement that writes a layered kind says besides."""

    arrays: str = ""
    names: str = ""
    guard: str = ""
    changed: str = ""
    columns: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True)
class _StillOpen:
    """What a statement says besides that writes a closable kind: as much is kept out of the record as its draft says.

    The rows are locked although few or none are found: so an order of a court waits for whoever writes.
    """

    arrays: str = ""
    names: str = ""
    guard: str = ""


CLOSING = """closing as materialized (
    select digest, subject from vault.closed where digest = any(${at}::bytea[]) for key share
), """
STILL_OPEN = """where sent.key_digest is null or sent.kept_out = coalesce(
        (select string_agg(subject::text, ',' order by subject) from closing where closing.digest = sent.key_digest), ''
    )"""


@cache
def write(table: str, sealed: bool, layered: bool, closable: bool, following: Sequence[tuple[str, str, int]]) -> str:
    """Writes rows of a kind with their log rows, what is sealed of them, and what follows from them.

    What follows is logged before the record: whoever waits for the record's place in the log sees all of it.

    `following`: name, table and schema version of each kind that follows. The arguments are those of the kind, then
    of the vault, of the layers, of what is kept out, and of each kind that follows.
    """
    layers_at = 1 + WRITTEN_ARGUMENTS + (SEALED_ARGUMENTS if sealed else 0)
    closed_at = layers_at + (LAYERED_ARGUMENTS if layered else 0)
    followers_at = closed_at + (CLOSED_ARGUMENTS if closable else 0)
    more, still_open = _Layered(), _StillOpen()
    if layered:
        more = _Layered(
            arrays=f", ${layers_at}::text[], ${layers_at + 1}::integer[]",
            names=", layers, turn",
            guard="and draft.turn = kept.turn",
            changed=", layers = held.layers::json",
            columns=", layers, accepted_at",
            values=", layers::json, $13",
        )
    if closable:
        still_open = _StillOpen(
            arrays=f", ${closed_at}::bytea[], ${closed_at + 1}::text[]",
            names=", key_digest, kept_out",
            guard=STILL_OPEN,
        )
    tables = [table for _, table, _ in following]
    places = range(followers_at, followers_at + len(tables) * FOLLOWER_ARGUMENTS, FOLLOWER_ARGUMENTS)
    return WRITE.format(
        table=table,
        closing=CLOSING.format(at=closed_at) if closable else "",
        more=more,
        still_open=still_open,
        seal=SEAL if sealed else "",
        numbered="".join(map(_number, tables, places)),
        number=_number_after(tables),
        followers="".join(_follow(*kind) for kind in following),
    )


def _number(table: str, first: int) -> str:
    types = ("uuid", "uuid", "text", "text", "integer", "text", "bytea", "text")
    arrays = ", ".join(f"${first + place}::{type_}[]" for place, type_ in enumerate(types))
    return f"""{table}_numbered as materialized (
    select sent.*, nextval('log_id_seq') as log_id, (select max(epoch) from log_epoch) as epoch
    from unnest({arrays}) as sent (parent, id, key, owner, version, state, digest, document)
), """


def _number_after(tables: Sequence[str]) -> str:
    """The next log id, drawn once those of what follows are drawn: counting them is what has them drawn."""
    if not tables:
        return NEXT_NUMBER
    drawn = " + ".join(f"(select count(*) from {table}_numbered)" for table in tables)
    return f"case when {drawn} >= 0 then {NEXT_NUMBER} end"


def _follow(name: str, table: str, schema_version: int) -> str:
    return f""", {table}_draft as materialized (
    select numbered.* from {table}_numbered as numbered join kept on kept.id = numbered.parent
), {table}_kept as (
    insert into {table} as old (id, key, owner, version, state, digest, document, position, changed_at, changed_by)
    select id, key, owner, version, state, digest, document::jsonb,
           epoch || '.' || pg_current_xact_id() || '.' || log_id, $13, $12
    from {table}_draft
    on conflict (id) do update
    set version = excluded.version, state = excluded.state, digest = excluded.digest, document = excluded.document,
        owner = excluded.owner, position = excluded.position, changed_at = $13, changed_by = $12
    where old.version = excluded.version - 1
    returning id
), {table}_written as (
    insert into log (epoch, id, kind, change, record_id, key, owner, version, schema_version, document, changed_at,
                     changed_by, traceparent)
    select draft.epoch, draft.log_id, '{name}', case draft.state when 'void' then 'voided' else 'recorded' end,
           draft.id, draft.key, draft.owner, draft.version, {schema_version},
           case draft.state when 'void' then null else draft.document::json end, $13, $12, $14
    from {table}_draft as draft join {table}_kept using (id)
)"""
