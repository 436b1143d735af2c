"""Clocks over HTTP: what is due, and whether it was met."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.incidents.clock import store
from services.incidents.clock.store import Filter
from services.incidents.incident.keys import readable
from services.incidents.sides import AGENCY, sight_of
from shared.clocks.engine import DueSoon
from shared.contracts.clocks import NOT_OF_THE_SCHOOL, ClockList, ClockState
from shared.contracts.contract import Day, Identifier, IncidentNumber, Ori
from shared.contracts.record import Withheld
from shared.web.caller import Caller, scoped
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives
from shared.web.problems import problems
from shared.web.writes import JSON

WITHHELD_FROM_THE_SCHOOL = tuple(
    Withheld(
        path=("clocks", kind),
        rule="CLOCK-OF-THE-AGENCY",
        section="P4",
        reason="Whether officers document in time is for their supervisors; the school is given what they document.",
        who_may="The agency that owns the record.",
    )
    for kind in NOT_OF_THE_SCHOOL
)

Reader = Annotated[Caller, Depends(scoped("incidents.read"))]

router = APIRouter(prefix="/v1/clocks", tags=["clocks"])


@router.get(
    "",
    responses=gives(ClockList, "A page of clocks.")
    | problems("insufficient-scope", "actor-may-not-act", "not-found", "invalid-value", "invalid-cursor"),
    response_class=Response,
)
async def list_clocks(
    request: Request,
    caller: Reader,
    state: State,
    ori: Ori | None = None,
    kind: Identifier | None = None,
    clock_state: Annotated[ClockState | None, Query(alias="state")] = None,
    incident_number: IncidentNumber | None = None,
    as_of: Day | None = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """What is due for the agency's contacts, or for those that the school was given, and whether it was met.

    With `as_of`, as it stands when that day ends, by the facts that are known now. An officer sees the own contacts.
    """
    sight = sight_of(caller)
    if ori is not None and sight.side == AGENCY:
        readable(caller, ori)
    settings = state.settings
    rows = await store.list_clocks(
        state.database,
        sight,
        Filter(datetime.now(UTC), ori, kind, clock_state, incident_number, as_of),
        DueSoon(settings.due_soon_share, settings.due_soon_days),
        after=begins_after(state, request, caller.client, cursor),
        limit=limit + 1,
    )
    found = page(state, request, caller.client, rows, limit)
    clocks = ClockList(
        clocks=tuple(row["clock"] for row in found.rows),
        next=found.next,
        withheld=() if sight.side == AGENCY else WITHHELD_FROM_THE_SCHOOL,
    )
    return Response(clocks.model_dump_json(), headers=found.headers, media_type=JSON)
