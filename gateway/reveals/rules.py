"""Who may have what is sealed revealed, for what, and by which right: a table of rules, made to be read by counsel.

`rules.csv` is the table, one rule a line. A cell holds one or several values; `*` stands for all. A rule that
withholds beats every rule that permits, and what no rule names is withheld (34 CFR Part 99; P7). Pure.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gateway.policy import (
    AGENCY_RECORD,
    ANY,
    EDUCATION_RECORD,
    OTHERWISE,
    PERMIT,
    PURPOSES,
    RELATIONSHIPS,
    ROLES,
    WITHHOLD,
    MalformedPolicy,
)
from shared.contracts.codes import code_list
from shared.contracts.fault import Fault
from shared.contracts.reveals import RevealRequest

TABLE = Path(__file__).with_name("rules.csv")

EMERGENCY = "99.31(a)(10)"
"""Basis of a disclosure in a health or safety emergency."""
NO_BASIS = "none"
DISCLOSURES = "disclosures"
"""The part of a record that says who asked for it."""
UNUSUAL_READS = "unusual_reads"
"""What a custodian's disclosure record comes to where somebody read more than is usual."""
CLASSES = (AGENCY_RECORD, EDUCATION_RECORD)
KNOWN: Mapping[str, tuple[str, ...]] = {
    "roles": ROLES,
    "relationships": RELATIONSHIPS,
    "classes": CLASSES,
    "parts": (*code_list("revealed_part"), DISCLOSURES, UNUSUAL_READS),
    "purposes": PURPOSES,
    "bases": (*code_list("ferpa_bases"), NO_BASIS),
}
"""The words that each column may hold."""


class Question(NamedTuple):
    """What is asked of the rules."""

    role: str
    relationship: str
    record_class: str
    part: str
    purpose: str
    basis: str


@dataclass(frozen=True, slots=True)
class RevealRule:
    """One line of the table. `names` are the words that it names, in the order of a question."""

    name: str
    effect: str
    names: tuple[frozenset[str], ...]
    section: str
    reason: str
    who_may: str

    @property
    def permits(self) -> bool:
        """Whether what it decides is revealed."""
        return self.effect == PERMIT

    def speaks_of(self, question: Question) -> bool:
        """Whether it decides the question, unless a stronger rule does."""
        return all(word in named for word, named in zip(question, self.names, strict=True))


def decide(question: Question) -> RevealRule:
    """The rule that permits or withholds: withholding beats permitting, and of two of one effect the upper decides."""
    return next(rule for rule in reveal_rules() if rule.speaks_of(question))


@cache
def reveal_rules() -> tuple[RevealRule, ...]:
    """The rules of this release, the stronger ones first. Raises MalformedPolicy."""
    return read_rules(TABLE.read_text(encoding="utf-8").splitlines())


def read_rules(lines: Iterable[str]) -> tuple[RevealRule, ...]:
    """The rules of a table in CSV, the stronger ones first. Raises MalformedPolicy."""
    order = (WITHHOLD, PERMIT, OTHERWISE)
    found = sorted((_rule(row) for row in csv.DictReader(lines)), key=lambda rule: order.index(rule.effect))
    if [rule.effect for rule in found].count(OTHERWISE) != 1:
        raise MalformedPolicy("Exactly one rule decides what no other rule names.")
    return tuple(found)


def faults(request: RevealRequest, custodian: str) -> Iterator[Fault]:
    """What a request lacks, or says too much of, given whose record is meant."""
    own = custodian == request.ori
    if not own and not custodian.isdigit():
        yield Fault("#/custodian", "invalid-value", "An agency keeps its own incidents alone.")
    if request.what == "identity" and not request.person_numbers:
        yield Fault("#/person_numbers", "required-question-unanswered", "Name the people whose identity is meant.")
    if request.basis is None and custodian.isdigit():
        yield Fault("#/basis", "required-question-unanswered", "An education record is disclosed on a basis alone.")
    for name, text in (("threat", request.threat), ("recipients", request.recipients)):
        if request.basis == EMERGENCY and text is None:
            yield Fault(f"#/{name}", "required-question-unanswered", "An emergency is stated in words (34 CFR 99.36).")
        if request.basis != EMERGENCY and text is not None:
            yield Fault(f"#/{name}", "invalid-value", f"It is taken with the basis {EMERGENCY} alone.")


def _rule(row: Mapping[str, str]) -> RevealRule:
    if row["effect"] not in (PERMIT, WITHHOLD, OTHERWISE) or not row["section"] or not row["reason"]:
        raise MalformedPolicy(f"{row['rule']} lacks an effect, a section or a reason.")
    names = tuple(_words(row, column, known) for column, known in KNOWN.items())
    return RevealRule(row["rule"], row["effect"], names, row["section"], row["reason"], row["who_may"])


def _words(row: Mapping[str, str], column: str, known: tuple[str, ...]) -> frozenset[str]:
    words = frozenset(row[column].split())
    if words == {ANY}:
        return frozenset(known)
    if not words or not words <= set(known):
        raise MalformedPolicy(f"{row['rule']} names in {column} what does not exist.")
    return words
