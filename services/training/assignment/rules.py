"""What must hold between the fields of an assignment. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.training import AssignmentReport


def faults(sent: Sent[AssignmentReport]) -> Iterator[Fault]:
    """Everything about an assignment that cannot be: its days, and what stands twice."""
    assignment = sent.report
    if assignment.end_on is not None and assignment.end_on < assignment.start_on:
        yield Fault("#/end_on", "time-order", "end_on is before start_on.")
        yield Fault("#/start_on", "time-order", "start_on is after end_on.")
    schools = assignment.school_ids or ()
    if len(set(schools)) < len(schools):
        yield Fault("#/school_ids", "invalid-value", "Name each school once.")
    for place, review in enumerate(assignment.fit_reviews or ()):
        yield from future_faults(f"#/fit_reviews/{place}/reviewed_on", review.reviewed_on, sent.now)
    if assignment.self_selection is not None:
        yield from future_faults("#/self_selection/requested_on", assignment.self_selection.requested_on, sent.now)
