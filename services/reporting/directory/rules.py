"""What must hold between the fields of a report. Pure: no clock, no I/O."""

from collections.abc import Iterator

from shared.contracts.codes import code_list
from shared.contracts.contract import Contract
from shared.contracts.directory import PartnershipReport, SchoolReport
from shared.contracts.fault import Fault


def faults(report: Contract) -> Iterator[Fault]:
    """Everything about a report that cannot be, though each field is right alone."""
    match report:
        case SchoolReport():
            yield from _grade_faults(report)
        case PartnershipReport():
            yield from _date_faults(report)


def _grade_faults(school: SchoolReport) -> Iterator[Fault]:
    """Grades stand in the code list from the lowest to the highest."""
    if school.lowest_grade is None or school.highest_grade is None:
        return
    grades = list(code_list("grade_levels"))
    if grades.index(school.lowest_grade) > grades.index(school.highest_grade):
        yield Fault("#/lowest_grade", "invalid-value", "lowest_grade comes after highest_grade.")
        yield Fault("#/highest_grade", "invalid-value", "highest_grade comes before lowest_grade.")


def _date_faults(partnership: PartnershipReport) -> Iterator[Fault]:
    if partnership.valid_to is not None and partnership.valid_to < partnership.valid_from:
        yield Fault("#/valid_to", "time-order", "valid_to is before valid_from.")
        yield Fault("#/valid_from", "time-order", "valid_from is after valid_to.")
