"""What a record leaves open, and that each question is answered by what its pointer says."""

from typing import Any

import pytest

from services.incidents.incident.questions import open_questions
from shared.contracts.incidents import Incident
from shared.contracts.questions import OpenQuestion
from tests.incidents.answers.record import DETENTION, Record, patch_for

BARE: dict[str, Any] = {
    "occurred_at": "2026-10-05T10:12:00-07:00",
    "school_id": None,
    "initiated_by": "unknown",
    "officers": [{}],
}
ANSWERS: dict[str, Any] = {
    "initiated_by": "school_personnel",
    "school_id": "990000100001",
    "contact_type": "incident",
    "record_purpose": "law_enforcement",
    "status": "closed",
    "requested_by_role": "teacher",
    "request_reason": "profanity",
    "request_channel": "radio",
    "threat": ["none"],
    "officer_number": "4471",
    "capacity": "sro",
    "involvement": ["subject"],
    "directed_by": "sro",
    "purpose": "safety",
    "alternatives_tried": ["verbal_deescalation"],
    "ended_at": "2026-10-05T10:22:00-07:00",
    "action_numbers": [2],
    "basis": "He ran.",
    "at_school_factors": "In class.",
    "probable_cause_factors": "None was needed.",
}
"""An answer to each question that is not answered by yes or no."""


def questions(report: dict[str, Any]) -> list[OpenQuestion]:
    return still_open(Record(report))


def still_open(record: Record) -> list[OpenQuestion]:
    return list(open_questions(Incident.model_validate(record.document, strict=False)))


def pointers(report: dict[str, Any], *, below: str = "") -> set[str]:
    return {one.pointer for one in questions(report) if one.pointer.startswith(below)}


def test_facts_alone_leave_the_rest_open() -> None:
    assert pointers(BARE) == {
        "/initiated_by", "/school_id", "/contact_type", "/record_purpose", "/status", "/on_school_grounds",
        "/during_school_activity", "/referred_by_school_official", "/documented_on_duty", "/threat", "/conduct",
        "/people", "/actions", "/outcomes", "/officers/1/officer_number", "/officers/1/capacity",
    }  # fmt: skip


def test_a_question_names_its_element_by_the_senders_number_or_else_by_its_position() -> None:
    found = pointers(DETENTION)
    assert {"/people/3/is_enrolled", "/actions/2/in_public_view", "/officers/1/officer_number"} <= found
    assert not any(pointer.startswith(("/people/0", "/people/1", "/actions/0", "/actions/1")) for pointer in found)


@pytest.mark.parametrize("pointer", sorted(one.pointer for one in questions(DETENTION) if one.answer_with == "PATCH"))
def test_the_patch_that_is_built_from_a_pointer_answers_its_question_and_no_other(pointer: str) -> None:
    record = Record(DETENTION)
    record.patch(patch_for(pointer, ANSWERS.get(pointer.rpartition("/")[2], "yes")))
    closed = {one.pointer for one in questions(DETENTION)} - {one.pointer for one in still_open(record)}
    assert closed == {pointer}


def test_every_question_that_a_patch_can_answer_can_be_answered_until_none_is_left() -> None:
    record = Record(DETENTION)
    while left := [one.pointer for one in still_open(record) if one.answer_with == "PATCH"]:
        record.patch(patch_for(left[0], ANSWERS.get(left[0].rpartition("/")[2], "yes")))
    assert {one.pointer for one in still_open(record)} == {"/conduct", "/outcomes"}


def test_what_needs_an_element_that_is_not_there_is_answered_with_a_put() -> None:
    report = BARE | {"outcomes": [{"type": "arrested"}]}
    with_put = {one.pointer for one in questions(report) if one.answer_with == "PUT"}
    assert with_put == {"/conduct", "/people", "/actions", "/outcomes/1/type"}


DOCUMENTED: dict[str, Any] = {
    "documentation_number": 4,
    "action_numbers": [2],
    "basis": "He ran.",
    "at_school_factors": "In class.",
    "probable_cause_factors": "He ran.",
}
DOCUMENTATION: list[tuple[str, dict[str, Any], set[str]]] = [
    ("all of it", {"detention_documentation": [DOCUMENTED]}, set()),
    ("no arrest for probable cause",
     {"detention_documentation": [DOCUMENTED | {"probable_cause_factors": None, "no_arrest": True}]}, set()),
    ("two parts missing", {"detention_documentation": [DOCUMENTED | {"basis": None, "probable_cause_factors": None}]},
     {"/detention_documentation/4/basis", "/detention_documentation/4/probable_cause_factors"}),
    ("of which action is not said", {"detention_documentation": [DOCUMENTED | {"action_numbers": None}]},
     {"/detention_documentation/4/action_numbers"}),
    ("none of the detention", {"detention_documentation": [DOCUMENTED | {"action_numbers": []}]},
     {"/detention_documentation"}),
    ("none", {"detention_documentation": []}, {"/detention_documentation"}),
    ("not known", {"detention_documentation": None}, {"/detention_documentation"}),
    ("none, and off the grounds", {"detention_documentation": None, "on_school_grounds": "no"}, set()),
    ("none, and nothing restrictive", {"detention_documentation": None, "actions": []}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("what", "changes", "expected"), DOCUMENTATION, ids=[case[0] for case in DOCUMENTATION])
def test_what_is_missing_of_the_documentation_of_a_restrictive_action_is_asked_for(
    what: str, changes: dict[str, Any], expected: set[str]
) -> None:
    assert pointers(DETENTION | changes, below="/detention_documentation") == expected


MODIFICATIONS: list[tuple[dict[str, Any] | None, bool]] = [
    (None, True),
    ({"needed": "unknown"}, True),
    ({"made": ["interpreter"]}, True),
    ({"needed": "no"}, False),
]


@pytest.mark.parametrize(("modifications", "asked"), MODIFICATIONS)
def test_whether_a_modification_was_needed_is_asked_until_it_is_known(
    modifications: dict[str, Any] | None, asked: bool
) -> None:
    detention = DETENTION["actions"][1] | {"modifications": modifications}
    found = pointers(DETENTION | {"actions": [detention]})
    assert ("/actions/2/modifications/needed" in found) == asked
