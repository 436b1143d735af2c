"""All that is known of one officer: what the rules may read. Nothing is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.training.principles.limits import Limits
from shared.contracts.clocks import Clock
from shared.contracts.evaluations import Evaluation
from shared.contracts.peers import Membership, PeerEvent
from shared.contracts.selections import Selection
from shared.contracts.staff_training import StaffTraining
from shared.contracts.training import Assignment, Completion, Course, Officer
from shared.contracts.training_needs import TrainingNeed
from shared.findings.truth import NOT_KNOWN

SRO_CATEGORIES = frozenset({"sro", "sble"})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another officer of the agency, as far as it bears on this one."""

    officer_number: str
    officer: Officer | None
    assignments: tuple[Assignment, ...] = ()

    def serves(self, day: date) -> bool:
        """Whether the colleague has an assignment in force on a day."""
        return any(in_force(one, day) for one in self.assignments)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One officer of one agency, with what the agency's systems have sent of the officer.

    `officer` is None where only other records name the number. `courses` are those of the completions, by code, as far
    as the agency's catalog has them. `planned` says by topic after how many months the agency trains it again.
    `selections` are those by which the officer was chosen. `staff_trainings` are of the schools of the assignments.
    `supervised` are those who name the officer as their supervisor. `others` are of the agency's other officers whose
    assignments are not over those who were assigned first: enough to tell whether the officer is alone.
    """

    ori: str
    officer_number: str
    officer: Officer | None = None
    assignments: tuple[Assignment, ...] = ()
    completions: tuple[Completion, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    courses: Mapping[str, Course] = field(default_factory=dict)
    planned: Mapping[str, int] = field(default_factory=dict)
    selections: tuple[Selection, ...] = ()
    training_needs: tuple[TrainingNeed, ...] = ()
    staff_trainings: tuple[StaffTraining, ...] = ()
    peer_events: tuple[PeerEvent, ...] = ()
    memberships: tuple[Membership, ...] = ()
    supervised: tuple[Colleague, ...] = ()
    others: tuple[Colleague, ...] = ()

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
        return may_be_sro(self.dossier.officer)

    @property
    def funded_by_chp(self) -> bool:
        """Whether the COPS Hiring Program pays, or has paid, for a position of the officer."""
        return any(one.funded_by == "chp" for one in self.dossier.assignments)

    @property
    def led(self) -> tuple[Colleague, ...]:
        """The SROs, or those who may be, whom the officer leads on the day, by number (P6)."""
        return tuple(one for one in self.dossier.supervised if may_be_sro(one.officer) and one.serves(self.today))

    def serves(self) -> bool:
        """Whether the officer has an assignment that is not over."""
        return any(one.end_on is None or one.end_on >= self.today for one in self.dossier.assignments)


def may_be_sro(officer: Officer | None) -> bool:
    """Whether an officer is counted among those whom the principles speak of, or may be."""
    return officer is None or officer.personnel_category in SRO_CATEGORIES | {NOT_KNOWN}


def in_force(assignment: Assignment, day: date) -> bool:
    """Whether an assignment is in force on a day, its first and last included."""
    return assignment.start_on <= day and (assignment.end_on is None or day <= assignment.end_on)
