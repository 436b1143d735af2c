"""From a cell to the value of a field, as the mapping says and the field's kind demands."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from daylight.importing.table.fault import Unreadable
from daylight.importing.table.mapping import Column
from daylight.importing.table.moment import read_day, read_moment
from daylight.importing.table.target import Kind, Target

Cell = str | tuple[str, ...]
"""What stands under a column in one row: a text, or the several texts of a list in NDJSON."""
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)


class Nothing(Enum):
    """A cell that says nothing, not even that something is not known: the field is left out."""

    SAID = "nothing said"


NOTHING = Nothing.SAID


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the cells of one field. `unknown` are the cells that mean "not known" in the whole file."""

    source: Column
    target: Target
    zone: ZoneInfo | None
    unknown: frozenset[str]

    def read(self, cells: Mapping[str, Cell]) -> Any:
        """The value that a row's cells give, or NOTHING. Raises Unreadable."""
        cell = joined([cells.get(column, "") for column in self.source.column], self.source.joined_by)
        if cell in self.source.none:
            return []
        if self.target.kind is Kind.ELEMENTS:
            return NOTHING
        if not self.target.several:
            if isinstance(cell, tuple):
                raise Unreadable("it holds several values, and the field takes one", "Send one value.")
            return self._one(cell)
        said = [value for piece in pieces(cell, self.source.split) if (value := self._one(piece)) is not NOTHING]
        known = [value for value in said if value is not None]
        return list(dict.fromkeys(known)) or (None if said else NOTHING)

    def values(self, cells: Mapping[str, Cell]) -> list[Any]:
        """Each value that is known of the several in a row's cell, one that stands twice twice. Raises Unreadable."""
        cell = joined([cells.get(column, "") for column in self.source.column], self.source.joined_by)
        found = [self._one(piece) for piece in pieces(cell, self.source.split)]
        return [value for value in found if value is not NOTHING and value is not None]

    def _one(self, text: str) -> Any:
        codes = self.source.codes
        if codes is not None and text in codes:
            code = codes[text]
            return NOTHING if code is None else converted(code, self.target, (), self.zone)
        if text in self.unknown or text in self.source.unknown:
            return self._not_known()
        if not text:
            return NOTHING
        if codes is None or self.source.unmapped == "keep":
            return converted(text, self.target, self.source.format, self.zone)
        if self.source.unmapped == "unknown":
            return self._not_known()
        raise Unreadable("the mapping does not say what this value means", "Add the value to `codes` of this field.")

    def _not_known(self) -> Any:
        if self.target.not_known is None and not self.target.nullable:
            return NOTHING
        return self.target.not_known


def joined(cells: Sequence[Cell], joined_by: str = " ") -> Cell:
    """Several cells as one, `joined_by` between those that say something; one cell is itself."""
    if len(cells) == 1:
        return cells[0]
    return joined_by.join(cell for cell in cells if cell and isinstance(cell, str))


def pieces(cell: Cell, split: str | None) -> Sequence[str]:
    """The several values of a cell, blanks around them cut; a blank cell is one blank value."""
    if isinstance(cell, tuple):
        return cell
    return [piece.strip() for piece in cell.split(split)] if split else [cell]


def converted(text: str, target: Target, forms: Sequence[str], zone: ZoneInfo | None) -> Any:
    """A text as what its field holds, in JSON; of a time, the Moment. Raises Unreadable."""
    readers: Mapping[Kind, Callable[[], Any]] = {
        Kind.CODE: lambda: _code(text, target),
        Kind.NUMBER: lambda: _number(text),
        Kind.DECIMAL: lambda: _decimal(text),
        Kind.TRUTH: lambda: _truth(text),
        Kind.MOMENT: lambda: read_moment(text, forms, zone),
        Kind.DAY: lambda: read_day(text, forms).isoformat(),
    }
    return readers.get(target.kind, lambda: text)()


def _code(text: str, target: Target) -> str:
    if text not in target.codes:
        codes = ", ".join(target.codes)
        raise Unreadable("it is none of the field's codes", f"Say in `codes` which of these it is: {codes}.")
    return text


def _number(text: str) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise Unreadable("it is no whole number", "Correct the cell, or say in `codes` which number it means.")
    return int(text)


def _decimal(text: str) -> float:
    if not DECIMAL.fullmatch(text):
        raise Unreadable(
            "it is no number like 40 or 39.5", "Correct the cell, or say in `codes` which number it means."
        )
    return float(text)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise Unreadable("it is neither true nor false", "Say in `codes` which cells mean true and which false.")
    return text == "true"
