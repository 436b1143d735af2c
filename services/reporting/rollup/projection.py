"""Turns the incidents' events into facts and their sums.

A repeat or a replay changes nothing: the newest version of a record says what it is. Sums are formed anew of the facts
of each school and month that a change touches, and never added to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime

import orjson
from pydantic import ValidationError

from services.reporting.rollup.counting import counting_rules
from services.reporting.rollup.rules import Fact, facts_of
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import Contract
from shared.contracts.events import ERASED, Event
from shared.contracts.incidents import Incident
from shared.contracts.record import LIVE, VOID
from shared.records.consumer import NotApplicable
from shared.records.database import Connection

READER_NAME = "counter"
SERVICES = ("incidents",)
SCHEMA_VERSION = 1
FOLLOWED: dict[str, type[Contract]] = {"incident": Incident, "conclusion": Conclusion}
NO_SCHOOL = ""
"""Stands for the school of a record that has none, or none that is known."""

STATE = ("version", "state", "changed_at", "document")
PLACE = ("scope_version", "ori", "school_id", "month")


def _newer(version: str, names: Iterable[str]) -> str:
    return ", ".join(
        f"{name} = case when excluded.{version} > known.{version} then excluded.{name} else known.{name} end"
        for name in names
    )


# The state follows the newest version, the place the newest live one; either may arrive first.
KEEP = f"""
insert into counted as known (id, kind, key, version, state, changed_at, document, scope_version, ori, school_id, month)
select id, kind, key, version, state, changed_at, document::json, scope_version, ori, school_id, month
from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::text[], $8::int[],
            $9::text[], $10::text[], $11::text[])
    as sent (id, kind, key, version, state, changed_at, document, scope_version, ori, school_id, month)
on conflict (id) do update
set {_newer("version", STATE)}, {_newer("scope_version", PLACE)}
where (known.version < excluded.version or known.scope_version < excluded.scope_version) and known.state <> '{ERASED}'
"""
ERASE = f"""
insert into counted (id, kind, version, scope_version, state)
select id, '{ERASED}', 0, 0, '{ERASED}' from unnest($1::text[]) as gone (id)
on conflict (id) do update
set kind = excluded.kind, key = null, version = 0, scope_version = 0, state = excluded.state, changed_at = null,
    ori = null, school_id = null, month = null, document = null
"""
KEYS = "select distinct key from counted where id = any($1::text[]) and key is not null"
UNCOUNT = """
delete from fact where record_id = any($2::text[]) or record_id in (select id from counted where key = any($1::text[]))
returning school_id, month, ori
"""
TO_COUNT = """
select incident.id, incident.document, conclusion.document -> 'classification' ->> 'value' as classification
from counted as incident
left join lateral (
    select document from counted
    where key = incident.key and kind = 'conclusion' and state = 'live'
    order by changed_at desc limit 1
) as conclusion on true
where incident.key = any($1::text[]) and incident.kind = 'incident' and incident.state = 'live'
"""
RECORD = ("record_id", "ori", "school_id", "day", "month", "initiated_by")
NAMES = (*RECORD, *(field.name for field in fields(Fact)))
TYPES = {"day": "date", "value": "smallint", "open": "smallint"}
COUNT = f"""
insert into fact ({", ".join(NAMES)})
select * from unnest({", ".join(f"${number}::{TYPES.get(name, 'text')}[]" for number, name in enumerate(NAMES, 1))})
"""
CELL = "(school_id, month, ori) in (select * from unnest($1::text[], $2::text[], $3::text[]))"
EMPTY = f"delete from rollup where {CELL}"
SUM = f"""
insert into rollup (school_id, month, ori, measure, initiated_by, outcome, value, open)
select school_id, month, ori, measure, initiated_by, outcome, sum(value), sum(open)
from fact where {CELL}
group by school_id, month, ori, measure, initiated_by, outcome
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as an event says it is. `scope_version` is 0 where the event does not say where and when it was."""

    id: str
    kind: str
    key: str
    version: int
    state: str
    changed_at: datetime
    document: str | None = None
    scope_version: int = 0
    ori: str | None = None
    school_id: str | None = None
    month: str | None = None


async def apply(connection: Connection, events: Sequence[Event]) -> None:
    """Bring the facts and their sums to what the events say, in the caller's transaction.

    Raises NotApplicable for an event of an unknown version or shape; then nothing of the batch may be kept.
    """
    erased = sorted({str(event.data.id) for event in events if event.change == ERASED})
    touched = {row["key"] for row in await connection.fetch(KEYS, erased)}
    if erased:
        await connection.execute(ERASE, erased)
    rows = newest(_row(event) for event in events if event.kind in FOLLOWED and event.data.key)
    if rows:
        await connection.execute(KEEP, *_columns([astuple(row) for row in rows]))
    touched |= {row.key for row in rows}
    if touched:
        await _count_again(connection, sorted(touched), erased)


def newest(rows: Iterable[Row]) -> list[Row]:
    """One row a record: as its newest version says, at the place that its newest live version says."""
    found: dict[str, Row] = {}
    for row in rows:
        known = found.get(row.id, row)
        state = row if row.version > known.version else known
        place = row if row.scope_version > known.scope_version else known
        found[row.id] = replace(state, **{name: getattr(place, name) for name in PLACE})
    return list(found.values())


async def _count_again(connection: Connection, keys: Sequence[str], erased: Sequence[str]) -> None:
    cells = {tuple(row) for row in await connection.fetch(UNCOUNT, keys, erased)}
    counted = []
    for row in await connection.fetch(TO_COUNT, keys):
        record = Incident.model_validate_json(row["document"])
        day = record.occurred_at.date()
        month, school_id = f"{day:%Y-%m}", record.school_id or NO_SCHOOL
        place = (row["id"], record.ori, school_id, day, month, record.initiated_by)
        cells.add((school_id, month, record.ori))
        counted += [place + astuple(fact) for fact in facts_of(record, row["classification"], counting_rules())]
    if counted:
        await connection.execute(COUNT, *_columns(counted))
    if cells:
        touched = _columns(sorted(cells))
        await connection.execute(EMPTY, *touched)
        await connection.execute(SUM, *touched)


def _row(event: Event) -> Row:
    state = event.data
    if state.schema_version != SCHEMA_VERSION:
        raise NotApplicable("unknown-schema-version")
    row = Row(str(state.id), event.kind, state.key, state.version, VOID, event.time)
    if state.document is None:
        return row
    content = orjson.dumps(state.document)
    try:
        record = FOLLOWED[event.kind].model_validate_json(content)
    except ValidationError as error:
        raise NotApplicable("wrong-shape") from error
    row = replace(row, state=LIVE, document=content.decode(), scope_version=state.version)
    if isinstance(record, Incident):
        return replace(row, ori=record.ori, school_id=record.school_id, month=f"{record.occurred_at:%Y-%m}")
    return row


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
