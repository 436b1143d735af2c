"""A report as rules see it: what was sent, under which key, and when. Pure: no clock, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from shared.contracts.contract import Contract
from shared.contracts.fault import Fault

R = TypeVar("R", bound=Contract)

EARLIEST_DAY = timedelta(hours=14)
"""How far the clocks of the first zone in which a day begins are ahead of UTC."""


@dataclass(frozen=True, slots=True)
class Sent(Generic[R]):
    """A report with its agency, the number that the agency gave it (None for what has none), and the moment."""

    report: R
    ori: str
    number: str | None
    now: datetime


def future_faults(pointer: str, day: date | None, now: datetime) -> Iterator[Fault]:
    """The fault of a day that has not begun anywhere yet."""
    if day is not None and day > (now + EARLIEST_DAY).date():
        yield Fault(pointer, "in-the-future", "The day has not come yet.")
