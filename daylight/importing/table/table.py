"""A mapping made ready: takes what a row says of its record and puts it into the record's draft."""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from daylight.importing.push import Origin
from daylight.importing.table.cell import NOTHING, Cell, Reader, converted
from daylight.importing.table.draft import Draft, Path, Said
from daylight.importing.table.fault import CellFault, Unreadable
from daylight.importing.table.mapping import Column, Constant, Elements, TableMapping
from daylight.importing.table.moment import Moment
from daylight.importing.table.rows import Row
from daylight.importing.table.target import Kind, Target, number_of, target

WHEN, HOW_EXACTLY = "occurred_at", "occurred_precision"
VALUES_OF_A_CELL = Target(Kind.LOCAL, several=True, nullable=True)

Reject = Callable[[CellFault], None]


@dataclass(frozen=True, slots=True)
class Block:
    """One entry of `elements`, made ready."""

    name: str
    each: Reader | None
    once: bool
    readers: Mapping[str, Reader]
    constants: Mapping[Path, Said]


class Table:
    """Reads the rows of one table as its mapping says."""

    def __init__(self, mapping: TableMapping) -> None:
        self._of = mapping.record
        self._required = mapping.required
        self._unknown = frozenset(mapping.unknown)
        self._zone: ZoneInfo | None = mapping.zone()
        self._says_how_exactly = HOW_EXACTLY in mapping.fields.keys() | mapping.constants.keys()
        self._readers = self._made_ready(mapping.fields, None)
        self._constants = self._converted(mapping.constants, None)
        self._blocks = [self._block(name, block) for name, blocks in mapping.elements.items() for block in blocks]

    def value(self, path: str, row: Row) -> Any:
        """What a row, or else the mapping itself, says of one field of the record; None for nothing.

        Raises Unreadable.
        """
        if (constant := self._constants.get((path,))) is not None:
            return constant.value
        reader = self._readers.get(path)
        value = NOTHING if reader is None else reader.read(row.cells)
        return None if value is NOTHING else value

    def columns(self, path: str) -> str:
        """The columns that a field is read from, in words."""
        return " and ".join(self._readers[path].source.column) if path in self._readers else path

    def read(self, row: Row, draft: Draft) -> None:
        """Add a row to the draft of its record, its faults among the draft's."""
        draft.rows.append(row.number)
        for column in self._required:
            if not row.cells.get(column):
                fix = "Fill the cell, or take the column out of `required`."
                draft.faults.append(CellFault(row.number, column, "it is blank, and the mapping requires it", fix))
        draft.lay({**self._constants, **self._said(self._readers, row.cells, row.number, draft.faults.append)})
        for index, block in enumerate(self._blocks):
            self._add_elements(block, index, row, draft)

    def _add_elements(self, block: Block, index: int, row: Row, draft: Draft) -> None:
        for position, cells in enumerate(_each(block, row, draft.faults.append)):
            values = {**block.constants, **self._said(block.readers, cells, row.number, draft.faults.append)}
            draft.lay_element(
                block.name, _key(number_of(block.name, self._of), values, (row.number, index, position)), values
            )

    def _said(
        self, readers: Mapping[str, Reader], cells: Mapping[str, Cell], number: int, reject: Reject
    ) -> dict[Path, Said]:
        said: dict[Path, Said] = {}
        for path, reader in readers.items():
            column = " and ".join(reader.source.column)
            try:
                value = reader.read(cells)
                if value is not NOTHING:
                    said |= self._in_json(path, value, Origin(number, column))
            except Unreadable as fault:
                reject(CellFault(number, column, fault.problem, fault.fix))
        return said

    def _in_json(self, path: str, value: Any, origin: Origin | None) -> dict[Path, Said]:
        """A value where it belongs. The time of an incident says how exactly it is known, unless a field does."""
        place = tuple(path.split("."))
        if not isinstance(value, Moment):
            return {place: Said(value, origin)}
        said = {place: Said(value.at.isoformat(), origin)}
        if path == WHEN:
            return said if self._says_how_exactly else said | {(HOW_EXACTLY,): Said(value.precision, origin)}
        if value.precision == "day":
            raise Unreadable("it says a day and no time", "Leave the field out: a day is not a time.")
        return said

    def _made_ready(self, fields: Mapping[str, Column], within: str | None) -> dict[str, Reader]:
        return {
            path: Reader(source, target(path, within=within, of=self._of), self._zone, self._unknown)
            for path, source in fields.items()
        }

    def _converted(self, constants: Mapping[str, Constant], within: str | None) -> dict[Path, Said]:
        said: dict[Path, Said] = {}
        for path, constant in constants.items():
            found = target(path, within=within, of=self._of)
            value: Any = constant
            if isinstance(constant, tuple):
                value = [converted(one, found, (), self._zone) for one in constant]
            elif constant is not None:
                value = converted(constant, found, (), self._zone)
            said |= self._in_json(path, value, None)
        return said

    def _block(self, name: str, block: Elements) -> Block:
        each = Reader(block.for_each, VALUES_OF_A_CELL, None, self._unknown) if block.for_each else None
        once = block.repeated == "once"
        return Block(name, each, once, self._made_ready(block.fields, name), self._converted(block.constants, name))


def _each(block: Block, row: Row, reject: Reject) -> Iterator[Mapping[str, Cell]]:
    """The cells of each element that a row makes in a block; of constants alone there is always one."""
    if block.each is None:
        columns = {column for reader in block.readers.values() for column in reader.source.column}
        if not columns or any(row.cells.get(column) for column in columns):
            yield row.cells
        return
    (column,) = block.each.source.column
    try:
        values = block.each.values(row.cells)
    except Unreadable as fault:
        reject(CellFault(row.number, column, fault.problem, fault.fix))
        return
    for value in dict.fromkeys(values) if block.once else values:
        yield {**row.cells, column: value}


def _key(number: str | None, values: Mapping[Path, Said], place: Hashable) -> Hashable:
    """By what an element is known again: its number; where its list has none, all that is said of it.

    Without its number, an element of a list that has numbers is one of its own: two students may be described alike.
    """
    if number is None:
        return json.dumps([(path, said.value) for path, said in sorted(values.items())])
    return values[number,].value if (number,) in values else place
