"""Which clocks run for a contact: since when, until when, and what met them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incidents.clock.rules import FollowUp, clocks, parts_given
from services.incidents.principles.limits import Limits
from shared.clocks.calendar import SchoolDays
from shared.clocks.engine import state_of
from shared.contracts.clocks import Clock
from shared.contracts.incidents import Documentation, Incident
from shared.contracts.judgements import Judgement
from shared.settings import Settings

THANKSGIVING = SchoolDays(frozenset({date(2026, 11, 26), date(2026, 11, 27)}))
FRISK = {"action_number": 1, "type": "frisk", "started_at": "2026-11-20T10:12:00-08:00"}
HANDCUFF = {"action_number": 2, "type": "handcuff", "started_at": "2026-11-20T10:15:00-08:00"}
GIVEN: dict[str, Any] = {"basis": "given", "at_school_factors": "given", "probable_cause_factors": "given"}
DOCUMENTED = {"documentation_number": 1, "action_numbers": [1], **GIVEN}
CONTACT: dict[str, Any] = {
    "ori": "XX0000100",
    "incident_number": "26-1",
    "occurred_at": "2026-11-20T10:10:00-08:00",
    "on_school_grounds": "yes",
    "initiated_by": "school_personnel",
    "officers": [{"officer_number": "4471", "capacity": "sro"}],
    "actions": [FRISK],
}
"""On a Friday; the second school day after it is the Tuesday before Thanksgiving."""
ACCEPTED = datetime.fromisoformat("2026-11-21T03:00:00+00:00")
"""Seven in the evening of that Friday, where it happened."""
EVERY_KIND = {"P3-JUDGEMENT", "P4-DETENTION-DOC", "P4-SHARE", "P7-REVIEW-BOTH"}
OF_P7 = {"P7-REVIEW-BOTH"}
WITHOUT_P4 = {"P3-JUDGEMENT", "P7-REVIEW-BOTH"}


def at(text: str) -> datetime:
    """A moment of 2026 in UTC, from `11-24 18:00`."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def judgement(side: str, decided_at: datetime, answer: str = "no") -> Judgement:
    """A judgement that a side gave."""
    key: dict[str, Any] = {"ori": "XX0000100", "incident_number": "26-1"}
    first = None if answer == "unknown" else decided_at
    given: dict[str, Any] = {"decided_at": decided_at, "first_decided_at": first, "would_require_911": answer}
    return Judgement(**key, side=side, actor_role="supervisor", **given)


def clocks_of(change: Mapping[str, Any] | None = None, follow_up: FollowUp | None = None) -> dict[str, Clock]:
    """The clocks of a contact by kind and detail; `change` is what differs from CONTACT."""
    incident = Incident.model_validate_json(orjson.dumps(CONTACT | dict(change or {})))
    found = clocks(incident, follow_up or FollowUp(ACCEPTED), Limits(), THANKSGIVING)
    return {" ".join(filter(None, (clock.kind, clock.detail))): clock for clock in found}


WHICH = [
    ("of a detention by an SRO, every one", {}, EVERY_KIND),
    ("by an officer of a district's own police", {"officers": [{"capacity": "sble"}]}, EVERY_KIND),
    ("by one of whom it is not known", {"officers": [{}]}, EVERY_KIND),
    ("by an SRO and a patrol officer", {"officers": [{"capacity": "patrol"}, {"capacity": "sro"}]}, EVERY_KIND),
    ("by a patrol officer, those of P7", {"officers": [{"capacity": "patrol"}]}, OF_P7),
    ("by an officer off duty", {"officers": [{"capacity": "off_duty"}]}, OF_P7),
    ("without a restrictive action, none of P4", {"actions": [FRISK | {"type": "conversation"}]}, WITHOUT_P4),
    ("without any action", {"actions": []}, WITHOUT_P4),
    ("where actions are not known", {"actions": None}, WITHOUT_P4),
    ("off school grounds", {"on_school_grounds": "no"}, WITHOUT_P4),
    ("where the grounds are not known", {"on_school_grounds": "unknown"}, EVERY_KIND),
]


@pytest.mark.parametrize(("story", "change", "expected"), WHICH, ids=[one[0] for one in WHICH])
def test_a_contact_has_clocks(story: str, change: Mapping[str, Any], expected: set[str]) -> None:
    assert {clock.kind for clock in clocks_of(change).values()} == expected


def test_each_side_is_judged_and_reviewed_for_itself() -> None:
    sides = [(clock.kind, clock.detail) for clock in clocks_of().values() if clock.detail]
    assert sides == [(kind, side) for kind in ("P3-JUDGEMENT", "P7-REVIEW-BOTH") for side in ("agency", "school")]


SETTINGS = [
    ("P3-JUDGEMENT agency", "P7; DAYLIGHT_JUDGEMENT_SCHOOL_DAYS=10, a local setting"),
    ("P4-DETENTION-DOC", "P4, P7; DAYLIGHT_DETENTION_DOCUMENTATION_HOURS=12, a local setting"),
    ("P4-SHARE", "P4; DAYLIGHT_SHARE_SCHOOL_DAYS=5, a local setting"),
    ("P7-REVIEW-BOTH school", "P7; DAYLIGHT_REVIEW_SCHOOL_DAYS=10, a local setting"),
]


@pytest.mark.parametrize(("name", "source"), SETTINGS, ids=[one[0] for one in SETTINGS])
def test_a_clock_says_which_local_setting_limits_it(name: str, source: str) -> None:
    clock = clocks_of()[name]
    assert (clock.source, clock.basis, clock.subject) == (source, "local", "XX0000100/26-1")


def test_every_limit_is_a_setting_with_the_same_default() -> None:
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    for name in Limits.__slots__:
        assert defaults[name] == getattr(Limits(), name)


def test_judgement_is_due_ten_school_days_after_the_day_of_acceptance_where_it_happened() -> None:
    clock = clocks_of()["P3-JUDGEMENT school"]
    assert clock.started_at == ACCEPTED
    assert clock.started_at.date() == date(2026, 11, 20)
    assert clock.due_on == date(2026, 12, 8)


def test_the_first_judgement_that_answers_the_911_question_meets_the_clock() -> None:
    given = [
        judgement("agency", at("12-20 18:00"), "yes"),
        judgement("agency", at("11-24 18:00"), "undetermined"),
        judgement("agency", at("11-23 18:00"), "unknown"),
        judgement("school", at("11-22 18:00")),
    ]
    found = clocks_of(follow_up=FollowUp(ACCEPTED, judgements=given))
    assert found["P3-JUDGEMENT agency"].met_at == at("11-24 18:00")
    assert found["P3-JUDGEMENT agency"].evidence == "/judgements/agency"
    assert found["P3-JUDGEMENT school"].met_at == at("11-22 18:00")


def test_a_side_that_judges_again_has_met_the_clock_when_it_first_answered() -> None:
    again = judgement("agency", at("12-20 18:00"), "yes").model_copy(update={"first_decided_at": at("11-24 18:00")})
    taken_back = again.model_copy(update={"side": "school", "would_require_911": "unknown"})
    found = clocks_of(follow_up=FollowUp(ACCEPTED, judgements=[again, taken_back]))
    assert found["P3-JUDGEMENT agency"].met_at == at("11-24 18:00")
    assert found["P3-JUDGEMENT school"].met_at == at("11-24 18:00")


STARTS: list[tuple[str, Mapping[str, Any], str | None, str | None]] = [
    ("the action", {}, "2026-11-20T10:12:00-08:00", None),
    ("the first of two", {"actions": [HANDCUFF, FRISK]}, "2026-11-20T10:12:00-08:00", None),
    ("the first whose start is known", {"actions": [FRISK | {"started_at": None}, HANDCUFF]},
     "2026-11-20T10:15:00-08:00", None),
    ("a restrictive one, not what came before", {"actions": [FRISK | {"type": "conversation"}, HANDCUFF]},
     "2026-11-20T10:15:00-08:00", None),
    ("nothing, while no start is known", {"actions": [HANDCUFF | {"started_at": None}]}, None, "/actions/2/started_at"),
    ("nothing, while the grounds are not known", {"on_school_grounds": "unknown"}, None, "/on_school_grounds"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "change", "start", "missing"), STARTS, ids=[one[0] for one in STARTS])
def test_documentation_runs_twelve_hours_from_the_first_restriction(
    story: str, change: Mapping[str, Any], start: str | None, missing: str | None
) -> None:
    clock = clocks_of(change)["P4-DETENTION-DOC"]
    started_at = datetime.fromisoformat(start) if start else None
    assert (clock.started_at, clock.missing) == (started_at, missing)
    assert clock.due_at == (started_at + timedelta(hours=12) if started_at else None)


SINCE = {1: at("11-20 21:00"), 2: at("11-20 22:00")}
COMPLETED_AT = "2026-11-20T12:00:00-08:00"
MET: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]] | None, datetime | None]] = [
    ("no documentation is known", [FRISK], None, None),
    ("there is none", [FRISK], [], None),
    ("a part is missing", [FRISK], [DOCUMENTED | {"basis": "none"}], None),
    ("its parts are given", [FRISK], [DOCUMENTED], at("11-20 21:00")),
    ("it says itself when it was completed", [FRISK], [DOCUMENTED | {"completed_at": COMPLETED_AT}], at("11-20 20:00")),
    ("probable cause is missing", [FRISK], [DOCUMENTED | {"probable_cause_factors": "none"}], None),
    ("and not to be stated, since no arrest followed", [FRISK],
     [DOCUMENTED | {"probable_cause_factors": "none", "no_arrest": True}], at("11-20 21:00")),
    ("it is of another action", [FRISK, HANDCUFF], [DOCUMENTED], None),
    ("each action has its own: the last counts", [FRISK, HANDCUFF],
     [DOCUMENTED, DOCUMENTED | {"documentation_number": 2, "action_numbers": [2]}], at("11-20 22:00")),
    ("one is of both", [FRISK, HANDCUFF], [DOCUMENTED | {"action_numbers": [1, 2]}], at("11-20 21:00")),
    ("it does not say of which it is", [FRISK, HANDCUFF], [DOCUMENTED | {"action_numbers": None}], at("11-20 21:00")),
    ("it is of none", [FRISK], [DOCUMENTED | {"action_numbers": []}], None),
    ("written twice: the first counts", [FRISK],
     [DOCUMENTED | {"documentation_number": 2}, DOCUMENTED], at("11-20 21:00")),
    ("what is not restrictive needs none", [FRISK, HANDCUFF | {"type": "escort"}], [DOCUMENTED], at("11-20 21:00")),
]  # fmt: skip


@pytest.mark.parametrize(("story", "actions", "documentation", "met_at"), MET, ids=[one[0] for one in MET])
def test_documentation_meets_its_clock_when_every_restriction_is_documented(
    story: str, actions: object, documentation: object, met_at: datetime | None
) -> None:
    change = {"actions": actions, "detention_documentation": documentation}
    found = clocks_of(change, FollowUp(ACCEPTED, documented_since=SINCE))
    assert found["P4-DETENTION-DOC"].met_at == met_at
    assert found["P4-SHARE"].started_at == met_at
    assert found["P4-SHARE"].missing == (None if met_at else "/detention_documentation")


def test_parts_that_are_not_given_any_more_meet_nothing() -> None:
    taken_back = Documentation(documentation_number=1, basis="given")
    assert not parts_given(taken_back)
    assert parts_given(Documentation(**GIVEN))


SHARED = [
    ("it was neither delivered nor acknowledged", None, None, None),
    ("it was delivered alone", "11-23 18:00", None, None),
    ("it was acknowledged alone", None, "11-24 18:00", None),
    ("it was delivered, then acknowledged", "11-23 18:00", "11-24 18:00", "11-24 18:00"),
    ("the facts say the reverse", "11-24 18:00", "11-23 18:00", "11-24 18:00"),
]


@pytest.mark.parametrize(("story", "delivered", "acknowledged", "met"), SHARED, ids=[one[0] for one in SHARED])
def test_documentation_is_shared_when_it_is_delivered_and_acknowledged(
    story: str, delivered: str | None, acknowledged: str | None, met: str | None
) -> None:
    follow_up = FollowUp(
        ACCEPTED,
        documented_since=SINCE,
        documentation_delivered_at=at(delivered) if delivered else None,
        documentation_acknowledged_at=at(acknowledged) if acknowledged else None,
    )
    clock = clocks_of({"detention_documentation": [DOCUMENTED]}, follow_up)["P4-SHARE"]
    assert clock.due_on == date(2026, 12, 1)
    assert clock.met_at == (at(met) if met else None)


def test_review_starts_and_ends_for_each_side_by_itself() -> None:
    follow_up = FollowUp(
        ACCEPTED,
        delivered_at={"agency": ACCEPTED, "school": at("11-24 18:00")},
        opened_at={"agency": at("11-23 18:00")},
    )
    found = clocks_of(follow_up=follow_up)
    agency, school = found["P7-REVIEW-BOTH agency"], found["P7-REVIEW-BOTH school"]
    assert (agency.due_on, agency.met_at) == (date(2026, 12, 8), at("11-23 18:00"))
    assert (school.due_on, school.met_at) == (date(2026, 12, 10), None)


def test_a_report_that_was_not_delivered_to_a_side_starts_no_review() -> None:
    clock = clocks_of(follow_up=FollowUp(ACCEPTED, delivered_at={"agency": ACCEPTED}))["P7-REVIEW-BOTH school"]
    assert (clock.started_at, clock.missing, clock.due_on) == (None, "/delivered_at/school", None)
    assert state_of(clock, at("12-31 00:00")) == "not_started"


def test_a_clock_reads_back_as_it_was_kept() -> None:
    for clock in clocks_of(follow_up=FollowUp(ACCEPTED, judgements=[judgement("agency", ACCEPTED)])).values():
        assert Clock.model_validate_json(clock.model_dump_json()) == clock


@given(st.data())
def test_the_order_in_which_facts_are_told_changes_nothing(data: st.DataObject) -> None:
    given = [judgement(side, at(f"12-0{day} 18:00")) for side in ("agency", "school") for day in (1, 2, 3)]
    actions = [FRISK, HANDCUFF, {"action_number": 3, "type": "escort"}]
    documentation = [DOCUMENTED, DOCUMENTED | {"documentation_number": 2, "action_numbers": [1, 2]}]
    told = FollowUp(ACCEPTED, judgements=given, documented_since=SINCE)

    expected = clocks_of({"actions": actions, "detention_documentation": documentation}, told)
    change = {
        "actions": data.draw(st.permutations(actions)),
        "detention_documentation": data.draw(st.permutations(documentation)),
    }
    assert clocks_of(change, replace(told, judgements=data.draw(st.permutations(given)))) == expected
