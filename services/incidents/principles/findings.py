"""All rules, and what they find in one record."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from hashlib import sha256

from services.incidents.principles.case import Case, case_of
from services.incidents.principles.classification import classification
from services.incidents.principles.discipline import DISCIPLINE_RULES
from services.incidents.principles.facts import Facts
from services.incidents.principles.last_resort import LAST_RESORT_RULES
from services.incidents.principles.limits import Limits
from services.incidents.principles.measures import agreement, documentation_completeness, restraint_minutes
from services.incidents.principles.quality import CLEARED_BY_EDIT, QUALITY_RULES, VOID_UNDER_REVIEW
from services.incidents.principles.rule import Rule
from services.incidents.principles.transparency import TRANSPARENCY_RULES
from shared.contracts.codes import local_lists
from shared.contracts.conclusions import Classification, Completeness, RestraintMinutes, Undetermined
from shared.contracts.flags import Finding
from shared.findings.flag_code import FlagCode, finding, readers_of
from shared.findings.truth import NOT_KNOWN, Unknown, Yes

RULES: tuple[Rule, ...] = (*DISCIPLINE_RULES, *LAST_RESORT_RULES, *TRANSPARENCY_RULES, *QUALITY_RULES)
FLAG_CODES: tuple[FlagCode, ...] = (*RULES, CLEARED_BY_EDIT, VOID_UNDER_REVIEW)
SEEN_BY = {flag.code: readers_of(flag) for flag in FLAG_CODES}
OF_EVERYBODY = tuple(rule for rule in RULES if not rule.of_sros)
SRO_CAPACITIES = frozenset({"sro", "sble"}) | {NOT_KNOWN}
"""In these an officer acts, or may have acted, as an SRO; P3 and P4 speak of no other."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules find in a record: flags, what could not be judged, and what is computed besides.

    `agreement` says for each question of the judgements whether the sides agree.
    """

    raised: tuple[Finding, ...]
    undetermined: tuple[Undetermined, ...]
    classification: Classification
    restraint_minutes: tuple[RestraintMinutes, ...]
    documentation_completeness: tuple[Completeness, ...]
    agreement: dict[str, str]


def judge(facts: Facts, limits: Limits) -> Findings:
    """Judge a record that is not void by every rule that speaks of it.

    Rules of P3 and P4 speak of SROs: where no officer acted as one, or may have, they find nothing.
    """
    case = case_of(facts, limits)
    is_of_an_sro = any(officer.capacity in SRO_CAPACITIES for officer in facts.incident.officers)
    raised, missing = _judged(RULES if is_of_an_sro else OF_EVERYBODY, case)
    return Findings(
        raised=raised,
        undetermined=tuple([_undetermined(code, pointers) for code, pointers in missing.items()]),
        classification=classification(case),
        restraint_minutes=restraint_minutes(facts.incident),
        documentation_completeness=documentation_completeness(facts.incident),
        agreement=agreement(facts.judgements),
    )


def _judged(rules: Iterable[Rule], case: Case) -> tuple[tuple[Finding, ...], dict[str, tuple[str, ...]]]:
    """What is raised, and for each code that could not be judged what is missing."""
    raised: list[Finding] = []
    missing: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        truth = rule.raised_by(case)
        if isinstance(truth, Yes):
            raised.append(finding(rule, tuple(dict.fromkeys(truth))))
        elif isinstance(truth, Unknown):
            missing[rule.code] = missing.get(rule.code, ()) + truth
    return tuple(raised), missing


@lru_cache(maxsize=10_000)
def _undetermined(code: str, missing: tuple[str, ...]) -> Undetermined:
    return Undetermined(code=code, missing=tuple(dict.fromkeys(missing)), seen_by=SEEN_BY[code])


@cache
def rules_version(limits: Limits) -> str:
    """What a record was judged by: another text whenever a rule, a limit or a local list is another."""
    rules = [(rule.code, rule.detail, rule.version, readers_of(rule)) for rule in RULES]
    lists = [(name, *codes) for name, codes in local_lists().items()]
    return sha256(repr((rules, astuple(limits), lists)).encode()).hexdigest()[:16]
