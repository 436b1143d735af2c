"""What must hold between the fields of a training need. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.training_needs import TrainingNeedReport

LATER = ("due_on", "closed_on", "reviewed_on")


def faults(sent: Sent[TrainingNeedReport]) -> Iterator[Fault]:
    """Everything about a training need that cannot be: its days."""
    need = sent.report
    for name in ("identified_on", "closed_on", "reviewed_on"):
        yield from future_faults(f"#/{name}", getattr(need, name), sent.now)
    for name in LATER:
        day = getattr(need, name)
        if day is not None and day < need.identified_on:
            yield Fault(f"#/{name}", "time-order", f"{name} is before identified_on.")
