"""PATCH: answers lie over the report, add and remove no elements, and can be taken back."""

from typing import Any

import orjson
import pytest

from services.incidents.answer.layers import Layers, lay
from services.incidents.answer.patching import NotAnswerable
from tests.incidents.answers.record import DETENTION, Record

COMPLETED = {"basis": "He ran.", "at_school_factors": "In class.", "completed_at": "2026-10-05T12:00:00-07:00"}


def faults_of(record: Record, answers: dict[str, Any]) -> dict[str, str]:
    before = record.layers
    with pytest.raises(NotAnswerable) as refused:
        record.patch(answers)
    assert record.layers == before
    return {fault.pointer: fault.code for fault in refused.value.faults}


def test_an_answer_lies_over_what_the_report_says() -> None:
    record = Record(DETENTION)
    record.patch({"initiated_by": "sro", "officers": {"1": {"officer_number": "4471"}}})
    record.patch({"actions": {"2": {"in_public_view": "no", "alternatives_tried": ["verbal_deescalation"]}}})

    assert record.document["initiated_by"] == "sro"
    assert record.document["officers"][0]["officer_number"] == "4471"
    conversation, detention = record.document["actions"]
    assert (detention["in_public_view"], conversation["in_public_view"]) == ("no", "unknown")
    assert detention["alternatives_tried"] == ["verbal_deescalation"]


def test_an_answer_within_what_the_report_leaves_out_says_of_the_rest_that_it_is_not_known() -> None:
    record = Record(DETENTION)
    record.patch({"actions": {"2": {"transport": {"in_peer_view": "no"}, "modifications": {"made": []}}}})
    assert record.document["actions"][1]["transport"] == {"used": "unknown", "in_peer_view": "no"}
    assert record.document["actions"][1]["modifications"] == {"needed": "unknown", "made": []}


def test_null_takes_an_answer_back_and_the_report_speaks_again() -> None:
    record = Record(DETENTION | {"on_school_grounds": "no"})
    record.patch({"on_school_grounds": "yes", "contact_type": "incident"})
    record.patch({"on_school_grounds": None})
    assert (record.document["on_school_grounds"], record.document["contact_type"]) == ("no", "incident")


def test_a_school_that_no_report_knew_can_be_taken_back() -> None:
    record = Record(DETENTION | {"school_id": None})
    record.patch({"school_id": "990000100001"})
    record.patch({"school_id": None})
    assert "school_id" not in record.document


@pytest.mark.parametrize(
    "back",
    [{"actions": None}, {"actions": {"2": None}}, {"actions": {"2": {"modifications": None, "purpose": None}}}],
    ids=str,
)
def test_null_takes_back_every_answer_within_what_it_stands_for(back: dict[str, Any]) -> None:
    record = Record(DETENTION)
    record.patch({"actions": {"2": {"purpose": "safety", "modifications": {"reason_none": {"text": "Not needed."}}}}})
    record.patch(back)
    assert record.document == Record(DETENTION).document
    assert len(record.document["actions"]) == 2
    assert record.texts.answers == {}


def test_the_same_patch_again_changes_nothing_and_seals_nothing() -> None:
    record = Record(DETENTION)
    answers = {"threat": ["none"], "narrative": "Told by the officer.", "actions": {"2": {"purpose": "safety"}}}
    record.patch(answers)
    first = record.layers
    record.patch(answers)
    assert (record.layers, record.newly_sealed) == (first, {})


def test_where_nothing_is_answered_the_document_is_all_there_is() -> None:
    record = Record(DETENTION)
    record.patch({"threat": ["none"]})
    assert record.layers.as_json() is not None
    record.patch({"threat": None})
    assert record.layers.as_json() is None


def test_the_layers_come_back_as_they_were_kept() -> None:
    record = Record(DETENTION)
    record.patch(
        {"threat": ["none"], "narrative": "Told.", "people": {"3": {"identity": {"birth_date": "2012-03-04"}}}}
    )
    record.put(DETENTION | {"threat": ["others"]})
    assert Layers.below(lay(record.layers), record.layers.as_json()) == record.layers


def test_a_record_without_layers_of_its_own_is_its_last_report() -> None:
    document = orjson.dumps(Record(DETENTION).document | {"void_reason": "duplicate"}).decode()
    assert Layers.below(document, None) == Record(DETENTION).layers


SEALED = [
    # what is answered                        the answer                                       where the record says so
    ("a text that the report gives", {"narrative": "sealed"}, lambda one: one["narrative"]),
    ("a reason", {"actions": {"2": {"view_not_possible_reason": {"text": "sealed"}}}},
     lambda one: one["actions"][1]["view_not_possible_reason"]["text"]),
    ("a reason within", {"actions": {"2": {"modifications": {"reason_none": {"text": "sealed"}}}}},
     lambda one: one["actions"][1]["modifications"]["reason_none"]["text"]),
    ("a part of documentation", {"detention_documentation": {"1": {"basis": "sealed"}}},
     lambda one: one["detention_documentation"][0]["basis"]),
    ("a part of an identity", {"people": {"3": {"identity": {"birth_date": "2012-03-04"}}}},
     lambda one: one["people"][0]["identity"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "answers", "said"), SEALED, ids=[case[0] for case in SEALED])
def test_a_text_goes_to_the_vault_and_the_record_says_that_it_was_given(
    what: str, answers: dict[str, Any], said: Any
) -> None:
    record = Record(DETENTION)
    record.patch(answers)
    kept = lay(record.layers) + (record.layers.as_json() or "")
    assert said(record.document) == "given"
    assert "sealed" not in kept.replace('"sealed":', "").replace("sealed_digest", "")
    assert "2012-03-04" not in kept
    assert len(record.newly_sealed) == 1


def test_an_identity_is_sealed_with_the_person_and_a_text_with_the_record() -> None:
    record = Record(DETENTION)
    record.patch({"people": {"3": {"identity": {"name": "Quill"}}}, "narrative": "Told."})
    assert record.newly_sealed == {3: {"/people/3/identity/name": "Quill"}, 0: {"/narrative": "Told."}}


def test_what_a_student_volunteered_is_sealed_and_the_record_does_not_say_that_there_is_any() -> None:
    record = Record(DETENTION)
    record.patch({"people": {"3": {"self_reported": {"volunteered": True, "gender_identity": "…"}}}})
    person, before = record.document["people"][0], Record(DETENTION).document["people"][0]
    assert person.keys() == before.keys()
    assert [name for name in person if person[name] != before[name]] == ["sealed_digest"]


def test_the_digest_of_a_subject_changes_with_each_sealed_answer_and_comes_back_with_the_report() -> None:
    record = Record(DETENTION)
    digests = [record.document["sealed_digest"]]
    for text in ("one", "another", None):
        record.patch({"detention_documentation": {"1": {"basis": text}}})
        digests.append(record.document["sealed_digest"])
    assert digests[0] == digests[-1]
    assert len(set(digests)) == 3
    assert record.document["people"][0] == Record(DETENTION).document["people"][0]


NOT_THERE = [
    {"actions": {"9": {"purpose": "safety"}}},
    {"actions": {"1": {"purpose": "safety"}}},
    {"actions": {"9": {}}},
    {"actions": {"9": None}},
    {"officers": {"2": {"capacity": "sro"}}},
    {"charges": {"1": {"disposition": "pending"}}},
    {"people": {"1": {"is_enrolled": "yes"}}},
]


@pytest.mark.parametrize("answers", NOT_THERE, ids=str)
def test_an_element_that_the_record_does_not_have_is_refused(answers: dict[str, Any]) -> None:
    ((name, numbers),) = answers.items()
    assert faults_of(Record(DETENTION), answers) == {f"#/{name}/{next(iter(numbers))}": "invalid-value"}


def test_an_element_that_a_report_has_left_out_since_is_refused() -> None:
    record = Record(DETENTION)
    record.put(DETENTION | {"detention_documentation": []})
    answers = {"detention_documentation": {"1": {"basis": "He ran."}}}
    assert faults_of(record, answers) == {"#/detention_documentation/1": "invalid-value"}


UNFIT = [
    (
        "an end before the report's beginning",
        {"actions": {"2": {"ended_at": "2026-10-05T10:14:00-07:00"}}},
        {"#/actions/2/ended_at": "time-order", "#/actions/2/started_at": "time-order"},
    ),
    ("a time to come", {"documented_at": "2030-01-01T00:00:00Z"}, {"#/documented_at": "in-the-future"}),
    ("nobody's number", {"actions": {"7": {"person_number": 4}}}, {"#/actions/7/person_number": "invalid-value"}),
    (
        "documentation completed with an empty part",
        {"detention_documentation": {"1": COMPLETED}},
        {"#/detention_documentation/1/probable_cause_factors": "required-question-unanswered"},
    ),
    (
        "somebody made a witness whose identity was reported",
        {"people": {"3": {"involvement": ["witness"]}}},
        {"#/people/3/identity": "must-not-be-stored"},
    ),
    (
        "a student number that was asked for",
        {"people": {"3": {"identity": {"student_number": "4711"}}}},
        {"#/people/3/identity/student_number": "must-not-be-stored"},
    ),
    ("a social security number", {"narrative": "It is 078-05-1120."}, {"#/narrative": "must-not-be-stored"}),
    (
        "one fault beside another",
        {"actions": {"9": None}, "ended_at": "2026-10-05T10:00:00-07:00"},
        {"#/actions/9": "invalid-value", "#/ended_at": "time-order", "#/occurred_at": "time-order"},
    ),
]


@pytest.mark.parametrize(("what", "answers", "expected"), UNFIT, ids=[case[0] for case in UNFIT])
def test_what_no_report_may_say_no_answer_may_make_of_it(
    what: str, answers: dict[str, Any], expected: dict[str, str]
) -> None:
    assert faults_of(Record(DETENTION), answers) == expected


def test_documentation_is_completed_when_its_parts_are_answered_at_any_time() -> None:
    record = Record(DETENTION)
    record.patch({"detention_documentation": {"1": {"probable_cause_factors": "He ran."}}})
    record.patch({"detention_documentation": {"1": COMPLETED}})
    assert record.document["detention_documentation"][0]["completed_at"] == COMPLETED["completed_at"]


def test_a_part_of_completed_documentation_cannot_be_taken_back() -> None:
    record = Record(DETENTION)
    record.patch({"detention_documentation": {"1": COMPLETED | {"no_arrest": True}}})
    found = faults_of(record, {"detention_documentation": {"1": {"basis": None}}})
    assert found == {"#/detention_documentation/1/basis": "required-question-unanswered"}


def test_a_student_number_is_taken_with_the_source_that_the_report_gives() -> None:
    person = {"identity": {"student_number_source": "id_shown"}}
    record = Record(DETENTION | {"people": [DETENTION["people"][0] | person]})
    record.patch({"people": {"3": {"identity": {"student_number": "4711"}}}})
    found = faults_of(record, {"people": {"3": {"identity": {"student_number_source": "unknown"}}}})
    assert found == {"#/people/3/identity/student_number": "must-not-be-stored"}


def test_a_fault_that_the_record_has_already_keeps_nobody_from_answering_something_else() -> None:
    record = Record(DETENTION | {"narrative": "It is 078-05-1120."})
    record.patch({"threat": ["none"]})
    assert record.document["threat"] == ["none"]
