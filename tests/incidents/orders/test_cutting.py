"""What stays of a record when people are taken out of it, element by element."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incidents.answer.layers import Answers
from services.incidents.order.cutting import cut, cut_answers, staying

PEOPLE = st.sampled_from([1, 2, 3])
SOME = st.lists(PEOPLE, max_size=3, unique=True)
MAYBE = st.one_of(st.none(), PEOPLE)

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a person", {"people": [{"person_number": 1}, {"person_number": 2}]}, {"people": [{"person_number": 2}]}),
    ("nobody listed", {"people": []}, {"people": []}),
    ("what nobody knows", {"narrative": "none"}, {"narrative": "none"}),
    (
        "an action on nobody in particular stays",
        {"actions": [{"action_number": 4, "type": "search_property"}]},
        {"actions": [{"action_number": 4, "type": "search_property"}]},
    ),
    (
        "documentation of two detentions stays for the other's",
        {
            "actions": [{"action_number": 1, "person_number": 1}, {"action_number": 2, "person_number": 2}],
            "detention_documentation": [{"documentation_number": 1, "action_numbers": [1, 2]}],
        },
        {
            "actions": [{"action_number": 2, "person_number": 2}],
            "detention_documentation": [{"documentation_number": 1, "action_numbers": [2]}],
        },
    ),
    (
        "documentation that does not say of what goes with any action",
        {
            "actions": [{"action_number": 1, "person_number": 1}],
            "detention_documentation": [{"documentation_number": 1}],
        },
        {"actions": [], "detention_documentation": []},
    ),
    (
        "documentation stays where no action goes",
        {"detention_documentation": [{"documentation_number": 1}]},
        {"detention_documentation": [{"documentation_number": 1}]},
    ),
    (
        "conduct of several stays with the others",
        {"conduct": [{"conduct_number": 1, "person_numbers": [1, 2]}, {"conduct_number": 2, "person_numbers": [1]}]},
        {"conduct": [{"conduct_number": 1, "person_numbers": [2]}]},
    ),
    (
        "conduct of nobody known stays",
        {"conduct": [{"conduct_number": 1}, {"conduct_number": 2, "person_numbers": []}]},
        {"conduct": [{"conduct_number": 1}, {"conduct_number": 2, "person_numbers": []}]},
    ),
    ("the digest of its texts goes", {"sealed_digest": "c2Vh", "narrative": "given"}, {"narrative": "given"}),
]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Records of up to three people, whose elements name them as they like."""
    actions = [{"action_number": n, "person_number": draw(MAYBE)} for n in range(1, draw(st.integers(0, 4)) + 1)]
    numbers = st.lists(st.sampled_from([1, 2, 3, 4]), max_size=4, unique=True)
    return {
        "people": [{"person_number": number} for number in sorted(draw(SOME))],
        "actions": actions,
        "outcomes": [{"type": "other", "person_number": draw(MAYBE)} for _ in range(draw(st.integers(0, 3)))],
        "charges": [{"charge_number": n, "person_number": draw(MAYBE)} for n in range(1, draw(st.integers(0, 3)) + 1)],
        "conduct": [{"conduct_number": n, "person_numbers": draw(SOME)} for n in range(1, draw(st.integers(0, 3)) + 1)],
        "detention_documentation": [
            {"documentation_number": n, "action_numbers": draw(numbers)} for n in range(1, draw(st.integers(0, 2)) + 1)
        ],
    }


@pytest.mark.parametrize(("story", "document", "left"), CASES, ids=[case[0] for case in CASES])
def test_what_stays_of_a_record_without_its_first_person(
    story: str, document: dict[str, Any], left: dict[str, Any]
) -> None:
    assert cut(document, staying(document, [1]), [1]) == left


@given(documents(), SOME)
def test_nothing_that_stays_names_who_is_taken_out(document: dict[str, Any], people: list[int]) -> None:
    left = cut(document, staying(document, people), people)
    named = {one["person_number"] for name in ("people", "actions", "outcomes", "charges") for one in left[name]}
    named |= {number for one in left["conduct"] for number in one["person_numbers"]}
    gone = {one["action_number"] for one in document["actions"] if one not in left["actions"]}

    assert named.isdisjoint(people)
    assert not gone & {number for one in left["detention_documentation"] for number in one["action_numbers"]}


@given(documents(), SOME)
def test_what_is_about_others_alone_stays_as_it_is(document: dict[str, Any], people: list[int]) -> None:
    left = cut(document, staying(document, people), people)
    for name in ("people", "actions", "outcomes", "charges"):
        assert left[name] == [one for one in document[name] if one["person_number"] not in people]


@given(documents(), SOME)
def test_cutting_again_changes_nothing(document: dict[str, Any], people: list[int]) -> None:
    once = cut(document, staying(document, people), people)
    assert cut(once, staying(once, people), people) == once


@given(documents(), SOME)
def test_the_record_that_came_in_is_not_touched(document: dict[str, Any], people: list[int]) -> None:
    before = str(document)
    cut(document, staying(document, people), people)
    assert str(document) == before


def test_answers_follow_the_element_that_they_are_about() -> None:
    document = {
        "people": [{"person_number": 1}, {"person_number": 2}],
        "actions": [{"action_number": 1, "person_number": 1}, {"action_number": 2, "person_number": 2}],
        "outcomes": [{"type": "other", "person_number": 1}, {"type": "other", "person_number": 2}],
        "conduct": [{"conduct_number": 1, "person_numbers": [1, 2]}],
    }
    coded = {
        "/status": "open",
        "/actions/1/purpose": "safety",
        "/actions/2/purpose": "medical",
        "/outcomes/1/type": "arrested",
        "/outcomes/2/type": "diverted",
        "/conduct/1/person_numbers": [1, 2],
    }
    stay = staying(document, [1])
    assert cut_answers(Answers(coded), cut(document, stay, [1]), stay, [1]).coded == {
        "/status": "open",
        "/actions/2/purpose": "medical",
        "/outcomes/1/type": "diverted",
        "/conduct/1/person_numbers": [2],
    }
