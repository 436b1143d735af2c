"""What holds of every clock, whatever its facts."""

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.clocks.engine import next_change, read, state_of
from shared.contracts.clocks import Clock
from tests.clocks.examples import FACTS

ONWARDS = {
    "not_started": {"not_started", "running", "due_soon", "met", "overdue", "met_late"},
    "running": {"running", "due_soon", "met", "overdue", "met_late"},
    "due_soon": {"due_soon", "met", "overdue", "met_late"},
    "met": {"met"},
    "overdue": {"overdue", "met_late"},
    "met_late": {"met_late"},
}
"""The states that may follow one, as time passes and nothing is written."""

OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=OFFSETS)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """Any clock: not started, of days, of hours, or without a limit; met before, in time, late, or not at all."""
    started_at = draw(st.none() | MOMENTS)
    if started_at is None:
        return Clock(**FACTS, missing="/on_school_grounds", met_at=draw(st.none() | MOMENTS))
    due_on = draw(st.none() | st.integers(0, 300).map(lambda days: started_at.date() + timedelta(days=days)))
    hours = draw(st.none() | st.integers(1, 1000)) if due_on is None else None
    due_at = started_at + timedelta(hours=hours) if hours else None
    return Clock(**FACTS, started_at=started_at, due_on=due_on, due_at=due_at, met_at=draw(st.none() | MOMENTS))


@given(clocks(), st.lists(MOMENTS, min_size=2, max_size=20))
def test_as_time_passes_no_state_is_taken_back(clock: Clock, moments: list[datetime]) -> None:
    states = [state_of(clock, at) for at in sorted(moments)]
    assert all(later in ONWARDS[earlier] for earlier, later in pairwise(states))


@given(clocks(), DAYS, DAYS)
def test_what_was_met_late_stays_late_by_the_same_days(clock: Clock, one: date, other: date) -> None:
    early, late = read(clock, min(one, other)), read(clock, max(one, other))
    if early.state == "met_late":
        assert late == early


@given(clocks(), MOMENTS)
def test_it_becomes_overdue_at_its_next_change_and_not_before(clock: Clock, after: datetime) -> None:
    change = next_change(clock, after)
    if change is not None:
        assert change > after
        assert state_of(clock, change) == "overdue"
        assert state_of(clock, change - datetime.resolution) != "overdue"


@given(clocks(), MOMENTS, MOMENTS)
def test_between_the_changes_nothing_becomes_overdue(clock: Clock, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    change = next_change(clock, early)
    if change is None or change > late:
        assert state_of(clock, early) == "overdue" or state_of(clock, late) != "overdue"


@given(clocks(), DAYS)
def test_days_overdue_are_told_of_what_is_late_and_of_nothing_else(clock: Clock, day: date) -> None:
    known = read(clock, day)
    assert (known.days_overdue is not None) == (known.state in ("overdue", "met_late"))
    assert known.days_overdue is None or known.days_overdue >= (0 if clock.due_at else 1)
    assert (known.met_on is not None) == (known.state in ("met", "met_late"))


@given(clocks(), DAYS)
def test_a_fact_of_a_later_day_changes_nothing_of_an_earlier_one(clock: Clock, day: date) -> None:
    known = read(clock, day)
    if known.met_on is None:
        assert read(clock.model_copy(update={"met_at": None, "evidence": None}), day) == known
