"""The table of reveals, asked every question that there is."""

from itertools import product

import pytest

from gateway.policy import (
    AGENCY_RECORD,
    AT_SCHOOL,
    EDUCATION_RECORD,
    LAW_ENFORCEMENT_ROLES,
    NONE,
    OWN,
    MalformedPolicy,
)
from gateway.reveals.rules import DISCLOSURES, KNOWN, UNUSUAL_READS, Question, decide, faults, read_rules, reveal_rules
from shared.contracts.reveals import RevealRequest

AGENCY, OTHER_AGENCY, DISTRICT = "XX0000100", "XX0000200", "9900001"
OFFICIAL, EMERGENCY = "99.31(a)(1)(i)(A)", "99.31(a)(10)"
PARENTAL = {"99.10", "99.31(a)(12)"}
FAMILY = {"guardian", "eligible_student"}
EVERY_QUESTION = [Question(*words) for words in product(*KNOWN.values())]
PERMITTED = [question for question in EVERY_QUESTION if decide(question).permits]

CASES = [
    ("an agency, of its own record",
     Question("agency_system", OWN, AGENCY_RECORD, "narrative", "agency_operations", "none"), "REVEAL-AGENCY-OWN"),
    ("a supervisor",
     Question("supervisor", OWN, AGENCY_RECORD, "identity", "supervision", "99.3-LEA"), "REVEAL-AGENCY-OWN"),
    ("an agency, for no purpose of its own",
     Question("agency_system", OWN, AGENCY_RECORD, "identity", "school_duty", "none"), "NOTHING-PERMITS"),
    ("another agency",
     Question("agency_system", NONE, AGENCY_RECORD, "identity", "agency_operations", "none"), "OTHER-AGENCY"),
    ("the state's program",
     Question("state_system", OWN, AGENCY_RECORD, "identity", "agency_operations", "none"), "STATE-NO-NAMES"),
    ("a principal, of the school's copy",
     Question("school_leader", AT_SCHOOL, EDUCATION_RECORD, "identity", "school_duty", OFFICIAL),
     "REVEAL-SCHOOL-OFFICIAL"),
    ("a principal, of the narrative",
     Question("school_leader", AT_SCHOOL, EDUCATION_RECORD, "narrative", "school_duty", OFFICIAL), "NARRATIVE-STAYS"),
    ("a principal, of the agency's record",
     Question("school_leader", NONE, AGENCY_RECORD, "identity", "school_duty", "none"), "SCHOOL-NO-AGENCY-RECORD"),
    ("a principal, on the basis of a study",
     Question("school_leader", AT_SCHOOL, EDUCATION_RECORD, "identity", "school_duty", "99.31(a)(6)"),
     "NOTHING-PERMITS"),
    ("a nightly sync",
     Question("district_system", OWN, EDUCATION_RECORD, "identity", "sis_sync", OFFICIAL), "NOTHING-PERMITS"),
    ("a privacy officer who answers a request",
     Question("privacy_officer", OWN, EDUCATION_RECORD, "identity", "records_request", OFFICIAL),
     "REVEAL-PRIVACY-OFFICER"),
    ("another district's privacy officer",
     Question("privacy_officer", NONE, EDUCATION_RECORD, "identity", "records_request", OFFICIAL), "OTHER-DISTRICT"),
    ("a district in an emergency",
     Question("school_leader", AT_SCHOOL, EDUCATION_RECORD, "identity", "emergency", EMERGENCY), "REVEAL-EMERGENCY"),
    ("an agency in an emergency",
     Question("agency_system", NONE, EDUCATION_RECORD, "identity", "emergency", EMERGENCY), "LAW-ENFORCEMENT-NO-COPY"),
    ("a researcher",
     Question("researcher", NONE, EDUCATION_RECORD, "identity", "study", "99.31(a)(6)"), "PUBLIC-NO-NAMES"),
    ("a privacy officer, of unusual reads",
     Question("privacy_officer", OWN, EDUCATION_RECORD, UNUSUAL_READS, "audit", "none"), "UNUSUAL-READS-CUSTODIAN"),
    ("another district's privacy officer, of unusual reads",
     Question("privacy_officer", NONE, EDUCATION_RECORD, UNUSUAL_READS, "audit", "none"), "OTHER-DISTRICT"),
    ("a supervisor, of unusual reads",
     Question("supervisor", OWN, AGENCY_RECORD, UNUSUAL_READS, "audit", "none"), "UNUSUAL-READS-DISTRICT-ALONE"),
    ("oversight, of a name",
     Question("oversight", OWN, AGENCY_RECORD, "identity", "audit", "none"), "OVERSIGHT-NO-NAMES"),
    ("oversight, of who asked",
     Question("oversight", OWN, AGENCY_RECORD, DISCLOSURES, "audit", "none"), "DISCLOSURES-OVERSIGHT"),
    ("whoever runs the installation",
     Question("administrator", NONE, AGENCY_RECORD, "identity", "audit", "none"), "ADMINISTRATOR-NO-NAMES"),
    ("an agency, of who asked",
     Question("agency_system", OWN, AGENCY_RECORD, DISCLOSURES, "audit", "none"), "DISCLOSURES-AGENCY-OWN"),
    ("a privacy officer, of who asked",
     Question("privacy_officer", OWN, EDUCATION_RECORD, DISCLOSURES, "audit", "none"), "DISCLOSURES-CUSTODIAN"),
]  # fmt: skip

FAULTS = [
    ({"person_numbers": None}, AGENCY, ["#/person_numbers"]),
    ({"person_numbers": ()}, AGENCY, ["#/person_numbers"]),
    ({"person_numbers": None, "what": "narrative"}, AGENCY, []),
    ({}, AGENCY, []),
    ({}, OTHER_AGENCY, ["#/custodian"]),
    ({}, DISTRICT, ["#/basis"]),
    ({"basis": OFFICIAL}, DISTRICT, []),
    ({"basis": EMERGENCY}, DISTRICT, ["#/threat", "#/recipients"]),
    ({"basis": EMERGENCY, "recipients": "EMS"}, DISTRICT, ["#/threat"]),
    ({"basis": EMERGENCY, "threat": "A knife."}, DISTRICT, ["#/recipients"]),
    ({"basis": EMERGENCY, "threat": "A knife.", "recipients": "EMS"}, DISTRICT, []),
    ({"basis": OFFICIAL, "threat": "A knife."}, DISTRICT, ["#/threat"]),
]


@pytest.mark.parametrize(("story", "question", "rule"), CASES, ids=[case[0] for case in CASES])
def test_the_table_decides(story: str, question: Question, rule: str) -> None:
    assert decide(question).name == rule


@pytest.mark.parametrize(("asked", "custodian", "pointers"), FAULTS)
def test_a_request_says_what_it_must_and_no_more(asked: dict[str, object], custodian: str, pointers: list[str]) -> None:
    usual: dict[str, object] = {
        "ori": AGENCY,
        "incident_number": "2026-1",
        "custodian": custodian,
        "what": "identity",
        "person_numbers": (1,),
        "purpose": "school_duty",
    }
    assert [fault.pointer for fault in faults(RevealRequest.model_validate(usual | asked), custodian)] == pointers


def test_every_rule_decides_something() -> None:
    assert {decide(question).name for question in EVERY_QUESTION} == {rule.name for rule in reveal_rules()}


def test_law_enforcement_is_told_nothing_of_an_education_record() -> None:
    asked = [question for question in PERMITTED if question.record_class == EDUCATION_RECORD]
    assert LAW_ENFORCEMENT_ROLES.isdisjoint(question.role for question in asked)


def test_nobody_is_told_anything_of_a_record_that_is_not_theirs() -> None:
    assert NONE not in {question.relationship for question in PERMITTED}


def test_the_public_is_never_told_anything() -> None:
    assert {"public", "researcher", "administrator"}.isdisjoint(question.role for question in PERMITTED)


def test_an_education_record_is_revealed_on_a_basis_alone() -> None:
    bases = {
        question.basis
        for question in PERMITTED
        if question.record_class == EDUCATION_RECORD and question.part not in (DISCLOSURES, UNUSUAL_READS)
    }
    assert bases == {OFFICIAL, EMERGENCY} | PARENTAL
    assert {question.role for question in PERMITTED if question.basis in PARENTAL} == FAMILY


def test_an_emergency_and_its_basis_go_together() -> None:
    assert all((one.purpose == "emergency") == (one.basis == EMERGENCY) for one in PERMITTED)


def test_every_rule_cites_its_section_and_says_who_may() -> None:
    assert all(rule.section.startswith("34 CFR 99.") for rule in reveal_rules())
    assert all(rule.who_may for rule in reveal_rules() if not rule.permits)


@pytest.mark.parametrize(
    "line",
    [
        "A,permit,nobody,own,agency_record,identity,audit,none,34 CFR 99.3,Why.,",
        "A,permit,public,own,agency_record,identity,audit,,34 CFR 99.3,Why.,",
        "A,perhaps,public,own,agency_record,identity,audit,none,34 CFR 99.3,Why.,",
        "A,permit,public,own,agency_record,identity,audit,none,,Why.,",
        "A,permit,public,own,agency_record,identity,audit,none,34 CFR 99.3,Why.,",
    ],
    ids=["an unknown word", "an empty cell", "no effect", "no section", "nothing for the rest"],
)
def test_a_table_that_cannot_be_meant_is_refused(line: str) -> None:
    header = "rule,effect,roles,relationships,classes,parts,purposes,bases,section,reason,who_may"
    with pytest.raises(MalformedPolicy):
        read_rules([header, line])
