"""Every decision of the policy, enumerated."""

import re
from itertools import product

import pytest

from gateway.kinds import KINDS
from gateway.policy import (
    AGENCY_RECORD,
    CHILD,
    CUSTODIAN_OF_CLASS,
    CUSTODIANS,
    EDUCATION_RECORD,
    LAW_ENFORCEMENT_ROLES,
    NONE,
    OTHERWISE,
    PERMIT,
    PROGRAM_RECORD,
    PUBLIC_FACT,
    PURPOSES,
    RECORD_CLASSES,
    RELATIONSHIPS,
    ROLES,
    SELF,
    TABLE,
    WITHHOLD,
    MalformedPolicy,
    Question,
    expand,
    policy,
    read_rules,
)
from shared.contracts.contract import Contract, Label, contract_in, contracts_within, label_of
from shared.contracts.incidents import Incident
from shared.contracts.selections import Selection
from shared.contracts.training import Assignment

NAMED = (Incident, Assignment, Selection)
"""Contracts of which rules name fields."""
DECISIONS = policy().decisions
DE_IDENTIFIED = frozenset({"oversight", "researcher"})
CITATION = re.compile(r"34 CFR 99\.\d+(\([a-zA-Z0-9]+\))*")


def test_every_combination_is_decided() -> None:
    fields = policy().named_fields | {""}
    labels = [label.value for label in Label]
    every = {
        Question(*one)
        for one in product(ROLES, RELATIONSHIPS, RECORD_CLASSES, CUSTODIANS, labels, fields, PURPOSES)
        if CUSTODIAN_OF_CLASS[one[2]] == one[3]
    }
    assert set(DECISIONS) == every


def test_the_public_and_the_administrator_never_reach_a_record() -> None:
    reached = [
        question
        for question, rule in DECISIONS.items()
        if question.role in ("public", "administrator") and question.record_class != PUBLIC_FACT and rule.permits
    ]
    assert reached == []


def test_nobody_reaches_a_record_without_a_relation_to_it() -> None:
    reached = [
        question
        for question, rule in DECISIONS.items()
        if question.relationship == NONE and question.record_class != PUBLIC_FACT and rule.permits
    ]
    assert reached == []


def test_sealed_and_internal_fields_are_shown_to_nobody() -> None:
    hidden = {Label.SEALED.value, Label.INTERNAL.value}
    assert not [question for question, rule in DECISIONS.items() if question.label in hidden and rule.permits]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reads_two_classes_of_record_of_what_happened(role: str) -> None:
    read = {q.record_class for q, rule in DECISIONS.items() if q.role == role and rule.permits}
    assert read - {PUBLIC_FACT, PROGRAM_RECORD} <= {policy().class_of(role)}


def test_what_is_shared_of_officers_is_for_the_side_of_the_school_alone_and_tells_of_no_student() -> None:
    shown = {(q.role, q.label) for q, rule in DECISIONS.items() if q.record_class == PROGRAM_RECORD and rule.permits}
    assert shown == set(product(("school_leader", "district_system", "privacy_officer"), ("fact", "officer")))


def test_an_officer_reads_the_own_file_and_no_record_of_what_happened() -> None:
    shown = {q[:3] for q, rule in DECISIONS.items() if q.role == "officer" and rule.permits}
    assert {one for one in shown if one[2] != PUBLIC_FACT} == {("officer", SELF, AGENCY_RECORD)}


def test_law_enforcement_reads_no_districts_copy_and_nobody_else_an_agencys_record_as_it_is() -> None:
    for question, rule in DECISIONS.items():
        if rule.permits and question.record_class not in (PUBLIC_FACT, PROGRAM_RECORD):
            of_agencies = LAW_ENFORCEMENT_ROLES | DE_IDENTIFIED
            assert (question.record_class == AGENCY_RECORD) == (question.role in of_agencies), question


def test_oversight_and_research_reach_nothing_that_tells_of_a_student_not_even_together_with_other_facts() -> None:
    shown = {
        (question.role, question.label)
        for question, rule in DECISIONS.items()
        if question.role in DE_IDENTIFIED and question.record_class != PUBLIC_FACT and rule.permits
    }
    assert shown == {("oversight", "fact"), ("oversight", "officer"), ("researcher", "fact")}


def test_a_copy_is_its_districts_and_an_agencys_record_is_the_agencys() -> None:
    custodians = {(q.record_class, q.custodian) for q, rule in DECISIONS.items() if rule.permits}
    assert custodians == {
        (AGENCY_RECORD, "agency"),
        (EDUCATION_RECORD, "district"),
        (PROGRAM_RECORD, "district"),
        (PUBLIC_FACT, "public"),
    }


def test_a_rule_that_permits_whole_records_says_whose_flags_are_shown_and_no_other_does() -> None:
    for rule in policy().rules:
        of_whole = rule.permits and PUBLIC_FACT not in rule.classes and CHILD not in rule.relationships
        assert bool(rule.readers) == of_whole, rule.name


def test_no_side_is_shown_flags_that_are_for_the_other_alone() -> None:
    for rule in policy().rules:
        if rule.permits and rule.classes <= {EDUCATION_RECORD, PROGRAM_RECORD}:
            assert rule.readers <= {"school", "district"}, rule.name
        if rule.class_of_records == AGENCY_RECORD:
            assert rule.readers <= {"officer", "agency", "sender"}, rule.name


def test_every_rule_cites_the_law_and_gives_a_reason() -> None:
    for rule in policy().rules:
        assert CITATION.fullmatch(rule.section), rule.name
        assert rule.reason.endswith("."), rule.name
        assert rule.permits or rule.who_may, rule.name


def test_no_rule_is_unused() -> None:
    assert {rule.name for rule in DECISIONS.values()} == {rule.name for rule in policy().rules}


def test_withholding_beats_permitting_wherever_the_rule_stands() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    head, *rules = lines
    for order in (rules, rules[::-1]):
        decisions = expand(read_rules([head, *order])).decisions
        for question, rule in decisions.items():
            answers = {
                one.effect
                for one in policy().rules
                if all(
                    getattr(question, name) in getattr(one, f"{name}s") for name in ("role", "relationship", "label")
                )
                and question.record_class in one.classes
                and question.custodian in one.custodians
                and question.purpose in one.purposes
                and (one.fields == {""} or question.field in one.fields)
            }
            expected = WITHHOLD if WITHHOLD in answers else PERMIT if PERMIT in answers else OTHERWISE
            assert rule.effect == expected, question


@pytest.mark.parametrize("record", KINDS.values(), ids=KINDS.keys())
def test_every_label_of_a_record_is_one_that_the_policy_decides(record: type[Contract]) -> None:
    labels = {label_of(contract, name) for contract in contracts_within(record) for name in contract.model_fields}
    assert {label.value for label in labels} <= {question.label for question in DECISIONS}


def test_every_field_that_a_rule_names_exists_and_bears_a_label_of_the_rule() -> None:
    for rule in policy().rules:
        for path in rule.fields - {""}:
            contract: type[Contract] = next(one for one in NAMED if path.partition(".")[0] in one.model_fields)
            *outer, name = path.split(".")
            for step in outer:
                nested = contract_in(contract.model_fields[step].annotation)
                assert nested is not None
                contract = nested
            assert label_of(contract, name).value in rule.labels, rule.name


@pytest.mark.parametrize(
    "line",
    [
        "X,permit,astronaut,own,agency_record,agency,fact,,audit,,34 CFR 99.3,Because.,",
        "X,permit,public,own,agency_record,agency,fact,,surveillance,,34 CFR 99.3,Because.,",
        "X,permit,public,own,agency_record,agency,fact,,audit,,,Because.,",
        "X,allow,public,own,agency_record,agency,fact,,audit,,34 CFR 99.3,Because.,",
        "X,permit,,own,agency_record,agency,fact,,audit,,34 CFR 99.3,Because.,",
    ],
)
def test_a_table_with_a_word_that_does_not_exist_is_refused(line: str) -> None:
    with pytest.raises(MalformedPolicy):
        read_rules([*TABLE.read_text(encoding="utf-8").splitlines(), line])
