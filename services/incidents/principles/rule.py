"""What a rule is: a sentence of the guiding principles, and a pure function that says whether a record bears on it."""

from collections.abc import Callable
from dataclasses import dataclass

from services.incidents.principles.case import Case
from shared.findings.flag_code import FlagCode
from shared.findings.truth import Truth


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule(FlagCode):
    """A flag that is raised by what a record says, and how to judge it."""

    raised_by: Callable[[Case], Truth]

    @property
    def of_sros(self) -> bool:
        """Whether the rule speaks of SROs, so that a contact of other officers alone is not judged by it (P3, P4)."""
        return self.principle in ("P3", "P4")
