"""School days, months and school years, at their edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clocks.calendar import SchoolDays, months_after, school_year

THANKSGIVING = SchoolDays(frozenset({date(2026, 11, 26), date(2026, 11, 27)}))
WINTER = SchoolDays(frozenset(date(2026, 12, 21) + timedelta(days=day) for day in range(14)))
DAYS = st.dates(date(1900, 1, 1), date(2199, 1, 1))

SCHOOL_DAYS = [
    ("the next day of a week", SchoolDays(), date(2026, 10, 5), 1, date(2026, 10, 6)),
    ("Friday's next is Monday", SchoolDays(), date(2026, 10, 9), 1, date(2026, 10, 12)),
    ("Saturday's next is Monday", SchoolDays(), date(2026, 10, 10), 1, date(2026, 10, 12)),
    ("Sunday's next is Monday", SchoolDays(), date(2026, 10, 11), 1, date(2026, 10, 12)),
    ("ten are two weeks", SchoolDays(), date(2026, 10, 5), 10, date(2026, 10, 19)),
    ("none is the day itself", SchoolDays(), date(2026, 10, 10), 0, date(2026, 10, 10)),
    ("closed days are passed over", THANKSGIVING, date(2026, 11, 25), 1, date(2026, 11, 30)),
    ("it may begin on a closed day", THANKSGIVING, date(2026, 11, 27), 1, date(2026, 11, 30)),
    ("over the winter break and the year's end", WINTER, date(2026, 12, 18), 1, date(2027, 1, 4)),
    ("a leap day is a school day", SchoolDays(), date(2028, 2, 28), 1, date(2028, 2, 29)),
    ("without one, March follows", SchoolDays(), date(2027, 2, 26), 1, date(2027, 3, 1)),
]
MONTHS = [
    ("a month", date(2026, 10, 5), 1, date(2026, 11, 5)),
    ("31 Jan and nine are 31 Oct", date(2026, 1, 31), 9, date(2026, 10, 31)),
    ("31 May and nine are the last of February", date(2026, 5, 31), 9, date(2027, 2, 28)),
    ("and of a leap year's", date(2027, 5, 31), 9, date(2028, 2, 29)),
    ("to a shorter month", date(2026, 8, 31), 1, date(2026, 9, 30)),
    ("over the year's end", date(2026, 12, 31), 2, date(2027, 2, 28)),
    ("to December", date(2026, 11, 30), 1, date(2026, 12, 30)),
    ("a year from a leap day", date(2028, 2, 29), 12, date(2029, 2, 28)),
    ("four years from a leap day", date(2028, 2, 29), 48, date(2032, 2, 29)),
    ("none", date(2026, 10, 5), 0, date(2026, 10, 5)),
]
SCHOOL_YEARS = [
    (date(2026, 6, 30), "2025-26", date(2025, 7, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), "2026-27", date(2026, 7, 1), date(2027, 6, 30)),
    (date(2027, 1, 1), "2026-27", date(2026, 7, 1), date(2027, 6, 30)),
    (date(2099, 12, 31), "2099-00", date(2099, 7, 1), date(2100, 6, 30)),
]


@pytest.mark.parametrize(
    ("story", "days", "day", "count", "expected"), SCHOOL_DAYS, ids=[one[0] for one in SCHOOL_DAYS]
)
def test_school_days_are_counted(story: str, days: SchoolDays, day: date, count: int, expected: date) -> None:
    assert days.after(day, count) == expected


@pytest.mark.parametrize(("story", "day", "months", "expected"), MONTHS, ids=[one[0] for one in MONTHS])
def test_months_are_counted_by_the_calendar(story: str, day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@pytest.mark.parametrize(("day", "name", "first_on", "last_on"), SCHOOL_YEARS)
def test_a_day_is_in_the_school_year_from_july_to_june(day: date, name: str, first_on: date, last_on: date) -> None:
    assert (str(school_year(day)), *school_year(day)) == (name, first_on, last_on)


@given(DAYS, st.integers(1, 30), st.sets(st.integers(1, 40)))
def test_as_many_school_days_lie_behind_as_were_counted(day: date, count: int, closed: set[int]) -> None:
    days = SchoolDays(frozenset(day + timedelta(days=one) for one in closed))
    reached = days.after(day, count)
    passed = [day + timedelta(days=one) for one in range(1, (reached - day).days + 1)]

    assert days.is_school_day(reached)
    assert sum(map(days.is_school_day, passed)) == count


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_more_months_are_never_earlier(day: date, some: int, more: int) -> None:
    assert months_after(day, some) <= months_after(day, some + more)


@given(DAYS)
def test_every_day_is_in_its_school_year_and_the_years_leave_no_gap(day: date) -> None:
    year = school_year(day)
    assert year.first_on <= day <= year.last_on
    assert school_year(year.last_on + timedelta(days=1)).first_on == year.last_on + timedelta(days=1)
