"""Days as schools count them: school days, months by the calendar, school years. Pure: no clock, no I/O.

Source: the guiding principles count in months (P8), in years (P2, P10) and in school years (P3, P6). Limits in school
days are local settings.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
SATURDAY = 5
JULY = 7
MONTHS = 12


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """Which days are school days: the weekdays that are not among the installation's `closed` days."""

    closed: frozenset[date] = frozenset()

    def is_school_day(self, day: date) -> bool:
        """Whether school is held on the day."""
        return day.weekday() < SATURDAY and day not in self.closed

    def after(self, day: date, count: int) -> date:
        """The `count`-th school day after the day, which is not counted itself; the day itself for none."""
        while count > 0:
            day += DAY
            count -= self.is_school_day(day)
        return day


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month where it is shorter.

    31 Jan and 9 months is 31 Oct; 31 May and 9 months is the last day of February.
    """
    years, month = divmod(day.month - 1 + months, MONTHS)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


class SchoolYear(NamedTuple):
    """A school year from its first to its last day. It is written as `2026-27`."""

    first_on: date
    last_on: date

    def __str__(self) -> str:
        return f"{self.first_on.year}-{(self.first_on.year + 1) % 100:02}"


def school_year(day: date, first_month: int = JULY) -> SchoolYear:
    """The school year that a day is in: from 1 July to 30 June, or from the first day of another month."""
    first = day.year if day.month >= first_month else day.year - 1
    return SchoolYear(date(first, first_month, 1), date(first + 1, first_month, 1) - DAY)
