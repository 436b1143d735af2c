"""What must hold between the fields of a school code. Pure: no clock, no I/O."""

from collections.abc import Iterator

from shared.contracts.fault import Fault
from shared.contracts.incidents import SchoolCodeReport


def faults(report: SchoolCodeReport) -> Iterator[Fault]:
    """Everything about a school code that cannot be understood, though each field is right alone."""
    if report.valid_from is not None and report.valid_to is not None and report.valid_to < report.valid_from:
        yield Fault("#/valid_to", "time-order", "valid_to is before valid_from.")
        yield Fault("#/valid_from", "time-order", "valid_from is after valid_to.")
