"""What holds of the clocks of any officer, on any day."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.training.clock.rules import clocks, turning_days
from services.training.principles.dossier import Case, Colleague, Dossier
from services.training.principles.findings import judge
from services.training.principles.limits import Limits
from shared.clocks.calendar import school_year
from shared.clocks.engine import read
from tests.training.principles.dossiers import (
    DAY,
    ELEMENTARY,
    HIGH,
    MIDDLE,
    assignment,
    case,
    completion,
    dossier,
    membership,
    officer,
    peer_event,
    staff,
    training_need,
)
from tests.training.principles.test_clocks import CATALOG, REFRESH

DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


@st.composite
def beside(draw: st.DrawFn) -> dict[str, Any]:
    """What else may be known of an officer, at any time."""
    start_on, last = draw(DAYS), draw(st.none() | DAYS)
    led = officer(officer_number="4480", supervised_since=draw(st.none() | DAYS))
    colleague = Colleague("4480", led, (assignment(officer_number="4480", start_on=start_on, end_on=last),))
    days = st.lists(DAYS, max_size=3)
    return {
        "training_needs": tuple(
            training_need(f"N-{place}", identified_on=day, due_on=day + 90 * DAY, closed_on=draw(st.none() | DAYS))
            for place, day in enumerate(draw(days))
        ),
        "peer_events": tuple(peer_event(day, f"P-{place}") for place, day in enumerate(draw(days))),
        "memberships": tuple(
            membership(f"M-{place}", valid_from=day, valid_to=day + 365 * DAY) for place, day in enumerate(draw(days))
        ),
        "staff_trainings": tuple(
            staff(draw(st.integers(0, 40)), number=f"T-{place}", counted_on=day, school_year=str(school_year(day)))
            for place, day in enumerate(draw(days))
        ),
        "supervised": draw(st.sampled_from([(), (colleague,)])),
        "others": draw(st.sampled_from([(), (colleague,)])),
    }


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """Any officer: assignments that overlap, touch and end or not, completions of any course at any time."""

    def span() -> dict[str, Any]:
        start_on = draw(DAYS)
        last = draw(st.none() | st.integers(0, 1_500))
        return {"start_on": start_on, "end_on": None if last is None else start_on + timedelta(days=last)}

    schools = st.none() | st.lists(st.sampled_from([HIGH, MIDDLE, ELEMENTARY]), max_size=3, unique=True).map(tuple)
    reasons = st.sampled_from([None, "rotation", "promotion", "unknown"])
    assignments = tuple(
        assignment(f"A-{place}", **span(), school_ids=draw(schools), end_reason=draw(reasons))
        for place in range(draw(st.integers(0, 4)))
    )
    codes, hours = st.sampled_from([one.course_code for one in CATALOG]), st.none() | st.integers(0, 160)
    completions = tuple(
        completion(
            f"C-{place}",
            course_code=draw(codes),
            completed_on=draw(DAYS),
            hours=None if (quarters := draw(hours)) is None else quarters / 4,
            verified=draw(st.booleans()),
        )
        for place in range(draw(st.integers(0, 5)))
    )
    who = draw(st.none() | (st.none() | DAYS).map(lambda day: officer(sworn_on=day)))
    planned = draw(st.sampled_from([{}, {"ferpa": 12}]))
    known = draw(beside())
    return dossier(
        officer=who, assignments=assignments, completions=completions, courses=CATALOG, planned=planned, **known
    )


MET = ("met", "met_late")


@given(dossiers(), DAYS, DAYS)
def test_what_was_met_stays_met_as_time_passes(one: Dossier, first: date, second: date) -> None:
    early, late = sorted((first, second))
    states = {
        on: {
            (clock.kind, clock.detail): read(clock, on).state
            for clock in clocks(Case(one, Limits(), on))
            if clock.kind != REFRESH
        }
        for on in (early, late)
    }
    assert all(states[late][name] == state for name, state in states[early].items() if state in MET)


@given(dossiers(), DAYS)
def test_no_officer_has_two_clocks_of_one_name(one: Dossier, on: date) -> None:
    names = [(clock.kind, clock.detail) for clock in clocks(Case(one, Limits(), on))]
    assert len(set(names)) == len(names)


@given(dossiers(), DAYS)
def test_nothing_changes_but_on_the_days_on_which_it_is_looked_at_again(one: Dossier, on: date) -> None:
    """What follows on a day follows until the next turning day, so that a sweep on those days misses nothing."""
    today = case(one, on)
    turn = min((day for day in turning_days(today) if day > on), default=None)
    until = on + 400 * DAY if turn is None else turn - DAY
    for day in (on + DAY, until):
        if on < day <= until:
            assert judge(case(one, day)) == judge(today)


@given(dossiers(), DAYS)
def test_a_campus_day_counted_one_by_one_is_in_a_stretch(one: Dossier, on: date) -> None:
    """The flag of many campuses says what counting the campuses of a day says."""
    there = [
        each
        for each in one.assignments
        if each.start_on <= on and (each.end_on is None or on <= each.end_on) and each.school_ids
    ]
    crowded = len({school for each in there for school in each.school_ids or ()}) > 2
    found = [flag for flag in judge(case(one, on)).raised if flag.code == "P11-MANY-CAMPUSES"]
    assert bool(found) or not crowded
