"""Turns the services' events into the gateway's documents and its change feed.

A repeat, a replay or an event out of its order changes nothing: the newest version of a record says what it is, the
newest version that was live says where it belongs. The district of a record is a function of those and of the
directory, so a record is scoped again when its school comes or goes. Nothing here looks at a clock or runs a rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from pydantic import ValidationError

from gateway.policy import AGENCY_RECORD, PUBLIC_FACT
from shared.contracts.contract import Contract
from shared.contracts.directory import Agency, District, Partnership, School
from shared.contracts.events import RECORDED, VOIDED, Event
from shared.contracts.incidents import Incident
from shared.contracts.record import LIVE, VOID
from shared.records.consumer import NotApplicable
from shared.records.database import Connection

PUBLIC = "public"
LEA_DIGITS = 7


@dataclass(frozen=True, slots=True)
class ProjectedKind:
    """A kind of record that has documents: its contract, the version of it that is understood, and its class."""

    contract: type[Contract]
    record_class: str
    schema_version: int = 1


KINDS: Mapping[str, ProjectedKind] = {
    "incident": ProjectedKind(Incident, AGENCY_RECORD),
    "agency": ProjectedKind(Agency, PUBLIC_FACT),
    "district": ProjectedKind(District, PUBLIC_FACT),
    "school": ProjectedKind(School, PUBLIC_FACT),
    "partnership": ProjectedKind(Partnership, PUBLIC_FACT),
}
NOT_SHOWN = frozenset({"school_code", "judgement", "opening", "delivery", "flag", "conclusion"})
"""Kinds that a service publishes for others: they have no document, since the records they bear on say the result."""


@dataclass(frozen=True, slots=True)
class Row:
    """What an event makes of a document. Lists are words joined by commas; None where nothing is known."""

    custodian: str
    kind: str
    key: str
    id: UUID
    version: int
    state: str
    record_class: str
    scope_version: int
    changed_at: datetime
    lea_id: str | None = None
    school_id: str | None = None
    occurred_at: datetime | None = None
    initiated_by: str | None = None
    source_system: str | None = None
    actions: str | None = None
    outcomes: str | None = None
    document: str | None = None


RecordKey: TypeAlias = tuple[str, str, str]


async def apply(connection: Connection, events: Sequence[Event]) -> None:
    """Bring the documents and the change feed to what the events say, in the caller's transaction.

    Raises NotApplicable for an event of an unknown kind, version or shape; then nothing of the batch may be kept.
    """
    rows = _newest(_row(event) for event in events if event.kind not in NOT_SHOWN)
    facts = [row for row in rows if row.record_class == PUBLIC_FACT]
    if facts:
        await connection.execute(KEEP_FACTS, *_columns(facts))
    if records := [row for row in rows if row.record_class != PUBLIC_FACT]:
        await connection.execute(KEEP_RECORDS, *_columns(records))
    if schools := [row.key for row in facts if row.kind == "school"]:
        await connection.execute(SCOPE_AGAIN, schools)


def _row(event: Event) -> Row:
    kind = KINDS.get(event.kind)
    if kind is None:
        raise NotApplicable("unknown-kind")
    if event.change not in (RECORDED, VOIDED):
        raise NotApplicable("unknown-change")
    record = event.data
    if record.schema_version != kind.schema_version:
        raise NotApplicable("unknown-schema-version")
    if (record.document is None) != (event.change == VOIDED):
        raise NotApplicable("wrong-shape")
    return Row(
        custodian=record.owner,
        kind=event.kind,
        key=record.key,
        id=record.id,
        version=record.version,
        state=VOID if record.document is None else LIVE,
        record_class=kind.record_class,
        scope_version=0 if record.document is None else record.version,
        changed_at=event.time,
        **_content(kind.contract, record.owner, record.document),
    )


def _content(contract: type[Contract], owner: str, document: Mapping[str, Any] | None) -> dict[str, Any]:
    if document is None:
        return {}
    text = orjson.dumps(document)
    try:
        record = contract.model_validate_json(text)
    except ValidationError as error:
        raise NotApplicable("wrong-shape") from error
    if owner != (record.ori if isinstance(record, Incident) else PUBLIC):
        raise NotApplicable("wrong-owner")
    return {**_columns_of(record), "document": text.decode()}


def _columns_of(record: Contract) -> dict[str, Any]:
    match record:
        case Incident():
            return {
                "school_id": record.school_id,
                "lea_id": record.school_id[:LEA_DIGITS] if record.school_id else None,
                "occurred_at": record.occurred_at,
                "initiated_by": record.initiated_by,
                "source_system": record.source_system,
                "actions": _joined(action.type for action in record.actions or ()),
                "outcomes": _joined(outcome.type for outcome in record.outcomes or ()),
            }
        case School():
            return {"school_id": record.school_id, "lea_id": record.lea_id}
        case District() | Partnership():
            return {"lea_id": record.lea_id}
    return {}


def _joined(words: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(words))


def _newest(rows: Iterable[Row]) -> list[Row]:
    """One row a record: as its newest version says, at the place that its newest live version says."""
    newest: dict[RecordKey, Row] = {}
    for row in rows:
        key = (row.custodian, row.kind, row.key)
        known = newest.get(key)
        if known is None:
            newest[key] = row
            continue
        state = row if row.version > known.version else known
        place = row if row.scope_version > known.scope_version else known
        newest[key] = replace(state, scope_version=place.scope_version, school_id=place.school_id, lea_id=place.lea_id)
    return sorted(newest.values(), key=lambda row: (row.custodian, row.kind, row.key))


def _columns(rows: Sequence[Row]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in Row.__slots__]


STATE_COLUMNS = (
    "id",
    "state",
    "changed_at",
    "occurred_at",
    "initiated_by",
    "source_system",
    "actions",
    "outcomes",
    "document",
    "version",
)
SCOPE_COLUMNS = ("lea_id", "school_id", "district", "scope_version")


def _newer(version: str, columns: Iterable[str]) -> str:
    return ", ".join(
        f"{name} = case when excluded.{version} > known.{version} then excluded.{name} else known.{name} end"
        for name in columns
    )


# The state follows the newest version, the scope the newest live one; either may arrive first.
KEPT = f"""
with sent as (
    select sent.*, school.key is not null as in_directory
    from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::integer[], $6::text[], $7::text[], $8::integer[],
                $9::timestamptz[], $10::text[], $11::text[], $12::timestamptz[], $13::text[], $14::text[], $15::text[],
                $16::text[], $17::text[])
        as sent (custodian, kind, key, id, version, state, record_class, scope_version, changed_at, lea_id, school_id,
                 occurred_at, initiated_by, source_system, actions, outcomes, document)
    left join document as school
        on school.custodian = '{PUBLIC}' and school.kind = 'school' and school.key = sent.school_id
        and school.state = '{LIVE}' and sent.custodian <> '{PUBLIC}'
), kept as (
    insert into document as known (custodian, kind, key, id, version, state, record_class, scope_version, changed_at,
        lea_id, school_id, district, occurred_at, initiated_by, source_system, actions, outcomes, document)
    select custodian, kind, key, id, version, state, record_class, scope_version, changed_at,
        lea_id, school_id, case when in_directory then lea_id end, occurred_at, initiated_by, source_system,
        string_to_array(actions, ','), string_to_array(outcomes, ','), document::json
    from sent
    on conflict (custodian, kind, key) do update
    set {_newer("version", STATE_COLUMNS)}, {_newer("scope_version", SCOPE_COLUMNS)}
    where known.version < excluded.version or known.scope_version < excluded.scope_version
    returning new.kind, new.id, new.custodian, old.school_id as old_school, new.school_id as new_school,
        old.district as old_district, new.district as new_district
)
"""

SCOPED = f"""
with kept as (
    update document as known set district = right_one.district
    from (select sent.school_id,
              case when school.key is not null then left(sent.school_id, {LEA_DIGITS}) end as district
          from unnest($1::text[]) as sent (school_id)
          left join document as school on school.custodian = '{PUBLIC}' and school.kind = 'school'
              and school.key = sent.school_id and school.state = '{LIVE}') as right_one
    where known.school_id = right_one.school_id and known.custodian <> '{PUBLIC}'
      and known.district is distinct from right_one.district
    returning new.kind, new.id, new.custodian, old.school_id as old_school, new.school_id as new_school,
        old.district as old_district, new.district as new_district
)
"""


def told(*audiences: str, feed: str = "change") -> str:
    """Tell each audience (an SQL expression over `kept`, null for none) that the record changed."""
    return f"""
insert into {feed} as known (audience, kind, id, custodian, schools)
select distinct on (audience, kind, id)
       audience, kind, id, custodian, array_remove(array[old_school, new_school], null)
from kept cross join lateral (values {", ".join(f"({audience})" for audience in audiences)}) as told (audience)
where audience is not null
on conflict (audience, kind, id) do update
set number = excluded.number, custodian = excluded.custodian,
    schools = case when known.schools @> excluded.schools then known.schools
              else array(select distinct unnest(known.schools || excluded.schools)) end
"""


DISTRICTS = ("'district:' || old_district", "'district:' || new_district")
KEEP_FACTS = KEPT + told(f"'{PUBLIC}'")
KEEP_RECORDS = KEPT + told("'agency:' || custodian", "'state'", *DISTRICTS)
SCOPE_AGAIN = SCOPED + told(*DISTRICTS)
