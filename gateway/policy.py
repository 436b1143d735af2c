"""Who may see what, and by which section of the law: a table of rules, expanded to every decision there is.

`policy.csv` is the table, one rule a line, made to be read by counsel. A cell holds one or several values; `*` stands
for all. A rule that withholds beats every rule that permits, and what no rule names is withheld by the rule whose
effect is `otherwise` (P7; 34 CFR Part 99).
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from shared.contracts.codes import code_list
from shared.contracts.contract import Label

TABLE = Path(__file__).with_name("policy.csv")

ROLES = (
    "agency_system",
    "state_system",
    "officer",
    "supervisor",
    "school_leader",
    "district_system",
    "privacy_officer",
    "guardian",
    "eligible_student",
    "oversight",
    "researcher",
    "public",
    "administrator",
)
LAW_ENFORCEMENT_ROLES = frozenset({"agency_system", "state_system", "officer", "supervisor"})
"""Roles that may not ask for one student's records in any way (P7, no files on individuals)."""
PURPOSES = (
    "agency_operations",
    "supervision",
    "school_duty",
    "sis_sync",
    "guardian_access",
    "records_request",
    "audit",
    "study",
    "emergency",
    "court_order",
    "crdc",
    "public_information",
)
OWN, AT_SCHOOL, SELF, NONE = "own", "at_school", "self", "none"
CHILD, ANOTHER_STUDENT, REVOKED, PASSED_ON = "child", "another_student", "revoked", "passed_on"
RELATIONSHIPS = (OWN, AT_SCHOOL, SELF, CHILD, ANOTHER_STUDENT, REVOKED, PASSED_ON, NONE)
"""How a viewer stands to a record.

It is the viewer's organisation's own; it is its district's and of one of the viewer's schools; it is of the viewer's
work as an officer; it is about the viewer's child, or about the viewer as a student; it is what such a record says of
others; of a child over whose records the viewer's rights are revoked, or have passed to the student; nothing of that.
"""
AGENCY_RECORD, EDUCATION_RECORD, PUBLIC_FACT = "agency_record", "education_record", "public_fact"
PROGRAM_RECORD = "program_record"
RECORD_CLASSES = (AGENCY_RECORD, EDUCATION_RECORD, PROGRAM_RECORD, PUBLIC_FACT)
"""Kept by a police agency from its own work; kept by a school or its district; what an agency shares with a district
about the officers at its schools, which tells of no student; a fact about an organisation."""
CUSTODIAN_OF_CLASS = {
    AGENCY_RECORD: "agency",
    EDUCATION_RECORD: "district",
    PROGRAM_RECORD: "district",
    PUBLIC_FACT: "public",
}
CUSTODIANS = tuple(dict.fromkeys(CUSTODIAN_OF_CLASS.values()))
PERMIT, WITHHOLD, OTHERWISE = "permit", "withhold", "otherwise"
ANY = "*"
EVERY_FIELD = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. `fields` narrows it to paths of a record, as `body_worn_camera.reference`; empty: all.

    `readers` are those whose flags are shown under a rule that permits: a flag says itself who is shown it.
    """

    name: str
    effect: str
    roles: frozenset[str]
    relationships: frozenset[str]
    classes: frozenset[str]
    custodians: frozenset[str]
    labels: frozenset[str]
    fields: frozenset[str]
    purposes: frozenset[str]
    readers: frozenset[str]
    section: str
    reason: str
    who_may: str

    @property
    def permits(self) -> bool:
        """Whether what it decides is shown."""
        return self.effect == PERMIT

    @property
    def class_of_records(self) -> str | None:
        """The class of records of what happened that it permits; None where it permits none."""
        return next(iter(self.classes - {PUBLIC_FACT, PROGRAM_RECORD}), None) if self.permits else None


class Question(NamedTuple):
    """One combination that the policy decides."""

    role: str
    relationship: str
    record_class: str
    custodian: str
    label: str
    field: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Every decision there is, each the rule that makes it."""

    rules: tuple[Rule, ...]
    named_fields: frozenset[str]
    decisions: Mapping[Question, Rule]

    def decide(
        self, role: str, relationship: str, record_class: str, label: Label, *, purpose: str, field: str = EVERY_FIELD
    ) -> Rule:
        """The rule that permits or withholds. Raises KeyError for a word that the policy does not know."""
        named = field if field in self.named_fields else EVERY_FIELD
        custodian = CUSTODIAN_OF_CLASS[record_class]
        return self.decisions[Question(role, relationship, record_class, custodian, label.value, named, purpose)]

    def class_of(self, role: str) -> str:
        """The one class of records that a role reads: an agency's own, or a district's own copies of them.

        A role that reads none is told that the agency's records are not for it.
        """
        return next(
            (rule.class_of_records for rule in self.rules if role in rule.roles and rule.class_of_records is not None),
            AGENCY_RECORD,
        )


class MalformedPolicy(Exception):
    """The table names a word that does not exist, or lacks what a rule must say; the message names the rule."""


def read_rules(lines: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of a table in CSV. Raises MalformedPolicy."""
    rules = tuple(_rule(row) for row in csv.DictReader(lines))
    if [rule.effect for rule in rules].count(OTHERWISE) != 1:
        raise MalformedPolicy("Exactly one rule decides what no other rule names.")
    return rules


def expand(rules: Iterable[Rule]) -> Policy:
    """Every decision that the rules make: withholding beats permitting, and of two of one effect the upper decides."""
    rules = tuple(rules)
    named = frozenset(field for rule in rules for field in rule.fields if field != EVERY_FIELD)
    decisions: dict[Question, Rule] = {}
    for effect in (OTHERWISE, PERMIT, WITHHOLD):
        for rule in reversed([rule for rule in rules if rule.effect == effect]):
            decisions.update(dict.fromkeys(_questions(rule, named | {EVERY_FIELD}), rule))
    return Policy(rules, named, decisions)


@cache
def policy() -> Policy:
    """The policy of this release."""
    return expand(read_rules(TABLE.read_text(encoding="utf-8").splitlines()))


def _questions(rule: Rule, every_field: frozenset[str]) -> Iterator[Question]:
    fields = every_field if rule.fields == {EVERY_FIELD} else rule.fields
    for combination in product(
        rule.roles, rule.relationships, rule.classes, rule.custodians, rule.labels, fields, rule.purposes
    ):
        question = Question(*combination)
        if CUSTODIAN_OF_CLASS[question.record_class] == question.custodian:
            yield question


def _rule(row: Mapping[str, str]) -> Rule:
    if row["effect"] not in (PERMIT, WITHHOLD, OTHERWISE) or not row["section"] or not row["reason"]:
        raise MalformedPolicy(f"{row['rule']} lacks an effect, a section or a reason.")
    return Rule(
        name=row["rule"],
        effect=row["effect"],
        roles=_values(row, "roles", ROLES),
        relationships=_values(row, "relationships", RELATIONSHIPS),
        classes=_values(row, "classes", RECORD_CLASSES),
        custodians=_values(row, "custodians", CUSTODIANS),
        labels=_values(row, "labels", tuple(label.value for label in Label)),
        fields=frozenset(row["fields"].split() or [EVERY_FIELD]),
        purposes=_values(row, "purposes", PURPOSES),
        readers=_readers(row),
        section=row["section"],
        reason=row["reason"],
        who_may=row["who_may"],
    )


def _readers(row: Mapping[str, str]) -> frozenset[str]:
    return _values(row, "readers", tuple(code_list("flag_reader"))) if row["readers"] else frozenset()


def _values(row: Mapping[str, str], column: str, known: tuple[str, ...]) -> frozenset[str]:
    words = row[column].split()
    if words == [ANY]:
        return frozenset(known)
    if not words or (unknown := set(words) - set(known)):
        raise MalformedPolicy(
            f"{row['rule']} names in {column} what does not exist: {sorted(unknown) if words else ''}"
        )
    return frozenset(words)
