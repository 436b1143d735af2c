"""P4 and P7: minutes of restraint, completeness of documentation, agreement of both sides."""

from datetime import timedelta
from typing import Any

import pytest

from services.incidents.principles.measures import agreement, documentation_completeness, restraint_minutes
from shared.contracts.incidents import Documentation
from tests.incidents.principles.records import MORNING, action, documentation, incident, judgements

FULL: dict[str, Any] = {"basis": "given", "at_school_factors": "given", "probable_cause_factors": "given"}
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({"ended_at": MORNING + timedelta(minutes=8)}, 8),
        ({"ended_at": MORNING + HALF_A_MINUTE}, 0.5),
        ({"ended_at": MORNING}, 0),
        ({"ended_at": None}, None),
        ({"started_at": None}, None),
    ],
)
def test_restraint_is_measured_for_any_length_of_time_and_never_guessed(
    changes: dict[str, Any], minutes: float | None
) -> None:
    (measured,) = restraint_minutes(incident(action("handcuff", 4, **changes)))
    assert (measured.action_number, measured.minutes) == (4, minutes)


def test_only_restrictive_actions_are_measured() -> None:
    measured = restraint_minutes(incident(action("conversation"), action("arrest", 2), action("ticket", 3)))
    assert [one.action_number for one in measured] == [2]
    assert restraint_minutes(incident(actions=None)) == ()


@pytest.mark.parametrize(
    ("documents", "answered"),
    [
        ((documentation(**FULL),), 3),
        ((documentation(basis="given"),), 1),
        ((documentation(basis="given", at_school_factors="given", no_arrest=True),), 3),
        ((documentation(basis="given", at_school_factors="given", no_arrest=False),), 2),
        ((documentation(1, basis="given"), documentation(2, basis="given", at_school_factors="given")), 2),
        ((documentation(actions=None, **FULL),), 3),
        ((documentation(actions=(7,), **FULL),), 0),
        ((), 0),
        (None, 0),
    ],
)
def test_completeness_counts_the_parts_that_are_answered(
    documents: tuple[Documentation, ...] | None, answered: int
) -> None:
    (complete,) = documentation_completeness(incident(action(), detention_documentation=documents))
    assert (complete.action_number, complete.answered, complete.required) == (1, answered, 3)


def test_each_detention_on_school_grounds_is_to_be_documented() -> None:
    actions = action(), action("search_person", 2), action("use_of_force", 3)
    assert [one.action_number for one in documentation_completeness(incident(*actions))] == [1, 3]
    assert documentation_completeness(incident(*actions, on_school_grounds="no")) == ()


@pytest.mark.parametrize(
    ("agency", "school", "expected"),
    [
        ("yes", "yes", "agree"),
        ("no", "no", "agree"),
        ("not_applicable", "not_applicable", "agree"),
        ("yes", "no", "disagree"),
        ("no", "yes", "disagree"),
        ("yes", None, "one_missing"),
        (None, None, "one_missing"),
        ("unknown", "no", "one_missing"),
        ("undetermined", "no", "undetermined"),
        ("undetermined", "undetermined", "undetermined"),
        ("not_applicable", "no", "undetermined"),
    ],
)
def test_agreement(agency: str | None, school: str | None, expected: str) -> None:
    given = judgements(agency, school, "school_involving_sro_appropriate")
    assert agreement(given)["school_involving"] == expected


def test_each_question_is_compared_by_itself() -> None:
    assert agreement(judgements("yes", "no")) == {
        "911": "disagree",
        "school_involving": "agree",
        "sro_intervening": "agree",
    }
