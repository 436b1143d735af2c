"""Root fields of what an agency keeps of its officers: training, assignments, and what the rules found of them."""

from dataclasses import asdict
from typing import Annotated, Any

import strawberry

from gateway.connections import (
    ASSIGNMENTS,
    COMPLETIONS,
    COURSES,
    EVALUATIONS,
    MEMBERSHIPS,
    OFFICER_FLAGS,
    OFFICERS,
    PEER_EVENTS,
    SELECTION_CRITERIA,
    SELECTIONS,
    STAFF_TRAINING,
    TOPIC_COVERAGE,
    TRAINING_NEEDS,
    Context,
    Listing,
    listed,
)
from gateway.filters import ASSIGNMENT_FILTERS, OF_AGENCY, OF_OFFICER, OFFICER_FLAG_FILTERS, Filters, conditions
from gateway.limits import PAGE_DEFAULT, PAGE_MOST
from gateway.types import page_of
from shared.contracts.evaluations import Evaluation
from shared.contracts.officer_conclusions import OfficerFlag, TopicCoverage
from shared.contracts.peers import Membership, PeerEvent
from shared.contracts.selections import Selection, SelectionCriteria
from shared.contracts.staff_training import StaffTraining
from shared.contracts.training import Assignment, Completion, Course, Officer
from shared.contracts.training_needs import TrainingNeed

First = Annotated[int, strawberry.argument(description=f"Most records of the page, up to {PAGE_MOST}.")]
After = Annotated[str | None, strawberry.argument(description="Cursor of the record that the page follows.")]
Ori = Annotated[str | None, strawberry.argument(description="Records of this agency alone.")]


@strawberry.input(description="Which records of officers; every condition holds.")
class OfficerFilter:
    """Which records of officers; every condition holds."""

    ori: str | None = strawberry.field(default=None, description="Agency that keeps the record.")
    officer_number: str | None = strawberry.field(default=None, description="The officer, by the agency's number.")


@strawberry.input(description="Which assignments; every condition holds.")
class AssignmentFilter(OfficerFilter):
    """Which assignments; every condition holds."""

    school_id: str | None = strawberry.field(default=None, description="Some of the schools is this one.")


@strawberry.input(description="Which flags of officers; every condition holds.")
class OfficerFlagFilter(OfficerFilter):
    """Which flags of officers; every condition holds."""

    code: str | None = strawberry.field(default=None, description="Code, such as P8-BASIC-OVERDUE.")
    state: str | None = strawberry.field(default=None, description="open, explained, upheld or corrected.")
    severity: str | None = strawberry.field(default=None, description="H, M or I.")
    id: strawberry.ID | None = strawberry.field(default=None, description="Id, as a webhook tells it.")


Wanted = Annotated[OfficerFilter | None, strawberry.argument(name="filter", description="Which records.")]
WantedAssignments = Annotated[
    AssignmentFilter | None, strawberry.argument(name="filter", description="Which assignments.")
]
WantedFlags = Annotated[OfficerFlagFilter | None, strawberry.argument(name="filter", description="Which flags.")]


async def officers(info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Officers, by agency and number."""
    return await _found(info, OFFICERS, OF_OFFICER, wanted, first, after)


async def courses(info: Context, ori: Ori = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Courses of the agencies' catalogs."""
    return await _found(info, COURSES, OF_AGENCY, OfficerFilter(ori=ori), first, after)


async def completions(info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Courses that officers have completed."""
    return await _found(info, COMPLETIONS, OF_OFFICER, wanted, first, after)


async def assignments(
    info: Context, wanted: WantedAssignments = None, first: First = PAGE_DEFAULT, after: After = None
) -> Any:
    """Assignments of officers to schools."""
    return await _found(info, ASSIGNMENTS, ASSIGNMENT_FILTERS, wanted, first, after)


async def evaluations(info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Evaluations of officers."""
    return await _found(info, EVALUATIONS, OF_OFFICER, wanted, first, after)


async def selection_criteria(info: Context, ori: Ori = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Versions of the criteria by which SROs are chosen."""
    return await _found(info, SELECTION_CRITERIA, OF_AGENCY, OfficerFilter(ori=ori), first, after)


async def selections(info: Context, ori: Ori = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Selections of SROs."""
    return await _found(info, SELECTIONS, OF_AGENCY, OfficerFilter(ori=ori), first, after)


async def staff_training(info: Context, ori: Ori = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Counts of trained staff by school, school year and role."""
    return await _found(info, STAFF_TRAINING, OF_AGENCY, OfficerFilter(ori=ori), first, after)


async def training_needs(info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """What officers are to learn, since a review showed it."""
    return await _found(info, TRAINING_NEEDS, OF_OFFICER, wanted, first, after)


async def peer_events(info: Context, ori: Ori = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Events of SROs among their peers."""
    return await _found(info, PEER_EVENTS, OF_AGENCY, OfficerFilter(ori=ori), first, after)


async def memberships(info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """Memberships of officers in professional organisations."""
    return await _found(info, MEMBERSHIPS, OF_OFFICER, wanted, first, after)


async def officer_flags(
    info: Context, wanted: WantedFlags = None, first: First = PAGE_DEFAULT, after: After = None
) -> Any:
    """Flags of officers, the last raised first."""
    return await _found(info, OFFICER_FLAGS, OFFICER_FLAG_FILTERS, wanted, first, after)


async def topic_coverage(info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None) -> Any:
    """The matrix of officers and recommended topics, a row an officer."""
    return await _found(info, TOPIC_COVERAGE, OF_OFFICER, wanted, first, after)


async def _found(
    info: Context, listing: Listing, filters: Filters, wanted: OfficerFilter | None, first: int, after: str | None
) -> dict[str, Any] | None:
    asked = {} if wanted is None else asdict(wanted)
    return await listed(info, listing, first, after, lambda scope: conditions(filters, asked, info.context, scope))


@strawberry.type(description="What an agency keeps of its officers.")
class OfficerFields:
    """Root fields on officers, for those who read the agency's own records."""

    officers = strawberry.field(
        resolver=officers, graphql_type=page_of(Officer), description="Officers, by agency and number (P1, P5)."
    )
    courses = strawberry.field(
        resolver=courses, graphql_type=page_of(Course), description="Courses of the agencies' catalogs (P8)."
    )
    completions = strawberry.field(
        resolver=completions, graphql_type=page_of(Completion), description="Courses that officers completed (P8)."
    )
    assignments = strawberry.field(
        resolver=assignments, graphql_type=page_of(Assignment), description="Officers' assignments to schools (P11)."
    )
    selection_criteria = strawberry.field(
        resolver=selection_criteria,
        graphql_type=page_of(SelectionCriteria),
        description="Versions of the criteria by which SROs are chosen (P1, P5).",
    )
    selections = strawberry.field(
        resolver=selections, graphql_type=page_of(Selection), description="Selections of SROs (P5)."
    )
    staff_training = strawberry.field(
        resolver=staff_training,
        graphql_type=page_of(StaffTraining),
        description="How many of a school's staff are trained in the operations of SROs (P8).",
    )
    training_needs = strawberry.field(
        resolver=training_needs,
        graphql_type=page_of(TrainingNeed),
        description="What officers are to learn, since a review showed it (P6).",
    )
    peer_events = strawberry.field(
        resolver=peer_events, graphql_type=page_of(PeerEvent), description="Events of SROs among their peers (P12)."
    )
    memberships = strawberry.field(
        resolver=memberships,
        graphql_type=page_of(Membership),
        description="Memberships of officers in professional organisations (P12).",
    )
    evaluations = strawberry.field(
        resolver=evaluations, graphql_type=page_of(Evaluation), description="Evaluations of officers (P6)."
    )
    officer_flags = strawberry.field(
        resolver=officer_flags,
        graphql_type=page_of(OfficerFlag),
        description="What the rules found of officers that is shown to this viewer, the last raised first.",
    )
    topic_coverage = strawberry.field(
        resolver=topic_coverage,
        graphql_type=page_of(TopicCoverage),
        description="Which of the recommended topics each officer was trained in, and which not (P8).",
    )
