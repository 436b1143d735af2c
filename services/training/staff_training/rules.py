"""What must hold between the fields of a count of trained staff. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.staff_training import StaffTrainingReport


def faults(sent: Sent[StaffTrainingReport]) -> Iterator[Fault]:
    """Everything about a count of trained staff that cannot be: its day, and more trained than there are."""
    count = sent.report
    yield from future_faults("#/counted_on", count.counted_on, sent.now)
    if count.headcount is not None and count.trained is not None and count.trained > count.headcount:
        yield Fault("#/trained", "invalid-value", "More are trained than there are.")
    topics = [one.topic for one in count.topics or ()]
    if len(set(topics)) < len(topics):
        yield Fault("#/topics", "invalid-value", "Name each topic once.")
    for place, one in enumerate(count.topics or ()):
        if count.headcount is not None and one.trained > count.headcount:
            yield Fault(f"#/topics/{place}/trained", "invalid-value", "More are trained than there are.")
