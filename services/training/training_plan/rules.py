"""What must hold between the fields of a training plan. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.training import TrainingPlanReport


def faults(sent: Sent[TrainingPlanReport]) -> Iterator[Fault]:
    """Everything about a plan that cannot be: a topic with two intervals."""
    topics = [one.topic for one in sent.report.topics]
    if len(set(topics)) < len(topics):
        yield Fault("#/topics", "invalid-value", "Name each topic once.")
