"""Clocks as a calendar: an event for each that runs, on its last day or at its last moment. Pure: no clock, no I/O.

Source: RFC 5545 (iCalendar), and RFC 7986 for the name of a calendar and how often it is read again.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
READ_AGAIN = timedelta(hours=1)
"""How often a calendar program is asked to look again."""


def calendar(clocks: Sequence[Mapping[str, Any]], *, left_out: int) -> bytes:
    """A calendar of these clocks, as a viewer may see them; it says how many more there are (`left_out`).

    The same clocks give the same bytes. A clock keeps its UID while it runs for the same record, whatever changes.
    """
    made = Calendar()
    made.add("prodid", "-//Daylight//Clocks//EN")
    made.add("version", "2.0")
    made.add("name", "Daylight clocks")
    made.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    if left_out:
        made.add("description", f"{left_out} more are not shown: they are overdue for longer than these.")
    for clock in clocks:
        made.add_component(_event(clock))
    return bytes(made.to_ical())


def _event(clock: Mapping[str, Any]) -> Event:
    changed_at = _moment(clock["changed_at"])
    name = f"{clock['kind']} {clock['detail']}" if clock["detail"] else clock["kind"]
    state = clock["state"].replace("_", " ")
    event = Event()
    event.add("uid", clock["id"])
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("summary", f"{name}, {clock['subject']}: {state}")
    event.add("description", f"{clock['source']} ({clock['basis']})")
    event.add("categories", [state])
    event.add("dtstart", _due(clock))
    event.add("transp", "TRANSPARENT")
    return event


def _due(clock: Mapping[str, Any]) -> date | datetime:
    """The last moment of a limit in hours, in UTC, or the last day, which a calendar shows as a day without hours."""
    return _moment(clock["due_at"]) if clock["due_at"] else date.fromisoformat(clock["due_on"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
