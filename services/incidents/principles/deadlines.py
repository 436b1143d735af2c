"""Whether a deadline has passed: a clock's state at the moment of judging."""

from services.incidents.principles.case import Case
from shared.clocks.engine import state_of


def state_of_clock(case: Case, kind: str, detail: str | None = None) -> str | None:
    """The state in which the record's clock of a kind is now; None where no such clock is kept for it."""
    for clock in case.facts.clocks:
        if clock.kind == kind and clock.detail == detail:
            return state_of(clock, case.facts.now)
    return None
