"""A later PUT: an answer holds until the PUT changes what it said there to another known value."""

from typing import Any

import pytest

from tests.incidents.answers.record import DETENTION, Record

DETAINED, PERSON = DETENTION["actions"][1], DETENTION["people"][0]
ABSENT = object()


def says(report: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The report with other values, without those that are absent."""
    return {name: value for name, value in (report | changes).items() if value is not ABSENT}


def acted(**changes: Any) -> dict[str, Any]:
    """The report with another detention."""
    return DETENTION | {"actions": [DETENTION["actions"][0], says(DETAINED, **changes)]}


CODED = [
    # the PUT before    the answer   the PUT after   what the record says then, and whether the answer gave way
    ("unknown", "no", "unknown", "no", False),
    ("unknown", "no", ABSENT, "no", False),
    ("unknown", "no", "yes", "yes", True),
    ("unknown", "no", "no", "no", True),
    ("yes", "no", "yes", "no", False),
    ("yes", "no", "unknown", "no", False),
    ("yes", "no", ABSENT, "no", False),
    ("yes", "unknown", "yes", "unknown", False),
    (ABSENT, "no", "yes", "yes", True),
]


@pytest.mark.parametrize(("before", "answer", "after", "expected", "gave_way"), CODED)
def test_an_answer_holds_until_a_put_changes_the_field_to_another_known_value(
    before: object, answer: str, after: object, expected: str, gave_way: bool
) -> None:
    record = Record(says(DETENTION, on_school_grounds=before))
    record.patch({"on_school_grounds": answer})
    record.put(says(DETENTION, on_school_grounds=after, status="closed"))
    assert (record.document["on_school_grounds"], record.document["status"]) == (expected, "closed")
    assert record.superseded == ({"/on_school_grounds": ("changed", answer)} if gave_way else {})


LISTS = [
    # the PUT before    the PUT after                          whether the answer ["none"] gave way
    (None, None, False),
    (None, ["unknown"], False),
    (["others"], ["others", "unknown"], False),
    (["others"], ["others"], False),
    (["others"], ["weapon"], True),
    (None, ["others"], True),
    (None, [], True),
]


@pytest.mark.parametrize(("before", "after", "gave_way"), LISTS)
def test_a_list_of_codes_is_one_answer_and_is_not_known_while_unknown_is_in_it(
    before: object, after: object, gave_way: bool
) -> None:
    record = Record(DETENTION | {"threat": before})
    record.patch({"threat": ["none"]})
    record.put(DETENTION | {"threat": after})
    assert record.document["threat"] == (after if gave_way else ["none"])
    assert record.superseded == ({"/threat": ("changed", ("none",))} if gave_way else {})


def test_a_field_that_is_not_unknown_when_it_is_left_out_beats_no_answer_by_being_left_out() -> None:
    record = Record(DETENTION | {"occurred_precision": "day"})
    record.patch({"occurred_precision": "hour"})
    record.put(DETENTION)
    assert record.document["occurred_precision"] == "hour"
    record.put(DETENTION | {"occurred_precision": "day"})
    assert record.superseded == {"/occurred_precision": ("changed", "hour")}


def test_a_school_that_comes_from_the_agencys_code_beats_no_answer() -> None:
    coded = says(DETENTION, school_id=ABSENT, school_code="LHS")
    record = Record(coded)
    record.patch({"school_id": "990000100002"})
    record.put(coded, school_id="990000100001", school_mapped=True)
    assert (record.document["school_id"], record.document["school_mapped"]) == ("990000100002", False)
    record.put(DETENTION)
    assert record.superseded == {"/school_id": ("changed", "990000100002")}


def test_the_same_report_again_changes_nothing() -> None:
    record = Record(DETENTION)
    record.patch({"threat": ["none"], "narrative": "Told.", "actions": {"2": {"purpose": "safety"}}})
    before = record.layers
    record.put(DETENTION)
    assert record.layers is before


def test_elements_may_come_in_another_order() -> None:
    record = Record(DETENTION)
    record.patch({"actions": {"2": {"purpose": "safety", "legal_basis": {"text": "Told."}}}})
    record.put(DETENTION | {"actions": [DETAINED, DETENTION["actions"][0]]})
    assert record.document["actions"][0]["purpose"] == "safety"
    assert record.superseded == {}


def test_the_answers_to_an_element_that_is_left_out_go_with_it_and_do_not_come_back_with_it() -> None:
    record = Record(DETENTION)
    record.patch(
        {"actions": {"2": {"purpose": "safety", "legal_basis": {"text": "Told."}}, "7": {"purpose": "safety"}}}
    )
    record.put(DETENTION | {"actions": [DETENTION["actions"][0]]})
    gone = {
        "/actions/2/purpose": ("element_left_out", "safety"),
        "/actions/2/legal_basis/text": ("element_left_out", None),
    }
    assert (record.superseded, record.texts.answers) == (gone, {})
    record.put(DETENTION)
    assert record.superseded == gone
    assert [one["purpose"] for one in record.document["actions"]] == ["safety", "unknown"]


@pytest.mark.parametrize("people", [ABSENT, None, []], ids=["absent", "null", "none"])
def test_the_answers_go_with_a_list_that_is_left_out(people: object) -> None:
    record = Record(DETENTION)
    record.patch({"people": {"3": {"is_enrolled": "yes", "identity": {"birth_date": "2012-03-04"}}}})
    record.put(says(DETENTION, people=people, actions=[]))
    assert record.superseded == {
        "/people/3/is_enrolled": ("element_left_out", "yes"),
        "/people/3/identity/birth_date": ("element_left_out", None),
    }
    assert record.texts.answers == {}


SEALED: list[tuple[Any, Any, bool]] = [
    # the PUT before          the PUT after             whether the answer gave way
    ({"text": "He ran."}, {"text": "He ran."}, False),
    ({"text": "He ran."}, {"text": "He stood."}, True),
    ({"text": "He ran."}, None, False),
    ({"text": "He ran."}, {"code": "warrant"}, False),
    (None, {"text": "He ran."}, True),
    (None, None, False),
]


@pytest.mark.parametrize(("before", "after", "gave_way"), SEALED)
def test_an_answered_text_gives_way_to_another_text_alone(before: object, after: object, gave_way: bool) -> None:
    record = Record(acted(legal_basis=before))
    record.patch({"actions": {"2": {"legal_basis": {"text": "A warrant."}}}})
    record.put(acted(legal_basis=after, purpose="safety"))
    assert record.superseded == ({"/actions/2/legal_basis/text": ("changed", None)} if gave_way else {})
    assert (record.texts.answers == {}) == gave_way
    assert record.document["actions"][1]["legal_basis"]["text"] == "given"


def test_an_answered_text_is_not_touched_by_the_change_of_another() -> None:
    record = Record(DETENTION)
    record.patch({"narrative": "Told.", "people": {"3": {"identity": {"birth_date": "2012-03-04"}}}})
    renamed = PERSON | {"identity": {"name": "Quillon Vastergard"}}
    record.put(acted(legal_basis={"text": "He stood."}) | {"people": [renamed]})
    assert record.superseded == {}
    record.put(DETENTION | {"people": [PERSON | {"identity": PERSON["identity"] | {"birth_date": "2011-03-04"}}]})
    assert record.superseded == {"/people/3/identity/birth_date": ("changed", None)}


def test_a_text_counts_as_changed_from_the_put_before_and_not_from_the_one_that_was_answered() -> None:
    record = Record(DETENTION)
    record.patch({"narrative": "Told."})
    record.put(says(DETENTION, narrative=ABSENT))
    assert record.superseded == {}
    record.put(DETENTION)
    assert record.superseded == {"/narrative": ("changed", None)}


def test_nothing_is_said_of_what_a_text_was_but_that_it_gave_way() -> None:
    record = Record(DETENTION)
    record.patch({"narrative": "sealed words", "people": {"3": {"identity": {"name": "sealed name"}}}})
    record.put(DETENTION | {"narrative": "others", "people": [PERSON | {"identity": {"name": "another"}}]})
    assert len(record.superseded) == 2
    assert "sealed words" not in str(record.layers)
    assert "sealed name" not in str(record.layers)


@pytest.mark.parametrize("again", ["yes", None], ids=["answered again", "taken back"])
def test_an_answer_that_gave_way_is_listed_until_it_is_answered_again(again: str | None) -> None:
    record = Record(DETENTION)
    record.patch({"on_school_grounds": "no", "status": "closed"})
    record.put(DETENTION | {"on_school_grounds": "yes", "status": "open"})
    record.put(DETENTION | {"on_school_grounds": "yes", "status": "open", "contact_type": "incident"})
    record.patch({"threat": ["none"]})
    assert record.superseded.keys() == {"/on_school_grounds", "/status"}
    record.patch({"on_school_grounds": again})
    assert record.superseded.keys() == {"/status"}


CONTRADICTED: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    (
        "an end, by a later beginning",
        {"actions": {"2": {"ended_at": "2026-10-05T10:20:00-07:00"}}},
        acted(started_at="2026-10-05T10:30:00-07:00"),
        {"/actions/2/ended_at"},
    ),
    (
        "whom it was done to, by leaving out the person",
        {"actions": {"7": {"person_number": 3, "purpose": "safety"}}},
        DETENTION | {"people": [], "actions": [DETENTION["actions"][0]]},
        {"/actions/7/person_number"},
    ),
    (
        "an identity, by making a witness of the person",
        {"people": {"3": {"identity": {"name": "Quill", "birth_date": "2012-03-04"}, "is_enrolled": "yes"}}},
        DETENTION | {"people": [{"person_number": 3, "involvement": ["witness"]}]},
        {"/people/3/identity/name", "/people/3/identity/birth_date"},
    ),
    (
        "an arrest number, by making a conversation of the arrest",
        {"actions": {"2": {"type": "arrest", "arrest_number": "A-1"}}},
        acted(type="conversation"),
        {"/actions/2/arrest_number", "/actions/2/type"},
    ),
]


@pytest.mark.parametrize(("what", "answers", "after", "gave_way"), CONTRADICTED, ids=[case[0] for case in CONTRADICTED])
def test_an_answer_gives_way_to_what_it_cannot_stand_beside(
    what: str, answers: dict[str, Any], after: dict[str, Any], gave_way: set[str]
) -> None:
    record = Record(DETENTION)
    record.patch(answers)
    record.put(after)
    assert record.superseded.keys() == gave_way
    assert "contradicted" in {because for because, _ in record.superseded.values()}


def test_who_was_made_a_witness_by_an_answer_is_a_subject_again_when_a_report_tells_the_identity() -> None:
    nameless = DETENTION | {"people": [{"person_number": 3, "involvement": ["subject"]}]}
    record = Record(nameless)
    record.patch({"people": {"3": {"involvement": ["witness"]}}})
    record.put(DETENTION)
    assert record.superseded == {"/people/3/involvement": ("contradicted", ("witness",))}
    assert record.document["people"][0]["identity"] == "given"


def test_documentation_stays_completed_though_a_report_leaves_a_part_of_it_out() -> None:
    whole = {"documentation_number": 1, "basis": "He ran.", "at_school_factors": "In class.", "no_arrest": True}
    record = Record(DETENTION | {"detention_documentation": [whole]})
    record.patch({"detention_documentation": {"1": {"completed_at": "2026-10-05T12:00:00-07:00"}}})
    record.put(DETENTION)
    assert record.superseded == {}
    assert "completed_at" in record.document["detention_documentation"][0]


def test_what_was_volunteered_once_stays_volunteered() -> None:
    record = Record(DETENTION)
    volunteered = {"volunteered": True, "gender_identity": "sealed"}
    record.patch({"people": {"3": {"self_reported": volunteered}}})
    record.put(DETENTION | {"people": [PERSON | {"self_reported": {"volunteered": True, "intersex": "sealed"}}]})
    record.put(DETENTION | {"status": "closed"})
    assert record.superseded == {}
    assert record.texts.answers[3].keys() == {f"/people/3/self_reported/{name}" for name in volunteered}
