"""Finds what must be hidden, and the worlds that prove it is enough (HiGHS through SciPy).

First every small number is hidden. Then worlds are looked for that have many small numbers at their lowest or highest
at once; then one for each number that is left. Where there is none, the numbers in print that stand in the way at the
least cost are hidden as well. A world stays one when more is hidden, so one pass is enough.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from services.reporting.publication.protection.certified import (
    LEAST_SMALLEST,
    CannotBeProtected,
    Certified,
    World,
    lowest_bar,
    verify,
)
from services.reporting.publication.protection.claim import Claim
from services.reporting.publication.protection.shape import Atom, Cell, Shape
from services.reporting.publication.protection.system import Numbers, System

SECONDS = 20
"""For one world; a search that takes longer counts as one that found none."""
COSTS = (40.0, 15.0, 2.0)
"""What it costs to hide a grand total, a total of one dimension, a total of two; a number that is no total costs 1."""
CLOSE = 1e-6

Floats = NDArray[np.float64]


@dataclass
class Search:
    """The state of one search: which cells in print are hidden, and the worlds found so far."""

    system: System
    smallest: int
    claims: Sequence[Claim]
    random: np.random.Generator
    hidden: NDArray[np.bool_]
    least: Numbers
    worlds: list[Numbers] = field(default_factory=list)

    def run(self) -> None:
        """Search until every small number is protected. Raises CannotBeProtected."""
        small = self.system.small(self.smallest)
        bar = lowest_bar(self.system)[small]
        low, high = np.zeros(len(small), dtype=bool), np.zeros(len(small), dtype=bool)
        is_worth_it = True
        while not (low.all() and high.all()):
            down, up = self._directions(low, high)
            world = self._world(small, down, up, bar) if is_worth_it else None
            if world is not None and (gained := self._gain(world, small, bar, low, high)):
                is_worth_it = gained > 1
                continue
            one = int(self.random.choice(np.flatnonzero(~(low & high))))
            goal = (
                (int(small[one]), int(bar[one]), True) if not low[one] else (int(small[one]), self.smallest - 1, False)
            )
            world = self._world(small, down, up, bar, goal)
            if world is None:
                self._hide_more(goal)
            else:
                is_worth_it = self._gain(world, small, bar, low, high) > 1

    def _directions(self, low: NDArray[np.bool_], high: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """What is worth being small, and what large, in the next world: each at random where it lacks both."""
        weight = self.random.uniform(0.5, 1.5, len(low))
        heads = self.random.integers(2, size=len(low)) == 1
        return weight * (~low & (high | heads)), weight * (~high & (low | ~heads))

    def _gain(
        self, world: Numbers, small: Numbers, bar: Numbers, low: NDArray[np.bool_], high: NDArray[np.bool_]
    ) -> int:
        """Keep a world where it brings some number to an end; how many it did."""
        sums = self.system.matrix @ world
        now_low, now_high = sums[small] <= bar, sums[small] >= self.smallest - 1
        gained = int((now_low & ~low).sum() + (now_high & ~high).sum())
        if gained:
            self.worlds.append(world)
            low |= now_low
            high |= now_high
        return gained

    def _world(
        self, small: Numbers, down: Floats, up: Floats, bar: Numbers, goal: tuple[int, int, bool] | None = None
    ) -> Numbers | None:
        """A world that has as much as possible small or large, and surely the goal: a row, a bound, and which side."""
        atoms, rising, falling = len(self.system.atoms), np.flatnonzero(up), np.flatnonzero(down)
        rows = self.system.matrix[small]
        both = len(rising) + len(falling)
        # Each rising number has a column of its own, at most itself and the goal; each falling one of what is above it.
        linked = sparse.vstack(
            [
                sparse.hstack([rows[rising], -_eye(len(rising), both, 0)]),
                sparse.hstack([-rows[falling], _eye(len(falling), both, len(rising))]),
            ]
        )
        cost = np.concatenate([np.zeros(atoms), -up[rising], down[falling]])
        lower = np.concatenate([np.zeros(len(rising)), -bar[falling]])
        limits = [LinearConstraint(linked, lower, np.inf)] if both else []
        limits += [self._printed(both), *self._claimed(both)]
        if goal is not None:
            limits.append(_goal(self.system, goal, both))
        upper = np.concatenate(
            [np.full(atoms, np.inf), np.full(len(rising), self.smallest - 1.0), np.full(len(falling), np.inf)]
        )
        return self._solve(cost, limits, Bounds(0, upper), gap=0.1)

    def _solve(self, cost: Floats, limits: Sequence[LinearConstraint], bounds: Bounds, gap: float) -> Numbers | None:
        integrality = np.zeros(len(cost))
        integrality[: len(self.system.atoms)] = 1
        found = milp(
            cost,
            constraints=limits,
            bounds=bounds,
            integrality=integrality,
            options={"time_limit": SECONDS, "mip_rel_gap": gap},
        )
        return None if found.x is None else np.rint(found.x[: len(self.system.atoms)]).astype(np.int64)

    def _printed(self, more: int) -> LinearConstraint:
        """What is printed is as it is; what is hidden is at least 1, where it is not kept hidden from before."""
        rows = self.system.matrix[: self.system.printed_rows]
        truth = self.system.truth[: self.system.printed_rows]
        lower = np.where(self.hidden, self.least, truth)
        upper = np.where(self.hidden, np.inf, truth)
        return LinearConstraint(_widened(rows, more), lower, upper)

    def _claimed(self, more: int) -> list[LinearConstraint]:
        return [
            LinearConstraint(
                _widened(sparse.csr_array(self.system.covering(claim.cell)[None, :]), more),
                claim.lowest,
                np.inf if claim.highest is None else claim.highest,
            )
            for claim in self.claims
        ]

    def _hide_more(self, goal: tuple[int, int, bool]) -> None:
        """Hide the numbers in print that stand in the goal's way. Raises CannotBeProtected where others do."""
        printed = self.system.printed_rows
        truth = self.system.truth[:printed]
        movable = np.flatnonzero(~self.hidden & (truth > 0))
        apart = sparse.csr_array(
            (
                np.concatenate([-np.ones(len(movable)), np.ones(len(movable))]),
                (np.tile(movable, 2), np.arange(2 * len(movable))),
            ),
            (printed, 2 * len(movable)),
        )
        lower = np.where(self.hidden, self.least, truth)
        upper = np.where(self.hidden, np.inf, truth)
        more = 2 * len(movable)
        limits = [
            LinearConstraint(sparse.hstack([self.system.matrix[:printed], apart]), lower, upper),
            LinearConstraint(_widened(self.system.matrix[movable], more), 1, np.inf),
            *self._claimed(more),
            _goal(self.system, goal, more),
        ]
        cost = np.concatenate([np.zeros(len(self.system.atoms)), np.tile(self._costs(movable), 2)])
        for is_whole in (False, True):
            found = milp(
                cost,
                constraints=limits,
                bounds=Bounds(0, np.inf),
                integrality=np.full(len(cost), int(is_whole)),
                options={"time_limit": SECONDS, "mip_rel_gap": 0.1},
            )
            if found.x is None:
                break
            moved = found.x[len(self.system.atoms) :].reshape(2, -1).sum(axis=0) > CLOSE
            if moved.any():
                self.hidden[movable[moved]] = True
                return
        raise CannotBeProtected("A small number cannot be hidden among the others; print fewer crossings.")

    def _costs(self, rows: Numbers) -> Floats:
        """What it costs to hide each cell: more for a total and for a large number, and never quite the same."""
        cells, finest = self.system.shape.cells, max(len(one) for one in self.system.shape.printed)
        worth = [1.0 if len(cells[row]) == finest else COSTS[min(len(cells[row]), 2)] for row in rows]
        size = 1 + np.log(self.system.truth[rows])
        costs: Floats = np.array(worth) * size * self.random.uniform(0.5, 1.5, len(rows))
        return costs


def certify(
    shape: Shape,
    counts: Mapping[Atom, int],
    *,
    smallest: int,
    claims: Sequence[Claim] = (),
    kept_hidden: Collection[Cell] = (),
    seed: int,
) -> Certified:
    """Hide what must be hidden of these counts, and prove that it is enough.

    `smallest` is the smallest count but 0 that is printed. `claims` are what others have printed of the same units,
    `kept_hidden` the cells that earlier versions hid. `seed` is a secret: it decides among equals. Raises
    CannotBeProtected, and ValueError for counts that are none, claims that are not so, and a `smallest` below 3.
    """
    if smallest < LEAST_SMALLEST:
        raise ValueError(f"The smallest count that is printed is {LEAST_SMALLEST} or more.")
    if not all(claim.holds(shape, counts) for claim in claims):
        raise ValueError("What is known beside the table is not so.")
    kept = frozenset(kept_hidden) & set(shape.cells)
    system = System(shape, counts, kept)
    truth = system.truth[: system.printed_rows]
    hidden = (truth > 0) & (truth < smallest)
    hidden[[system.row_of(cell) for cell in kept]] = True
    least = (truth > 0).astype(np.int64)
    search = Search(system, smallest, claims, np.random.default_rng(seed), hidden, least)
    search.run()
    printed = {
        cell: None if is_hidden else int(number)
        for cell, is_hidden, number in zip(shape.cells, search.hidden, truth, strict=True)
    }
    certified = Certified(shape, smallest, printed, kept, tuple(_pairs(system, world) for world in search.worlds))
    verify(certified, counts, claims)
    return certified


def _pairs(system: System, world: Numbers) -> World:
    return tuple((int(system.atoms[place]), int(world[place])) for place in np.flatnonzero(world))


def _goal(system: System, goal: tuple[int, int, bool], more: int) -> LinearConstraint:
    row, bound, is_low = goal
    return LinearConstraint(
        _widened(system.matrix[[row]], more), -np.inf if is_low else bound, bound if is_low else np.inf
    )


def _widened(rows: sparse.csr_array, more: int) -> sparse.csr_array:
    """The same rows with columns of nothing behind."""
    return sparse.hstack([rows, sparse.csr_array((rows.shape[0], more))]).tocsr()


def _eye(rows: int, columns: int, first: int) -> sparse.csr_array:
    return sparse.csr_array((np.ones(rows), (np.arange(rows), first + np.arange(rows))), (rows, columns))
