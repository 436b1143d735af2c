"""Which records are asked for: the conditions of GraphQL and REST alike, held against the policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from gateway.documents import Condition
from gateway.kinds import FLAG
from gateway.policy import AGENCY_RECORD, ANOTHER_STUDENT, LAW_ENFORCEMENT_ROLES, Rule
from gateway.reading import Reading
from gateway.viewer import Scope
from shared.clocks.engine import DueSoon
from shared.contracts.clocks import Clock
from shared.contracts.contract import Contract, Label, contract_in, label_of
from shared.contracts.flags import Flag
from shared.contracts.incidents import Incident
from shared.contracts.officer_conclusions import OfficerFlag
from shared.contracts.training import Assignment, OfficerKey
from shared.records.pseudonyms import Pseudonyms
from shared.web.problems import Problem

DAY_LENGTH = len("2026-10-05")
YEARS = range(1900, 2200)
NO_INSTANT = "A time is RFC 3339 with its offset, as 2026-10-05T10:12:00-07:00, or a day, as 2026-10-05."


def instant(text: Any) -> datetime | date:
    """A point in time (RFC 3339 with offset) or a day (ISO 8601) of the years 1900 to 2199. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError(NO_INSTANT)  # noqa: TRY004 - like any other text that is none
    is_day = len(text) == DAY_LENGTH
    moment = date.fromisoformat(text) if is_day else datetime.fromisoformat(text)
    if moment.year not in YEARS or (isinstance(moment, datetime) and moment.tzinfo is None):
        raise ValueError(NO_INSTANT)
    return moment


def beginning(moment: datetime | date) -> datetime:
    """The moment, or the beginning of the day in UTC."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)


def end(moment: datetime | date) -> datetime:
    """The moment, or the end of the day in UTC, which is the beginning of the next."""
    return moment if isinstance(moment, datetime) else beginning(moment + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Asking:
    """A condition as it is asked: its value, of which records, when, and by what is said to be due soon."""

    value: Any
    scope: Scope
    at: datetime
    due_soon: DueSoon
    student_names: Pseudonyms


@dataclass(frozen=True, slots=True)
class FilterRule:
    """The condition that a value makes, and the fields of a record that it looks at, with the record's contract.

    One that looks at what is said `of_everybody` in a record is not for a parent: it would tell of others.
    """

    condition: Callable[[Asking], Condition]
    fields: tuple[str, ...]
    contract: type[Contract] = Incident
    of_everybody: bool = False


Filters: TypeAlias = Mapping[str, FilterRule]


def where(predicate: str, read: Callable[[Any], Any] = str) -> Callable[[Asking], Condition]:
    """The condition of a predicate over one value."""
    return lambda asking: Condition(predicate, [read(asking.value)])


def _of_agency(asking: Asking) -> Condition:
    """An agency is the custodian of its own records; in every other custodian's copies it begins their keys."""
    column = "custodian" if asking.scope.record_class == AGENCY_RECORD else "split_part(key, '/', 1)"
    return Condition(f"{column} = {{}}", [asking.value])


def _flagged(asking: Asking) -> Condition:
    """Incidents on which a flag of this code stands that the viewer is shown; one that was corrected does not."""
    return Condition(
        f"exists (select from document as flag where flag.about = document.key"
        f" and flag.custodian = document.custodian and flag.kind = '{FLAG}' and flag.state = 'live'"
        f" and flag.code = {{}} and flag.flag_state <> 'corrected' and flag.seen_by && {{}}::text[])",
        [asking.value, list(asking.scope.readers)],
    )


def _of_student(asking: Asking) -> Condition:
    """Records in which a district has matched the student of a reference; none where the reference is not its own."""
    named = [asking.student_names.digest_of(lea_id, asking.value) for lea_id in asking.scope.custodians or ()]
    family = asking.scope.family
    asked = [one for one in named if one is not None and (family is None or one in family.held)]
    return Condition("students && {}::text[]", [asked])


def _in_state(asking: Asking) -> Condition:
    """Clocks in this state at the moment of asking, as `shared.clocks.engine.state_of` says it."""
    return Condition(
        f"{STATE_OF_CLOCK} = {{}}",
        [asking.at, asking.due_soon.share, timedelta(days=asking.due_soon.days), asking.value],
    )


def _of_id(asking: Asking) -> Condition:
    """The record of this id, which is as good as its number; none for what is no id."""
    try:
        return Condition("id = {}::uuid", [UUID(asking.value)])
    except ValueError:
        return Condition("false", [])


def _due_before(asking: Asking) -> Condition:
    """Clocks over at a moment, or whose last day, where they run, is before a day."""
    if isinstance(asking.value, datetime):
        return Condition("over_at <= {}::timestamptz", [asking.value])
    return Condition("due_on < {}::date", [asking.value])


STATE_OF_CLOCK = """(
    select case
        when started_at is null or started_at > now then 'not_started'
        when met_at <= now then case when met_at < over_at then 'met' else 'met_late' end
        when over_at <= now then 'overdue'
        when over_at - least((over_at - started_at) * share, most) <= now then 'due_soon'
        else 'running'
    end
    from (values ({}::timestamptz, {}::float8, {}::interval)) as asked (now, share, most)
)"""
"""The state of a clock's document at a moment, by the share and the longest time of a limit that is due soon."""
PLACES: Filters = {
    "ori": FilterRule(_of_agency, ("ori",)),
    "lea_id": FilterRule(where("lea_id = {}"), ("school_id",)),
    "school_id": FilterRule(where("school_id = {}"), ("school_id",)),
}
INCIDENT_FILTERS: Filters = {
    **PLACES,
    "occurred_from": FilterRule(where("occurred_at >= {}::timestamptz", beginning), ("occurred_at",)),
    "occurred_to": FilterRule(where("occurred_at < {}::timestamptz", end), ("occurred_at",)),
    "flag": FilterRule(_flagged, ("code",), Flag, of_everybody=True),
    "initiated_by": FilterRule(where("initiated_by = {}"), ("initiated_by",)),
    "outcome": FilterRule(where("{} = any (outcomes)"), ("outcomes", "outcomes.type"), of_everybody=True),
    "action": FilterRule(where("{} = any (actions)"), ("actions", "actions.type"), of_everybody=True),
    "source_system": FilterRule(where("source_system = {}"), ("source_system",)),
    "student_ref": FilterRule(_of_student, ("people.student_ref",)),
}
FLAG_FILTERS: Filters = {
    **PLACES,
    "id": FilterRule(_of_id, ("incident_number",), Flag),
    "code": FilterRule(where("code = {}"), ("code",), Flag),
    "state": FilterRule(where("flag_state = {}"), ("state",), Flag),
    "severity": FilterRule(where("severity = {}"), ("severity",), Flag),
}
CLOCK_FILTERS: Filters = {
    **PLACES,
    "id": FilterRule(_of_id, ("subject",), Clock),
    "kind": FilterRule(where("code = {}"), ("kind",), Clock),
    "state": FilterRule(_in_state, ("started_at", "due_on", "due_at", "met_at"), Clock),
    "due_before": FilterRule(_due_before, ("due_on", "due_at"), Clock),
}
OF_AGENCY: Filters = {"ori": PLACES["ori"]}
OF_OFFICER: Filters = {
    **OF_AGENCY,
    "officer_number": FilterRule(where("document ->> 'officer_number' = {}"), ("officer_number",), OfficerKey),
}
ASSIGNMENT_FILTERS: Filters = {
    **OF_OFFICER,
    "school_id": FilterRule(where("document::jsonb -> 'school_ids' ? {}"), ("school_ids",), Assignment),
}
OFFICER_FLAG_FILTERS: Filters = {
    **OF_OFFICER,
    "id": FilterRule(_of_id, ("officer_number",), OfficerFlag),
    "code": FLAG_FILTERS["code"],
    "state": FLAG_FILTERS["state"],
    "severity": FLAG_FILTERS["severity"],
}


def conditions(filters: Filters, asked: Mapping[str, Any], reading: Reading, scope: Scope) -> list[Condition] | Rule:
    """The conditions that are asked for, None standing for none; or the rule that withholds a field one looks at.

    Raises Problem `individual-file-not-allowed` where law enforcement asks by student (P7).
    """
    viewer = reading.viewer
    if asked.get("student_ref") is not None and viewer.role in LAW_ENFORCEMENT_ROLES:
        raise Problem("individual-file-not-allowed")
    found = []
    for name, rule in filters.items():
        if (value := asked.get(name)) is None:
            continue
        if rule.of_everybody and scope.family is not None:
            return viewer.decide(ANOTHER_STUDENT, scope.record_class, Label.STUDENT)
        for path in rule.fields:
            decided = viewer.decide(scope.relationship, scope.record_class, _label(rule.contract, path), path)
            if not decided.permits:
                return decided
        found.append(rule.condition(Asking(value, scope, reading.at, reading.due_soon, reading.student_names)))
    return found


@cache
def _label(contract: type[Contract], path: str) -> Label:
    *outer, name = path.split(".")
    for step in outer:
        nested = contract_in(contract.model_fields[step].annotation)
        if nested is None:
            raise KeyError(path)
        contract = nested
    return label_of(contract, name)


JOINED = str.maketrans("/ \t", "---")


def incident_key(ori: str, number: str) -> str:
    """The natural key of an incident, its number as it is stored: trimmed, upper case, hyphens for / and blanks."""
    return f"{ori}/{number.strip().upper().translate(JOINED)}"
