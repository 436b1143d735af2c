"""Why a cell or a row cannot be taken. No value is ever part of it."""

from dataclasses import dataclass


class Unreadable(Exception):
    """A cell does not say what its field needs."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one cell: the row's line in the file (from 1), the column by its name, problem and fix."""

    row: int
    column: str
    problem: str
    fix: str
