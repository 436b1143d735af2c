"""Figures as they are sent: each with its status, each group once. Pure: no clock, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.contracts.fault import Fault
from shared.contracts.school_side import EnrollmentCell, MeasureCell

ZERO, PARTIAL = "zero_confirmed", "partial"
COUNTED, UNKNOWN = "counted", "unknown"
WITH_VALUE = frozenset({COUNTED, ZERO, PARTIAL})
NOT_OF_A_GROUP = ("value", "status")


def faults(cells: Sequence[EnrollmentCell | MeasureCell]) -> Iterator[Fault]:
    """Numbers that contradict their status, and groups that stand twice."""
    seen = set()
    for place, cell in enumerate(cells):
        if (cell.value is None) == (cell.status in WITH_VALUE):
            detail = "This status has no value: send null." if cell.value is not None else "This status needs a value."
            yield Fault(f"#/counts/{place}/value", "invalid-value", detail)
        elif cell.value and cell.status == ZERO:
            yield Fault(f"#/counts/{place}/status", "invalid-value", "zero_confirmed is for 0 alone.")
        group = cell.model_copy(update=dict.fromkeys(NOT_OF_A_GROUP))
        if group in seen:
            yield Fault(f"#/counts/{place}", "invalid-value", "The group stands here twice.")
        seen.add(group)


def total(cells: Sequence[Mapping[str, Any]]) -> tuple[float | None, str]:
    """What a table counts altogether, of its cells as they are kept, and what that number is.

    Learners of English are some of the others, and are not added. Where some cells say the disability and others do
    not, those that do are some of the others, too.
    """
    covering = [cell for cell in cells if cell.get("english_learner") is None]
    whole = [cell for cell in covering if cell.get("disability") is None] or covering
    lacking = next((str(cell["status"]) for cell in whole if cell.get("value") is None), None)
    if lacking is not None or not whole:
        return None, lacking or UNKNOWN
    figure = sum(cell["value"] for cell in whole)
    return figure, ZERO if not figure and all(cell["status"] == ZERO for cell in whole) else COUNTED
