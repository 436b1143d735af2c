"""What must hold between the days of a school year. Pure: no clock, no I/O."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from services.reporting.record.sent import Sent
from shared.contracts.calendars import CalendarKey, CalendarReport
from shared.contracts.fault import Fault

LONGEST_YEAR = timedelta(days=371)
"""A school year fills at most 53 weeks."""


def faults(sent: Sent[CalendarReport, CalendarKey]) -> Iterator[Fault]:
    """Everything about a calendar that cannot be, though each day is right alone."""
    year = sent.report
    if year.last_day < year.first_day:
        yield Fault("#/last_day", "time-order", "last_day is before first_day.")
        yield Fault("#/first_day", "time-order", "first_day is after last_day.")
        return
    if year.last_day - year.first_day >= LONGEST_YEAR:
        yield Fault("#/last_day", "invalid-value", "A school year fills at most 53 weeks.")
    if not _is_of_its_year(year, sent.key):
        yield Fault("#/first_day", "invalid-value", "The school year does not lie in the years that its key names.")
    for place, day in enumerate(year.days_off):
        if not year.first_day <= day <= year.last_day:
            yield Fault(f"#/days_off/{place}", "invalid-value", "The day is outside the school year.")
        if day in year.days_off[:place]:
            yield Fault(f"#/days_off/{place}", "invalid-value", "The day stands here twice.")
    yield from _term_faults(year)


def _is_of_its_year(year: CalendarReport, key: CalendarKey) -> bool:
    """Whether it begins in the first year that its key names and ends in that or the next, as `2026-27` does."""
    first = int(key.school_year[:4])
    return year.first_day.year == first and year.last_day <= date(first + 1, 12, 31)


def _term_faults(year: CalendarReport) -> Iterator[Fault]:
    for place, term in enumerate(year.terms):
        if term.last_day < term.first_day:
            yield Fault(f"#/terms/{place}/last_day", "time-order", "last_day is before first_day.")
        if term.first_day < year.first_day or term.last_day > year.last_day:
            yield Fault(f"#/terms/{place}", "invalid-value", "The term reaches beyond the school year.")
    for place, (before, after) in enumerate(pairwise(year.terms), 1):
        if after.first_day <= before.last_day:
            yield Fault(f"#/terms/{place}/first_day", "time-order", "The term begins before the one above it ends.")
    codes = [term.code for term in year.terms]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            yield Fault(f"#/terms/{place}/code", "invalid-value", "Each term has a code of its own.")
