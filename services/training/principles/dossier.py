"""All that is known of one officer: what the rules may read. Nothing is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.training.principles.limits import Limits
from shared.contracts.clocks import Clock
from shared.contracts.evaluations import Evaluation
from shared.contracts.training import Assignment, Completion, Course, Officer
from shared.findings.truth import NOT_KNOWN

SRO_CATEGORIES = frozenset({"sro", "sble"})


@dataclass(frozen=True, slots=True)
class Dossier:
    """One officer of one agency, with what the agency's systems have sent of the officer.

    `officer` is None where only other records name the number. `courses` are those of the completions, by code, as far
    as the agency's catalog has them. `planned` says by topic after how many months the agency trains it again.
    """

    ori: str
    officer_number: str
    officer: Officer | None = None
    assignments: tuple[Assignment, ...] = ()
    completions: tuple[Completion, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    courses: Mapping[str, Course] = field(default_factory=dict)
    planned: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.ori}/{self.officer_number}"


@dataclass(frozen=True, slots=True)
class Case:
    """An officer to be judged on a day. `clocks` are the facts of the officer's clocks."""

    dossier: Dossier
    limits: Limits
    today: date
    clocks: Sequence[Clock] = ()

    @property
    def is_of_an_sro(self) -> bool:
        """Whether the officer is counted among those whom the principles speak of, or may be."""
        officer = self.dossier.officer
        return officer is None or officer.personnel_category in SRO_CATEGORIES | {NOT_KNOWN}

    @property
    def funded_by_chp(self) -> bool:
        """Whether the COPS Hiring Program pays, or has paid, for a position of the officer."""
        return any(one.funded_by == "chp" for one in self.dossier.assignments)

    def serves(self) -> bool:
        """Whether the officer has an assignment that is not over."""
        return any(one.end_on is None or one.end_on >= self.today for one in self.dossier.assignments)


def in_force(assignment: Assignment, day: date) -> bool:
    """Whether an assignment is in force on a day, its first and last included."""
    return assignment.start_on <= day and (assignment.end_on is None or day <= assignment.end_on)
