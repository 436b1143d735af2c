"""What must hold between the fields of a membership. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.peers import MembershipReport


def faults(sent: Sent[MembershipReport]) -> Iterator[Fault]:
    """Everything about a membership that cannot be: it ends before it begins."""
    membership = sent.report
    if membership.valid_to is not None and membership.valid_to < membership.valid_from:
        yield Fault("#/valid_to", "time-order", "valid_to is before valid_from.")
