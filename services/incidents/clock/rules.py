"""Which clocks run for a contact: since when, until when, and what met them. Pure: no clock, no I/O.

The guiding principles ask for these things and set no limit to them, so every limit here is a local setting, and its
source says so. Days are those of the offset of `occurred_at`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from services.incidents.principles.actions import RESTRICTIVE
from services.incidents.principles.findings import SRO_CAPACITIES
from services.incidents.principles.limits import Limits
from shared.clocks.calendar import SchoolDays
from shared.contracts.clocks import Clock
from shared.contracts.incidents import Action, Documentation, Incident
from shared.contracts.judgements import Judgement

SIDES = ("agency", "school")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What was done about a contact afterwards, and when; what is not known, or was not done, is left out.

    `accepted_at` is when the first version of the record was taken in. `judgements` are those that the sides have
    given, in any order: it counts when a side first answered the 911 question, not when it gave its newest answers.
    `documented_since` says, by documentation number, when the first version was taken in in which its parts were
    given. `delivered_at` and `opened_at` are by side; opened is by a person, for the first time. The documentation is
    delivered to the district, and acknowledged by the school, once it is completed; the first time of each counts.
    """

    accepted_at: datetime
    judgements: Sequence[Judgement] = ()
    documented_since: Mapping[int, datetime] = field(default_factory=dict)
    delivered_at: Mapping[str, datetime] = field(default_factory=dict)
    opened_at: Mapping[str, datetime] = field(default_factory=dict)
    documentation_delivered_at: datetime | None = None
    documentation_acknowledged_at: datetime | None = None


class Fact(NamedTuple):
    """When something was done, and a JSON Pointer to where the record, or what belongs to it, says so."""

    at: datetime
    pointer: str


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a kind of clock runs: the principles that ask for it, and the setting, named as in Limits, that says it.

    It is counted in school days, or in hours.
    """

    kind: str
    principles: str
    setting: str
    in_hours: bool = False


JUDGEMENT = Limit("P3-JUDGEMENT", "P7", "judgement_school_days")
DETENTION_DOCUMENTATION = Limit("P4-DETENTION-DOC", "P4, P7", "detention_documentation_hours", in_hours=True)
SHARE = Limit("P4-SHARE", "P4", "share_school_days")
REVIEW = Limit("P7-REVIEW-BOTH", "P7", "review_school_days")


def clocks(incident: Incident, follow_up: FollowUp, limits: Limits, school_days: SchoolDays) -> tuple[Clock, ...]:
    """The facts of every clock of a contact, also of those that cannot start yet, with what is missing.

    P3 and P4 speak of SROs: without an officer who acted as one, or may have, there is no clock of theirs.
    """
    clock = partial(_clock, incident, limits, school_days)
    is_of_an_sro = any(officer.capacity in SRO_CAPACITIES for officer in incident.officers)
    of_sros = (*_of_judgements(follow_up, clock), *_of_detention(incident, follow_up, clock)) if is_of_an_sro else ()
    return (*of_sros, *_of_reviews(follow_up, clock))


def parts_given(documentation: Documentation) -> bool:
    """Whether a detention's documentation answers its three parts; `no_arrest` stands for probable cause (P4)."""
    stated = documentation.basis, documentation.at_school_factors
    cause = documentation.no_arrest is True or documentation.probable_cause_factors == "given"
    return cause and all(part == "given" for part in stated)


def _of_judgements(follow_up: FollowUp, clock: Callable[..., Clock]) -> Iterator[Clock]:
    """Each side is to say whether the contact was a matter for an officer (P3, P7)."""
    for side in SIDES:
        times = [
            judgement.first_decided_at
            for judgement in follow_up.judgements
            if judgement.side == side and judgement.first_decided_at is not None
        ]
        met = Fact(min(times), f"/judgements/{side}") if times else None
        yield clock(JUDGEMENT, follow_up.accepted_at, met=met, detail=side)


def _of_detention(incident: Incident, follow_up: FollowUp, clock: Callable[..., Clock]) -> Iterator[Clock]:
    """A restrictive action on school grounds is to be documented, and the documentation to be shared (P4).

    Whether it was on school grounds may be unknown: then the first clock waits for that.
    """
    actions = [action for action in incident.actions or () if action.type in RESTRICTIVE]
    if not actions or incident.on_school_grounds == "no":
        return
    is_on_grounds = incident.on_school_grounds == "yes"
    times = [action.started_at for action in actions if action.started_at is not None and is_on_grounds]
    missing = f"/actions/{actions[0].action_number}/started_at" if is_on_grounds else "/on_school_grounds"
    documented = _documented(incident, actions, follow_up.documented_since)
    yield clock(DETENTION_DOCUMENTATION, min(times, default=None), missing=missing, met=documented)
    completed_at = documented.at if documented else None
    yield clock(SHARE, completed_at, missing="/detention_documentation", met=_shared(follow_up))


def _of_reviews(follow_up: FollowUp, clock: Callable[..., Clock]) -> Iterator[Clock]:
    """Each side is to open the report that was delivered to it (P7)."""
    for side in SIDES:
        opened_at = follow_up.opened_at.get(side)
        met = Fact(opened_at, f"/opened_at/{side}") if opened_at else None
        yield clock(REVIEW, follow_up.delivered_at.get(side), missing=f"/delivered_at/{side}", met=met, detail=side)


def _documented(incident: Incident, actions: Sequence[Action], since: Mapping[int, datetime]) -> Fact | None:
    """When the last of the actions came to have completed documentation; None while one of them has none.

    A documentation that does not say which actions it is of counts for each: that it is of another is not known.
    """
    firsts = []
    for action in actions:
        completed = [
            _completed(documentation, since)
            for documentation in incident.detention_documentation or ()
            if documentation.action_numbers is None or action.action_number in documentation.action_numbers
        ]
        first = min((fact for fact in completed if fact is not None), default=None)
        if first is None:
            return None
        firsts.append(first)
    return max(firsts)


def _completed(documentation: Documentation, since: Mapping[int, datetime]) -> Fact | None:
    """When a documentation was completed: as it says itself, else since its parts are given."""
    number = documentation.documentation_number or 0
    if documentation.completed_at is not None:
        return Fact(documentation.completed_at, f"/detention_documentation/{number}/completed_at")
    if parts_given(documentation) and number in since:
        return Fact(since[number], f"/detention_documentation/{number}")
    return None


def _shared(follow_up: FollowUp) -> Fact | None:
    """When the documentation had both been delivered to the district and been acknowledged by the school."""
    delivered_at, acknowledged_at = follow_up.documentation_delivered_at, follow_up.documentation_acknowledged_at
    if delivered_at is None or acknowledged_at is None:
        return None
    return Fact(max(delivered_at, acknowledged_at), "/documentation_acknowledged_at")


def _clock(
    incident: Incident,
    limits: Limits,
    school_days: SchoolDays,
    limit: Limit,
    started_at: datetime | None,
    *,
    met: Fact | None,
    missing: str | None = None,
    detail: str | None = None,
) -> Clock:
    """One clock; `missing` is a JSON Pointer to the fact that would start it where `started_at` is None."""
    offset, count = incident.occurred_at.tzinfo, getattr(limits, limit.setting)
    started_at = started_at.astimezone(offset) if started_at else None
    return Clock(
        kind=limit.kind,
        detail=detail,
        subject=f"{incident.ori}/{incident.incident_number}",
        missing=None if started_at else missing,
        started_at=started_at,
        due_on=school_days.after(started_at.date(), count) if started_at and not limit.in_hours else None,
        due_at=started_at + timedelta(hours=count) if started_at and limit.in_hours else None,
        met_at=met.at.astimezone(offset) if met else None,
        basis="local",
        source=f"{limit.principles}; DAYLIGHT_{limit.setting.upper()}={count}, a local setting",
        evidence=met.pointer if met else None,
    )
