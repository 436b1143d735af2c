"""All rules of this service, and what they find of one officer on a day."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache
from hashlib import sha256

from services.training.principles.community import COMMUNITY_RULES
from services.training.principles.definition import DEFINITION_RULES
from services.training.principles.dossier import Case
from services.training.principles.duty import DUTY_RULES
from services.training.principles.evaluation import EVALUATION_RULES
from services.training.principles.leadership import LEADERSHIP_RULES
from services.training.principles.limits import Limits
from services.training.principles.quality import QUALITY_RULES
from services.training.principles.rule import Rule, Verdict
from services.training.principles.selection import SELECTION_RULES
from services.training.principles.staff import STAFF_RULES
from services.training.principles.training import TRAINING_RULES
from shared.contracts.officer_conclusions import OfficerFinding, OfficerUndetermined
from shared.findings.flag_code import readers_of
from shared.findings.truth import Unknown, Yes

RULES: tuple[Rule, ...] = (
    *DEFINITION_RULES,
    *SELECTION_RULES,
    *LEADERSHIP_RULES,
    *EVALUATION_RULES,
    *TRAINING_RULES,
    *STAFF_RULES,
    *DUTY_RULES,
    *COMMUNITY_RULES,
    *QUALITY_RULES,
)
DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules find of an officer: flags, and what could not be judged."""

    raised: tuple[OfficerFinding, ...]
    undetermined: tuple[OfficerUndetermined, ...]


def judge(case: Case) -> Findings:
    """Judge an officer by every rule that speaks of such an officer."""
    verdicts = list(_verdicts(case))
    return Findings(
        raised=tuple(_finding(rule, one, one.truth) for rule, one in verdicts if isinstance(one.truth, Yes)),
        undetermined=tuple(
            _undetermined(rule, one, one.truth) for rule, one in verdicts if isinstance(one.truth, Unknown)
        ),
    )


def _verdicts(case: Case) -> Iterator[tuple[Rule, Verdict]]:
    is_of_an_sro = case.is_of_an_sro
    for rule in RULES:
        if is_of_an_sro or not rule.of_sros:
            yield from ((rule, verdict) for verdict in rule.judged(case))


def _finding(rule: Rule, verdict: Verdict, pointers: Yes) -> OfficerFinding:
    return OfficerFinding(
        code=rule.code,
        detail=verdict.detail,
        severity=verdict.severity or rule.severity,
        principle=rule.principle,
        explanation=rule.explanation,
        inputs=tuple(dict.fromkeys(pointers)),
        rule_version=rule.version,
        seen_by=readers_of(rule),
        record=verdict.record,
        record_number=verdict.number,
        days_short=verdict.days_short,
    )


def _undetermined(rule: Rule, verdict: Verdict, pointers: Unknown) -> OfficerUndetermined:
    return OfficerUndetermined(
        code=rule.code,
        detail=verdict.detail,
        missing=tuple(dict.fromkeys(pointers)),
        seen_by=readers_of(rule),
        record=verdict.record,
        record_number=verdict.number,
    )


@cache
def rules_version(limits: Limits) -> str:
    """What an officer was judged by: another text whenever a rule or a limit is another."""
    rules = [(rule.code, rule.version, readers_of(rule)) for rule in RULES]
    return sha256(repr((rules, astuple(limits))).encode()).hexdigest()[:DIGEST_DIGITS]
