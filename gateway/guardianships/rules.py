"""What must hold between the fields of a guardianship. Pure: no clock, no I/O."""

from collections.abc import Iterator

from shared.contracts.fault import Fault
from shared.contracts.guardianships import GuardianshipLine

REVOKED, SELF = "revoked", "self"


def faults(line: GuardianshipLine) -> Iterator[Fault]:
    """Everything about a guardianship that cannot be, though each field is right alone."""
    if line.rights == REVOKED and line.revoked_by is None:
        detail = "Rights end by a court order, a statute or a binding document alone (34 CFR 99.4)."
        yield Fault("#/revoked_by", "required-question-unanswered", detail)
    if line.rights != REVOKED and line.revoked_by is not None:
        yield Fault("#/revoked_by", "invalid-value", "Nothing revokes rights that are full.")
    if line.valid_to is not None and line.valid_to < line.valid_from:
        yield Fault("#/valid_to", "time-order", "valid_to is before valid_from.")
    if line.relationship == SELF and line.rights_pass_on is None:
        detail = "A student's own rights begin on the day on which they pass (34 CFR 99.5)."
        yield Fault("#/rights_pass_on", "required-question-unanswered", detail)
    if line.relationship == SELF and line.dependent_for_tax:
        yield Fault("#/dependent_for_tax", "invalid-value", "It is said of a parent.")
