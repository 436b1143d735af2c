"""What is measured of a record rather than judged: minutes, documentation, agreement (P4, P7)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast

from services.incidents.principles.actions import RESTRICTIVE
from shared.contracts.conclusions import Completeness, RestraintMinutes
from shared.contracts.incidents import Action, Documentation, Incident
from shared.contracts.judgements import Judgement
from shared.findings.truth import NOT_KNOWN

MINUTE = 60
PARTS = ("basis", "at_school_factors", "probable_cause_factors")
QUESTIONS = {
    "911": "would_require_911",
    "school_involving": "school_involving_sro_appropriate",
    "sro_intervening": "sro_intervening_appropriate",
}
"""The questions that both sides answer (P3, P7), each with its field."""


def _restrictive(incident: Incident) -> Iterator[tuple[int, Action]]:
    """The actions that are known to have held or forced somebody (P4), by their numbers, which a kept action bears."""
    return ((cast(int, one.action_number), one) for one in incident.actions or () if one.type in RESTRICTIVE)


def restraint_minutes(incident: Incident) -> tuple[RestraintMinutes, ...]:
    """How long each restrictive action took, in minutes and parts of them; None where its start or end is not known.

    Source: P4, "for any length of time". What is not known is never 0.
    """
    return tuple(_lasted(number, _minutes(action)) for number, action in _restrictive(incident))


@lru_cache(maxsize=10_000)
def _lasted(action_number: int, minutes: float | None) -> RestraintMinutes:
    return RestraintMinutes(action_number=action_number, minutes=minutes)


def _minutes(action: Action) -> float | None:
    if action.started_at is None or action.ended_at is None:
        return None
    return (action.ended_at - action.started_at).total_seconds() / MINUTE


def documentation_completeness(incident: Incident) -> tuple[Completeness, ...]:
    """For each detention on school grounds, the parts of its documentation that were answered, of those required.

    Source: P4. A detention is every restrictive action ("makes an arrest or uses restraints"); one known to be off
    school grounds requires none. `no_arrest` stands for probable cause. Documentation that does not say which
    actions it documents counts for each: that it is of another is not known.
    """
    if incident.on_school_grounds == "no":
        return ()
    return tuple(_complete(number, len(set(_answered(incident, number)))) for number, _ in _restrictive(incident))


@lru_cache(maxsize=1_000)
def _complete(action_number: int, answered: int) -> Completeness:
    return Completeness(action_number=action_number, answered=answered, required=len(PARTS))


def _answered(incident: Incident, action_number: int) -> Iterator[str]:
    for documentation in incident.detention_documentation or ():
        if documentation.action_numbers is None or action_number in documentation.action_numbers:
            yield from _given(documentation)


def _given(documentation: Documentation) -> Iterator[str]:
    for part in PARTS:
        if getattr(documentation, part) == "given" or (part == "probable_cause_factors" and documentation.no_arrest):
            yield part


def agreement(judgements: Mapping[str, Judgement]) -> dict[str, str]:
    """For each question whether the sides agree: agree, disagree, one_missing or undetermined.

    Source: P7. Disagree is yes against no. A side that has not answered is missing, be it one or both. It is
    undetermined where a side cannot tell, or only one of them says that the question does not apply.
    """
    agency, school = judgements.get("agency"), judgements.get("school")
    if agency is None or school is None:
        return dict.fromkeys(QUESTIONS, "one_missing")
    return {question: _agree(getattr(agency, field), getattr(school, field)) for question, field in QUESTIONS.items()}


def _agree(agency: str, school: str) -> str:
    answers = {agency, school}
    if NOT_KNOWN in answers:
        return "one_missing"
    if answers == {"yes", "no"}:
        return "disagree"
    return "agree" if len(answers) == 1 and "undetermined" not in answers else "undetermined"
