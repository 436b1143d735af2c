"""What must hold between the fields of an order. Pure: no clock, no I/O."""

from collections.abc import Iterator
from datetime import date

from shared.contracts.fault import Fault
from shared.contracts.orders import CourtOrder, OrderReport


def faults(report: OrderReport, today: date) -> Iterator[Fault]:
    """What cannot be of an order, though each part is right alone."""
    yield from order_faults(report.order, today)
    if "agency" not in report.applies_to:
        yield Fault("#/applies_to", "invalid-value", "An order that comes here reaches the agency's record.")


def order_faults(order: CourtOrder, today: date) -> Iterator[Fault]:
    """What cannot be of any order."""
    if order.ordered_on > today:
        yield Fault("#/order/ordered_on", "in-the-future", "The day has not come yet.")
