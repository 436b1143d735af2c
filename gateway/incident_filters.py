"""Which incidents are asked for: the conditions of GraphQL and REST alike, held against the policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from gateway.documents import Condition
from gateway.policy import AGENCY_RECORD, LAW_ENFORCEMENT_ROLES, Rule
from gateway.viewer import Scope, Viewer
from shared.contracts.contract import Contract, Label, contract_in, label_of
from shared.contracts.incidents import Incident
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
class FilterRule:
    """What a condition asks of a document, the fields of a record that it looks at, and how its value is read."""

    predicate: str
    fields: tuple[str, ...]
    read: Callable[[Any], Any] = str


FILTERS: Mapping[str, FilterRule] = {
    "ori": FilterRule("custodian = {}", ("ori",)),
    "lea_id": FilterRule("lea_id = {}", ("school_id",)),
    "school_id": FilterRule("school_id = {}", ("school_id",)),
    "occurred_from": FilterRule("occurred_at >= {}::timestamptz", ("occurred_at",), beginning),
    "occurred_to": FilterRule("occurred_at < {}::timestamptz", ("occurred_at",), end),
    "initiated_by": FilterRule("initiated_by = {}", ("initiated_by",)),
    "outcome": FilterRule("{} = any (outcomes)", ("outcomes", "outcomes.type")),
    "action": FilterRule("{} = any (actions)", ("actions", "actions.type")),
    "source_system": FilterRule("source_system = {}", ("source_system",)),
    # A student's reference exists once a district has matched a person; an agency's record bears none.
    "student_ref": FilterRule("{}::text is null", ("people",)),
}


def conditions(viewer: Viewer, scope: Scope, asked: Mapping[str, Any]) -> list[Condition] | Rule:
    """The conditions that are asked for, None standing for none; or the rule that withholds a field one looks at.

    Raises Problem `individual-file-not-allowed` where law enforcement asks by student (P7).
    """
    if asked.get("student_ref") is not None and viewer.role in LAW_ENFORCEMENT_ROLES:
        raise Problem("individual-file-not-allowed")
    found = []
    for name, rule in FILTERS.items():
        if (value := asked.get(name)) is None:
            continue
        for path in rule.fields:
            decided = viewer.decide(scope.relationship, AGENCY_RECORD, _label(path), path)
            if not decided.permits:
                return decided
        found.append(Condition(rule.predicate, rule.read(value)))
    return found


@cache
def _label(path: str) -> Label:
    contract: type[Contract] = Incident
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
