"""Answers a root field that lists records: a page within the viewer's scope, cut to what the viewer may see."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strawberry.types import Info
from strawberry.utils.str_converters import to_snake_case

from gateway import documents
from gateway.around import FOLLOWING, incident_mask, with_what_follows
from gateway.documents import BY_DUE, BY_KEY, BY_RAISING, NEWEST_FIRST, SCATTERED, Condition, Order, Stored
from gateway.kinds import CLOCK, FLAG, INCIDENT, OFFICER_CONCLUSION, OFFICER_FLAG, PUBLISHED_TABLE
from gateway.limits import PAGE_MOST
from gateway.masks import Mask
from gateway.own_part import others_mask
from gateway.policy import AGENCY_RECORD, ANOTHER_STUDENT, EDUCATION_RECORD, PROGRAM_RECORD, PUBLIC_FACT, Rule
from gateway.reading import Reading
from gateway.selections import below, selected, withheld_paths
from gateway.viewer import OFFICER_ROLE, Scope
from shared.contracts.clocks import ClockRead
from shared.contracts.contract import Contract, Label
from shared.contracts.directory import Agency, District, School
from shared.contracts.evaluations import Evaluation
from shared.contracts.flags import Flag
from shared.contracts.incidents import Incident
from shared.contracts.officer_conclusions import OfficerFlag, TopicCoverage
from shared.contracts.peers import Membership, PeerEvent
from shared.contracts.published_tables import PublishedTable
from shared.contracts.selections import Selection, SelectionCriteria
from shared.contracts.staff_training import StaffTraining
from shared.contracts.training import Assignment, Completion, Course, Officer
from shared.contracts.training_needs import TrainingNeed
from shared.web.problems import Problem

Context = Info[Reading, None]
READ_RECORDS = "records.read"


@dataclass(frozen=True, slots=True)
class Listing:
    """A root field that lists documents of one kind, of one class of records; None: of whichever the viewer reads.

    Those `of_officers` an officer reads of the own work; those that are `shared` a district reads of its own schools.
    """

    kind: str
    contract: type[Contract]
    order: Order
    record_class: str | None = None
    of_officers: bool = False
    shared: bool = False

    def scope(self, reading: Reading) -> Scope | Rule:
        """What of them the viewer may see. Raises Problem `insufficient-scope` for a token that reads no records."""
        if self.record_class != PUBLIC_FACT:
            reading.require(READ_RECORDS)
        viewer = reading.viewer
        if self.of_officers and viewer.role == OFFICER_ROLE:
            return viewer.own_file()
        if self.shared and viewer.record_class == EDUCATION_RECORD and viewer.family is None:
            return viewer.scope(PROGRAM_RECORD)
        scope = viewer.scope(self.record_class or viewer.record_class)
        if isinstance(scope, Scope) and scope.family is not None and self.kind != INCIDENT:
            return viewer.decide(ANOTHER_STUDENT, scope.record_class, Label.STUDENT)
        return scope

    def ordered(self, scope: Scope) -> Order:
        """The order in which they stand for the viewer: in none that tells when a de-identified record was."""
        return SCATTERED if scope.de_identified else self.order

    def mask(self, reading: Reading, scope: Scope) -> Mask:
        """What of their fields the viewer may see."""
        return (
            incident_mask(reading.viewer, scope) if self.kind == INCIDENT else reading.viewer.mask(self.contract, scope)
        )


INCIDENTS = Listing(INCIDENT, Incident, NEWEST_FIRST)
FLAGS = Listing(FLAG, Flag, BY_RAISING)
CLOCKS = Listing(CLOCK, ClockRead, BY_DUE, of_officers=True)
OFFICERS = Listing("officer", Officer, BY_KEY, AGENCY_RECORD, of_officers=True)
COURSES = Listing("course", Course, BY_KEY, AGENCY_RECORD, of_officers=True)
COMPLETIONS = Listing("completion", Completion, BY_KEY, AGENCY_RECORD, of_officers=True)
ASSIGNMENTS = Listing("assignment", Assignment, BY_KEY, AGENCY_RECORD, of_officers=True, shared=True)
SELECTION_CRITERIA = Listing("selection_criteria", SelectionCriteria, BY_KEY, AGENCY_RECORD)
SELECTIONS = Listing("selection", Selection, BY_KEY, AGENCY_RECORD, shared=True)
STAFF_TRAINING = Listing("staff_training", StaffTraining, BY_KEY, AGENCY_RECORD, of_officers=True, shared=True)
TRAINING_NEEDS = Listing("training_need", TrainingNeed, BY_KEY, AGENCY_RECORD, of_officers=True)
PEER_EVENTS = Listing("peer_event", PeerEvent, BY_KEY, AGENCY_RECORD, of_officers=True)
MEMBERSHIPS = Listing("membership", Membership, BY_KEY, AGENCY_RECORD, of_officers=True)
EVALUATIONS = Listing("evaluation", Evaluation, BY_KEY, AGENCY_RECORD, of_officers=True)
OFFICER_FLAGS = Listing(OFFICER_FLAG, OfficerFlag, BY_RAISING, AGENCY_RECORD, of_officers=True, shared=True)
TOPIC_COVERAGE = Listing(OFFICER_CONCLUSION, TopicCoverage, BY_KEY, AGENCY_RECORD, of_officers=True)
SCHOOLS = Listing("school", School, BY_KEY, PUBLIC_FACT)
AGENCIES = Listing("agency", Agency, BY_KEY, PUBLIC_FACT)
DISTRICTS = Listing("district", District, BY_KEY, PUBLIC_FACT)
PUBLISHED_TABLES = Listing(PUBLISHED_TABLE, PublishedTable, BY_KEY, PUBLIC_FACT)


async def listed(
    info: Context,
    listing: Listing,
    first: int,
    after: str | None,
    conditions_in: Callable[[Scope], list[Condition] | Rule],
) -> dict[str, Any] | None:
    """A connection (Relay): null with an entry where the viewer has no scope.

    A rule instead of conditions withholds a field that they look at: then nothing matches, with an entry.
    """
    reading = info.context
    if not 0 <= first <= PAGE_MOST:
        raise Problem("invalid-value", f"first is from 0 to {PAGE_MOST}.")
    scope = listing.scope(reading)
    if isinstance(scope, Rule):
        reading.withhold(root_of(info), scope)
        return None
    place = None if after is None else reading.place_of(after, listing.ordered(scope))
    conditions = conditions_in(scope)
    if isinstance(conditions, Rule):
        reading.withhold(root_of(info), conditions)
        return await _connection(info, listing, scope, [], has_next=False, after=after, count=_nothing)
    found = await reading.read(
        lambda snapshot: documents.page(
            snapshot, scope, listing.kind, conditions, order=listing.ordered(scope), after=place, first=first + 1
        )
    )

    async def count() -> int:
        return await reading.read(lambda snapshot: documents.count(snapshot, scope, listing.kind, conditions))

    return await _connection(info, listing, scope, found[:first], has_next=len(found) > first, after=after, count=count)


async def _connection(
    info: Context,
    listing: Listing,
    scope: Scope,
    page: Sequence[Stored],
    *,
    has_next: bool,
    after: str | None,
    count: Callable[[], Awaitable[int]],
) -> dict[str, Any]:
    reading = info.context
    found = await nodes_of(info, listing, scope, page, "edges", "node")
    cursors = [reading.cursor_to(stored, listing.ordered(scope)) for stored in page]
    return {
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, found, strict=True)],
        "page_info": {
            "has_next_page": has_next,
            "has_previous_page": after is not None,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        },
        "count": count,
    }


async def _nothing() -> int:
    return 0


async def nodes_of(
    info: Context, listing: Listing, scope: Scope, page: Sequence[Stored], *way: str
) -> list[dict[str, Any]]:
    """The documents as the viewer may see them; `way` leads from the root field to where they stand.

    What follows from incidents is read once for the whole page, as far as it is asked for.
    """
    reading = info.context
    mask = listing.mask(reading, scope)
    asked: set[str] = set()
    for root in info.selected_fields:
        for place, selections in below(getattr(root, "selections", []), root_of(info), *way):
            asked |= {to_snake_case(node.name) for _, node in selected(selections)}
            if mask.withholds:
                for path, rule in withheld_paths(mask, selections, place):
                    reading.withhold(path, rule)
    following = asked & FOLLOWING.keys() - mask.withheld.keys() if listing.kind == INCIDENT else set()
    found = await with_what_follows(reading, scope, page, mask, following)
    if any(stored.id in reading.cut for stored in page):
        others = others_mask(reading.viewer.decide(ANOTHER_STUDENT, scope.record_class, Label.STUDENT))
        for root in info.selected_fields:
            for place, selections in below(getattr(root, "selections", []), root_of(info), *way):
                for path, rule in withheld_paths(others, selections, place):
                    reading.withhold(path, rule)
    return found


def root_of(info: Context) -> tuple[str, ...]:
    """The path of the root field that is being answered."""
    return (str(info.path.key),)
