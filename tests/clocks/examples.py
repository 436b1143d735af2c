"""Clocks as tests make them up."""

from datetime import date, datetime, timedelta
from typing import Any

from shared.contracts.clocks import Clock

STARTED = datetime.fromisoformat("2026-10-05T10:12:00-07:00")
"""A Monday."""
DUE_ON = date(2026, 10, 19)
DUE_AT = STARTED + timedelta(hours=12)
FACTS: dict[str, Any] = {"kind": "P3-JUDGEMENT", "subject": "XX0000100/26-1", "basis": "local", "source": "P7"}


def in_days(**facts: Any) -> Clock:
    """A clock of two weeks, to the end of 19 October at UTC-7; `facts` are what differs."""
    return Clock(**FACTS | {"started_at": STARTED, "due_on": DUE_ON} | facts)


def in_hours(**facts: Any) -> Clock:
    """A clock of twelve hours, to 22:12 of 5 October at UTC-7; `facts` are what differs."""
    return Clock(**FACTS | {"started_at": STARTED, "due_at": DUE_AT} | facts)


def moment(text: str) -> datetime:
    """A moment of 2026 at UTC-7, from `10-19 23:59`."""
    return datetime.fromisoformat(f"2026-{text}-07:00")
