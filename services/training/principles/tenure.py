"""P11: how long an officer stays at a school, and at how many at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.training.principles.dossier import in_force
from services.training.principles.limits import TENURE_SCHOOL_YEARS, Limits
from shared.clocks.calendar import DAY, SchoolYear, school_year
from shared.contracts.training import Assignment


@dataclass(frozen=True, slots=True)
class Stay:
    """A time at one school without interruption but for summers; `last` is the assignment that it ends with."""

    school_id: str
    start_on: date
    end_on: date | None
    last: Assignment


@dataclass(frozen=True, slots=True)
class Crowded:
    """Days in a row with more campuses than a few. `end_on` is None where no end is in sight."""

    start_on: date
    end_on: date | None
    assignments: tuple[Assignment, ...]


def stays(assignments: Iterable[Assignment], limits: Limits) -> list[Stay]:
    """Every stay at every school, by school and day. Assignments that overlap, touch or part in a summer make one."""
    at: dict[str, list[Assignment]] = {}
    for one in assignments:
        for school_id in dict.fromkeys(one.school_ids or ()):
            at.setdefault(school_id, []).append(one)
    return [stay for school_id, those in sorted(at.items()) for stay in _stays_at(school_id, those, limits)]


def complete_on(stay: Stay, limits: Limits) -> date:
    """The last day of the third complete school year of a stay.

    A school year is complete if the stay begins before its school does: on a day of the summer that it begins with.
    """
    first = school_year(stay.start_on, limits.school_year_month)
    if not _begins(stay.start_on, first, limits):
        first = _next(first, limits)
    for _ in range(TENURE_SCHOOL_YEARS - 1):
        first = _next(first, limits)
    return first.last_on


def lasted(stay: Stay, limits: Limits) -> bool:
    """Whether a stay goes on to the end of its third complete school year: at least to the summer that it ends with."""
    return stay.end_on is None or stay.end_on >= complete_on(stay, limits) - timedelta(days=limits.summer_days)


def crowded_days(assignments: Sequence[Assignment], limits: Limits) -> Iterator[Crowded]:
    """The stretches of days with more campuses than a few of which no assignment gives a reason, by their first day."""
    turns = {one.start_on for one in assignments} | {one.end_on + DAY for one in assignments if one.end_on}
    begun: date | None = None
    those: dict[str, Assignment] = {}
    for day in sorted(turns):
        now = [one for one in assignments if in_force(one, day)]
        campuses = {school_id for one in now for school_id in one.school_ids or ()}
        if len(campuses) > limits.few_campuses and all(one.many_campuses_reason is None for one in now):
            begun = begun or day
            those |= {one.assignment_number: one for one in now}
        elif begun is not None:
            yield Crowded(begun, day - DAY, tuple(those.values()))
            begun, those = None, {}
    if begun is not None:
        yield Crowded(begun, None, tuple(those.values()))


def _stays_at(school_id: str, assignments: Iterable[Assignment], limits: Limits) -> Iterator[Stay]:
    current: Stay | None = None
    for one in sorted(assignments, key=lambda one: (one.start_on, one.assignment_number)):
        if current is None:
            current = Stay(school_id, one.start_on, one.end_on, one)
        elif _goes_on(current.end_on, one.start_on, limits):
            if current.end_on is not None and (one.end_on is None or one.end_on > current.end_on):
                current = Stay(school_id, current.start_on, one.end_on, one)
        else:
            yield current
            current = Stay(school_id, one.start_on, one.end_on, one)
    if current is not None:
        yield current


def _goes_on(end_on: date | None, start_on: date, limits: Limits) -> bool:
    """Whether an assignment continues one that ended: at once, or after the summer between two school years."""
    if end_on is None or start_on <= end_on + DAY:
        return True
    ended, started = school_year(end_on, limits.school_year_month), school_year(start_on, limits.school_year_month)
    if started == ended:
        return _begins(start_on, started, limits) and _begins(end_on, started, limits)
    ends = end_on >= ended.last_on - timedelta(days=limits.summer_days)
    return started == _next(ended, limits) and ends and _begins(start_on, started, limits)


def _begins(day: date, year: SchoolYear, limits: Limits) -> bool:
    return (day - year.first_on).days <= limits.summer_days


def _next(year: SchoolYear, limits: Limits) -> SchoolYear:
    return school_year(year.last_on + DAY, limits.school_year_month)
