"""What must hold between the fields of an assignment. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.training import AssignmentReport


def faults(sent: Sent[AssignmentReport]) -> Iterator[Fault]:
    """Everything about an assignment that cannot be: it ends before it begins, or names a school twice."""
    assignment = sent.report
    if assignment.end_on is not None and assignment.end_on < assignment.start_on:
        yield Fault("#/end_on", "time-order", "end_on is before start_on.")
        yield Fault("#/start_on", "time-order", "start_on is after end_on.")
    schools = assignment.school_ids or ()
    if len(set(schools)) < len(schools):
        yield Fault("#/school_ids", "invalid-value", "Name each school once.")
