"""What is known beside a table: a bound on a sum of its units, from whoever printed or knows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.reporting.publication.protection.shape import Atom, Cell, Shape


@dataclass(frozen=True, slots=True)
class Claim:
    """That the units which meet a cell's conditions are at least `lowest`, and at most `highest` (None: no bound).

    The cell may name any dimensions of the table, also a crossing that the table itself does not print.
    """

    cell: Cell
    lowest: int
    highest: int | None = None

    def holds(self, shape: Shape, counts: Mapping[Atom, int]) -> bool:
        """Whether the claim is true of these counts."""
        units = sum(number for atom, number in counts.items() if covers(shape, self.cell, atom))
        return self.lowest <= units and (self.highest is None or units <= self.highest)


def covers(shape: Shape, cell: Cell, atom: Atom) -> bool:
    """Whether a unit at `atom` counts in the cell."""
    value = dict(zip(shape.dimensions, atom, strict=True))
    return all(value[name] == wanted for name, wanted in cell)
