"""What must hold between the fields of a completion. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.training import CompletionReport


def faults(sent: Sent[CompletionReport]) -> Iterator[Fault]:
    """Everything about a completion that cannot be: it has not happened yet."""
    yield from future_faults("#/completed_on", sent.report.completed_on, sent.now)
