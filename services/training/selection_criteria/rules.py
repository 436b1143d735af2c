"""What must hold between the fields of criteria. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.selections import SelectionCriteriaReport


def faults(sent: Sent[SelectionCriteriaReport]) -> Iterator[Fault]:
    """Everything about criteria that cannot be: they are still to come, or one stands twice."""
    yield from future_faults("#/adopted_on", sent.report.adopted_on, sent.now)
    if len(set(sent.report.criteria)) < len(sent.report.criteria):
        yield Fault("#/criteria", "invalid-value", "Name each criterion once.")
