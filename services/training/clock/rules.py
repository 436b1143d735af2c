"""Which clocks run for an officer: since when, until when, and what met them. Pure: no clock, no I/O.

Everything here is told in days. A day begins at midnight in the offset that the agency's clocks had on the day on which
the clock of this service started.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from operator import attrgetter

from services.training.principles.community import MEMBERSHIP, PEER, YEAR
from services.training.principles.dossier import Case, in_force, may_be_sro
from services.training.principles.duty import FIT
from services.training.principles.evaluation import YEARLY
from services.training.principles.hours import (
    Reached,
    courses_of_unknown_topics,
    first_of,
    first_of_topic,
    reached,
    topics_covered,
)
from services.training.principles.leadership import INTRODUCTION, LEADER
from services.training.principles.limits import BASIC_HOURS, BASIC_MONTHS
from services.training.principles.selection import experienced_on
from services.training.principles.staff import STAFF, trained_on
from services.training.principles.tenure import Stay, complete_on, lasted, stays
from services.training.principles.training import BASIC, REFRESH
from shared.clocks.calendar import DAY, SchoolYear, months_after, school_year
from shared.contracts.clocks import Clock
from shared.contracts.peers import Membership
from shared.contracts.training import Assignment

EXPERIENCE = "P5-EXPERIENCE"
NEED = "P6-TRAINING-NEED"
TENURE = "P11-TENURE"
RENEWED_BEFORE = timedelta(days=60)
"""How long before a membership ends it is to be renewed."""


def clocks(case: Case) -> tuple[Clock, ...]:
    """The facts of every clock of an officer, also of those that cannot start yet, with what is missing.

    The principles speak of SROs, and of who leads them: anybody else, and who has never been assigned, has no clock.
    """
    of_leader = tuple(_of_leader(case))
    if not case.dossier.assignments or not case.is_of_an_sro:
        return of_leader
    return (
        *of_leader,
        *_of_experience(case),
        *_of_basic_course(case),
        *_of_topics(case),
        *_of_evaluation(case),
        *_of_tenure(case),
        *_of_fit(case),
        *_of_peers(case),
        *_of_staff(case),
        *_of_needs(case),
        *_of_memberships(case),
    )


def _of_leader(case: Case) -> Iterator[Clock]:
    """Who comes to lead an SRO learns about SRO programs, by the introduction or by the SROs' own course (P6)."""
    led = [one for one in case.dossier.supervised if may_be_sro(one.officer) and one.assignments]
    if not led:
        return
    began = [one.officer.supervised_since for one in led if one.officer and one.officer.supervised_since]
    first = min(began, default=None)
    ways = (first_of(case.dossier, INTRODUCTION), reached(case.dossier, "basic_sro", BASIC_HOURS))
    met = min((one for one in ways if one), key=attrgetter("on"), default=None)
    yield _clock(
        case,
        LEADER,
        first,
        missing=None if first else f"/officers/{led[0].officer_number}/supervised_since",
        due_on=months_after(first, case.limits.leader_training_months) if first else None,
        met_on=met.on if met else None,
        evidence=met.pointer if met else None,
        basis="local",
        source=f"P6; a local setting: {case.limits.leader_training_months} months",
    )


def _of_experience(case: Case) -> Iterator[Clock]:
    """Three years from being sworn are over when SRO duty begins: a check at that instant, which nothing cures (P5)."""
    officer = case.dossier.officer
    sworn_on = officer.sworn_on if officer else None
    for one in case.dossier.assignments:
        number = one.assignment_number
        if sworn_on is None:
            missing = "/officer/sworn_on" if officer else "/officer"
            yield _clock(case, EXPERIENCE, None, detail=number, missing=missing, basis="text", source="P5")
        else:
            yield _clock(
                case,
                EXPERIENCE,
                sworn_on,
                detail=number,
                due_on=one.start_on,
                met_on=experienced_on(sworn_on),
                evidence="/officer/sworn_on",
                basis="text",
                source="P5",
            )


def _of_basic_course(case: Case) -> Iterator[Clock]:
    """40 verified hours of the basic SRO course, nine months after placement in a school (P8)."""
    placements = [one for one in case.dossier.assignments if one.school_ids]
    met = reached(case.dossier, "basic_sro", BASIC_HOURS)
    required = any(one.funded_by in ("chp", "other_cops") for one in case.dossier.assignments)
    source = f"P8; {'required, since the COPS Office pays' if required else 'recommended'}"
    first = min((one.start_on for one in placements), default=None)
    yield _clock(
        case,
        BASIC,
        first,
        missing=None if placements else _unplaced(case.dossier.assignments),
        due_on=months_after(first, BASIC_MONTHS) if first else None,
        met_on=met.on if met else None,
        evidence=met.pointer if met else None,
        basis="text",
        source=source,
    )


def _of_topics(case: Case) -> Iterator[Clock]:
    """Each topic of the agency's plan, from its newest completion on, while the officer serves (P8)."""
    if not case.serves():
        return
    newest = {one.topic: one.completed_on for one in topics_covered(case.dossier, case.today)}
    missing = next(courses_of_unknown_topics(case.dossier), "/completions")
    for topic, months in sorted(case.dossier.planned.items()):
        last = newest.get(topic)
        yield _clock(
            case,
            REFRESH,
            last,
            detail=topic,
            missing=None if last else missing,
            due_on=months_after(last, months) if last else None,
            basis="local",
            source=f"P8; the agency's training plan: {months} months",
        )


def _of_evaluation(case: Case) -> Iterator[Clock]:
    """An evaluation is due some months after the last one was closed, or after SRO duty began (P6)."""
    closed = (one.closed_on for one in case.dossier.evaluations if one.closed_on is not None)
    yield from _since_duty(case, YEARLY, closed, case.limits.evaluation_months)


def _of_staff(case: Case) -> Iterator[Clock]:
    """A school's staff is trained anew in each school year, where an SRO serves (P8)."""
    limits, month = case.limits, case.limits.school_year_month
    placed: dict[tuple[str, SchoolYear], date] = {}
    for one in case.dossier.assignments:
        last = min(one.end_on or case.today, case.today)
        year = school_year(one.start_on, month)
        while year.first_on <= last:
            for school_id in one.school_ids or ():
                day = max(one.start_on, year.first_on)
                placed[school_id, year] = min(day, placed.get((school_id, year), day))
            year = school_year(year.last_on + DAY, month)
    for (school_id, year), started_on in sorted(placed.items()):
        met_on = trained_on(case.dossier.staff_trainings, school_id, year, limits)
        yield _clock(
            case,
            STAFF,
            started_on,
            detail=f"{school_id}/{year}",
            due_on=year.last_on,
            met_on=met_on,
            evidence="/staff_trainings" if met_on else None,
            basis="local",
            source=f"P8; a local setting: {limits.staff_trained_share:.0%} of the staff",
        )


def _of_peers(case: Case) -> Iterator[Clock]:
    """An event among peers is due some months after the last one, or after SRO duty began (P12)."""
    held = (one.held_on for one in case.dossier.peer_events)
    yield from _since_duty(case, PEER, held, case.limits.peer_months)


def _since_duty(case: Case, kind: str, days: Iterable[date], months: int) -> Iterator[Clock]:
    """A clock that each of the days starts anew, and the first of SRO duty before them."""
    if case.serves():
        began = min(one.start_on for one in case.dossier.assignments)
        yield _again(case, kind, max((day for day in days if day <= case.today), default=began), months)


def _of_needs(case: Case) -> Iterator[Clock]:
    """A training need is met by a verified completion of its topic, or by what the agency says, by its own day (P6)."""
    for one in case.dossier.training_needs:
        done = first_of_topic(case.dossier, one.topic, one.identified_on)
        closed = Reached(one.closed_on, None) if one.closed_on else None
        met = min((way for way in (done, closed) if way), key=attrgetter("on"), default=None)
        here = f"/training_needs/{one.need_number}"
        yield _clock(
            case,
            NEED,
            one.identified_on,
            detail=one.need_number,
            due_on=one.due_on,
            met_on=met.on if met else None,
            evidence=None if met is None else met.pointer or f"{here}/closed_on",
            basis="local",
            source="P6; the agency's own day",
        )


def _of_memberships(case: Case) -> Iterator[Clock]:
    """A membership is to be renewed by its last day, from sixty days before (P12)."""
    for one in case.dossier.memberships:
        if one.valid_to is None:
            continue
        renewed = _renewal_of(one, case.dossier.memberships)
        yield _clock(
            case,
            MEMBERSHIP,
            max(one.valid_from, one.valid_to - RENEWED_BEFORE),
            detail=one.membership_number,
            due_on=one.valid_to,
            met_on=_renewed_on(one.valid_to, renewed.valid_from) if renewed else None,
            evidence=f"/memberships/{renewed.membership_number}" if renewed else None,
            basis="local",
            source="P12; sixty days before it ends",
        )


def _renewal_of(membership: Membership, memberships: Iterable[Membership]) -> Membership | None:
    """The next membership of the same organisation, which lasts longer."""
    later = [
        one
        for one in memberships
        if one.organization == membership.organization
        and (one.valid_to is None or (membership.valid_to is not None and one.valid_to > membership.valid_to))
    ]
    return min(later, key=lambda one: (one.valid_from, one.membership_number), default=None)


def _renewed_on(last: date, renewed_from: date) -> date:
    """The day that counts: what begins on the day after the last one was renewed on the last."""
    return last if renewed_from == last + DAY else renewed_from


def _of_fit(case: Case) -> Iterator[Clock]:
    """Supervisor and school review the fit some months after they last did, or after the assignment began (P11)."""
    for one in case.dossier.assignments:
        if not in_force(one, case.today):
            continue
        reviewed = [
            review.reviewed_on
            for review in one.fit_reviews or ()
            if review.supervisor == review.school == "yes" and one.start_on <= review.reviewed_on <= case.today
        ]
        last = max(reviewed, default=one.start_on)
        yield _again(case, FIT, last, case.limits.fit_review_months, detail=one.assignment_number)


def _of_tenure(case: Case) -> Iterator[Clock]:
    """Three complete school years at a school (P11). A stay that ended before has no clock: nothing is due any more."""
    for stay in _stay_by_school(case):
        due_on, goes_on = complete_on(stay, case.limits), lasted(stay, case.limits)
        if goes_on or (stay.end_on is not None and stay.end_on >= case.today):
            yield _clock(
                case,
                TENURE,
                stay.start_on,
                detail=stay.school_id,
                due_on=due_on,
                met_on=_last_day(due_on, stay.end_on) if goes_on else None,
                evidence=f"/assignments/{stay.last.assignment_number}" if goes_on else None,
                basis="text",
                source="P11",
            )


def _stay_by_school(case: Case) -> Iterable[Stay]:
    """For each school the first stay that is long enough, else the newest: who came back has one clock there."""
    found: dict[str, Stay] = {}
    for stay in stays(case.dossier.assignments, case.limits):
        if stay.school_id not in found or not lasted(found[stay.school_id], case.limits):
            found[stay.school_id] = stay
    return found.values()


def _last_day(due_on: date, end_on: date | None) -> date:
    """The day on which a tenure is complete: with the school year, or with the stay if that ends in its summer."""
    return due_on if end_on is None else min(due_on, end_on)


def _unplaced(assignments: Sequence[Assignment]) -> str:
    """What would say that the officer was placed in a school: the schools of an assignment that names none."""
    unknown = next((one for one in assignments if one.school_ids is None), assignments[0])
    return f"/assignments/{unknown.assignment_number}/school_ids"


def turning_days(case: Case) -> Iterator[date]:
    """Every day on which what follows from an officer can be another than on the day before, if nothing is written."""
    yield from _turns_of(case.dossier.assignments)
    for completion in case.dossier.completions:
        yield completion.completed_on
    for evaluation in case.dossier.evaluations:
        if evaluation.closed_on is not None:
            yield evaluation.closed_on
    for clock in case.clocks:
        if clock.due_on is not None:
            yield clock.due_on + DAY
    for count in case.dossier.staff_trainings:
        yield count.counted_on
    if case.serves():
        yield school_year(case.today, case.limits.school_year_month).last_on + DAY
    for event in case.dossier.peer_events:
        yield event.held_on
        yield event.held_on + YEAR
    for colleague in (*case.dossier.supervised, *case.dossier.others):
        yield from _turns_of(colleague.assignments)


def _turns_of(assignments: Iterable[Assignment]) -> Iterator[date]:
    for one in assignments:
        yield one.start_on
        if one.end_on is not None:
            yield one.end_on + DAY
        yield from (review.reviewed_on for review in one.fit_reviews or ())


def _again(case: Case, kind: str, last: date, months: int, *, detail: str | None = None) -> Clock:
    """A clock of what is due again some months after it was last done: never met, but started anew."""
    source = f"{kind.partition('-')[0]}; a local setting: {months} months"
    return _clock(case, kind, last, detail=detail, due_on=months_after(last, months), basis="local", source=source)


def _clock(
    case: Case,
    kind: str,
    started_on: date | None,
    *,
    basis: str,
    source: str,
    detail: str | None = None,
    missing: str | None = None,
    due_on: date | None = None,
    met_on: date | None = None,
    evidence: str | None = None,
) -> Clock:
    offset = _offset(started_on or case.today, case.limits.zone)
    return Clock(
        kind=kind,
        detail=detail,
        subject=str(case.dossier),
        missing=missing,
        started_at=datetime.combine(started_on, time.min, offset) if started_on else None,
        due_on=due_on,
        met_at=datetime.combine(met_on, time.min, offset) if met_on else None,
        basis=basis,
        source=source,
        evidence=evidence,
    )


def _offset(day: date, zone: tzinfo) -> timezone:
    """The offset of a zone at the beginning of a day."""
    return timezone(datetime.combine(day, time.min, zone).utcoffset() or timedelta())
