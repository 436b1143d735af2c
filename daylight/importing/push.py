"""Lines of a bulk push, each with the rows of the file that it comes from, and what is made of the answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from daylight.importing.journal import UNKNOWN_DELETED, Journal, Rejection
from daylight.importing.public_api import LINES_PER_PUSH, Answer

Send = Callable[[Sequence[Mapping[str, Any]]], list[Answer]]
"""One bulk request: lines in, an answer for each in the same order."""
WITH_ANOTHER_ROW = "not stored: another row of the same record was not taken"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the file a value stands: its row (line of the file, from 1) and its column."""

    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Push:
    """One line to push: the row it comes from (from 1), the record it speaks of, and what is sent."""

    row: int
    record: str
    line: Mapping[str, Any]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """From JSON Pointers into the line to the cells that say what stands there; what is not in it is in `row`."""
    further_rows: Sequence[int] = ()
    """Other rows that tell of the same record."""

    def origin_of(self, pointer: str) -> Origin | None:
        """The cell that a fault comes from, or the first row of the part that it points to; None where no cell is."""
        if pointer in self.origins:
            return self.origins[pointer]
        around = (origin for place, origin in self.origins.items() if pointer.startswith(f"{place}/"))
        within = (origin.row for place, origin in self.origins.items() if place.startswith(f"{pointer}/"))
        if (origin := next(around, None)) is not None:
            return origin
        return None if (row := min(within, default=None)) is None else Origin(row, pointer)


def push_all(
    pushes: Iterator[Push], send: Callable[[Sequence[Mapping[str, Any]]], list[Answer]], journal: Journal
) -> None:
    """Send line after line in bulk and write down what became of each. Raises Unreachable and Refused."""
    sent = 0
    while batch := list(islice(pushes, LINES_PER_PUSH)):
        for push, answer in zip(batch, send([push.line for push in batch]), strict=True):
            _note(push, answer, journal)
        sent += len(batch)
        journal.tell(f"{sent:,} sent")


def _note(push: Push, answer: Answer, journal: Journal) -> None:
    problem = answer.problem
    if problem is None:
        journal.count(answer.result)
    elif push.line.get("op") == "void" and problem["code"] == "not-found":
        journal.leave(UNKNOWN_DELETED)
    else:
        for rejection in _rejections(push, problem):
            journal.reject(rejection)


def _rejections(push: Push, problem: Mapping[str, Any]) -> Iterator[Rejection]:
    """One for each row of the record: a fault of a cell is told at its row, and one of no cell at every row."""
    title = f"{problem['title']} ({problem['code']})"
    rows = sorted({push.row, *push.further_rows})
    found: dict[int, list[tuple[str, str]]] = {}
    for pointer, detail in _faults(problem):
        origin = push.origin_of(pointer)
        for row in rows if origin is None else [origin.row]:
            found.setdefault(row, []).append((origin.column if origin else pointer, detail))
    for row in rows:
        if faults := found.get(row):
            columns, details = "; ".join(one for one, _ in faults), "; ".join(one for _, one in faults)
            yield Rejection(row, push.record, columns, title, details)
        else:
            yield Rejection(row, push.record, "", WITH_ANOTHER_ROW, f"See row {min(found)}.")


def _faults(problem: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    errors = problem.get("errors") or ()
    return [(error["pointer"], error["detail"]) for error in errors] or [("", problem.get("detail") or "")]
