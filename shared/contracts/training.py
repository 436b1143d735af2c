"""What the training service takes in and keeps: officers, courses, completions, assignments, training plans (P5-P12).

Nothing here has a sentence or a person's name in it: officers are known by their agency's number alone.
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    Day,
    Few,
    Identifier,
    Label,
    Name,
    Ori,
    SchoolId,
    YesNo,
    labelled,
)
from shared.contracts.record import PutLine, Receipt, VoidLine, Withheld

FACT, OFFICER = Label.FACT, Label.OFFICER

Hours = Annotated[float, Field(ge=0, le=1_000)]
Months = Annotated[int, Field(ge=1, le=120)]
Topic = Annotated[str, CodeOf("sro_training_topic")]
Curriculum = Annotated[str, CodeOf("curriculum")]


class OfficerKey(Contract):
    """What names an officer."""

    ori: Ori = labelled(FACT, "Agency that employs the officer.")
    officer_number: Identifier = labelled(OFFICER, "The agency's number of the officer.")


class CourseKey(Contract):
    """What names a course."""

    ori: Ori = labelled(FACT, "Agency in whose catalog the course is.")
    course_code: Identifier = labelled(FACT, "The agency's code of the course.")


class CompletionKey(Contract):
    """What names a completion."""

    ori: Ori = labelled(FACT, "Agency that keeps the training record.")
    completion_number: Identifier = labelled(OFFICER, "The agency's number of the completion.")


class AssignmentKey(Contract):
    """What names an assignment."""

    ori: Ori = labelled(FACT, "Agency that assigns.")
    assignment_number: Identifier = labelled(OFFICER, "The agency's number of the assignment.")


class TrainingPlanKey(Contract):
    """What names a training plan."""

    ori: Ori = labelled(FACT, "Agency whose plan it is.")


class FitReview(Contract):
    """That the fit of an officer and a school was looked at, by the supervisor and the school together (P11)."""

    reviewed_on: Day = labelled(OFFICER, "Day of the review.")
    supervisor: YesNo = labelled(OFFICER, "Whether the officer's supervisor took part.", "unknown")
    school: YesNo = labelled(OFFICER, "Whether the school took part.", "unknown")
    instrument: Identifier | None = labelled(FACT, "Code of the instrument; null: not known.", None)
    sro_specific: YesNo = labelled(FACT, "Whether the instrument is made for SROs.", "unknown")
    outcome: Annotated[str, CodeOf("fit_review_outcome")] = labelled(OFFICER, "What was found.", "unknown")


class SelfSelection(Contract):
    """That the officer asked to leave the assignment (P11). Nothing is held against the officer for it."""

    requested_on: Day = labelled(OFFICER, "Day of the request.")
    outcome: Annotated[str, CodeOf("self_selection_outcome")] = labelled(OFFICER, "What came of it.", "unknown")


class OfficerReport(Contract):
    """An officer as the agency's records have it: what makes somebody an SRO by the statute (34 U.S.C. 10389(4))."""

    sworn_on: Day | None = labelled(OFFICER, "Day on which the officer was sworn; null if not known.", None)
    career: YesNo = labelled(OFFICER, "Whether it is a career law enforcement officer.", "unknown")
    sworn: YesNo = labelled(OFFICER, "Whether the officer has sworn authority.", "unknown")
    community_policing: YesNo = labelled(
        OFFICER, "Whether the officer is deployed in community-oriented policing.", "unknown"
    )
    assigned_by_employer: YesNo = labelled(
        OFFICER, "Whether the employing agency assigned the officer to work with schools.", "unknown"
    )
    personnel_category: Annotated[str, CodeOf("personnel_category")] = labelled(
        OFFICER, "Security officers, off-duty officers and volunteers are not SROs (P0).", "unknown"
    )
    supervisor_number: Identifier | None = labelled(
        OFFICER, "Number of the officer's supervisor in the same agency; null if not known (P6).", None
    )
    supervisor_ori: Ori | None = labelled(
        FACT, "Agency of the supervisor; null: the officer's own, as it has to be (P6).", None
    )
    supervised_since: Day | None = labelled(
        OFFICER, "Day since which this supervisor leads the officer; null if not known (P6).", None
    )
    sro_experience: YesNo = labelled(OFFICER, "Whether the officer has served as an SRO before (P6).", "unknown")
    worked_with_sro: YesNo = labelled(
        OFFICER, "Whether the officer has worked closely with SROs at their duty assignment (P6).", "unknown"
    )


class CourseReport(Contract):
    """A course of the agency's catalog."""

    title: Name = labelled(FACT, "Title of the course.")
    provider: Name | None = labelled(FACT, "Organisation that gives it; null if not known.", None)
    curriculum: Curriculum = labelled(FACT, "The curriculum that it is, or is a part of.", "unknown")
    topics: Annotated[tuple[Topic, ...], Field(max_length=30)] | None = labelled(
        FACT, "Recommended topics that it covers (P8); empty: none; null: not known.", None
    )
    nondiscrimination: Annotated[tuple[Annotated[str, CodeOf("nondiscrimination_topic")], ...], Few] | None = labelled(
        FACT, "Parts of civil rights that it covers (P8); empty: none; null: not known.", None
    )
    hours: Hours | None = labelled(FACT, "Length in hours; null if not known.", None)
    course_format: Annotated[str, CodeOf("course_format")] = labelled(FACT, "How it is given.", "unknown")
    first_offered: Day | None = labelled(FACT, "Day on which it was first given; null if not known.", None)


class CompletionReport(Contract):
    """That an officer completed a course, or was there for some hours of it."""

    officer_number: Identifier = labelled(OFFICER, "Number of the officer.")
    course_code: Identifier = labelled(FACT, "Code of the course in the agency's catalog.")
    completed_on: Day = labelled(OFFICER, "Day on which it ended.")
    hours: Hours | None = labelled(OFFICER, "Hours attended; null: not known, and not counted.", None)
    verified: bool = labelled(OFFICER, "True where somebody else than the officer has verified it.", False)
    verifier: Identifier | None = labelled(OFFICER, "Number or code of who verified it; null if not known.", None)
    certificate_number: Identifier | None = labelled(OFFICER, "Number of the certificate; null if there is none.", None)


class AssignmentReport(Contract):
    """That an officer is assigned to schools, and between which days."""

    officer_number: Identifier = labelled(OFFICER, "Number of the officer.")
    school_ids: Annotated[tuple[SchoolId, ...], Field(max_length=100)] | None = labelled(
        FACT, "NCES ids of the schools; empty: no school; null: not known.", None
    )
    start_on: Day = labelled(OFFICER, "First day.")
    end_on: Day | None = labelled(OFFICER, "Last day; null: it has no end yet.", None)
    end_reason: Annotated[str, CodeOf("assignment_end_reason")] | None = labelled(
        OFFICER, "Why it ended; null: not known, or it has not.", None
    )
    funded_by: Annotated[str, CodeOf("assignment_funding")] = labelled(FACT, "Who pays for the position.", "unknown")
    selection_number: Identifier | None = labelled(
        OFFICER, "Number of the selection by which the officer came to it; null: there was none (P5).", None
    )
    many_campuses_reason: Identifier | None = labelled(
        FACT, "Local code of why the officer has more campuses than a few; null: no reason given (P11).", None
    )
    documentation_minutes: Annotated[int, Field(ge=0, le=1_440)] | None = labelled(
        FACT, "Minutes of a shift designated for documentation; null: not known (P7).", None
    )
    fit_reviews: Annotated[tuple[FitReview, ...], Field(max_length=50)] | None = labelled(
        OFFICER, "Reviews of the fit of officer and school; empty: none; null: not known (P11).", None
    )
    self_selection: SelfSelection | None = labelled(
        OFFICER, "The officer's own request to leave; null: there is none, or it is not known (P11).", None
    )


class PlannedTopic(Contract):
    """How often a topic is to be trained again."""

    topic: Topic = labelled(FACT, "Topic.")
    months: Months = labelled(FACT, "Months after which it is due again.")


class TrainingPlanReport(Contract):
    """An agency's regular schedule of training (P8): its own, since the guiding principles set no interval."""

    topics: Annotated[tuple[PlannedTopic, ...], Field(max_length=30)] = labelled(
        FACT, "The topics that are trained again, each once; a topic that is not here is on no schedule."
    )


class Officer(OfficerReport, OfficerKey):
    """An officer as it is kept."""


class Course(CourseReport, CourseKey):
    """A course as it is kept."""


class Completion(CompletionReport, CompletionKey):
    """A completion as it is kept."""


class Assignment(AssignmentReport, AssignmentKey):
    """An assignment as it is kept."""


class TrainingPlan(TrainingPlanReport, TrainingPlanKey):
    """A training plan as it is kept."""


class OfficerLine(OfficerReport, OfficerKey, PutLine):
    """A line that puts an officer."""

    kind: Literal["officer"] = labelled(FACT, "officer.")


class CourseLine(CourseReport, CourseKey, PutLine):
    """A line that puts a course."""

    kind: Literal["course"] = labelled(FACT, "course.")


class CompletionLine(CompletionReport, CompletionKey, PutLine):
    """A line that puts a completion."""

    kind: Literal["completion"] = labelled(FACT, "completion.")


class AssignmentLine(AssignmentReport, AssignmentKey, PutLine):
    """A line that puts an assignment."""

    kind: Literal["assignment"] = labelled(FACT, "assignment.")


class TrainingPlanLine(TrainingPlanReport, TrainingPlanKey, PutLine):
    """A line that puts a training plan."""

    kind: Literal["training_plan"] = labelled(FACT, "training_plan.")


class OfficerVoidLine(OfficerKey, VoidLine):
    """A line that takes an officer out of views and counts."""

    kind: Literal["officer"] = labelled(FACT, "officer.")


class CourseVoidLine(CourseKey, VoidLine):
    """A line that takes a course out of the catalog."""

    kind: Literal["course"] = labelled(FACT, "course.")


class CompletionVoidLine(CompletionKey, VoidLine):
    """A line that takes a completion out of views and counts."""

    kind: Literal["completion"] = labelled(FACT, "completion.")


class AssignmentVoidLine(AssignmentKey, VoidLine):
    """A line that takes an assignment out of views and counts."""

    kind: Literal["assignment"] = labelled(FACT, "assignment.")


class TrainingPlanVoidLine(TrainingPlanKey, VoidLine):
    """A line that takes a training plan out of force."""

    kind: Literal["training_plan"] = labelled(FACT, "training_plan.")


class StandingAsSro(Contract):
    """Whether an officer is an SRO by the statute (34 U.S.C. 10389(4)), and by which element not."""

    is_sro: YesNo = labelled(OFFICER, "yes if all four elements hold, no if one does not, unknown if one is not known.")
    elements_failed: tuple[str, ...] = labelled(OFFICER, "Fields of the officer by which it is none.", ())
    elements_not_known: tuple[str, ...] = labelled(OFFICER, "Fields of the officer that are not known.", ())
    counted_as_sro: bool = labelled(
        OFFICER, "Whether the officer enters a count of SROs: is one, and its personnel category is sro or sble (P0)."
    )


class OfficerReceipt(StandingAsSro, Receipt):
    """The answer to an officer that was sent."""


class Read(Receipt):
    """What a read says besides the record."""

    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())


class OfficerRead(StandingAsSro, Officer, Read):
    """An officer as it is read back."""


class CourseRead(Course, Read):
    """A course as it is read back."""


class CompletionRead(Completion, Read):
    """A completion as it is read back."""


class AssignmentRead(Assignment, Read):
    """An assignment as it is read back."""


class TrainingPlanRead(TrainingPlan, Read):
    """A training plan as it is read back."""
