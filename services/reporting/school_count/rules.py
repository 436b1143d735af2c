"""What must hold between a school's own figures. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.reporting import figure
from services.reporting.record.sent import Sent
from shared.contracts.fault import Fault
from shared.contracts.school_side import SchoolCountKey, SchoolCountReport

FULL_TIME_EQUIVALENTS = "_fte"
"""How the code of a measure ends that is counted in full-time equivalents, with up to two decimals."""
HUNDREDTHS = 100


def faults(sent: Sent[SchoolCountReport, SchoolCountKey]) -> Iterator[Fault]:
    """Everything about a measure's figures that cannot be, though each is right alone."""
    yield from figure.faults(sent.report.counts)
    whole = not sent.key.measure.endswith(FULL_TIME_EQUIVALENTS)
    for place, cell in enumerate(sent.report.counts):
        if cell.value is None:
            continue
        if whole and not cell.value.is_integer():
            yield Fault(f"#/counts/{place}/value", "invalid-value", "This measure is counted in whole numbers.")
        elif not (round(cell.value * HUNDREDTHS, 6)).is_integer():
            yield Fault(f"#/counts/{place}/value", "invalid-value", "Full-time equivalents have up to two decimals.")
