"""What a clock says at a moment: one function of its facts, the same for every service. Pure: no clock, no I/O.

A clock's facts are stored, its state is computed when it is read, since it changes while nothing is written. Days are
those of the offset of `started_at`. A limit in days is over when its last day is; a limit in hours, after its last
moment. As time passes, a state goes only this way, each step only if it comes to it:

    not_started → running → due_soon → met
                                     → overdue → met_late
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from shared.clocks.calendar import DAY
from shared.contracts.clocks import Clock, ClockRead


@dataclass(frozen=True, slots=True)
class DueSoon:
    """How long before it is over a limit is due soon: this share of it, and at most so many days."""

    share: float = 0.2
    days: int = 30


DUE_SOON = DueSoon()


def state_of(clock: Clock, at: datetime, due_soon: DueSoon = DUE_SOON) -> str:
    """The clock's state at a moment, a code of the list `clock_state`: not yet met by what met it later.

    It has not started where the fact that starts it is missing, or comes only after the moment. A clock without a
    limit is never due.
    """
    if clock.started_at is None or at < clock.started_at:
        return "not_started"
    over = over_at(clock)
    if clock.met_at is not None and clock.met_at <= at:
        return "met" if over is None or clock.met_at < over else "met_late"
    if over is None:
        return "running"
    if at >= over:
        return "overdue"
    soon = min((over - clock.started_at) * due_soon.share, timedelta(days=due_soon.days))
    return "due_soon" if at >= over - soon else "running"


def read(clock: Clock, at: datetime | date, due_soon: DueSoon = DUE_SOON) -> ClockRead:
    """The clock as it stands at a moment or, for a day, at the end of that day, by the facts as they are known now.

    What met it later is left out, as it was not known to be met.
    """
    moment = at if isinstance(at, datetime) else _end_of(at, _offset(clock)) - datetime.resolution
    state = state_of(clock, moment, due_soon)
    is_met = state in ("met", "met_late")
    facts = dict(clock) if is_met else dict(clock) | {"met_at": None, "evidence": None}
    reached = clock.met_at if is_met else moment
    return ClockRead(
        **facts,
        state=state,
        started_on=_day_of(clock, clock.started_at),
        met_on=_day_of(clock, clock.met_at) if is_met else None,
        days_overdue=_days_past(clock, reached) if state in ("overdue", "met_late") else None,
    )


def next_change(clock: Clock, after: datetime) -> datetime | None:
    """The moment after `after` at which the clock becomes overdue, if nothing else is written; None where it does not.

    A sweep that looks again at that moment misses nothing.
    """
    over = over_at(clock)
    if over is None or over <= after or state_of(clock, over) != "overdue":
        return None
    return over


def over_at(clock: Clock) -> datetime | None:
    """The first moment that is past the limit; None where it has none, or has not started."""
    if clock.due_at is not None:
        return clock.due_at + datetime.resolution
    return None if clock.due_on is None else _end_of(clock.due_on, _offset(clock))


def _days_past(clock: Clock, reached: datetime | None) -> int | None:
    """Days from the last day to the one on which `reached` is: 0 where a limit in hours was over on its own day."""
    last_on, reached_on = clock.due_on or _day_of(clock, clock.due_at), _day_of(clock, reached)
    return None if last_on is None or reached_on is None else (reached_on - last_on).days


def _day_of(clock: Clock, moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(_offset(clock)).date()


def _end_of(day: date, offset: timezone) -> datetime:
    return datetime.combine(day + DAY, time.min, offset)


def _offset(clock: Clock) -> timezone:
    """The offset in which the clock's days are counted: fixed, though a zone's may change before the limit is over."""
    offset = None if clock.started_at is None else clock.started_at.utcoffset()
    return UTC if offset is None else timezone(offset)
