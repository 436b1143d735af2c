"""What must hold between the fields of an officer. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.principles.definition import standing_as_sro
from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.training import OfficerReport, StandingAsSro

NOT_IN_CHAIN = "not-in-chain-of-command"


def faults(sent: Sent[OfficerReport]) -> Iterator[Fault]:
    """Everything about an officer that cannot be: sworn in the future, or under somebody who is not above (P6)."""
    officer = sent.report
    yield from future_faults("#/sworn_on", officer.sworn_on, sent.now)
    if officer.supervised_since is not None and officer.supervisor_number is None:
        yield Fault("#/supervisor_number", "required-question-unanswered", "Say who leads the officer since that day.")
    if officer.supervisor_ori is not None and officer.supervisor_ori != sent.ori:
        yield Fault("#/supervisor_ori", NOT_IN_CHAIN, "A supervisor belongs to the officer's own agency (P6).")
    if officer.supervisor_number is not None and officer.supervisor_number == sent.number:
        yield Fault("#/supervisor_number", NOT_IN_CHAIN, "Nobody is their own supervisor (P6).")


def standing(officer: OfficerReport) -> StandingAsSro:
    """What is answered of an officer besides what was sent: whether it is an SRO, and by which element not (P0)."""
    return standing_as_sro(officer)
