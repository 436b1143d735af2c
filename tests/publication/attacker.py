"""An attacker who has nothing but what is printed, the rule, and a solver.

It shares no code with the publisher: it writes down an equation for every printed number, an inequality for every mark,
and asks for the lowest and the highest value of each hidden number (linear programming).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import linprog

Place = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Learnt:
    """The whole numbers that a hidden number can be, for whoever solves what is printed; and by the zeros alone."""

    lowest: int
    highest: float
    lowest_by_zeros: int

    def is_exact(self) -> bool:
        """Whether there is one number that it can be."""
        return self.lowest == self.highest

    def is_narrowed(self, smallest: int) -> bool:
        """Whether more is known than the mark and the zeros tell."""
        return self.lowest > max(self.lowest_by_zeros, 1) or self.highest < smallest - 1


def attack(
    dimensions: Mapping[str, Sequence[str]], printed: Mapping[Place, int | None], targets: Sequence[Place]
) -> dict[Place, Learnt]:
    """What can be learnt of the targets: hidden cells of the table, or sums that nobody prints."""
    unknowns = [tuple(zip(dimensions, values, strict=True)) for values in product(*dimensions.values())]
    places = list(printed)
    covers = np.array([_covered(place, unknowns) for place in places])
    values = [printed[place] for place in places]
    shown = np.array([value is not None for value in values])
    zero = np.array([value == 0 for value in values])
    right = np.array([value or 0 for value in values], dtype=float)
    known = {"A_eq": covers[shown], "b_eq": right[shown], "A_ub": -covers[~shown], "b_ub": -np.ones((~shown).sum())}
    zeros = {"A_eq": covers[zero], "b_eq": right[zero], "A_ub": -covers[~zero], "b_ub": -np.ones((~zero).sum())}
    learnt = {}
    for target in targets:
        wanted = np.array(_covered(target, unknowns))
        learnt[target] = Learnt(
            lowest=math.ceil(_least(wanted, known) - 1e-6),
            highest=_floor(-_least(-wanted, known)),
            lowest_by_zeros=math.ceil(_least(wanted, zeros) - 1e-6),
        )
    return learnt


def _covered(place: Place, unknowns: Sequence[Place]) -> list[float]:
    return [float(set(place) <= set(unknown)) for unknown in unknowns]


def _floor(number: float) -> float:
    return math.floor(number + 1e-6) if math.isfinite(number) else number


def _least(cost: np.ndarray, system: Mapping[str, np.ndarray]) -> float:
    found = linprog(cost, **{name: part if len(part) else None for name, part in system.items()}, method="highs")
    unbounded = 3
    return -math.inf if found.status == unbounded else float(found.fun)
