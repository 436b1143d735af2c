"""The school year of a district: a public fact (P0.16)."""

from typing import Annotated

from shared.contracts.contract import Contract, Day, Few, Identifier, Label, LeaId, Many, SchoolYear, labelled
from shared.contracts.record import PutLine, Receipt, VoidLine, Withheld
from shared.contracts.zone import TimeZone

FACT = Label.FACT


class Term(Contract):
    """A part of a school year, as a semester."""

    code: Identifier = labelled(FACT, "The district's own name of the term, without blanks.")
    first_day: Day = labelled(FACT, "First day of the term.")
    last_day: Day = labelled(FACT, "Last day of the term.")


class CalendarKey(Contract):
    """What names a calendar."""

    lea_id: LeaId = labelled(FACT, "District.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")


class CalendarReport(Contract):
    """A district's school year as it is sent; it may begin and end in any month."""

    first_day: Day = labelled(FACT, "First day of the school year.")
    last_day: Day = labelled(FACT, "Last day of the school year.")
    time_zone: TimeZone = labelled(FACT, "IANA time zone of the district's schools.")
    days_off: Annotated[tuple[Day, ...], Many] = labelled(FACT, "Weekdays of the year without school.", ())
    terms: Annotated[tuple[Term, ...], Few] = labelled(FACT, "Terms in order; empty: the year has none.", ())


class Calendar(CalendarReport, CalendarKey):
    """A calendar as it is kept."""


class CalendarLine(CalendarReport, CalendarKey, PutLine):
    """A line that puts a calendar."""


class CalendarVoidLine(CalendarKey, VoidLine):
    """A line that takes a calendar out."""


class CalendarView(Calendar, Receipt):
    """A calendar as it is read."""

    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())
