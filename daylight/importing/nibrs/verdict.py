"""What becomes of one report of a file: taken, voided, left or rejected, and why."""

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from daylight.importing.journal import UNKNOWN_DELETED
from daylight.importing.nibrs.segment import ADMINISTRATIVE, OFFENSE
from daylight.importing.nibrs.unit import Offense, Unit


class Fate(StrEnum):
    """What is done with a report."""

    TAKE = "take"
    VOID = "void"
    LEAVE = "leave"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A report's fate and the reason in words, as counted and as written on the receipt."""

    fate: Fate
    reason: str
    fix: str = ""
    void_reason: str = "unknown"
    """Why it is voided; a delete says no more than that."""


TAKEN = Verdict(Fate.TAKE, "an offense at a school")
NOT_AT_A_SCHOOL = Verdict(Fate.LEAVE, "incidents without an offense at a school")
NO_LONGER_AT_A_SCHOOL = Verdict(Fate.VOID, "no longer an offense at a school", void_reason="other")
DELETED = Verdict(Fate.VOID, "deleted by the agency")
DELETE_OF_UNKNOWN = Verdict(Fate.LEAVE, UNKNOWN_DELETED)
NOTHING_KEPT = Verdict(Fate.LEAVE, "changes of incidents that are not known here, or of nothing that is kept")
UNREADABLE = Verdict(
    Fate.REJECT,
    "not stored: its administrative segment could not be read",
    "See the line of that segment; the whole incident is taken once it is corrected.",
)
PLACE_UNREADABLE = Verdict(
    Fate.REJECT,
    "not stored: whether it was at a school stands in an offense segment that could not be read",
    "See the line of that segment; the whole incident is taken once it is corrected.",
)
NO_OFFENSE = Verdict(
    Fate.REJECT,
    "nothing is changed: the report has no offense segment, so that nothing says where it was",
    "Export the whole incident with action I.",
)
PARTIAL = Verdict(
    Fate.REJECT,
    "nothing is changed: the file speaks of a part of the incident and does not report the whole",
    "Export the whole incident with action I.",
)


def judge(unit: Unit, *, stored: bool, school_locations: Container[str]) -> Verdict:
    """What becomes of a report, given whether Daylight holds that number and which places are schools.

    Nothing that is stored is voided for want of a segment that is missing or could not be read.
    """
    offenses = unit.of(Offense)
    at_school = any(offense.location in school_locations for offense in offenses)
    if ADMINISTRATIVE in unit.malformed:
        return UNREADABLE
    if unit.partial:
        return PARTIAL if stored or at_school else NOTHING_KEPT
    if unit.deleted:
        return DELETED if stored else DELETE_OF_UNKNOWN
    if unit.administrative is None:
        return NOTHING_KEPT
    if at_school:
        return TAKEN
    if OFFENSE in unit.malformed:
        return PLACE_UNREADABLE
    if not stored:
        return NOT_AT_A_SCHOOL
    return NO_LONGER_AT_A_SCHOOL if offenses else NO_OFFENSE
