"""What must hold between the numbers of an enrolment. Pure: no clock, no I/O."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.reporting import figure
from services.reporting.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.school_side import EnrollmentCell, EnrollmentKey, EnrollmentReport

GROUPS = tuple(name for name in EnrollmentCell.model_fields if name not in ("value", "status"))
COVERING = frozenset({"race_ethnicity", "sex", "grade"})
"""Dimensions of which each student has a value, so that their cells count everybody."""
PARTS = {"english_learner": {"yes"}, "disability": {"idea", "section_504"}}
"""Dimensions of which a table counts some students, by their codes."""


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
        divided.setdefault(_given(cell), []).append(cell.get("value"))
    for given in sorted(divided, key=len):
        if given <= COVERING and None not in divided[given]:
            return sum(value for value in divided[given] if value is not None)
    return None


def by_group(cells: Sequence[Mapping[str, Any]], dimension: str) -> dict[str, int] | None:
    """How many students of each group of a dimension a table counts; None where it does not say.

    Learners of English and students with a disability are said to be some of all: the others are the rest.
    """
    if dimension in PARTS:
        whole = total(cells)
        some = [
            cell.get("value") for cell in cells if _given(cell) == {dimension} and cell[dimension] in PARTS[dimension]
        ]
        if whole is None or not some or None in some:
            return None
        part = sum(value for value in some if value is not None)
        return {"yes": part, "no": whole - part}
    found: dict[frozenset[str], dict[str, list[int | None]]] = {}
    for cell in cells:
        given = _given(cell)
        if dimension in given and given <= COVERING:
            found.setdefault(given, {}).setdefault(cell[dimension], []).append(cell.get("value"))
    for given in sorted(found, key=len):
        groups = found[given]
        if not any(None in values for values in groups.values()):
            return {group: sum(value for value in values if value is not None) for group, values in groups.items()}
    return None


def _given(cell: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name in GROUPS if cell.get(name) is not None)
