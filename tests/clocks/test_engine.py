"""What a clock says at a moment and on a day, at the edges of its limit."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.clocks.engine import DueSoon, next_change, read, state_of
from shared.contracts.clocks import Clock
from tests.clocks.examples import DUE_AT, FACTS, STARTED, in_days, in_hours, moment

NEVER = DueSoon(share=0)
SPRING_FORWARD = datetime.fromisoformat("2027-03-05T22:30:00-08:00")
"""A Friday evening nine days before clocks go forward in California."""

STATES = [
    ("nothing starts it", in_days(started_at=None, due_on=None, missing="/x"), moment("10-05 10:12"), "not_started"),
    ("before it starts", in_days(), moment("10-05 10:11"), "not_started"),
    ("at its start", in_days(), moment("10-05 10:12"), "running"),
    ("before its last fifth", in_days(), moment("10-17 00:00"), "running"),
    ("in its last fifth", in_days(), moment("10-17 04:00"), "due_soon"),
    ("in the last minute of its last day", in_days(), moment("10-19 23:59"), "due_soon"),
    ("the day is over", in_days(), moment("10-20 00:00"), "overdue"),
    ("elsewhere the day was over long ago", in_days(), datetime(2026, 10, 20, 6, 59, tzinfo=UTC), "due_soon"),
    ("the hours are running", in_hours(), moment("10-05 19:47"), "running"),
    ("the hours are almost over", in_hours(), moment("10-05 19:49"), "due_soon"),
    ("the last moment counts", in_hours(), moment("10-05 22:12"), "due_soon"),
    ("the hours are over", in_hours(), moment("10-05 22:12:00.000001"), "overdue"),
    ("not yet met", in_days(met_at=moment("10-12 08:00")), moment("10-12 07:59"), "running"),
    ("met", in_days(met_at=moment("10-12 08:00")), moment("10-12 08:00"), "met"),
    ("met on its last day", in_days(met_at=moment("10-19 23:59")), moment("10-25 00:00"), "met"),
    ("overdue until it was met", in_days(met_at=moment("10-20 08:00")), moment("10-20 07:59"), "overdue"),
    ("met on the day after", in_days(met_at=moment("10-20 00:00")), moment("10-20 00:00"), "met_late"),
    ("met late once, met late for ever", in_days(met_at=moment("10-20 00:00")), moment("12-31 00:00"), "met_late"),
    ("met at the last moment of its hours", in_hours(met_at=DUE_AT), moment("10-06 00:00"), "met"),
    ("met a moment later", in_hours(met_at=DUE_AT + datetime.resolution), moment("10-06 00:00"), "met_late"),
    ("met before it started", in_days(met_at=moment("10-01 00:00")), STARTED, "met"),
    ("met before, and not started", in_days(met_at=moment("10-01 00:00")), moment("10-02 00:00"), "not_started"),
    ("without a limit it is never due", in_days(due_on=None), moment("12-31 00:00"), "running"),
    ("without a limit it can be met", in_days(due_on=None, met_at=moment("12-30 00:00")), moment("12-31 00:00"), "met"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "clock", "at", "expected"), STATES, ids=[one[0] for one in STATES])
def test_a_clock_has_a_state_at_each_moment(story: str, clock: Clock, at: datetime, expected: str) -> None:
    assert state_of(clock, at) == expected


@pytest.mark.parametrize(
    ("story", "due_soon", "first"),
    [
        ("nine months: the last thirty days", DueSoon(), date(2026, 10, 2)),
        ("half of it, but at most a week", DueSoon(share=0.5, days=7), date(2026, 10, 25)),
        ("a tenth is less than thirty days", DueSoon(share=0.1), date(2026, 10, 4)),
    ],
)
def test_a_limit_is_due_soon_in_its_last_part(story: str, due_soon: DueSoon, first: date) -> None:
    clock = in_days(started_at=moment("01-31 00:00"), due_on=date(2026, 10, 31))
    assert read(clock, first - timedelta(days=1), due_soon).state == "running"
    assert read(clock, first, due_soon).state == "due_soon"


def test_a_limit_need_not_be_due_soon() -> None:
    assert state_of(in_days(), moment("10-19 23:59"), NEVER) == "running"
    assert state_of(in_days(), moment("10-20 00:00"), NEVER) == "overdue"


DAYS = [
    ("before it starts", in_days(), "10-04", {"state": "not_started"}),
    ("on the day on which it starts", in_days(), "10-05", {"state": "running"}),
    ("on its last day", in_days(), "10-19", {"state": "due_soon"}),
    ("on the day after", in_days(), "10-20", {"state": "overdue", "days_overdue": 1}),
    ("ten days later", in_days(), "10-29", {"state": "overdue", "days_overdue": 10}),
    ("hours that were over that day", in_hours(), "10-05", {"state": "overdue", "days_overdue": 0}),
    ("hours that were over the day before", in_hours(), "10-06", {"state": "overdue", "days_overdue": 1}),
    ("met later than that", in_days(met_at=moment("10-14 08:00")), "10-13", {"state": "running"}),
    ("met that day", in_days(met_at=moment("10-14 23:59:59.999999")), "10-14",
     {"state": "met", "met_on": date(2026, 10, 14)}),
    ("overdue, and met later than that", in_days(met_at=moment("10-30 08:00")), "10-29",
     {"state": "overdue", "days_overdue": 10}),
    ("met three days late, long ago", in_days(met_at=moment("10-22 08:00")), "12-31",
     {"state": "met_late", "met_on": date(2026, 10, 22), "days_overdue": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("story", "clock", "day", "expected"), DAYS, ids=[one[0] for one in DAYS])
def test_a_clock_reads_as_it_stood_at_the_end_of_a_day(
    story: str, clock: Clock, day: str, expected: dict[str, Any]
) -> None:
    known = read(clock, date.fromisoformat(f"2026-{day}"))
    assert known.started_on == date(2026, 10, 5)
    assert known.model_dump(include={"state", "met_on", "days_overdue"}, exclude_none=True) == expected


def test_what_met_it_later_is_not_told_of_an_earlier_day() -> None:
    clock = in_days(met_at=moment("10-14 08:00"), evidence="/judgements/agency")

    before, after = read(clock, date(2026, 10, 13)), read(clock, date(2026, 10, 14))

    assert (before.met_at, before.met_on, before.evidence) == (None, None, None)
    assert (after.met_at, after.evidence) == (clock.met_at, clock.evidence)


def test_a_clock_that_cannot_start_says_what_is_missing() -> None:
    waiting = read(Clock(**FACTS, missing="/on_school_grounds"), date(2026, 10, 5))
    assert (waiting.state, waiting.missing) == ("not_started", "/on_school_grounds")
    assert (waiting.started_on, waiting.days_overdue) == (None, None)


def test_a_reading_is_of_the_moment_where_one_is_given() -> None:
    assert read(in_hours(), moment("10-05 22:00")).state == "due_soon"
    assert read(in_hours(), date(2026, 10, 5)).state == "overdue"


def test_days_are_those_of_the_offset_in_which_it_started() -> None:
    met_at = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)
    late_in_the_evening = read(in_days(met_at=met_at), date(2026, 10, 20))
    assert (late_in_the_evening.state, late_in_the_evening.met_on) == ("met", date(2026, 10, 19))


@pytest.mark.parametrize("started_at", [SPRING_FORWARD, SPRING_FORWARD.astimezone(ZoneInfo("America/Los_Angeles"))])
def test_the_offset_of_the_start_holds_though_clocks_go_forward_meanwhile(started_at: datetime) -> None:
    clock = in_days(started_at=started_at, due_on=date(2027, 3, 19))
    assert next_change(clock, started_at) == datetime.fromisoformat("2027-03-20T00:00:00-08:00")


CHANGES = [
    ("it becomes overdue after its last day", in_days(), STARTED, moment("10-20 00:00")),
    ("after its last moment", in_hours(), STARTED, DUE_AT + datetime.resolution),
    ("also before it starts", in_days(), moment("01-01 00:00"), moment("10-20 00:00")),
    ("it is overdue already", in_days(), moment("10-20 00:00"), None),
    ("it was met in time", in_days(met_at=moment("10-12 08:00")), STARTED, None),
    ("it was overdue before it was met", in_days(met_at=moment("10-22 08:00")), STARTED, moment("10-20 00:00")),
    ("it has not started", Clock(**FACTS, missing="/on_school_grounds"), STARTED, None),
    ("it has no limit", in_days(due_on=None), STARTED, None),
]


@pytest.mark.parametrize(("story", "clock", "after", "expected"), CHANGES, ids=[one[0] for one in CHANGES])
def test_the_next_change_is_known(story: str, clock: Clock, after: datetime, expected: datetime | None) -> None:
    assert next_change(clock, after) == expected
