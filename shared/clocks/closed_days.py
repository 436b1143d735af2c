"""The installation's file of closed days: the weekdays on which no school is held.

One ISO date a line, and after it, if one likes, why; empty lines and what follows a `#` are not read:

    2026-11-26  Thanksgiving Day
    2026-11-27
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from shared.clocks.calendar import SchoolDays


class UnreadableClosedDays(Exception):
    """The file of closed days cannot be read; the message names the file, the line and the fix."""


def school_days(file: Path | None) -> SchoolDays:
    """The school days of an installation; without a file of closed days, every weekday.

    Raises UnreadableClosedDays, so that no limit is counted by days other than those that were meant.
    """
    if file is None:
        return SchoolDays()
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UnreadableClosedDays(f"{file}: {error.strerror}. Name the file of closed days, or none.") from error
    except UnicodeDecodeError as error:
        raise UnreadableClosedDays(f"{file} is not a text in UTF-8. Save it as one.") from error
    return SchoolDays(frozenset(_days(file, lines)))


def _days(file: Path, lines: Iterable[str]) -> Iterator[date]:
    for number, line in enumerate(lines, 1):
        written = line.partition("#")[0].split(maxsplit=1)
        if not written:
            continue
        try:
            day = date.fromisoformat(written[0])
        except ValueError:
            day = None
        if day is None or written[0] != day.isoformat():
            fix = "Begin it with a date like 2026-11-26, or with #."
            raise UnreadableClosedDays(f"{file}, line {number}: no date. {fix}")
        yield day
