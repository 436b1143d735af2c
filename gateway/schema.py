"""The GraphQL schema: its root fields, each answered from documents within the viewer's scope."""

from dataclasses import asdict
from typing import Annotated, Any

import strawberry

from gateway import documents
from gateway.connections import (
    AGENCIES,
    CLOCKS,
    DISTRICTS,
    FLAGS,
    INCIDENTS,
    SCHOOLS,
    Context,
    Listing,
    listed,
    nodes_of,
    root_of,
)
from gateway.documents import Condition
from gateway.filters import CLOCK_FILTERS, FLAG_FILTERS, INCIDENT_FILTERS, Filters, conditions, incident_key
from gateway.limits import PAGE_DEFAULT, PAGE_MOST
from gateway.officer_fields import OfficerFields
from gateway.policy import NONE, Rule
from gateway.published.fields import PublishedFields
from gateway.summaries.fields import CountFields
from gateway.types import DateTime, page_of, record_type
from shared.contracts.clocks import ClockRead
from shared.contracts.contract import Label
from shared.contracts.directory import Agency, District, School
from shared.contracts.flags import Flag
from shared.contracts.incidents import Incident


@strawberry.input(description="Which incidents; every condition holds.")
class IncidentFilter:
    """Which incidents; every condition holds."""

    ori: str | None = strawberry.field(default=None, description="Agency that owns the record.")
    lea_id: str | None = strawberry.field(default=None, description="District of the school.")
    school_id: str | None = strawberry.field(default=None, description="School.")
    occurred_from: DateTime | None = strawberry.field(default=None, description="Not before this time or day (UTC).")
    occurred_to: DateTime | None = strawberry.field(
        default=None, description="Before this time, or not after this day (UTC)."
    )
    flag: str | None = strawberry.field(
        default=None, description="A flag of this code stands on it that is shown to this viewer."
    )
    initiated_by: str | None = strawberry.field(default=None, description="Who prompted the response.")
    outcome: str | None = strawberry.field(default=None, description="Some outcome is of this type.")
    action: str | None = strawberry.field(default=None, description="Some action is of this type.")
    source_system: str | None = strawberry.field(default=None, description="Records system it came from.")
    student_ref: str | None = strawberry.field(
        default=None, description="A student, by the district's own reference; never for a law enforcement role (P7)."
    )


@strawberry.input(description="Which flags; every condition holds.")
class FlagFilter:
    """Which flags; every condition holds."""

    ori: str | None = strawberry.field(default=None, description="Agency that owns the incident.")
    lea_id: str | None = strawberry.field(default=None, description="District of the incident's school.")
    school_id: str | None = strawberry.field(default=None, description="The incident's school.")
    code: str | None = strawberry.field(default=None, description="Code, such as P3-DISCIPLINE.")
    state: str | None = strawberry.field(default=None, description="open, explained, upheld or corrected.")
    severity: str | None = strawberry.field(default=None, description="H, M or I.")
    id: strawberry.ID | None = strawberry.field(default=None, description="Id, as a webhook tells it.")


@strawberry.input(description="Which clocks; every condition holds.")
class ClockFilter:
    """Which clocks; every condition holds."""

    ori: str | None = strawberry.field(default=None, description="Agency that owns the incident.")
    lea_id: str | None = strawberry.field(default=None, description="District of the incident's school.")
    kind: str | None = strawberry.field(default=None, description="Kind, such as P3-JUDGEMENT.")
    state: str | None = strawberry.field(default=None, description="State now, such as overdue.")
    due_before: DateTime | None = strawberry.field(
        default=None, description="Over at this time, or the last day is before this one."
    )
    id: strawberry.ID | None = strawberry.field(default=None, description="Id, as a webhook tells it.")


@strawberry.type(description="Who this request is, as the policy sees it.")
class ViewerType:
    """Who this request is."""

    role: str | None
    organisations: list[str] | None = strawberry.field(description="Agencies, districts and schools it acts for.")
    children: list[strawberry.ID] | None = strawberry.field(description="Students a guardian asks about; else null.")


@strawberry.type(description="GraphQL points of this client: a point for each record that a query may return.")
class RateLimitType:
    """GraphQL points of this client."""

    cost: int | None = strawberry.field(description="What this query costs.")
    limit: int | None = strawberry.field(description="Points a minute.")
    remaining: int | None = strawberry.field(description="What is left in this minute.")
    reset_at: DateTime | None = strawberry.field(description="When the next minute begins.")


async def viewer(info: Context) -> dict[str, Any]:
    """Role and organisations of the request, and the children over whose records it has the rights."""
    seen = info.context.viewer
    children = None if seen.family is None else await info.context.children_held()
    return {"role": seen.role, "organisations": list(seen.organisations), "children": children}


async def rate_limit(info: Context) -> dict[str, Any] | None:
    """The points of the client."""
    points = info.context.points
    if points is None:
        return None
    return {
        "cost": points.cost,
        "limit": points.limit,
        "remaining": points.remaining,
        "reset_at": points.reset_at.isoformat(timespec="seconds"),
    }


Ori = Annotated[str, strawberry.argument(description="Agency that owns the record, 9 characters.")]
Number = Annotated[str, strawberry.argument(description="The agency's incident number.")]
First = Annotated[int, strawberry.argument(description=f"Most records of the page, up to {PAGE_MOST}.")]
After = Annotated[str | None, strawberry.argument(description="Cursor of the record that the page follows.")]
Wanted = Annotated[IncidentFilter | None, strawberry.argument(name="filter", description="Which incidents.")]
WantedFlags = Annotated[FlagFilter | None, strawberry.argument(name="filter", description="Which flags.")]
WantedClocks = Annotated[ClockFilter | None, strawberry.argument(name="filter", description="Which clocks.")]
LeaId = Annotated[str | None, strawberry.argument(description="Schools of this district alone.")]


async def incident(info: Context, ori: Ori, incident_number: Number) -> dict[str, Any] | None:
    """One incident. Null has the same entry whether there is none or it is not the viewer's."""
    reading = info.context
    scope = INCIDENTS.scope(reading)
    if isinstance(scope, Rule):
        reading.withhold(root_of(info), scope)
        return None
    if rule := reading.viewer.indirectly(scope):
        reading.withhold(root_of(info), rule)
        return None
    key = incident_key(ori, incident_number)
    stored = await reading.read(lambda snapshot: documents.one(snapshot, scope, INCIDENTS.kind, key))
    if stored is None:
        reading.withhold(root_of(info), reading.viewer.decide(NONE, scope.record_class, Label.FACT))
        return None
    return (await nodes_of(info, INCIDENTS, scope, [stored]))[0]


async def incidents(
    info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None
) -> dict[str, Any] | None:
    """Incidents, newest first."""
    return await _found(info, INCIDENTS, INCIDENT_FILTERS, wanted, first, after)


async def flags(
    info: Context, wanted: WantedFlags = None, first: First = PAGE_DEFAULT, after: After = None
) -> dict[str, Any] | None:
    """Flags, the last raised first."""
    return await _found(info, FLAGS, FLAG_FILTERS, wanted, first, after)


async def clocks(
    info: Context, wanted: WantedClocks = None, first: First = PAGE_DEFAULT, after: After = None
) -> dict[str, Any] | None:
    """Clocks, what is due first."""
    return await _found(info, CLOCKS, CLOCK_FILTERS, wanted, first, after)


async def _found(
    info: Context,
    listing: Listing,
    filters: Filters,
    wanted: IncidentFilter | FlagFilter | ClockFilter | None,
    first: int,
    after: str | None,
) -> dict[str, Any] | None:
    asked = {} if wanted is None else asdict(wanted)
    return await listed(info, listing, first, after, lambda scope: conditions(filters, asked, info.context, scope))


async def schools(
    info: Context, lea_id: LeaId = None, first: First = PAGE_DEFAULT, after: After = None
) -> dict[str, Any] | None:
    """Schools of the directory, by their NCES id."""
    conditions = [] if lea_id is None else [Condition("lea_id = {}", [lea_id])]
    return await listed(info, SCHOOLS, first, after, lambda _: conditions)


async def agencies(info: Context, first: First = PAGE_DEFAULT, after: After = None) -> dict[str, Any] | None:
    """Law enforcement agencies of the directory, by their ORI."""
    return await listed(info, AGENCIES, first, after, lambda _: [])


async def districts(info: Context, first: First = PAGE_DEFAULT, after: After = None) -> dict[str, Any] | None:
    """School districts of the directory, by their NCES id."""
    return await listed(info, DISTRICTS, first, after, lambda _: [])


@strawberry.type(description="What can be read. Lists are Relay connections; what is withheld is in extensions.ferpa.")
class Query(CountFields, OfficerFields, PublishedFields):
    """The root fields."""

    viewer = strawberry.field(resolver=viewer, graphql_type=ViewerType | None, description="Who this request is.")
    incident = strawberry.field(
        resolver=incident,
        graphql_type=record_type(Incident) | None,
        description="One incident. Null is answered alike whether there is none or it is not the viewer's.",
    )
    incidents = strawberry.field(
        resolver=incidents,
        graphql_type=page_of(Incident),
        description="Incidents, the newest first.",
    )
    flags = strawberry.field(
        resolver=flags,
        graphql_type=page_of(Flag),
        description="Flags that are shown to this viewer, the last raised first.",
    )
    clocks = strawberry.field(
        resolver=clocks,
        graphql_type=page_of(ClockRead),
        description="Clocks as they stand now, what is due first.",
    )
    schools = strawberry.field(
        resolver=schools,
        graphql_type=page_of(School),
        description="Schools of the directory, by NCES id.",
    )
    agencies = strawberry.field(
        resolver=agencies,
        graphql_type=page_of(Agency),
        description="Law enforcement agencies of the directory, by ORI.",
    )
    districts = strawberry.field(
        resolver=districts,
        graphql_type=page_of(District),
        description="School districts of the directory, by NCES id.",
    )
    rate_limit = strawberry.field(
        resolver=rate_limit, graphql_type=RateLimitType | None, description="GraphQL points of this client."
    )
