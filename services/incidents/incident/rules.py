"""What must hold between the fields of a report. Pure: no clock, no I/O."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.incidents.incident.unstorable import unstorable_faults
from shared.contracts.fault import Fault
from shared.contracts.incidents import (
    ActionReport,
    DocumentationReport,
    IncidentReport,
)

CLOCK_SKEW = timedelta(minutes=5)


def faults(report: IncidentReport, now: datetime) -> Iterator[Fault]:
    """Everything about a report that cannot be understood, or must not be stored, though each field is right alone."""
    if not report.model_fields_set & {"school_id", "school_code"}:
        yield Fault("#/school_id", "required-question-unanswered", "Send school_id or school_code; null if not known.")
    yield from _time_faults(report, now)
    for index, action in enumerate(report.actions or ()):
        yield from _action_faults(action, f"#/actions/{index}", now)
    for index, documentation in enumerate(report.detention_documentation or ()):
        yield from _documentation_faults(documentation, f"#/detention_documentation/{index}")
    yield from _reference_faults(report)
    yield from unstorable_faults(report)


def _time_faults(report: IncidentReport, now: datetime) -> Iterator[Fault]:
    happened = report.occurred_at
    if report.occurred_precision == "day":
        if happened.date() > now.astimezone(happened.tzinfo).date():
            yield Fault("#/occurred_at", "in-the-future", "The day has not come yet.")
    else:
        yield from _future("#/occurred_at", happened, now)
    yield from _future("#/ended_at", report.ended_at, now)
    yield from _future("#/documented_at", report.documented_at, now)
    yield from _future("#/source_updated_at", report.source_updated_at, now)
    if report.ended_at is not None and report.ended_at < happened:
        yield Fault("#/ended_at", "time-order", "ended_at is before occurred_at.")
        yield Fault("#/occurred_at", "time-order", "occurred_at is after ended_at.")


def _future(pointer: str, time: datetime | None, now: datetime) -> Iterator[Fault]:
    if time is not None and time > now + CLOCK_SKEW:
        yield Fault(pointer, "in-the-future", "The time has not come yet.")


def _action_faults(action: ActionReport, pointer: str, now: datetime) -> Iterator[Fault]:
    yield from _future(f"{pointer}/started_at", action.started_at, now)
    yield from _future(f"{pointer}/ended_at", action.ended_at, now)
    if action.started_at is not None and action.ended_at is not None and action.ended_at < action.started_at:
        yield Fault(f"{pointer}/ended_at", "time-order", "ended_at is before started_at.")
        yield Fault(f"{pointer}/started_at", "time-order", "started_at is after ended_at.")
    if action.arrest_number is not None and action.type != "arrest":
        yield Fault(f"{pointer}/arrest_number", "invalid-value", "Only an arrest has an arrest number.")


def _documentation_faults(documentation: DocumentationReport, pointer: str) -> Iterator[Fault]:
    if documentation.completed_at is None:
        return
    for part in ("basis", "at_school_factors", "probable_cause_factors"):
        excused = part == "probable_cause_factors" and documentation.no_arrest
        if getattr(documentation, part) is None and not excused:
            yield Fault(
                f"{pointer}/{part}",
                "required-question-unanswered",
                "Completed documentation answers all three parts (P4); no_arrest true stands for probable cause.",
            )


def _reference_faults(report: IncidentReport) -> Iterator[Fault]:
    people = {person.person_number for person in report.people or ()}
    actions = {action.action_number for action in report.actions or ()}
    for field in ("actions", "outcomes", "charges"):
        for index, element in enumerate(getattr(report, field) or ()):
            if element.person_number is not None and element.person_number not in people:
                yield _of_nobody(f"#/{field}/{index}/person_number")
    for index, conduct in enumerate(report.conduct or ()):
        if not set(conduct.person_numbers or ()) <= people:
            yield _of_nobody(f"#/conduct/{index}/person_numbers")
    for index, documentation in enumerate(report.detention_documentation or ()):
        if not set(documentation.action_numbers or ()) <= actions:
            pointer = f"#/detention_documentation/{index}/action_numbers"
            yield Fault(pointer, "invalid-value", "No action of the record has it.", rests_on="#/actions")


def _of_nobody(pointer: str) -> Fault:
    return Fault(pointer, "invalid-value", "No person of the record has it.", rests_on="#/people")
