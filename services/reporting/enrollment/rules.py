"""What must hold between the numbers of an enrolment. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.reporting import figure
from services.reporting.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.school_side import EnrollmentKey, EnrollmentReport


def faults(sent: Sent[EnrollmentReport, EnrollmentKey]) -> Iterator[Fault]:
    """Everything about an enrolment that cannot be, though each number is right alone."""
    yield from figure.faults(sent.report.counts)
