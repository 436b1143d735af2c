"""Some rows of a table as one record: what each says is laid over what the others said."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from daylight.importing.push import Origin, Push
from daylight.importing.table.fault import CellFault
from daylight.importing.table.target import UNKNOWN

DISAGREE = "another row of the same record says something else here"
AGREE = "Let the rows of one record agree, or read the column as part of an element."
NOT_KNOWN = (None, UNKNOWN, [UNKNOWN])
"""Values that contradict none: a row that does not know says nothing against one that does."""

Path = tuple[str, ...]
"""Names of fields, from the outermost."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value and the cell that it comes from; a constant comes from none."""

    value: Any
    origin: Origin | None = None


Values = Mapping[Path, Said]


@dataclass(slots=True)
class Draft:
    """What the rows of one record have said so far, in the order in which they said it."""

    rows: list[int] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    _values: dict[Path, Said] = field(default_factory=dict)
    _elements: dict[str, dict[Hashable, dict[Path, Said]]] = field(default_factory=dict)

    def lay(self, values: Values) -> None:
        """Add what a row says of the record as a whole. What contradicts an earlier row is a fault of this one."""
        self._lay(values, self._values)

    def lay_element(self, elements: str, key: Hashable, values: Values) -> None:
        """Add what a row says of one element of a list; the same key again is the same element."""
        self._lay(values, self._elements.setdefault(elements, {}).setdefault(key, {}))
        said_none = self._values.get((elements,))
        if said_none is not None and said_none.origin is not None:
            self.faults.append(CellFault(said_none.origin.row, said_none.origin.column, DISAGREE, AGREE))

    def push(self, record: str, about: Mapping[str, str]) -> Push:
        """The line of a bulk push, `about` itself first, and the cell of each of its parts, by JSON Pointer."""
        line: dict[str, Any] = {"op": "put", **about}
        origins: dict[str, Origin] = {}
        _fill(line, self._values, "#", origins)
        for name, elements in self._elements.items():
            line[name] = [{} for _ in elements]
            for index, (element, values) in enumerate(zip(line[name], elements.values(), strict=True)):
                _fill(element, values, f"#/{name}/{index}", origins)
        return Push(self.rows[0], record, line, origins, tuple(self.rows[1:]))

    def _lay(self, values: Values, onto: dict[Path, Said]) -> None:
        for path, said in values.items():
            before = onto.get(path)
            if before is None or before.value in NOT_KNOWN:
                onto[path] = said
            elif said.value not in (before.value, *NOT_KNOWN) and said.origin is not None:
                self.faults.append(CellFault(said.origin.row, said.origin.column, DISAGREE, AGREE))


def _fill(whole: dict[str, Any], values: Values, pointer: str, origins: dict[str, Origin]) -> None:
    for path, said in values.items():
        inner = whole
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = said.value
        if said.origin is not None:
            origins["/".join((pointer, *path))] = said.origin
