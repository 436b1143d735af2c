"""Lines of a bulk push, each with the row of the file that it comes from, and what is made of the answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from daylight.importing.journal import UNKNOWN_DELETED, Journal, Rejection
from daylight.importing.public_api import LINES_PER_PUSH, Answer

Send = Callable[[Sequence[Mapping[str, Any]]], list[Answer]]
"""One bulk request: lines in, an answer for each in the same order."""


@dataclass(frozen=True, slots=True)
class Push:
    """One line to push: the row it comes from (from 1), the record it speaks of, and what is sent."""

    row: int
    record: str
    line: Mapping[str, Any]


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
        errors = problem.get("errors") or ()
        fields = "; ".join(error["pointer"] for error in errors)
        details = "; ".join(error["detail"] for error in errors) or problem.get("detail") or ""
        journal.reject(Rejection(push.row, push.record, fields, f"{problem['title']} ({problem['code']})", details))
