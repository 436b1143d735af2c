"""A table's sums as a sparse matrix: a row for each number, a column for each atom that the printed zeros leave open.

Beside the cells in print there is a row for every other sum of the table, down to the atoms: nobody prints those, and
nobody may work out a small one either.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from services.reporting.publication.protection.shape import Atom, Cell, Shape

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Crossing:
    """The cells of one crossing: their first row, how many they are, and the cell of each open atom, from 0."""

    names: tuple[str, ...]
    first: int
    size: int
    cell_of_atom: Numbers

    @property
    def rows(self) -> slice:
        """The rows of its cells."""
        return slice(self.first, self.first + self.size)


class System:
    """The sums of counts: `truth` has each of them, the cells in print first, in the order of the shape."""

    def __init__(self, shape: Shape, counts: Mapping[Atom, int], kept_hidden: Collection[Cell] = ()) -> None:
        """Raise ValueError for a count that is negative or not whole, and for an atom that the shape does not have."""
        self.shape = shape
        sizes = [len(values) for values in shape.dimensions.values()]
        units = np.zeros(int(np.prod(sizes)), dtype=np.int64)
        for atom, number in counts.items():
            if type(number) is not int or number < 0:
                raise ValueError("A count is a whole number that is not negative.")
            units[self.index_of(atom)] += number
        every = np.indices(sizes).reshape(len(sizes), -1)
        places = {name: every[axis] for axis, name in enumerate(shape.dimensions)}
        unprinted = [
            crossing
            for size in range(len(sizes), -1, -1)
            for crossing in combinations(shape.dimensions, size)
            if crossing not in shape.crossings
        ]
        whole: list[Crossing] = []
        first = 0
        for names in (*shape.crossings, *unprinted):
            size = int(np.prod([len(shape.dimensions[name]) for name in names], initial=1))
            cell = np.zeros(len(units), dtype=np.int64)
            for name in names:
                cell = cell * len(shape.dimensions[name]) + places[name]
            whole.append(Crossing(names, first, size, cell))
            first += size
        self.rows = first
        self.printed_rows = len(shape.cells)
        truth = np.concatenate([np.bincount(one.cell_of_atom, units, one.size) for one in whole]).astype(np.int64)
        hidden = {self.row_of(cell) for cell in kept_hidden}
        is_open = np.ones(len(units), dtype=bool)
        for one in whole[: len(shape.crossings)]:
            zero = truth[one.rows] == 0
            zero[[row - one.first for row in hidden if one.first <= row < one.first + one.size]] = False
            is_open &= ~zero[one.cell_of_atom]
        self.atoms: Numbers = np.flatnonzero(is_open)
        self.units: Numbers = units[self.atoms]
        self.truth: Numbers = truth
        self.crossings = tuple(Crossing(one.names, one.first, one.size, one.cell_of_atom[self.atoms]) for one in whole)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Units by atom to sums: a row for each sum, a column for each open atom."""
        columns = np.tile(np.arange(len(self.atoms)), len(self.crossings))
        rows = np.concatenate([one.first + one.cell_of_atom for one in self.crossings])
        return sparse.csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), (self.rows, len(self.atoms)))

    def index_of(self, atom: Atom) -> int:
        """The number of an atom, in the order of the dimensions' values. Raises ValueError for one that is none."""
        if len(atom) != len(self.shape.dimensions):
            raise ValueError("An atom has a value of every dimension.")
        number = 0
        for value, values in zip(atom, self.shape.dimensions.values(), strict=True):
            number = number * len(values) + values.index(value)
        return number

    def row_of(self, cell: Cell) -> int:
        """The row of a cell in print. Raises KeyError for one that is not."""
        return self._rows[cell]

    @cached_property
    def _rows(self) -> Mapping[Cell, int]:
        return {cell: row for row, cell in enumerate(self.shape.cells)}

    def covering(self, cell: Cell) -> Numbers:
        """1 for each open atom whose units count in the cell, which may name any dimensions, else 0."""
        covered = np.ones(len(self.atoms), dtype=bool)
        sizes = [len(values) for values in self.shape.dimensions.values()]
        places = dict(zip(self.shape.dimensions, np.unravel_index(self.atoms, sizes), strict=True))
        for name, value in cell:
            covered &= places[name] == self.shape.dimensions[name].index(value)
        return covered.astype(np.int64)

    def small(self, smallest: int) -> Numbers:
        """The rows of sums that must not be worked out: from 1 to `smallest` - 1, in print or not."""
        return np.flatnonzero((self.truth > 0) & (self.truth < smallest))

    @cached_property
    def forced(self) -> Numbers:
        """At least so much is each sum, for whoever knows the zeros alone: as many as cells that lie wholly in it.

        A cell in print that is no zero is at least 1. A cell lies wholly in another if its open atoms all do. The cells
        of one crossing are apart, so that their bounds add up.
        """
        least = np.zeros(self.rows, dtype=np.int64)
        least[: self.printed_rows] = self.truth[: self.printed_rows] > 0
        inside = list(self._inside())
        while True:
            before = least.copy()
            for rows, outer in inside:
                added = np.zeros(self.rows, dtype=np.int64)
                np.add.at(added, outer, least[rows])
                np.maximum(least, added, out=least)
            if (before == least).all():
                return least

    def _inside(self) -> Iterator[tuple[Numbers, Numbers]]:
        """For every two crossings, the rows of one that lie wholly in a row of the other, with that row."""
        for inner in self.crossings:
            for outer in self.crossings:
                if inner is outer or len(self.atoms) == 0:
                    continue
                lowest = np.full(inner.size, np.iinfo(np.int64).max)
                highest = np.full(inner.size, -1)
                np.minimum.at(lowest, inner.cell_of_atom, outer.cell_of_atom)
                np.maximum.at(highest, inner.cell_of_atom, outer.cell_of_atom)
                wholly = np.flatnonzero(lowest == highest)
                if len(wholly):
                    yield inner.first + wholly, outer.first + lowest[wholly]


def world_of(system: System, numbers: Sequence[tuple[int, int]]) -> Numbers:
    """A world by open atoms, from pairs of atom and units. Raises ValueError for an atom that a printed zero closes."""
    places = {int(atom): place for place, atom in enumerate(system.atoms)}
    world = np.zeros(len(system.atoms), dtype=np.int64)
    for atom, units in numbers:
        if atom not in places or units < 0:
            raise ValueError("A world has units where there are none, or fewer than none.")
        world[places[atom]] += units
    return world
