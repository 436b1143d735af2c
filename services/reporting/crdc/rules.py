"""What a school's own figures say for a column of the CRDC. Pure: no clock, no I/O.

A column is the figure of its very group, or else the sum of the figures of all its parts. A part that nobody counted is
not zero: then the column has no number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.figure import COUNTED, PARTIAL, UNKNOWN, ZERO
from shared.contracts.crdc import CrdcColumn, CrdcFigure

Cells = Sequence[Mapping[str, Any]]
"""The figures of a measure, as they are kept."""
Codes = Mapping[str, Sequence[str]]
"""By dimension the codes of which every student of a school has one; further ones, as unknown, are added if sent."""
Number = tuple[float | None, str]
"""A value and what it is."""
NO_NUMBER: Number = (None, UNKNOWN)
ENGLISH_LEARNER, DISABILITY = "english_learner", "disability"


def figure_of(column: CrdcColumn, measures: Mapping[str, Cells], whole: Codes) -> CrdcFigure:
    """What the school says for a column, of its figures by measure."""
    cells = [cell for cell in measures.get(column.measure, ()) if cell.get(ENGLISH_LEARNER) == column.english_learner]
    group = {name: code for name in whole if (code := getattr(column, name)) and name != DISABILITY}
    groups = [group | {DISABILITY: code} for code in column.disability] or [group]
    value, status = _sum([_number(cells, one, whole) for one in groups])
    return CrdcFigure(column=column.column, value=value, status=status)


def _number(cells: Cells, group: Mapping[str, str], whole: Codes) -> Number:
    """The number of a group that is given by some dimensions, and summed over the others."""
    within = [cell for cell in cells if all(cell.get(name) == code for name, code in group.items())]
    open_to = [name for name in whole if name not in group]
    for cell in within:
        if all(cell.get(name) is None for name in open_to):
            return cell.get("value"), cell["status"]
    lacking = NO_NUMBER
    for name in open_to:
        sent = {cell[name] for cell in within if cell.get(name) is not None}
        if sent:
            codes = dict.fromkeys((*whole[name], *sorted(sent)))
            found = _sum([_number(within, {**group, name: code}, whole) for code in codes])
            if found[0] is not None:
                return found
            lacking = max(lacking, found, key=lambda one: one != NO_NUMBER)
    return lacking


def _sum(parts: Sequence[Number]) -> Number:
    """The sum; no number where a part has none, for the reason of the first of them that has another than unknown."""
    lacking = [status for value, status in parts if value is None]
    if lacking:
        return None, next((status for status in lacking if status != UNKNOWN), UNKNOWN)
    statuses = {status for _, status in parts}
    status = PARTIAL if PARTIAL in statuses else ZERO if statuses == {ZERO} else COUNTED
    return sum(value for value, _ in parts if value is not None), status
