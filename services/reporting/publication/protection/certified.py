"""A table that is certified: what is printed, what is hidden, and the worlds that prove it; and the check of them.

A world is a whole table of units that agrees with everything printed. For every small number there are two: in one it
is as small as the printed zeros allow, in the other at least as large as the largest number that is hidden for its own
sake. So whoever knows all that was printed, and the rule, learns nothing else. The check is a product of matrices of
whole numbers; the program that found the worlds is not needed for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import orjson

from services.reporting.publication.protection.claim import Claim
from services.reporting.publication.protection.shape import Atom, Cell, Shape
from services.reporting.publication.protection.system import Numbers, System, world_of

LEAST_SMALLEST = 3
"""With 2, the one hidden count were 1."""


class CannotBeProtected(Exception):
    """There is no way to hide enough; the text says where, and tells of no number."""


class NotCertified(Exception):
    """The worlds do not prove that the table is protected."""


World = tuple[tuple[int, int], ...]
"""Pairs of an atom, by its number in the order of the dimensions' values, and its units."""


@dataclass(frozen=True)
class Certified:
    """What is printed of a table: each cell with its number, None where it is hidden; `smallest` is the rule.

    `kept` are cells that an earlier version hid: they stay hidden, whatever they are now.
    """

    shape: Shape
    smallest: int
    printed: Mapping[Cell, int | None]
    kept: frozenset[Cell]
    worlds: tuple[World, ...]

    def to_json(self) -> str:
        """As it is kept: the numbers in the order of the shape's cells."""
        cells = self.shape.cells
        content = {
            "dimensions": {name: list(values) for name, values in self.shape.dimensions.items()},
            "crossings": [list(crossing) for crossing in self.shape.printed],
            "smallest": self.smallest,
            "printed": [self.printed[cell] for cell in cells],
            "kept": [place for place, cell in enumerate(cells) if cell in self.kept],
            "worlds": [[list(pair) for pair in world] for world in self.worlds],
        }
        return orjson.dumps(content).decode()

    @classmethod
    def from_json(cls, content: str) -> "Certified":
        """The same again. Raises ValueError or KeyError for what is none."""
        said = orjson.loads(content)
        dimensions = {name: tuple(values) for name, values in said["dimensions"].items()}
        shape = Shape(dimensions, tuple(tuple(crossing) for crossing in said["crossings"]))
        cells = shape.cells
        return cls(
            shape=shape,
            smallest=said["smallest"],
            printed=dict(zip(cells, said["printed"], strict=True)),
            kept=frozenset(cells[place] for place in said["kept"]),
            worlds=tuple(tuple((atom, units) for atom, units in world) for world in said["worlds"]),
        )


def verify(certified: Certified, counts: Mapping[Atom, int], claims: Sequence[Claim] = ()) -> None:
    """Check that what is printed is what was counted, and that the worlds protect every small number of it.

    Raises NotCertified. No solver runs here.
    """
    try:
        system = System(certified.shape, counts, certified.kept)
        worlds = [world_of(system, world) for world in certified.worlds]
    except (ValueError, KeyError) as error:
        raise NotCertified("A count or a world is none.") from error
    _check_print(certified, system)
    if not all(claim.holds(certified.shape, counts) for claim in claims):
        raise NotCertified("What is known beside the table is not so.")
    small = system.small(certified.smallest)
    if not worlds:
        if len(small):
            raise NotCertified("No world protects the small numbers.")
        return
    matrix = np.stack(worlds, axis=1)
    sums = system.matrix @ matrix
    _check_worlds(certified, system, sums)
    for claim in claims:
        units = system.covering(claim.cell) @ matrix
        if (units < claim.lowest).any() or (claim.highest is not None and (units > claim.highest).any()):
            raise NotCertified("A world contradicts what is known beside the table.")
    if (sums[small].min(axis=1) > lowest_bar(system)[small]).any():
        raise NotCertified("A small number is small in no world.")
    if (sums[small].max(axis=1) < certified.smallest - 1).any():
        raise NotCertified("A small number is large in no world.")


def lowest_bar(system: System) -> Numbers:
    """How small each small number must be in some world: 1, or what the printed zeros force it to be."""
    bar: Numbers = np.maximum(system.forced, 1)
    return bar


def _check_print(certified: Certified, system: System) -> None:
    if certified.smallest < LEAST_SMALLEST or tuple(certified.printed) != certified.shape.cells:
        raise NotCertified("Not every cell of the table is there, once, or the rule is none.")
    for cell, true in zip(certified.shape.cells, system.truth.tolist(), strict=False):
        number = certified.printed[cell]
        if number is not None and (number != true or 0 < true < certified.smallest or cell in certified.kept):
            raise NotCertified("A number is printed that is wrong, small, or was hidden before.")
        if number is None and true == 0 and cell not in certified.kept:
            raise NotCertified("A zero is hidden.")


def _check_worlds(certified: Certified, system: System, sums: Numbers) -> None:
    in_print = sums[: system.printed_rows]
    numbers = list(certified.printed.values())
    shown = np.array([number is not None for number in numbers])
    right = np.array([number if number is not None else 0 for number in numbers])
    if (in_print[shown] != right[shown, None]).any():
        raise NotCertified("A world contradicts what is printed.")
    least = (system.truth[: system.printed_rows] > 0).astype(np.int64)
    if (in_print[~shown] < least[~shown, None]).any():
        raise NotCertified("A world has nothing where the mark says that there is something.")
