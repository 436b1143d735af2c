"""Who has how many hours of which curriculum (P8)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.training.clock.routes import AsOf
from services.training.conclusion.listing import Asked, listed
from services.training.conclusion.rules import Concluded, day_of
from services.training.sight import sight_of
from services.training.state import Judged
from shared.contracts.contract import Identifier, Ori
from shared.contracts.officer_conclusions import OfficerHours, OfficerHoursList
from shared.contracts.training import Curriculum
from shared.web.caller import Caller, scoped
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives
from shared.web.problems import problems
from shared.web.writes import JSON

Reader = Annotated[Caller, Depends(scoped("records.read"))]
Least = Annotated[float, Query(ge=0, le=1_000, description="Officers with at least so many verified hours.")]

router = APIRouter(prefix="/v1/curriculum-hours", tags=["completions"])


@router.get(
    "",
    responses=gives(OfficerHoursList, "A page of hours, by officer.")
    | problems("insufficient-scope", "not-found", "invalid-value", "unknown-code", "invalid-cursor"),
    response_class=Response,
)
async def list_hours(
    request: Request,
    caller: Reader,
    state: State,
    limits: Judged,
    ori: Ori | None = None,
    officer_number: Identifier | None = None,
    curriculum: Curriculum | None = None,
    least_verified: Least = 0,
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Hours of officers of the caller's agencies, summed over the parts of each curriculum: who is current in it."""
    today = as_of or day_of(datetime.now(UTC), limits)

    def items(concluded: Concluded) -> Iterator[tuple[str, OfficerHours]]:
        """The hours of one officer that were asked for."""
        known = concluded.conclusion
        for one in known.curricula:
            if curriculum in (None, one.curriculum) and one.verified_hours >= least_verified:
                hours = OfficerHours(**dict(one), ori=known.ori, officer_number=known.officer_number)
                yield one.curriculum, hours

    after = begins_after(state, request, caller.client, cursor)
    asked = Asked(sight_of(caller, ori, officer_number), today, after)
    rows = await listed(state.database, limits, asked, items, limit=limit + 1)
    found = page(state, request, caller.client, rows, limit)
    hours = OfficerHoursList(hours=tuple(row["item"] for row in found.rows), next=found.next)
    return Response(hours.model_dump_json(), headers=found.headers, media_type=JSON)
