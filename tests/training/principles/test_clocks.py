"""The clocks of an officer, day by day."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.training.principles.findings import judge
from services.training.principles.limits import Limits
from shared.clocks.engine import read
from shared.contracts.staff_training import StaffTraining
from tests.training.principles.dossiers import (
    DAY,
    ELEMENTARY,
    HIGH,
    MIDDLE,
    TODAY,
    assignment,
    case,
    clock_of,
    completion,
    course,
    dossier,
    facts_of,
    leader,
    membership,
    officer,
    peer_event,
    staff,
    training_need,
)

BASIC, TENURE, EXPERIENCE, REFRESH = "P8-BASIC-40H", "P11-TENURE", "P5-EXPERIENCE", "P8-TOPIC-REFRESH"

DUE = [  # placement, last day of nine months by the calendar
    (date(2025, 8, 4), date(2026, 5, 4)),
    (date(2025, 1, 31), date(2025, 10, 31)),
    (date(2025, 5, 31), date(2026, 2, 28)),
    (date(2023, 5, 31), date(2024, 2, 29)),
    (date(2024, 2, 29), date(2024, 11, 29)),
]


@pytest.mark.parametrize(("start_on", "due_on"), DUE)
def test_the_basic_course_is_due_nine_months_after_placement(start_on: date, due_on: date) -> None:
    placed = dossier(assignments=(assignment(start_on=start_on),), completions=())
    assert clock_of(placed, BASIC).due_on == due_on
    assert [clock_of(placed, BASIC, due_on + days * DAY).state for days in (-1, 0, 1)] == ["due_soon"] * 2 + ["overdue"]
    assert clock_of(placed, BASIC, due_on + 40 * DAY).days_overdue == 40


HOURS = [  # what, completions as (course, hours, verified, day), state at the end, day on which it was met
    ("one course", [("BASIC", 40, True, 1)], "met", 1),
    ("39.5 hours", [("BASIC", 39.5, True, 1)], "overdue", None),
    ("parts of one curriculum", [("PART-1", 24, True, 1), ("PART-2", 16, True, 5)], "met", 5),
    ("parts in another order", [("PART-2", 16, True, 1), ("PART-1", 24, True, 9)], "met", 9),
    ("parts of which one is self-reported", [("PART-1", 24, True, 1), ("PART-2", 16, False, 5)], "overdue", None),
    ("two certificates of one part", [("PART-1", 24, True, 1), ("PART-1", 24, True, 5)], "overdue", None),
    ("one part in two sittings", [("BASIC", 20, True, 1), ("BASIC", 20, True, 5)], "met", 5),
    ("thirds of an hour", [("PART-1", 13.33, True, 1), ("PART-2", 16, True, 2), ("BASIC", 10.67, True, 3)], "met", 3),
    ("another curriculum", [("CIT", 40, True, 1)], "overdue", None),
    ("a course of unknown length twice", [("OPEN", 24, True, 1), ("OPEN", 24, True, 5)], "overdue", None),
    ("a course of unknown length once", [("OPEN", 40, True, 3)], "met", 3),
]
CATALOG = (
    course("BASIC"),
    course("PART-1", hours=24),
    course("PART-2", hours=16),
    course("CIT", curriculum="crisis_intervention"),
    course("OPEN", hours=None),
)


@pytest.mark.parametrize(("done", "state", "met_on"), [one[1:] for one in HOURS], ids=[one[0] for one in HOURS])
def test_verified_hours_are_summed_over_the_parts_of_one_curriculum(
    done: list[tuple[str, float, bool, int]], state: str, met_on: int | None
) -> None:
    completions = tuple(
        completion(f"C-{place}", course_code=code, hours=hours, verified=verified, completed_on=date(2025, 9, day))
        for place, (code, hours, verified, day) in enumerate(done)
    )
    clock = clock_of(dossier(completions=completions, courses=CATALOG), BASIC)
    assert (clock.state, clock.met_on) == (state, met_on and date(2025, 9, met_on))


def test_a_course_before_placement_meets_the_clock_from_its_first_day_on() -> None:
    before = dossier(completions=(completion(completed_on=date(2024, 3, 1)),))
    assert [clock_of(before, BASIC, date(2025, 8, day)).state for day in (3, 4)] == ["not_started", "met"]


def test_what_is_late_stays_late() -> None:
    late = dossier(completions=(completion(completed_on=date(2026, 5, 7)),))
    for on in (date(2026, 5, 7), date(2030, 1, 1)):
        clock = clock_of(late, BASIC, on)
        assert (clock.state, clock.days_overdue, clock.evidence) == ("met_late", 3, "/completions/C-1")


def test_the_first_placement_counts_whatever_came_later() -> None:
    moved = dossier(
        assignments=(
            assignment(start_on=date(2025, 8, 4), end_on=date(2025, 12, 31), end_reason="promotion"),
            assignment("A-2", start_on=date(2026, 1, 5), school_ids=(MIDDLE,)),
        ),
        completions=(),
    )
    assert clock_of(moved, BASIC).started_on == date(2025, 8, 4)


def test_a_limit_of_the_text_says_that_it_is_one_and_for_whom() -> None:
    of_chp = dossier(assignments=(assignment(funded_by="chp"),))
    assert (facts_of(of_chp, BASIC).basis, facts_of(of_chp, BASIC).source) == (
        "text",
        "P8; required, since the COPS Office pays",
    )
    assert facts_of(dossier(), BASIC).source == "P8; recommended"


def test_without_a_known_school_the_clock_says_what_is_missing() -> None:
    clock = clock_of(dossier(assignments=(assignment(school_ids=None),)), BASIC)
    assert (clock.state, clock.missing) == ("not_started", "/assignments/A-1/school_ids")


def test_nobody_has_a_clock_who_is_no_sro_or_was_never_assigned() -> None:
    for one in (dossier(assignments=()), dossier(officer=officer(personnel_category="off_duty_officer"))):
        assert case(one).clocks == ()


TENURES = [  # what, first and last day of each assignment, last day of the third school year, state on 1 July 2030
    ("from the first day of a school year", [("2026-07-01", None)], "2029-06-30", "met"),
    ("a school year that starts in August", [("2026-08-17", None)], "2029-06-30", "met"),
    ("begun in mid-year", [("2027-01-04", None)], "2030-06-30", "met"),
    ("by the last day of summer", [("2026-09-14", None)], "2029-06-30", "met"),
    ("a day after summer", [("2026-09-15", None)], "2030-06-30", "met"),
    ("ended with the third school year", [("2026-08-17", "2029-06-08")], "2029-06-30", "met"),
    ("an assignment a year", [("2026-08-17", "2027-06-08"), ("2027-08-16", "2028-06-09"), ("2028-08-14", None)],
     "2029-06-30", "met"),
    ("overlapping assignments", [("2026-08-17", "2028-01-31"), ("2027-09-01", None)], "2029-06-30", "met"),
    ("away for a school year", [("2026-08-17", "2027-06-08"), ("2028-08-14", None)], "2031-06-30", "running"),
    ("away for a month", [("2026-08-17", "2027-10-31"), ("2027-12-01", None)], "2031-06-30", "running"),
]  # fmt: skip


@pytest.mark.parametrize(("spans", "due_on", "state"), [one[1:] for one in TENURES], ids=[one[0] for one in TENURES])
def test_tenure_is_three_complete_school_years_at_a_school(
    spans: list[tuple[str, str | None]], due_on: str, state: str
) -> None:
    assignments = tuple(
        assignment(
            f"A-{place}",
            start_on=date.fromisoformat(first),
            end_on=date.fromisoformat(last) if last else None,
            end_reason="promotion",
        )
        for place, (first, last) in enumerate(spans)
    )
    clock = clock_of(dossier(assignments=assignments), TENURE, date(2030, 7, 1))
    assert (clock.due_on, clock.state) == (date.fromisoformat(due_on), state)


def test_each_school_has_a_tenure_of_its_own() -> None:
    two = dossier(
        assignments=(
            assignment(
                school_ids=(HIGH, MIDDLE), start_on=date(2022, 8, 1), end_on=date(2024, 6, 10), end_reason="promotion"
            ),
            assignment("A-2", school_ids=(HIGH, ELEMENTARY), start_on=date(2024, 8, 5)),
        )
    )
    tenures = {one.detail: read(one, date(2026, 10, 5)).state for one in case(two).clocks if one.kind == TENURE}
    assert tenures == {HIGH: "met", ELEMENTARY: "running"}


def test_a_stay_that_is_over_early_has_no_clock_any_more() -> None:
    ended = dossier(assignments=(assignment(end_on=date(2026, 6, 30), end_reason="rotation"),))
    assert clock_of(ended, TENURE, date(2026, 6, 30)).state == "running"
    assert [one for one in case(ended, date(2026, 7, 1)).clocks if one.kind == TENURE] == []


def test_a_school_year_can_begin_in_another_month() -> None:
    august = Limits(school_year_month=8, summer_days=20)
    (clock,) = [
        one
        for one in case(dossier(assignments=(assignment(start_on=date(2026, 8, 17)),)), limits=august).clocks
        if one.kind == TENURE
    ]
    assert clock.due_on == date(2029, 7, 31)


EXPERIENCES = [  # sworn, state at the end of the first day of duty, state years later, days late
    (date(2015, 3, 2), "met", "met", None),
    (date(2022, 8, 4), "met", "met", None),
    (date(2022, 8, 5), "due_soon", "met_late", 1),
    (date(2024, 8, 4), "due_soon", "met_late", 730),
]


@pytest.mark.parametrize(("sworn_on", "first", "later", "days"), EXPERIENCES)
def test_experience_that_comes_too_late_is_met_late_by_the_days_that_were_short(
    sworn_on: date, first: str, later: str, days: int | None
) -> None:
    sworn = dossier(officer=officer(sworn_on=sworn_on))
    known = clock_of(sworn, EXPERIENCE, date(2030, 1, 1))
    assert clock_of(sworn, EXPERIENCE, date(2025, 8, 4)).state == first
    assert (known.state, known.days_overdue) == (later, days)
    assert [one.days_short for one in judge(case(sworn)).raised if one.days_short] == ([days] if days else [])


def test_without_the_day_of_the_oath_experience_has_not_started() -> None:
    clock = clock_of(dossier(officer=officer(sworn_on=None)), EXPERIENCE)
    assert (clock.state, clock.missing) == ("not_started", "/officer/sworn_on")


def test_an_officer_who_moves_agency_keeps_the_oath_and_begins_anew_at_the_school() -> None:
    before = dossier(assignments=(assignment(end_on=date(2026, 1, 31), end_reason="separation"),))
    after = dossier(assignments=(assignment("B-7", start_on=date(2026, 2, 1), selection_number="S-9"),))
    assert judge(case(before)).raised == ()
    assert clock_of(after, EXPERIENCE).state == "met"
    assert clock_of(after, TENURE).started_on == date(2026, 2, 1)


def test_each_topic_of_the_plan_runs_from_its_newest_verified_completion() -> None:
    done = (
        completion(completed_on=date(2024, 2, 29)),
        completion("C-2", completed_on=date(2025, 6, 1), verified=False),
    )
    planned = dossier(planned={"ferpa": 24, "cpted": 12}, completions=done)
    ferpa = clock_of(planned, REFRESH, detail="ferpa")
    assert (ferpa.started_on, ferpa.due_on, ferpa.state) == (date(2024, 2, 29), date(2026, 2, 28), "overdue")
    assert (ferpa.basis, ferpa.source) == ("local", "P8; the agency's training plan: 24 months")
    cpted = clock_of(planned, REFRESH, detail="cpted")
    assert (cpted.state, cpted.missing) == ("not_started", "/completions")


AGAIN = [  # clock, what is known, since when it runs, limit
    ("P12-PEER", {}, date(2025, 8, 4), date(2026, 8, 4)),
    ("P12-PEER", {"peer_events": (peer_event(date(2025, 11, 30)),)}, date(2025, 11, 30), date(2026, 11, 30)),
    ("P12-PEER", {"peer_events": (peer_event(TODAY + DAY),)}, date(2025, 8, 4), date(2026, 8, 4)),
    ("P11-FIT", {}, date(2026, 6, 15), date(2027, 6, 15)),
    ("P11-FIT", {"assignments": (assignment(fit_reviews=None),)}, date(2025, 8, 4), date(2026, 8, 4)),
]


@pytest.mark.parametrize(("kind", "known", "started_on", "due_on"), AGAIN)
def test_what_is_due_again_runs_from_when_it_was_last_done(
    kind: str, known: dict[str, Any], started_on: date, due_on: date
) -> None:
    clock = clock_of(dossier(**known), kind)
    assert (clock.started_on, clock.due_on, clock.basis) == (started_on, due_on, "local")


NEEDS = [  # story, what differs of the need, completions of its topic, state, evidence
    ("trained in time", {}, {"completed_on": date(2026, 6, 5)}, "met", "/completions/C-1"),
    ("trained a day late", {}, {"completed_on": date(2026, 6, 6)}, "met_late", "/completions/C-1"),
    ("trained before it was shown", {}, {"completed_on": date(2026, 2, 1)}, "overdue", None),
    ("self-reported", {}, {"completed_on": date(2026, 3, 1), "verified": False}, "overdue", None),
    ("another topic", {"topic": "cpted"}, {"completed_on": date(2026, 3, 1)}, "overdue", None),
    ("by other means", {"closed_on": date(2026, 4, 1)}, {"verified": False}, "met", "/training_needs/N-1/closed_on"),
]


@pytest.mark.parametrize(
    ("need", "done", "state", "evidence"), [one[1:] for one in NEEDS], ids=[one[0] for one in NEEDS]
)
def test_an_improvement_is_followed_to_its_end(
    need: dict[str, Any], done: dict[str, Any], state: str, evidence: str | None
) -> None:
    one = dossier(training_needs=(training_need(**need),), completions=(completion(**done),))
    clock = clock_of(one, "P6-TRAINING-NEED", detail="N-1")
    assert (clock.state, clock.evidence) == (state, evidence)


STAFF_TRAINED = [  # counts, state in June
    ((staff(40),), "met"),
    ((staff(31), staff(32, number="T-2", counted_on=date(2027, 2, 1))), "met"),
    ((staff(31),), "due_soon"),
    ((), "due_soon"),
]


@pytest.mark.parametrize(("counts", "state"), STAFF_TRAINED)
def test_a_schools_staff_is_trained_by_the_end_of_each_school_year(
    counts: tuple[StaffTraining, ...], state: str
) -> None:
    one = dossier(staff_trainings=counts)
    last_day = clock_of(one, "P8-STAFF", date(2027, 6, 29), detail=f"{HIGH}/2026-27")
    assert (last_day.state, last_day.due_on) == (state, date(2027, 6, 30))
    before = clock_of(one, "P8-STAFF", detail=f"{HIGH}/2025-26")
    assert (before.started_on, before.state) == (date(2025, 8, 4), "overdue")


RENEWALS = [  # story, the next membership, state on New Year's Day
    ("not renewed", None, "overdue"),
    ("renewed without a gap", {"valid_from": date(2027, 1, 1)}, "met"),
    ("renewed before", {"valid_from": date(2026, 12, 1)}, "met"),
    ("renewed after a day", {"valid_from": date(2027, 1, 2)}, "overdue"),
    ("another organisation", {"valid_from": date(2027, 1, 1), "organization": "other"}, "overdue"),
]


@pytest.mark.parametrize(("renewed", "state"), [one[1:] for one in RENEWALS], ids=[one[0] for one in RENEWALS])
def test_a_membership_is_renewed_by_its_last_day(renewed: dict[str, Any] | None, state: str) -> None:
    later = () if renewed is None else (membership("M-2", **{"valid_to": date(2028, 1, 1)} | renewed),)
    one = dossier(memberships=(membership(), *later))
    days = (date(2026, 10, 31), date(2026, 11, 2), date(2027, 1, 1))
    states = [clock_of(one, "P12-MEMBERSHIP", on, detail="M-1").state for on in days]
    assert (states[0], states[2]) == ("not_started", state)


def test_who_led_since_when_is_not_known_has_no_limit_yet() -> None:
    clock = clock_of(leader(officer(officer_number="4480")), "P6-LEADER-TRAINING")
    assert (clock.state, clock.missing) == ("not_started", "/officers/4480/supervised_since")


def test_days_are_those_of_the_agencys_zone_in_winter_and_in_summer() -> None:
    zone = Limits(zone=ZoneInfo("America/Denver"))
    (clock,) = [one for one in case(dossier(), limits=zone).clocks if one.kind == BASIC]
    assert clock.started_at is not None
    assert clock.started_at.isoformat() == "2025-08-04T00:00:00-06:00"
    assert read(clock, date(2026, 2, 1)).met_on == date(2025, 9, 5)
