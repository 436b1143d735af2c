"""What must hold of a school's own case. Pure: no clock, no I/O."""

from collections.abc import Iterator
from datetime import timedelta

from services.reporting.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.school_side import SchoolCaseKey, SchoolCaseReport

EARLIEST_DAY = timedelta(hours=14)
"""How far the clocks of the first zone in which a day begins are ahead of UTC."""


def faults(sent: Sent[SchoolCaseReport, SchoolCaseKey]) -> Iterator[Fault]:
    """Everything about a case that cannot be, though each field is right alone."""
    case = sent.report
    if case.occurred_on > (sent.now + EARLIEST_DAY).date():
        yield Fault("#/occurred_on", "in-the-future", "The day has not come yet.")
    if case.students == 0:
        yield Fault("#/students", "invalid-value", "A case is of at least one student.")
    if case.incident_number is not None and case.ori is None:
        yield Fault("#/ori", "required-question-unanswered", "An agency's number needs its ORI.")
