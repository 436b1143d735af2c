"""What an incident adds to the counts: each case a record, and what is counted of it."""

from typing import Any

import orjson
import pytest

from services.reporting.rollup.counting import counting_rules
from services.reporting.rollup.rules import Fact, facts_of
from shared.contracts.codes import code_list
from shared.contracts.incidents import Incident
from tests.rollups.records import incident, person


def facts(classification: str | None = "criminal", **changes: Any) -> list[Fact]:
    record = Incident.model_validate_json(orjson.dumps(incident(**changes)))
    return list(facts_of(record, classification, counting_rules()))


def counted(classification: str | None = "criminal", **changes: Any) -> dict[str, tuple[int, int]]:
    """By measure how many were counted, and whether some could not be."""
    sums: dict[str, tuple[int, int]] = {}
    for fact in facts(classification, **changes):
        value, is_open = sums.get(fact.measure, (0, 0))
        sums[fact.measure] = (value + fact.value, is_open + fact.open)
    return {measure: sums[measure] for measure in sums if measure not in ("contacts", "calls_for_involvement")}


CASES: list[tuple[dict[str, Any], dict[str, tuple[int, int]]]] = [
    ({}, {}),
    ({"classification": "school_discipline"}, {"discipline_incidents": (1, 0)}),
    ({"classification": "undetermined"}, {"discipline_incidents": (0, 1)}),
    ({"classification": None}, {"discipline_incidents": (0, 1)}),
    ({"actions": [{"type": "citation"}, {"type": "citation"}]}, {"citations": (2, 0)}),
    ({"actions": [{"type": "ticket"}]}, {"tickets": (1, 0)}),
    ({"actions": [{"type": "arrest"}, {"type": "handcuff"}]}, {"arrests": (1, 0)}),
    ({"actions": [{"type": "use_of_force"}]}, {"uses_of_force": (1, 0)}),
    ({"actions": [{"type": one} for one in ("search_person", "search_property", "frisk")]}, {"searches": (3, 0)}),
    ({"actions": [{"type": "seizure"}]}, {"seizures": (1, 0)}),
    ({"actions": [{"type": "interrogation"}]}, {"interrogations": (1, 0)}),
    ({"actions": [{"type": "court_referral"}]}, {"court_referrals": (1, 0)}),
    ({"conduct": [{"code": "13A"}, {"code": "13B"}]}, {"alleged_misconduct": (2, 0)}),
    ({"charges": [{"on_school_grounds": "yes"}]}, {"charges_on_school_grounds": (1, 0)}),
    ({"charges": [{"on_school_grounds": "no"}]}, {}),
    ({"charges": [{"on_school_grounds": "unknown"}]}, {"charges_on_school_grounds": (0, 1)}),
    ({"conduct": None}, {"alleged_misconduct": (0, 1)}),
]


@pytest.mark.parametrize(("record", "expected"), CASES)
def test_a_measure_counts_what_its_rule_names(record: dict[str, Any], expected: dict[str, tuple[int, int]]) -> None:
    assert counted(**record) == expected


@pytest.mark.parametrize("asked_by", sorted(code_list("initiated_by")))
def test_a_call_is_what_somebody_else_asked_for(asked_by: str) -> None:
    calls = [
        (fact.value, fact.open) for fact in facts(initiated_by=asked_by) if fact.measure == "calls_for_involvement"
    ]
    assert calls == {"sro": [], "unknown": [(0, 1)]}.get(asked_by, [(1, 0)])


def test_where_nobody_knows_what_was_done_no_measure_of_actions_says_zero() -> None:
    of_actions = {name for name, rule in counting_rules().collected.items() if rule.of == "actions"}
    assert counted(actions=None) == dict.fromkeys(of_actions, (0, 1))


def contact(**changes: Any) -> Fact:
    (found,) = [fact for fact in facts(**changes) if fact.measure == "contacts"]
    return found


PEOPLE = [  # who was there                                                 race             sex        age
    ([person(1)], "black", "female", "13_to_14"),
    ([person(1), person(2)], "black", "female", "13_to_14"),
    ([person(1), person(2, sex="male")], "black", "several", "13_to_14"),
    ([person(1, race_ethnicity=["black", "white"])], "several", "female", "13_to_14"),
    ([person(1, race_ethnicity=None)], "unknown", "female", "13_to_14"),
    ([{"person_number": 1, "involvement": ["subject"]}], "unknown", "unknown", "unknown"),
    ([person(1), {"person_number": 2, "involvement": ["witness"]}], "black", "female", "13_to_14"),
    ([], "unknown", "unknown", "unknown"),
    (None, "unknown", "unknown", "unknown"),
]


@pytest.mark.parametrize(("people", "race", "sex", "age"), PEOPLE)
def test_a_contact_has_one_value_of_each_dimension(people: Any, race: str, sex: str, age: str) -> None:
    found = contact(people=people)
    assert (found.race_ethnicity, found.sex, found.age) == (race, sex, age)


AGES: list[tuple[int | None, str]] = [
    (9, "under_10"),
    (10, "10_to_12"),
    (12, "10_to_12"),
    (13, "13_to_14"),
    (15, "15_to_17"),
    (17, "15_to_17"),
]
AGES += [(18, "18_and_over"), (None, "unknown")]


@pytest.mark.parametrize(("age", "band"), AGES)
def test_an_age_is_in_one_band(age: int | None, band: str) -> None:
    assert contact(people=[person(1, age=age)]).age == band


def test_an_action_is_counted_with_the_person_whom_it_concerns() -> None:
    people = [person(1), person(2, race_ethnicity=["white"], sex="male")]
    actions = [{"type": "arrest", "person_number": 2}, {"type": "arrest"}, {"type": "arrest", "person_number": 9}]
    outcomes = [{"type": "arrested", "person_number": 2}, {"type": "returned_to_school", "person_number": 1}]
    arrests = [fact for fact in facts(people=people, actions=actions, outcomes=outcomes) if fact.measure == "arrests"]
    assert [(fact.element, fact.race_ethnicity, fact.outcome) for fact in arrests] == [
        ("1", "white", "arrested"),
        ("2", "unknown", "unknown"),
        ("3", "unknown", "unknown"),
    ]


def test_there_is_a_rule_for_each_of_the_fourteen_measures() -> None:
    assert list(counting_rules().measures) == list(code_list("summary_measure"))
    assert len(counting_rules().measures) == 14
