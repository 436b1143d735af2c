"""Which sums of a table are printed: its dimensions, the crossings of them, and all totals of those."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import TypeAlias

Atom: TypeAlias = tuple[str, ...]
"""A value of every dimension, in the order of the shape's dimensions."""
Cell: TypeAlias = tuple[tuple[str, str], ...]
"""A number that is printed, or hidden: dimension and value of each that it names; over the others it is summed."""


@dataclass(frozen=True)
class Shape:
    """What is printed of units that have exactly one value of each dimension.

    `printed` are the crossings; every crossing's totals, down to the grand total, are printed with it.
    """

    dimensions: Mapping[str, tuple[str, ...]]
    printed: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a crossing of what is no dimension, and for a dimension without values."""
        named = {name for crossing in self.printed for name in crossing}
        if named - self.dimensions.keys() or not all(self.dimensions.values()):
            raise ValueError("A crossing names what is no dimension, or a dimension has no values.")

    @cached_property
    def crossings(self) -> tuple[tuple[str, ...], ...]:
        """Every set of dimensions that is crossed in print: the largest first, the grand total last."""
        found = {
            tuple(name for name in self.dimensions if name in part)
            for crossing in self.printed
            for size in range(len(crossing) + 1)
            for part in combinations(crossing, size)
        }
        return tuple(sorted(found, key=lambda one: (-len(one), one)))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell in print."""
        return tuple(cell for crossing in self.crossings for cell in self.cells_of(crossing))

    def cells_of(self, crossing: Sequence[str]) -> Iterator[Cell]:
        """The cells of one crossing."""
        for values in product(*(self.dimensions[name] for name in crossing)):
            yield tuple(zip(crossing, values, strict=True))

    def atoms(self) -> Iterator[Atom]:
        """Every atom, in the order by which worlds number them."""
        return product(*self.dimensions.values())

    def sums_of(self, atom: Atom) -> tuple[Cell, ...]:
        """The cells in print that a unit at `atom` counts in: one of each crossing."""
        value = dict(zip(self.dimensions, atom, strict=True))
        return tuple(tuple((name, value[name]) for name in crossing) for crossing in self.crossings)

    def printed_of(self, counts: Mapping[Atom, int]) -> dict[Cell, int]:
        """What would be printed of these counts if nothing were hidden."""
        sums = dict.fromkeys(self.cells, 0)
        for atom, units in counts.items():
            for cell in self.sums_of(atom):
                sums[cell] += units
        return sums
