"""The kinds of record that agencies send are alike: a kind is its table, contracts, rules, and place in URLs."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.training.assignment import rules as assignment_rules
from services.training.assignment.tables import ASSIGNMENT
from services.training.completion import rules as completion_rules
from services.training.completion.tables import COMPLETION
from services.training.course import rules as course_rules
from services.training.course.tables import COURSE
from services.training.evaluation import rules as evaluation_rules
from services.training.evaluation.tables import EVALUATION
from services.training.membership import rules as membership_rules
from services.training.membership.tables import MEMBERSHIP
from services.training.officer import rules as officer_rules
from services.training.officer.tables import OFFICER
from services.training.peer_event import rules as peer_event_rules
from services.training.peer_event.tables import PEER_EVENT
from services.training.record.keys import (
    RecordKey,
    assignment_in_path,
    completion_in_path,
    course_in_path,
    criteria_in_path,
    evaluation_in_path,
    membership_in_path,
    need_in_path,
    officer_in_path,
    peer_event_in_path,
    plan_in_path,
    selection_in_path,
    staff_training_in_path,
)
from services.training.record.sent import Sent
from services.training.selection import rules as selection_rules
from services.training.selection.tables import SELECTION
from services.training.selection_criteria import rules as selection_criteria_rules
from services.training.selection_criteria.tables import SELECTION_CRITERIA
from services.training.staff_training import rules as staff_training_rules
from services.training.staff_training.tables import STAFF_TRAINING
from services.training.training_need import rules as training_need_rules
from services.training.training_need.tables import TRAINING_NEED
from services.training.training_plan import rules as training_plan_rules
from services.training.training_plan.tables import TRAINING_PLAN
from shared.contracts import evaluations, peers, selections, staff_training, training, training_needs
from shared.contracts.contract import Contract
from shared.contracts.fault import Fault
from shared.contracts.record import Receipt
from shared.records.keep import Kind


def _nothing(_: Any) -> Contract | None:
    return None


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record: how it is kept, its name in URLs, the contracts in which it is spoken of, and its rules.

    `says` is what is answered of a record besides what was sent, None where that is nothing. `school_rates_not`: no
    actor of a school writes it (P6).
    """

    kind: Kind
    plural: str
    in_path: Callable[..., Awaitable[RecordKey]]
    key: type[Contract]
    report: type[Contract]
    record: type[Contract]
    line: type[Contract]
    void_line: type[Contract]
    read: type[Contract]
    faults: Callable[[Any], Iterator[Fault]]
    receipt: type[Receipt] = Receipt
    says: Callable[[Any], Contract | None] = _nothing
    school_rates_not: bool = False

    @property
    def number(self) -> str | None:
        """The field that holds the agency's number of a record; None for a kind with one record an agency."""
        return next((name for name in self.key.model_fields if name != "ori"), None)

    @property
    def path(self) -> str:
        """The members of the key as a path."""
        return "".join(f"/{{{member}}}" for member in self.key.model_fields)

    @property
    def is_of_an_officer(self) -> bool:
        """Whether a record names the officers of whom it speaks; else it may bear on many."""
        return self.is_of_candidates or not {"officer_number", "officer_numbers"}.isdisjoint(self.record.model_fields)

    @property
    def is_of_candidates(self) -> bool:
        """Whether a record tells of who was considered for a position."""
        return "candidates" in self.record.model_fields

    @property
    def contracts(self) -> tuple[type[Contract], ...]:
        """Everything that is sent or answered about a record of this kind."""
        return (self.report, self.line, self.void_line, self.record, self.receipt, self.read)

    def record_of(self, key: RecordKey, report: Contract) -> Contract:
        """What is kept of a report, or of a line that says the same."""
        said = {name: getattr(report, name) for name in self.report.model_fields}
        return self.record.model_validate(said | self.members(key))

    def members(self, key: RecordKey) -> dict[str, Any]:
        """The members of a key by the names that they have in this kind."""
        return {"ori": key.ori} | ({self.number: key.number} if self.number else {})

    def faults_of(self, sent: Sent[Any]) -> Iterator[Fault]:
        """Everything about a report that cannot be, though each field is right alone."""
        return self.faults(sent)


KINDS: Mapping[str, RecordKind] = {
    one.kind.name: one
    for one in (
        RecordKind(
            OFFICER,
            "officers",
            officer_in_path,
            training.OfficerKey,
            training.OfficerReport,
            training.Officer,
            training.OfficerLine,
            training.OfficerVoidLine,
            training.OfficerRead,
            officer_rules.faults,
            training.OfficerReceipt,
            officer_rules.standing,
        ),
        RecordKind(
            COURSE,
            "courses",
            course_in_path,
            training.CourseKey,
            training.CourseReport,
            training.Course,
            training.CourseLine,
            training.CourseVoidLine,
            training.CourseRead,
            course_rules.faults,
        ),
        RecordKind(
            COMPLETION,
            "completions",
            completion_in_path,
            training.CompletionKey,
            training.CompletionReport,
            training.Completion,
            training.CompletionLine,
            training.CompletionVoidLine,
            training.CompletionRead,
            completion_rules.faults,
        ),
        RecordKind(
            ASSIGNMENT,
            "assignments",
            assignment_in_path,
            training.AssignmentKey,
            training.AssignmentReport,
            training.Assignment,
            training.AssignmentLine,
            training.AssignmentVoidLine,
            training.AssignmentRead,
            assignment_rules.faults,
        ),
        RecordKind(
            SELECTION_CRITERIA,
            "selection-criteria",
            criteria_in_path,
            selections.SelectionCriteriaKey,
            selections.SelectionCriteriaReport,
            selections.SelectionCriteria,
            selections.SelectionCriteriaLine,
            selections.SelectionCriteriaVoidLine,
            selections.SelectionCriteriaRead,
            selection_criteria_rules.faults,
        ),
        RecordKind(
            SELECTION,
            "selections",
            selection_in_path,
            selections.SelectionKey,
            selections.SelectionReport,
            selections.Selection,
            selections.SelectionLine,
            selections.SelectionVoidLine,
            selections.SelectionRead,
            selection_rules.faults,
            selections.SelectionReceipt,
            selection_rules.summary,
        ),
        RecordKind(
            EVALUATION,
            "evaluations",
            evaluation_in_path,
            evaluations.EvaluationKey,
            evaluations.EvaluationReport,
            evaluations.Evaluation,
            evaluations.EvaluationLine,
            evaluations.EvaluationVoidLine,
            evaluations.EvaluationRead,
            evaluation_rules.faults,
            school_rates_not=True,
        ),
        RecordKind(
            STAFF_TRAINING,
            "staff-trainings",
            staff_training_in_path,
            staff_training.StaffTrainingKey,
            staff_training.StaffTrainingReport,
            staff_training.StaffTraining,
            staff_training.StaffTrainingLine,
            staff_training.StaffTrainingVoidLine,
            staff_training.StaffTrainingRead,
            staff_training_rules.faults,
        ),
        RecordKind(
            TRAINING_NEED,
            "training-needs",
            need_in_path,
            training_needs.TrainingNeedKey,
            training_needs.TrainingNeedReport,
            training_needs.TrainingNeed,
            training_needs.TrainingNeedLine,
            training_needs.TrainingNeedVoidLine,
            training_needs.TrainingNeedRead,
            training_need_rules.faults,
        ),
        RecordKind(
            PEER_EVENT,
            "peer-events",
            peer_event_in_path,
            peers.PeerEventKey,
            peers.PeerEventReport,
            peers.PeerEvent,
            peers.PeerEventLine,
            peers.PeerEventVoidLine,
            peers.PeerEventRead,
            peer_event_rules.faults,
        ),
        RecordKind(
            MEMBERSHIP,
            "memberships",
            membership_in_path,
            peers.MembershipKey,
            peers.MembershipReport,
            peers.Membership,
            peers.MembershipLine,
            peers.MembershipVoidLine,
            peers.MembershipRead,
            membership_rules.faults,
        ),
        RecordKind(
            TRAINING_PLAN,
            "training-plans",
            plan_in_path,
            training.TrainingPlanKey,
            training.TrainingPlanReport,
            training.TrainingPlan,
            training.TrainingPlanLine,
            training.TrainingPlanVoidLine,
            training.TrainingPlanRead,
            training_plan_rules.faults,
        ),
    )
}
"""Every kind by its name."""
