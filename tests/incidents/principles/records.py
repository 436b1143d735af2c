"""Records to judge: one in which everything is known and nothing is to be said, and what differs from it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.incidents.principles.facts import Facts
from services.incidents.principles.findings import judge
from services.incidents.principles.limits import Limits
from shared.contracts.clocks import Clock
from shared.contracts.incidents import (
    Action,
    Conduct,
    Documentation,
    Incident,
    Modifications,
    Officer,
    Outcome,
    Perceived,
    Person,
    Reason,
    Transport,
)
from shared.contracts.judgements import Judgement

ORI, NUMBER = "XX0000100", "26-000101"
MORNING = datetime.fromisoformat("2026-10-05T10:12:00-07:00")
NOON = MORNING + timedelta(hours=2)
RAISED, CLEAR, UNDETERMINED = "raised", "clear", "undetermined"
GIVEN = Reason(code=None, text="given")
DRESS_CODE = Conduct(conduct_number=1, scheme="code_of_conduct", code="dress_code", level="none")
ASSAULT = Conduct(conduct_number=1, scheme="nibrs", code="13B", level="misdemeanor")
SOMETHING = Conduct(conduct_number=1, scheme="unknown", code="dress_code")
FOR_THE_SCHOOL: dict[str, Any] = {"conduct": (DRESS_CODE,), "threat": ("none",)}
"""What makes a contact a matter for the school: a dress code, and no threat."""


def outcomes(*types: str) -> tuple[Outcome, ...]:
    """How it ended."""
    return tuple(Outcome(type=one) for one in types)


def action(type_: str = "detention", number: int = 1, **changes: Any) -> Action:
    """An action of which every question is answered, and answered well."""
    answers: dict[str, Any] = {
        "person_number": 1,
        "started_at": MORNING,
        "ended_at": MORNING + timedelta(minutes=8),
        "directed_by": "sro",
        "purpose": "safety",
        "alternatives_tried": ("verbal_deescalation",),
        "age_considered": "yes",
        "size_considered": "yes",
        "in_public_view": "no",
        "transport": Transport(used="no"),
        "modifications": Modifications(needed="no", made=()),
    }
    return Action(type=type_, action_number=number, **answers | changes)


def person(number: int = 1, **perceived: Any) -> Person:
    """A person without a perceived disability."""
    return Person(person_number=number, perceived=Perceived(**{"disability": "no"} | perceived))


def documentation(number: int = 1, *, actions: tuple[int, ...] | None = (1,), **parts: Any) -> Documentation:
    """Documentation of detentions."""
    return Documentation(documentation_number=number, action_numbers=actions, **parts)


def incident(*actions: Action, **changes: Any) -> Incident:
    """A fight between students, for which the school called the officer, and of which everything is known."""
    answers: dict[str, Any] = {
        "occurred_at": MORNING,
        "documented_on_duty": "yes",
        "contact_type": "incident",
        "status": "closed",
        "school_id": "990000100001",
        "on_school_grounds": "yes",
        "initiated_by": "school_personnel",
        "request_reason": "fight",
        "threat": ("others",),
        "conduct": (ASSAULT,),
        "officers": (Officer(officer_number="4471", capacity="sro"),),
        "people": (person(),),
        "actions": actions,
        "outcomes": outcomes("resolved_informally"),
        "detention_documentation": (),
    }
    return Incident(ori=ORI, incident_number=NUMBER, **answers | changes)


def facts(*actions: Action, around: Mapping[str, Any] | None = None, **changes: Any) -> Facts:
    """The incident with its changes, and `around` it what else the rules may know: by default nothing remarkable."""
    known: dict[str, Any] = {
        "accepted_at": NOON,
        "now": NOON,
        "judgements": judgements("yes", "yes"),
        "neighbours": (),
    }
    return Facts(incident=incident(*actions, **changes), **known | dict(around or {}))


def judgement(side: str, **answers: str) -> Judgement:
    """A side's judgement; what is not answered is yes."""
    known: dict[str, Any] = {
        "ori": ORI,
        "incident_number": NUMBER,
        "actor_role": "supervisor",
        "decided_at": NOON,
        "would_require_911": "yes",
        "school_involving_sro_appropriate": "yes",
        "sro_intervening_appropriate": "yes",
    }
    return Judgement(side=side, **known | answers)


def judgements(agency: str | None, school: str | None, question: str = "would_require_911") -> dict[str, Judgement]:
    """Both sides' judgements with these answers to one question; None where a side has given none."""
    answers = {"agency": agency, "school": school}
    return {side: judgement(side, **{question: answer}) for side, answer in answers.items() if answer is not None}


def clock(kind: str, detail: str | None = None, *, started_at: datetime | None = MORNING, **facts: Any) -> Clock:
    """A clock that runs from the morning of the incident, for twelve hours."""
    due_at = None if started_at is None else started_at + timedelta(hours=12)
    known = {"due_at": due_at, "basis": "local", "source": "P4"} | facts
    return Clock(kind=kind, detail=detail, subject=f"{ORI}/{NUMBER}", started_at=started_at, **known)


def verdict(code: str, facts: Facts, detail: str | None = None, limits: Limits | None = None) -> str:
    """What a rule says of a record."""
    found = judge(facts, limits or Limits())
    if any((flag.code, flag.detail) == (code, detail) for flag in found.raised):
        return RAISED
    return UNDETERMINED if any(one.code == code for one in found.undetermined) else CLEAR


class Example(NamedTuple):
    """One line of a rule's table: `code` may be followed by a colon and the detail."""

    code: str
    story: str
    verdict: str
    facts: Facts

    @property
    def name(self) -> str:
        """How the example is called among the tests."""
        return f"{self.code}: {self.story}"

    def judged(self) -> str:
        """What the rule says of the example."""
        code, _, detail = self.code.partition(":")
        return verdict(code, self.facts, detail or None)
