"""What must hold between the fields of an entry. Pure: no clock, no I/O."""

from collections.abc import Iterator
from datetime import date

from services.reporting.record.sent import Sent
from shared.contracts.codes import code_list
from shared.contracts.directory import PartnershipKey, PartnershipReport, SchoolKey, SchoolReport
from shared.contracts.fault import Fault


def school_faults(sent: Sent[SchoolReport, SchoolKey]) -> Iterator[Fault]:
    """Everything about a school that cannot be, though each field is right alone."""
    yield from _grade_faults(sent.report)
    yield from _date_faults(sent.report.valid_from, sent.report.valid_to)
    if sent.report.predecessor_id == sent.key.school_id:
        yield Fault("#/predecessor_id", "invalid-value", "A school is not its own predecessor: leave it out.")


def partnership_faults(sent: Sent[PartnershipReport, PartnershipKey]) -> Iterator[Fault]:
    """Everything about a partnership that cannot be, though each field is right alone."""
    yield from _date_faults(sent.report.valid_from, sent.report.valid_to)


def _date_faults(valid_from: date | None, valid_to: date | None) -> Iterator[Fault]:
    """Faults of a time that ends before it begins."""
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        yield Fault("#/valid_to", "time-order", "valid_to is before valid_from.")
        yield Fault("#/valid_from", "time-order", "valid_from is after valid_to.")


def _grade_faults(school: SchoolReport) -> Iterator[Fault]:
    """Grades stand in the code list from the lowest to the highest."""
    if school.lowest_grade is None or school.highest_grade is None:
        return
    grades = list(code_list("grade_levels"))
    if grades.index(school.lowest_grade) > grades.index(school.highest_grade):
        yield Fault("#/lowest_grade", "invalid-value", "lowest_grade comes after highest_grade.")
        yield Fault("#/highest_grade", "invalid-value", "highest_grade comes before lowest_grade.")
