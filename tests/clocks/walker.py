"""Somebody who walks through a year hour by hour, and says of each day what every clock says.

The walker has no dates and no engine: it asks at each hour what has happened by then, and counts midnights and hours.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.clocks.made_up_year import FIRST_WEEKDAY, HOURS, MadeContact, MadeDocumentation

RESTRICTIVE = ("detention", "handcuff", "frisk", "arrest")
LATE = ("overdue", "met_late")
HOURS_WALKED = range(-48, HOURS + 24)
"""All that some offset counts to the year."""
LAST_MOMENT = 0.999
"""Of an hour; a reading is at the last moment of a day."""
MOMENT = 0.0005

Happened = Callable[[int], bool]


class Reading(NamedTuple):
    """What a clock says on a day."""

    state: str
    days_overdue: int | None


class Walk(NamedTuple):
    """One clock as the walker is told of it: whether it had started, and was met, by an hour; how long it runs."""

    started: Happened
    met: Happened
    school_days: int | None = None
    hours: int | None = None


def walks(contact: MadeContact, told_by: int) -> dict[str, Walk]:
    """The clocks of a contact, by what was told of it before an hour."""
    found = {}

    def judged(side: str) -> Happened:
        given = [one.given for one in contact.judgements if one.side == side and one.answer != "unknown"]
        return lambda hour: any(one <= hour and one < told_by for one in given)

    def listed(times: tuple[tuple[str, int], ...], side: str) -> Happened:
        return lambda hour: any(one == side and at <= hour and at < told_by for one, at in times)

    of_an_sro = any(one in ("sro", "sble", "unknown") for one in contact.capacities)
    grounds = contact.grounds if contact.grounds_told < told_by else "unknown"
    for side in ("agency", "school"):
        if of_an_sro:
            found[f"P3-JUDGEMENT {side}"] = Walk(lambda hour: hour >= contact.accepted, judged(side), school_days=10)
        found[f"P7-REVIEW-BOTH {side}"] = Walk(
            listed(contact.delivered, side), listed(contact.opened, side), school_days=10
        )
    actions = [one for one in contact.actions if one.type in RESTRICTIVE]
    if of_an_sro and actions and grounds != "no":
        begun = [one.began for one in actions if one.told is not None and one.told < told_by]
        documentation = [one for one in contact.documentation if one.told < told_by]

        def documented(hour: int) -> bool:
            return all(
                any(_is_of(one, action.number) and one.completed <= hour for one in documentation) for action in actions
            )

        def shared(hour: int) -> bool:
            both = contact.documentation_delivered, contact.documentation_acknowledged
            return all(one is not None and one <= hour and one < told_by for one in both)

        found["P4-DETENTION-DOC"] = Walk(
            lambda hour: grounds == "yes" and any(one <= hour for one in begun), documented, hours=12
        )
        found["P4-SHARE"] = Walk(documented, shared, school_days=5)
    return found


def _is_of(documentation: MadeDocumentation, action: int) -> bool:
    return documentation.of is None or action in documentation.of


def walked(walk: Walk, offset: int, closed: frozenset[int]) -> Iterator[tuple[int, Reading]]:
    """Each day, by its number, with what the clock said at its end, found by walking through every hour."""
    begun = next((hour for hour in HOURS_WALKED if walk.started(hour)), None)
    over = None if begun is None else _over(walk, begun, offset, closed)
    is_met = is_late = False
    past = 0
    for hour in HOURS_WALKED:
        day, hour_of_day = divmod(hour + offset, 24)
        is_begun = begun is not None and hour >= begun
        if over is not None and is_begun and not is_met:
            past += hour_of_day == 0 and hour >= over
            is_met = walk.met(hour)
            is_late = is_met and hour >= over
        if hour_of_day == 23:
            state = _state(hour + LAST_MOMENT, begun, over, is_met=is_met, is_late=is_late)
            yield day, Reading(state, past if state in LATE else None)


def _over(walk: Walk, begun: int, offset: int, closed: frozenset[int]) -> float:
    """The hour at which the limit is over, found by counting hours, or midnights before school days."""
    hour, counted = begun, 0
    while walk.hours is not None and counted < walk.hours:
        hour, counted = hour + 1, counted + 1
    if walk.hours is not None:
        return hour + MOMENT
    while True:
        hour += 1
        day, hour_of_day = divmod(hour + offset, 24)
        if hour_of_day == 0:
            if counted == walk.school_days:
                return hour
            counted += (day + FIRST_WEEKDAY) % 7 < 5 and day not in closed


def _state(moment: float, begun: int | None, over: float | None, *, is_met: bool, is_late: bool) -> str:
    if begun is None or over is None or moment < begun:
        return "not_started"
    if is_met:
        return "met_late" if is_late else "met"
    if moment >= over:
        return "overdue"
    return "due_soon" if 5 * (over - moment) <= over - begun else "running"
