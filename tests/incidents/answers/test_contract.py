"""What a PATCH may say: the report's own fields, each optional, with elements by their number."""

from typing import Any

import orjson
import pytest

from shared.contracts.answers import IncidentAnswers, own_numbers
from shared.contracts.contract import contracts_within, label_of
from shared.contracts.incidents import ActionReport, IncidentReport
from shared.web import body
from shared.web.problems import Problem


def faults_of(answers: Any) -> dict[str, str]:
    with pytest.raises(Problem) as refused:
        body.parse(IncidentAnswers, orjson.dumps(answers))
    return {fault.pointer: fault.code for fault in refused.value.errors}


def test_every_field_of_a_report_can_be_answered_but_what_the_records_system_says_of_itself() -> None:
    assert IncidentReport.model_fields.keys() - IncidentAnswers.model_fields.keys() == {
        "ori", "incident_number", "school_code", "source_system", "source_version", "source_updated_at",
    }  # fmt: skip
    assert IncidentAnswers.model_fields.keys() <= IncidentReport.model_fields.keys()


def test_every_field_of_an_element_can_be_answered_but_its_own_number() -> None:
    actions = next(one for one in contracts_within(IncidentAnswers) if one.__name__ == "ActionAnswers")
    assert ActionReport.model_fields.keys() - actions.model_fields.keys() == {"action_number"}


def test_elements_are_named_by_the_senders_numbers_or_else_by_their_position() -> None:
    assert own_numbers(IncidentReport) == {
        "people": "person_number",
        "actions": "action_number",
        "conduct": "conduct_number",
        "charges": "charge_number",
        "detention_documentation": "documentation_number",
        "officers": None,
        "outcomes": None,
        "other_numbers": None,
    }


def test_every_answer_bears_the_label_of_the_reports_field() -> None:
    actions = next(one for one in contracts_within(IncidentAnswers) if one.__name__ == "ActionAnswers")
    assert {name: label_of(actions, name) for name in actions.model_fields} == {
        name: label_of(ActionReport, name) for name in ActionReport.model_fields if name != "action_number"
    }


@pytest.mark.parametrize("answers", [{}, {"actions": None}, {"actions": {"2": None}}, {"threat": None}], ids=str)
def test_anything_can_be_left_out_and_anything_can_be_taken_back(answers: dict[str, Any]) -> None:
    assert body.parse(IncidentAnswers, orjson.dumps(answers)).model_dump(exclude_unset=True) == answers


REFUSED = [
    ("a list of elements", {"actions": []}, {"#/actions": "wrong-type"}),
    ("a whole record that is none", [], {"#": "wrong-type"}),
    ("a field that no report has", {"mood": "bad"}, {"#/mood": "unknown-field"}),
    ("the records system's clock", {"source_version": 2}, {"#/source_version": "unknown-field"}),
    ("an element's own number", {"people": {"1": {"person_number": 2}}}, {"#/people/1/person_number": "unknown-field"}),
    ("a code that is none", {"actions": {"2": {"purpose": "fun"}}}, {"#/actions/2/purpose": "unknown-code"}),
    ("a number that is none", {"actions": {"02": {}}}, {"#/actions/02": "invalid-value"}),
    ("a name for a number", {"people": {"Quillon": {"is_enrolled": "maybe"}}}, {"#/people/…": "invalid-value"}),
    (
        "what was not volunteered",
        {"people": {"1": {"self_reported": {"gender_identity": "…"}}}},
        {"#/people/1/self_reported/volunteered": "not-volunteered"},
    ),
    (
        "several faults at once",
        {"occurred_at": "yesterday", "officers": {"1": {"ori": "x"}}, "threat": "none"},
        {"#/occurred_at": "invalid-value", "#/officers/1/ori": "invalid-value", "#/threat": "wrong-type"},
    ),
]


@pytest.mark.parametrize(("said", "answers", "expected"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_no_answer_may_be_is_refused_and_all_of_it_named(
    said: str, answers: Any, expected: dict[str, str]
) -> None:
    assert faults_of(answers) == expected


def test_no_fault_repeats_the_name_that_stands_for_an_elements_number() -> None:
    with pytest.raises(Problem) as refused:
        body.parse(IncidentAnswers, b'{"people": {"quillon": {"is_enrolled": "yes"}, "1": {"is_enrolled": "maybe"}}}')
    assert "quillon" not in str([fault.as_json() for fault in refused.value.errors])
    assert {fault.pointer for fault in refused.value.errors} == {"#/people/…", "#/people/1/is_enrolled"}
