"""What a district may say of a person, and how long that holds. Pure: no clock, no I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.deliveries import Delivery
from shared.contracts.fault import Fault
from shared.contracts.matches import Match, MatchReport

ANSWERS = ("student_number", "not_a_student", "unknown")
ONE_OF_THREE = "Say one of student_number, not_a_student and unknown."


def faults(report: MatchReport) -> Iterator[Fault]:
    """What a report lacks, or says too much of: it is one of three answers."""
    said = [name for name in ANSWERS if getattr(report, name) is not None]
    if not said:
        yield Fault("#/student_number", "required-question-unanswered", ONE_OF_THREE)
    for name in said[1:]:
        yield Fault(f"#/{name}", "invalid-value", ONE_OF_THREE)


def finding_of(report: MatchReport) -> str:
    """What a report that has no fault says."""
    if report.student_number is not None:
        return "student"
    return "not_a_student" if report.not_a_student else "unknown"


def holds(match: Match, people: Mapping[int, str | None], delivery: Delivery | None) -> bool:
    """Whether what a district said of a person is still about that person.

    It is while the district has its copy, and while under that number the record has somebody of whom the same is
    sealed: a sender that gives the number to somebody else must not have the district's word follow it. `people` are
    the keyed digests of what is sealed, by number.
    """
    return delivery is not None and match.person_number in people and people[match.person_number] == match.person


def people_in(document: Mapping[str, Any]) -> dict[int, str | None]:
    """The people of an incident by number, each with the keyed digest of what is sealed of them; None for nothing."""
    return {one["person_number"]: one.get("sealed_digest") for one in document.get("people") or ()}
