"""What became of every row of an import: counted, told as it goes, and a receipt line for each that was rejected."""

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

RESULTS = ("created", "changed", "unchanged", "stale", "voided")
"""What the service can answer of a row that it took."""
COLUMNS = ("row", "record", "field", "problem", "fix")
UNKNOWN_DELETED = "deletes of incidents that are not known here"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that was not taken: its line in the file, the record's own key where known, and what to do about it."""

    row: int
    record: str
    field: str
    problem: str
    fix: str


@dataclass(slots=True)
class Tally:
    """How many rows ended in which way. `left` counts by reason, the others by result."""

    results: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    def lines(self) -> Iterable[str]:
        """The tally as it is printed at the end: one line, and one for each reason why something was left."""
        counts = [(result, self.results[result]) for result in RESULTS]
        counts += [("rejected", self.rejected), ("left", self.left.total())]
        yield ", ".join(f"{name} {count:,}" for name, count in counts)
        yield from (f"  left: {count:,} {reason}" for reason, count in self.left.most_common())


class Journal:
    """Counts, tells progress on standard error, and writes the receipt as CSV; no receipt where `receipt` is None."""

    def __init__(self, receipt: Path | None) -> None:
        self.tally = Tally()
        self.receipt = receipt
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        if self.receipt is not None:
            self._file = self.receipt.open("w", encoding="utf-8", newline="")
            self._write(COLUMNS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def count(self, result: str) -> None:
        """Count one row that the service took."""
        self.tally.results[result] += 1

    def leave(self, reason: str, number: int = 1) -> None:
        """Count rows that are none of Daylight's matters."""
        if number:
            self.tally.left[reason] += number

    def reject(self, rejection: Rejection) -> None:
        """Count a row that was not taken and write its line of the receipt."""
        self.tally.rejected += 1
        self._write((str(rejection.row), rejection.record, rejection.field, rejection.problem, rejection.fix))

    def tell(self, sentence: str) -> None:
        """Say how far it is."""
        print(sentence, file=sys.stderr, flush=True)

    def _write(self, cells: Iterable[str]) -> None:
        if self._file is not None:
            csv.writer(self._file, quoting=csv.QUOTE_ALL).writerow(map(_harmless, cells))


def _harmless(cell: str) -> str:
    """A spreadsheet computes a cell that begins like a formula (CSV injection, OWASP ASVS 1.2.10)."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
