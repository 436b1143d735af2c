"""What follows from an incident: its clocks, its flags, its conclusion and the district's copy. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.incidents.clock.rules import FollowUp, clocks
from services.incidents.flag.rules import About, Flags, live_on, void_under_review
from services.incidents.principles.facts import Facts
from services.incidents.principles.findings import Findings, judge, rules_version
from services.incidents.principles.limits import Limits
from shared.clocks.calendar import SchoolDays
from shared.clocks.engine import next_change
from shared.contracts.clocks import Clock
from shared.contracts.conclusions import Agreement, Conclusion
from shared.contracts.contract import LEA_ID_DIGITS
from shared.contracts.deliveries import Delivery, Opening
from shared.contracts.flags import Flag
from shared.contracts.incidents import Documentation, Incident
from shared.contracts.judgements import Judgement

DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What an installation judges by: its limits, its school days, and the version of both and of the rules."""

    limits: Limits
    school_days: SchoolDays
    version: str

    @classmethod
    def of(cls, limits: Limits, school_days: SchoolDays) -> "Rulebook":
        """The rulebook of these limits and school days; its version is another one whenever either, or a rule, is."""
        closed = sha256("\n".join(sorted(map(str, school_days.closed))).encode()).hexdigest()[:DIGEST_DIGITS]
        return cls(limits, school_days, f"{rules_version(limits)}.{closed}")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an incident: judgements and openings by side, flags by id, deliveries by district."""

    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    openings: Mapping[str, Opening] = field(default_factory=dict)
    flags: Flags = field(default_factory=dict)
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """An incident as it stands or is about to: its id, version and document, and when it was first taken in.

    `before` is the document that an edit replaces, None where nothing was edited. `neighbours` as in `Facts`.
    """

    id: UUID
    version: int
    document: dict[str, Any]
    accepted_at: datetime
    before: dict[str, Any] | None = None
    neighbours: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Concluded:
    """What follows from an incident. Deliveries by district; those not here any more are withdrawn."""

    flags: Mapping[UUID, Flag]
    conclusion: Conclusion
    deliveries: Mapping[str, Delivery]


def conclude(subject: Subject, around: Around, rulebook: Rulebook, now: datetime) -> Concluded:
    """What follows from an incident that is live, by the rules in force, at this moment."""
    incident = Incident.model_validate(subject.document, strict=False)
    deliveries = deliver(subject, incident, around.deliveries, now)
    follow_up = _follow_up(incident, subject.accepted_at, around, next(iter(deliveries.values()), None))
    running = clocks(incident, follow_up, rulebook.limits, rulebook.school_days)
    facts = Facts(
        incident=incident,
        accepted_at=subject.accepted_at,
        now=now,
        judgements=around.judgements,
        clocks=running,
        neighbours=subject.neighbours,
    )
    findings = judge(facts, rulebook.limits)
    about = About(incident.ori, incident.incident_number)
    flags = live_on(around.flags, findings.raised, subject.id, about, now, subject.before, subject.document)
    return Concluded(flags, _conclusion(about, findings, running, rulebook, now), deliveries)


def conclude_void(subject: Subject, around: Around, now: datetime) -> Mapping[UUID, Flag]:
    """The flags that stay in sight though the record is void: that an upheld one was among them."""
    about = About(subject.document["ori"], subject.document["incident_number"])
    found = live_on({}, void_under_review(around.flags), subject.id, about, now)
    return {key: around.flags.get(key, flag) for key, flag in found.items()}


def deliver(
    subject: Subject, incident: Incident, standing: Mapping[str, Delivery], now: datetime
) -> dict[str, Delivery]:
    """The district's copy of an incident at one of its schools, by district; nothing where no school is known.

    A copy that an order left to the district stays as it is.
    """
    if incident.school_id is None:
        return {}
    lea_id = incident.school_id[:LEA_ID_DIGITS]
    earlier = standing.get(lea_id)
    documented = documentation_is_complete(incident.detention_documentation)
    since = earlier.documentation_delivered_at if earlier else None
    copy = _copy(incident)
    if earlier is not None and (earlier.apart or earlier.incident == copy):
        return {lea_id: earlier}
    return {
        lea_id: Delivery.model_construct(
            lea_id=lea_id,
            school_id=incident.school_id,
            incident_version=subject.version,
            delivered_at=earlier.delivered_at if earlier else now,
            documentation_delivered_at=since or (now if documented else None),
            incident=copy,
        )
    }


def documentation_is_complete(documentation: Sequence[Documentation] | None) -> bool:
    """Whether there is documentation, and all of it has its three parts (P4)."""
    return bool(documentation) and all(one.completed_at or one.complete_since for one in documentation or ())


def _copy(incident: Incident) -> Incident:
    """Every coded field but where the recording is kept, which stays with the agency that made it."""
    camera = incident.body_worn_camera
    people = incident.people
    return incident.model_copy(
        update={
            "sealed_digest": None,
            "school_mapped": False,
            "body_worn_camera": camera and camera.model_copy(update={"reference": None}),
            "people": people and tuple(one.model_copy(update={"sealed_digest": None}) for one in people),
        }
    )


def _follow_up(incident: Incident, accepted_at: datetime, around: Around, delivery: Delivery | None) -> FollowUp:
    school = around.openings.get("school")
    return FollowUp(
        accepted_at=accepted_at,
        judgements=tuple(around.judgements.values()),
        documented_since={
            one.documentation_number or position: one.complete_since
            for position, one in enumerate(incident.detention_documentation or (), 1)
            if one.complete_since is not None
        },
        delivered_at={"agency": accepted_at} | ({"school": delivery.delivered_at} if delivery else {}),
        opened_at={side: opening.opened_at for side, opening in around.openings.items()},
        documentation_delivered_at=delivery.documentation_delivered_at if delivery else None,
        documentation_acknowledged_at=school.documentation_acknowledged_at if school else None,
    )


def _conclusion(
    about: About, findings: Findings, running: Sequence[Clock], rulebook: Rulebook, now: datetime
) -> Conclusion:
    changes = [change for clock in running if (change := next_change(clock, now)) is not None]
    return Conclusion.model_construct(
        ori=about.ori,
        incident_number=about.incident_number,
        classification=findings.classification,
        undetermined=findings.undetermined,
        restraint_minutes=findings.restraint_minutes,
        documentation=findings.documentation_completeness,
        agreement=tuple(
            Agreement(question=question, agreement=found) for question, found in findings.agreement.items()
        ),
        clocks=tuple(running),
        judge_again_at=min(changes, default=None),
        rules_version=rulebook.version,
    )
