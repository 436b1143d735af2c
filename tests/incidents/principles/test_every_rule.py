"""No rule without its examples, its sentence, and its place among those who see it."""

import csv
import re
from collections import defaultdict

import pytest

from services.incidents.principles.findings import FLAG_CODES, RULES, judge, rules_version
from services.incidents.principles.limits import Limits
from services.incidents.principles.rule import Rule
from shared.contracts.codes import code_list
from shared.findings.flag_code import FlagCode, finding
from tests.docs.pages import CHECKOUT
from tests.incidents.principles import test_discipline, test_last_resort, test_quality, test_transparency
from tests.incidents.principles.records import CLEAR, FOR_THE_SCHOOL, RAISED, UNDETERMINED, Example, action, facts

EXAMPLES: list[Example] = [
    *test_discipline.EXAMPLES,
    *test_last_resort.EXAMPLES,
    *test_transparency.EXAMPLES,
    *test_quality.EXAMPLES,
]
QUOTED = CHECKOUT / "tests/data/guiding_principles_quoted.csv"
NEVER_UNDETERMINED = {
    "P7-INITIATOR-UNKNOWN": "the unknown is what it looks for",
    "X-UNMAPPED-CODE:request_reason": "a code that was not given maps to nothing, and that is known",
    "X-UNMAPPED-CODE:alternatives_tried": "the same",
    "X-UNMAPPED-CODE:modifications_made": "the same",
}
POINTER = re.compile(r"(?:/[a-z_0-9]+)+")


def name(flag: FlagCode) -> str:
    """A flag's code and, behind a colon, its detail."""
    return flag.code if flag.detail is None else f"{flag.code}:{flag.detail}"


def lacking(rules: tuple[Rule, ...], examples: list[Example]) -> list[str]:
    """Which kind of example each rule lacks."""
    verdicts = defaultdict(set)
    for example in examples:
        verdicts[example.code].add(example.verdict)
    return [
        f"{name(rule)}: {kind}"
        for rule in rules
        for kind in (RAISED, CLEAR, UNDETERMINED)
        if kind not in verdicts[name(rule)] and not (kind == UNDETERMINED and name(rule) in NEVER_UNDETERMINED)
    ]


def test_every_rule_has_examples_of_each_kind() -> None:
    assert lacking(RULES, EXAMPLES) == []


def test_a_rule_without_an_example_is_found() -> None:
    others = [one for one in EXAMPLES if (one.code, one.verdict) != ("P4-PUNITIVE", UNDETERMINED)]
    assert lacking(RULES, others) == ["P4-PUNITIVE: undetermined"]


def test_every_example_is_of_a_rule_and_has_a_name_of_its_own() -> None:
    assert {one.code for one in EXAMPLES} == {name(rule) for rule in RULES}
    assert len({one.name for one in EXAMPLES}) == len(EXAMPLES)


def test_a_rule_that_is_never_undetermined_is_not_so_in_any_example() -> None:
    assert not [one.name for one in EXAMPLES if one.code in NEVER_UNDETERMINED and one.judged() == UNDETERMINED]


@pytest.mark.parametrize("flag", FLAG_CODES, ids=name)
def test_every_flag_quotes_the_guiding_principles(flag: FlagCode) -> None:
    with QUOTED.open(encoding="utf-8", newline="") as file:
        quoted = {row["sentence"]: row["principle"] for row in csv.DictReader(file)}
    assert flag.sentence in quoted
    assert flag.principle in (quoted[flag.sentence], "X")


@pytest.mark.parametrize("flag", FLAG_CODES, ids=name)
def test_every_flag_says_what_was_found_how_grave_it_is_and_who_sees_it(flag: FlagCode) -> None:
    assert flag.found.endswith(".")
    assert flag.sentence not in flag.found
    assert flag.severity in code_list("flag_severity")
    assert flag.seen_by
    assert flag.code.startswith(f"{flag.principle}-")
    assert flag.version >= 1


def test_no_two_flags_are_one() -> None:
    assert len({name(flag) for flag in FLAG_CODES}) == len(FLAG_CODES)


def test_a_finding_says_all_that_a_flag_is_to_say() -> None:
    (punitive,) = [
        one for one in judge(facts(action(purpose="sanction")), Limits()).raised if one.code == "P4-PUNITIVE"
    ]
    assert punitive.model_dump() == {
        "code": "P4-PUNITIVE",
        "detail": None,
        "severity": "H",
        "principle": "P4",
        "explanation": "Somebody was held or forced as a sanction. The guiding principles: "
        "“Detaining a student should never be used as a punitive sanction.”",
        "inputs": ("/actions/1/type", "/actions/1/purpose"),
        "rule_version": 1,
        "seen_by": ("officer", "agency", "school", "district"),
    }


def test_what_only_history_can_raise_makes_a_finding_too() -> None:
    of_history = {finding(flag, ("/threat",)).code for flag in FLAG_CODES if not isinstance(flag, Rule)}
    assert "X-FLAG-CLEARED-BY-EDIT" in of_history


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_inputs_and_what_is_missing_are_pointers_and_no_values(example: Example) -> None:
    found = judge(example.facts, Limits())
    for pointers in (*[one.inputs for one in found.raised], *[one.missing for one in found.undetermined]):
        assert pointers
        assert len(set(pointers)) == len(pointers)
        assert all(POINTER.fullmatch(pointer) for pointer in pointers)


def test_inputs_name_only_what_raised_the_flag() -> None:
    two = facts(action(), action("arrest", 9, alternatives_tried=()))
    (flag,) = judge(two, Limits()).raised
    assert flag.inputs == (
        "/actions/9/type",
        "/actions/9/alternatives_tried",
        "/actions/9/alternatives_not_possible_reason",
    )


def test_a_record_of_which_everything_is_known_and_well_raises_nothing() -> None:
    found = judge(facts(action()), Limits())
    assert (found.raised, found.undetermined) == ((), ())


def test_the_rules_have_another_version_when_a_limit_is_another() -> None:
    assert rules_version(Limits()) == rules_version(Limits(late_report_days=30))
    assert rules_version(Limits()) != rules_version(Limits(late_report_days=31))


def test_judging_twice_finds_the_same() -> None:
    called = facts(**FOR_THE_SCHOOL)
    assert judge(called, Limits()) == judge(called, Limits())
