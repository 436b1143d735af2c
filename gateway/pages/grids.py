"""What a page shows of a published table: grids of its numbers as they were printed, and bars of their totals.

No number is made here. A cell that is hidden is shown as such, and nothing is added up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pages.words import Words

SCHOOL = "school"
WIDEST_BAR = 250
"""Of 320 units of a chart's width; what is left is for the number."""

At = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it was printed; None: it is hidden."""

    value: int | None

    @property
    def is_hidden(self) -> bool:
        """Whether the mark stands there."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a grid: its numbers, the total last; `address` leads to more about it."""

    label: str
    numbers: tuple[Shown, ...]
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, in units of its width."""

    label: str
    value: int | None
    width: int

    @property
    def is_hidden(self) -> bool:
        """Whether the mark stands there."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class Grid:
    """A crossing of two dimensions. `nothing` are the values of either of which nothing was counted."""

    heading: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    nothing: tuple[str, ...]


class Numbers:
    """The numbers of a published table by where they stand."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._printed = {
            frozenset((place["dimension"], place["value"]) for place in cell["at"]): cell.get("value")
            for cell in table["cells"]
        }
        self._values = {one["name"]: one["values"] for one in table["dimensions"]}

    def at(self, *place: tuple[str, str]) -> Shown:
        """The number at a place; over the dimensions that it does not name it is summed."""
        return Shown(self._printed[frozenset(place)])

    def counted(self, dimension: str, *within: tuple[str, str]) -> tuple[str, ...]:
        """The values of a dimension of which something was counted, or is hidden, at a place."""
        return tuple(value for value in self._values[dimension] if self.at(*within, (dimension, value)).value != 0)

    def nothing(self, dimension: str, *within: tuple[str, str]) -> tuple[str, ...]:
        """The values of a dimension of which nothing was counted at a place."""
        counted = self.counted(dimension, *within)
        return tuple(value for value in self._values[dimension] if value not in counted)


def grid_of(numbers: Numbers, crossing: Sequence[str], words: Words, name_of: Callable[[str, str], str]) -> Grid:
    """The grid of two dimensions that are crossed in print; `name_of` names a value of a dimension."""
    first, second = crossing
    columns = numbers.counted(second)
    rows = [
        Row(
            name_of(first, value),
            (*(numbers.at((first, value), (second, column)) for column in columns), numbers.at((first, value))),
            f"/schools/{value}?lang={words.language}" if first == SCHOOL and value.isdigit() else None,
        )
        for value in numbers.counted(first)
    ]
    rows.append(Row(words("total"), (*(numbers.at((second, column)) for column in columns), numbers.at())))
    return Grid(
        heading=words("by_and", first=words.dimension(first), second=words.dimension(second).lower()),
        first=words.dimension(first),
        columns=(*(name_of(second, column) for column in columns), words("total")),
        rows=tuple(rows),
        bars=_bars([(name_of(first, value), numbers.at((first, value))) for value in numbers.counted(first)]),
        nothing=(
            *(name_of(first, value) for value in numbers.nothing(first)),
            *(name_of(second, value) for value in numbers.nothing(second)),
        ),
    )


def grid_within(
    numbers: Numbers,
    within: tuple[str, str],
    dimension: str,
    heading: str,
    words: Words,
    name_of: Callable[[str, str], str],
) -> Grid:
    """The numbers of one value of a dimension, such as a school, by the values of another."""
    counted = [
        (name_of(dimension, value), numbers.at(within, (dimension, value)))
        for value in numbers.counted(dimension, within)
    ]
    rows = [*(Row(label, (shown,)) for label, shown in counted), Row(words("total"), (numbers.at(within),))]
    return Grid(
        heading=heading,
        first=words.dimension(dimension),
        columns=(words("total"),),
        rows=tuple(rows),
        bars=_bars(counted),
        nothing=tuple(name_of(dimension, value) for value in numbers.nothing(dimension, within)),
    )


def _bars(counted: Sequence[tuple[str, Shown]]) -> tuple[Bar, ...]:
    largest = max((shown.value or 0 for _, shown in counted), default=0) or 1
    return tuple(Bar(label, shown.value, round(WIDEST_BAR * (shown.value or 0) / largest)) for label, shown in counted)
