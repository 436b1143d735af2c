"""Answers a root field that lists records: a page within the viewer's scope, cut to what the viewer may see."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from strawberry.types import Info

from gateway import documents
from gateway.documents import BY_KEY, NEWEST_FIRST, Condition, Order, Stored
from gateway.limits import PAGE_MOST
from gateway.policy import AGENCY_RECORD, PUBLIC_FACT, Rule
from gateway.reading import Reading, shown
from gateway.selections import below, withheld_paths
from gateway.viewer import Scope
from shared.contracts.contract import Contract
from shared.contracts.directory import Agency, District, School
from shared.contracts.incidents import Incident
from shared.web.problems import Problem

Context = Info[Reading, None]
READ_RECORDS = "records.read"


@dataclass(frozen=True, slots=True)
class Listing:
    """A root field that lists records of one kind."""

    kind: str
    contract: type[Contract]
    record_class: str
    order: Order


INCIDENTS = Listing("incident", Incident, AGENCY_RECORD, NEWEST_FIRST)
SCHOOLS = Listing("school", School, PUBLIC_FACT, BY_KEY)
AGENCIES = Listing("agency", Agency, PUBLIC_FACT, BY_KEY)
DISTRICTS = Listing("district", District, PUBLIC_FACT, BY_KEY)


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
    if listing.record_class != PUBLIC_FACT:
        reading.require(READ_RECORDS)
    scope = reading.viewer.scope(listing.record_class)
    if isinstance(scope, Rule):
        reading.withhold(root_of(info), scope)
        return None
    place = None if after is None else reading.place_of(after, listing.order)
    conditions = conditions_in(scope)
    if isinstance(conditions, Rule):
        reading.withhold(root_of(info), conditions)
        return _connection(info, listing, scope, [], has_next=False, after=after, count=_nothing)
    found = await reading.read(
        lambda snapshot: documents.page(
            snapshot, scope, listing.kind, conditions, order=listing.order, after=place, first=first + 1
        )
    )

    async def count() -> int:
        return await reading.read(lambda snapshot: documents.count(snapshot, scope, listing.kind, conditions))

    return _connection(info, listing, scope, found[:first], has_next=len(found) > first, after=after, count=count)


def _connection(
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
    found = nodes_of(info, listing, scope, page, "edges", "node")
    cursors = [reading.cursor_to(stored, listing.order) for stored in page]
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


def nodes_of(info: Context, listing: Listing, scope: Scope, page: Sequence[Stored], *way: str) -> list[dict[str, Any]]:
    """The documents as the viewer may see them; `way` leads from the root field to where they stand."""
    reading = info.context
    mask = reading.viewer.mask(listing.contract, listing.record_class, scope.relationship)
    if mask.withholds:
        for root in info.selected_fields:
            for place, selections in below(getattr(root, "selections", []), root_of(info), *way):
                for path, rule in withheld_paths(mask, selections, place):
                    reading.withhold(path, rule)
    return [shown(stored, mask) for stored in page]


def root_of(info: Context) -> tuple[str, ...]:
    """The path of the root field that is being answered."""
    return (str(info.path.key),)
