"""What must hold between the fields of a report, and what a record leaves open. Pure: no clock, no I/O."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.incidents.incident.unstorable import unstorable_faults
from shared.contracts.fault import Fault
from shared.contracts.incidents import (
    Action,
    ActionReport,
    DocumentationReport,
    Incident,
    IncidentReport,
    OpenQuestion,
)

CLOCK_SKEW = timedelta(minutes=5)
RESTRICTIVE = frozenset(
    {"detention", "handcuff", "physical_restraint", "frisk", "community_separation", "use_of_force", "arrest"}
)
TIMELESS = frozenset({"arrest", "use_of_force", "frisk"})
CUSTODY = frozenset({"detention", "handcuff", "arrest"})
ACTION_OF_OUTCOME = {
    "cited": "citation",
    "ticketed": "ticket",
    "arrested": "arrest",
    "court_referred": "court_referral",
    "diverted": "diversion",
}


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


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a record can leave open: its field, its words, whom it asks, which principle asks it."""

    field: str
    words: str
    asked_of: str
    principle: str
    applies: Callable[..., bool] = lambda _: True


def _school_asked(incident: Incident) -> bool:
    return incident.initiated_by == "school_personnel"


def _is(*types: str) -> Callable[[Action], bool]:
    return lambda action: action.type in types


RECORD_QUESTIONS = (
    Question("initiated_by", "Who prompted the response?", "officer", "P7"),
    Question("school_id", "Which school was it? Map the agency's code, or send its NCES id.", "supervisor", "P7"),
    Question("contact_type", "Was it an incident, a service or an engagement?", "officer", "P7"),
    Question("record_purpose", "What was the record made for?", "supervisor", "P7"),
    Question("status", "Is the matter open or closed?", "officer", "P7"),
    Question("on_school_grounds", "Was it on school grounds?", "officer", "P7"),
    Question("during_school_activity", "Was it during a school activity?", "officer", "P7"),
    Question("requested_by_role", "Who at the school asked?", "officer", "P7", _school_asked),
    Question("request_reason", "Why was the officer asked?", "school", "P7", _school_asked),
    Question("request_channel", "How was the officer asked?", "officer", "P3", _school_asked),
    Question("referred_by_school_official", "Did a school official refer it to the police?", "school", "P7"),
    Question("documented_on_duty", "Was it documented inside the duty shift?", "officer", "P7"),
    Question("threat", "Was there a threat, and to whom?", "officer", "P3"),
    Question("conduct", "What is somebody said to have done?", "officer", "P3"),
    Question("people", "Who was involved, by role and perceived facts?", "officer", "P7"),
    Question("actions", "What did the officers do?", "officer", "P4"),
    Question("outcomes", "How did it end for each person?", "officer", "P7"),
)
OFFICER_QUESTIONS = (
    Question("officer_number", "Which officer was it?", "supervisor", "P7"),
    Question("capacity", "As what did the officer act: SRO, patrol, …?", "supervisor", "P0"),
)
PERSON_QUESTIONS = (
    Question("involvement", "What part did the person take?", "officer", "P7"),
    Question("is_enrolled", "Is the person enrolled at a school?", "school", "P7"),
)
ACTION_QUESTIONS = (
    Question("directed_by", "Who directed it?", "officer", "P4", _is(*RESTRICTIVE)),
    Question("purpose", "What was it for?", "officer", "P4", _is(*RESTRICTIVE)),
    Question("alternatives_tried", "What was tried first?", "officer", "P4", _is(*RESTRICTIVE, "ticket")),
    Question("ended_at", "When did it end?", "officer", "P4", _is(*(RESTRICTIVE - TIMELESS))),
    Question(
        "age_considered", "Was the person's age considered?", "officer", "P4", _is("detention", "arrest", "ticket")
    ),
    Question(
        "size_considered", "Was the person's size considered?", "officer", "P4", _is("detention", "arrest", "ticket")
    ),
    Question("in_public_view", "Was it in public view?", "officer", "P4", _is(*CUSTODY)),
    Question("modifications", "Was a modification for a disability needed?", "officer", "P4", _is(*RESTRICTIVE)),
)
NOT_IN_ACTIONS = Question("type", "The outcome has no action: what did the officer do, and when?", "officer", "P4")


def open_questions(incident: Incident) -> Iterator[OpenQuestion]:
    """What the record leaves open: each missing or unknown answer that somebody can give."""
    yield from _asked(RECORD_QUESTIONS, incident, "")
    for index, officer in enumerate(incident.officers):
        yield from _asked(OFFICER_QUESTIONS, officer, f"/officers/{index}")
    for index, person in enumerate(incident.people or ()):
        yield from _asked(PERSON_QUESTIONS, person, f"/people/{index}")
    for index, action in enumerate(incident.actions or ()):
        yield from _asked(ACTION_QUESTIONS, action, f"/actions/{index}")
    types = {action.type for action in incident.actions or ()}
    for index, outcome in enumerate(incident.outcomes or ()):
        if ACTION_OF_OUTCOME.get(outcome.type, "") not in types | {""}:
            yield _ask(NOT_IN_ACTIONS, f"/outcomes/{index}")


def _asked(questions: tuple[Question, ...], element: object, pointer: str) -> Iterator[OpenQuestion]:
    for question in questions:
        if _is_open(getattr(element, question.field)) and question.applies(element):
            yield _ask(question, pointer)


def _is_open(answer: object) -> bool:
    return answer is None or answer == "unknown" or (isinstance(answer, tuple) and "unknown" in answer)


def _ask(question: Question, pointer: str) -> OpenQuestion:
    return OpenQuestion(
        pointer=f"{pointer}/{question.field}",
        question=question.words,
        asked_of=question.asked_of,
        principle=question.principle,
    )
