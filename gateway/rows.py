"""What an event makes of documents: rows, each a function of that event alone.

An incident is its agency's document. A delivery is the district's document of that incident, under the same key. What
is said about an incident is a document of its own that names the incident, and a conclusion's clocks are one each, so
that they can be asked for by what is due.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid5

import orjson
from pydantic import ValidationError

from gateway.kinds import CALENDAR, CLOCK, INCIDENT, KINDS, MATCH, OFFICER_CONCLUSION, PUBLIC_KINDS, TRAINING
from gateway.policy import AGENCY_RECORD, EDUCATION_RECORD, PUBLIC_FACT
from shared.clocks.engine import over_at
from shared.contracts.calendars import Calendar
from shared.contracts.clocks import Clock
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import LEA_ID_DIGITS, Contract, canonical
from shared.contracts.deliveries import Delivery
from shared.contracts.directory import District, Partnership, School
from shared.contracts.evaluations import Evaluation
from shared.contracts.events import RECORDED, VOIDED, Event
from shared.contracts.flags import Flag
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement
from shared.contracts.matches import Match
from shared.contracts.officer_conclusions import OfficerConclusion, OfficerFlag
from shared.contracts.peers import Membership, PeerEvent
from shared.contracts.published_tables import PublishedTable
from shared.contracts.record import LIVE, VOID
from shared.contracts.selections import Selection, SelectionCriteria
from shared.contracts.staff_training import StaffTraining
from shared.contracts.training import Assignment, Completion, Course, Officer, TrainingPlan
from shared.contracts.training_needs import TrainingNeed
from shared.records.consumer import NotApplicable

PUBLIC = "public"
DELIVERY = "delivery"
SCHEMA_VERSION = 1
"""The version of every contract that is understood here."""
NEVER_OVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When a clock without a limit, or one that has not started, is over: so that clocks have an order."""
SCHOOL_SIDE = ("enrollment", "school_count", "school_case")
"""Kinds that the reporting service counts by."""
NOT_SHOWN = frozenset({"school_code", "opening", *SCHOOL_SIDE})
"""Kinds that a service publishes for others: they have no document, since the records they bear on say the result."""


@dataclass(frozen=True, slots=True)
class Row:
    """What an event makes of a document. Lists are words joined by commas; None where nothing is known.

    `about` is the key of the incident that it is, or is about. `code` is a flag's code, or a clock's kind.
    """

    custodian: str
    kind: str
    key: str
    id: UUID
    version: int
    state: str
    record_class: str
    scope_version: int
    changed_at: datetime
    about: str | None = None
    lea_id: str | None = None
    school_id: str | None = None
    occurred_at: datetime | None = None
    initiated_by: str | None = None
    source_system: str | None = None
    actions: str | None = None
    outcomes: str | None = None
    code: str | None = None
    flag_state: str | None = None
    severity: str | None = None
    seen_by: str | None = None
    raised_at: datetime | None = None
    started_at: datetime | None = None
    over_at: datetime | None = None
    due_on: date | None = None
    met_at: datetime | None = None
    document: str | None = None


RecordKey: TypeAlias = tuple[str, str, str]
Columns: TypeAlias = dict[str, Any]


def rows_of(event: Event) -> Iterator[Row]:
    """The rows that an event makes; none for a kind that is not shown.

    Raises NotApplicable for an event of an unknown kind, version or shape.
    """
    if event.kind in NOT_SHOWN:
        return
    contract = Delivery if event.kind == DELIVERY else KINDS.get(event.kind)
    if contract is None or event.kind == CLOCK:
        raise NotApplicable("unknown-kind")
    if event.change not in (RECORDED, VOIDED):
        raise NotApplicable("unknown-change")
    if event.data.schema_version != SCHEMA_VERSION:
        raise NotApplicable("unknown-schema-version")
    if (event.data.document is None) != (event.change == VOIDED):
        raise NotApplicable("wrong-shape")
    record = None if event.data.document is None else _read(contract, event.data.document)
    row = _row(event, record)
    yield row
    if isinstance(record, Conclusion | OfficerConclusion):
        yield from _clocks(row, record)


def newest(rows: Iterable[Row]) -> list[Row]:
    """One row a record: as its newest version says, at the place that its newest live version says."""
    found: dict[RecordKey, Row] = {}
    for row in rows:
        key = (row.custodian, row.kind, row.key)
        known = found.get(key)
        if known is None:
            found[key] = row
            continue
        if row.id != known.id:
            found[key] = max(known, row, key=lambda one: one.changed_at)
            continue
        state = row if row.version > known.version else known
        place = row if row.scope_version > known.scope_version else known
        found[key] = replace(state, **{name: getattr(place, name) for name in PLACE})
    return sorted(found.values(), key=lambda row: (row.custodian, row.kind, row.key))


PLACE = ("scope_version", "school_id", "lea_id", "seen_by")
"""What the newest live version of a record says, and stays as it was when the record becomes void."""
NAMES = tuple(field.name for field in fields(Row))


def columns(rows: Sequence[Row]) -> list[list[Any]]:
    """The rows as columns, in the order of `NAMES`."""
    return [[getattr(row, name) for row in rows] for name in NAMES]


def _read(contract: type[Contract], document: Mapping[str, Any]) -> Contract:
    try:
        return contract.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        raise NotApplicable("wrong-shape") from error


def _row(event: Event, record: Contract | None) -> Row:
    state = event.data
    custodian, kind, key, record_class = _name(event)
    document = state.document
    if isinstance(record, Delivery):
        document = None if document is None else document["incident"]
    return Row(
        custodian=custodian,
        kind=kind,
        key=key,
        id=state.id,
        version=state.version,
        state=VOID if record is None else LIVE,
        record_class=record_class,
        scope_version=0 if record is None else state.version,
        changed_at=event.time,
        about=_about(kind, key, record_class),
        document=None if document is None else orjson.dumps(document).decode(),
        **({} if record is None else _content(record, custodian, key)),
    )


def _name(event: Event) -> tuple[str, str, str, str]:
    """Whose document it is, its kind and key, and its class of record.

    What is said about an incident is kept by its agency, whoever said it: the district's view of it follows from that.
    """
    key, owner = event.data.key, event.data.owner
    if event.kind in PUBLIC_KINDS or event.kind == CALENDAR:
        return owner, event.kind, key, PUBLIC_FACT
    if event.kind == DELIVERY:
        return owner, INCIDENT, _incident_of(key), EDUCATION_RECORD
    if event.kind == MATCH:
        return owner, MATCH, key, EDUCATION_RECORD
    return (owner if event.kind == INCIDENT else key.partition("/")[0]), event.kind, key, AGENCY_RECORD


def _about(kind: str, key: str, record_class: str) -> str | None:
    """What a row is about: an incident, by its key, or an officer, by words that no incident has for a key."""
    if kind == OFFICER_CONCLUSION:
        return f"{key}/{OFFICER_CONCLUSION}"
    return None if record_class == PUBLIC_FACT or kind in TRAINING else _incident_of(key)


def _incident_of(key: str) -> str:
    """The key of the incident with which the key of what is about it begins."""
    return "/".join(key.split("/")[:2])


def _content(record: Contract, custodian: str, key: str) -> Columns:
    """The columns that a record is found by. Raises NotApplicable where it is not its custodian's."""
    match record:
        case Incident():
            right, found = record.ori, _of_incident(record)
        case Delivery():
            right, found = record.lea_id, {**_of_incident(record.incident), **_place(record.school_id)}
        case Flag():
            right, found = record.ori, _of_flag(record)
        case OfficerFlag():
            right, found = record.ori, _of_flag(record)
        case (
            Judgement()
            | Conclusion()
            | OfficerConclusion()
            | Officer()
            | Course()
            | Completion()
            | Assignment()
            | TrainingPlan()
            | SelectionCriteria()
            | Selection()
            | StaffTraining()
            | Evaluation()
            | TrainingNeed()
            | PeerEvent()
            | Membership()
        ):
            right, found = record.ori, {}
        case Match():
            right, found = record.lea_id, {}
        case School():
            right, found = PUBLIC, {"school_id": record.school_id, "lea_id": record.lea_id}
        case PublishedTable():
            right, found = PUBLIC, {"lea_id": record.scope.lea_id}
        case District() | Partnership() | Calendar():
            right, found = PUBLIC, {"lea_id": record.lea_id}
        case _:
            right, found = PUBLIC, {}
    if custodian != right:
        raise NotApplicable("wrong-owner")
    if (
        isinstance(record, Flag | Judgement | Conclusion | Match)
        and _incident_of(key) != f"{record.ori}/{record.incident_number}"
    ):
        raise NotApplicable("wrong-shape")
    return found


def _of_incident(record: Incident) -> Columns:
    return {
        **_place(record.school_id),
        "occurred_at": record.occurred_at,
        "initiated_by": record.initiated_by,
        "source_system": record.source_system,
        "actions": _joined(action.type for action in record.actions or ()),
        "outcomes": _joined(outcome.type for outcome in record.outcomes or ()),
    }


def _place(school_id: str | None) -> Columns:
    return {"school_id": school_id, "lea_id": school_id[:LEA_ID_DIGITS] if school_id else None}


def _of_flag(record: Flag | OfficerFlag) -> Columns:
    return {
        "code": record.code,
        "flag_state": record.state,
        "severity": record.severity,
        "seen_by": _joined(record.seen_by),
        "raised_at": record.raised_at,
    }


def _clocks(conclusion: Row, record: Conclusion | OfficerConclusion) -> Iterator[Row]:
    """A row for each clock of a conclusion, of the conclusion's version."""
    for clock in record.clocks:
        name = f"{clock.kind}:{clock.detail}" if clock.detail else clock.kind
        yield replace(
            conclusion,
            kind=CLOCK,
            key=f"{conclusion.key}/{name}",
            id=uuid5(conclusion.id, name),
            code=clock.kind,
            started_at=clock.started_at,
            over_at=over_at(clock) or NEVER_OVER,
            due_on=_last_day(clock),
            met_at=clock.met_at,
            document=canonical(clock.model_dump(exclude_none=True)),
        )


def _last_day(clock: Clock) -> date | None:
    return clock.due_at.date() if clock.due_at is not None else clock.due_on


def _joined(words: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(words))
