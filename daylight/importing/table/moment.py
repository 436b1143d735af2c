"""Days and times as another system writes them: of one form of several, by the clock of one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from daylight.importing.table.fault import Unreadable
from shared.contracts.contract import DAY, TIME

WITHOUT_FIX = "Say its form in `format`, as in %m/%d/%Y %H:%M."
A_DAY = datetime(2021, 11, 28, 17, 42, 31)
"""Its day, month and year can be told apart in every form."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment with its offset, and how exactly it was told: `minute`, `hour` or `day`."""

    at: datetime
    precision: str


def fault_of_form(form: str) -> str | None:
    """Why a form of `strptime` tells no whole day, or an hour that may be one of two; None for a form that is good."""
    try:
        told = datetime.strptime(A_DAY.strftime(form), form)
    except (ValueError, IndexError):
        return "it is no form that strptime reads"
    if told.date() != A_DAY.date():
        return "a form says year, month and day, as in %m/%d/%Y"
    return None if told.hour in (0, A_DAY.hour) else "an hour of twelve (%I) needs %p"


def precision_of(form: str) -> str:
    """How exactly a form tells a time."""
    as_written = A_DAY.strftime(form)
    if as_written == A_DAY.replace(hour=3).strftime(form):
        return "day"
    return "hour" if as_written == A_DAY.replace(minute=3).strftime(form) else "minute"


def read_moment(text: str, forms: Sequence[str], zone: ZoneInfo | None) -> Moment:
    """The moment that a text tells in the first form that fits; without forms, as RFC 3339 writes it.

    A time without an offset is by the clocks of `zone`; told by the day alone, it is local midnight. Raises Unreadable.
    """
    if forms:
        told, form = _told(text, forms)
        return Moment(_at(told, zone), precision_of(form))
    if DAY.fullmatch(text):
        return Moment(_at(_iso(text), zone), "day")
    if not TIME.fullmatch(text):
        raise Unreadable("it is no time like 2026-10-05T10:12:00-07:00", WITHOUT_FIX)
    return Moment(_at(_iso(text), zone), "minute")


def read_day(text: str, forms: Sequence[str]) -> date:
    """The day that a text tells in the first form that fits; without forms, as ISO 8601 has it. Raises Unreadable."""
    if forms:
        return _told(text, forms)[0].date()
    if not DAY.fullmatch(text):
        raise Unreadable("it is no day like 2026-10-05", "Say its form in `format`, as in %m/%d/%Y.")
    return _iso(text).date()


def _told(text: str, forms: Sequence[str]) -> tuple[datetime, str]:
    for form in forms:
        try:
            return datetime.strptime(text, form), form
        except ValueError:
            continue
    raise Unreadable(f"it is not of the form {' or '.join(forms)}", "Correct the cell, or add its form to `format`.")


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise Unreadable("there is no such day or time", "Correct the cell.") from error


def _at(told: datetime, zone: ZoneInfo | None) -> datetime:
    """The moment of a local time. A clock that is put forward skips an hour, one that is put back shows one twice."""
    if told.tzinfo is not None:
        return told
    if zone is None:
        raise Unreadable("it has no offset", "Say the agency's clocks in `time_zone`, or with --time-zone.")
    first, second = told.replace(tzinfo=zone), told.replace(tzinfo=zone, fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != told:
        raise Unreadable(
            f"the clocks of {zone.key} never showed this time: they were put forward",
            "Correct the cell, or write the time with its offset.",
        )
    if first.utcoffset() != second.utcoffset():
        raise Unreadable(
            f"the clocks of {zone.key} showed this time twice: they were put back",
            "Write the time with its offset, as in 2026-11-01T01:30:00-07:00.",
        )
    return first
