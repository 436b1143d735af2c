"""What must hold between the numbers of an enrolment. Pure: no clock, no I/O."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.reporting import figure
from services.reporting.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.school_side import EnrollmentKey, EnrollmentReport

GROUPS = ("race_ethnicity", "sex", "grade", "english_learner", "disability")
COVERING = frozenset({"race_ethnicity", "sex", "grade"})
"""Dimensions of which each student has a value, so that their cells count everybody."""


def faults(sent: Sent[EnrollmentReport, EnrollmentKey]) -> Iterator[Fault]:
    """Everything about an enrolment that cannot be, though each number is right alone."""
    yield from figure.faults(sent.report.counts)


def total(cells: Iterable[Mapping[str, Any]]) -> int | None:
    """How many students a table counts altogether, of its cells as they are kept; None where it does not say.

    A cell of everybody says it, or else the cells of one division by race, sex or grade, which cover all students.
    Those by language or disability may be of some alone, and are never summed.
    """
    divided: dict[frozenset[str], list[int | None]] = {}
    for cell in cells:
        given = frozenset(name for name in GROUPS if cell.get(name) is not None)
        divided.setdefault(given, []).append(cell.get("value"))
    for given in sorted(divided, key=len):
        if given <= COVERING and None not in divided[given]:
            return sum(value for value in divided[given] if value is not None)
    return None
