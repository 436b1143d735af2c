"""What is due, of whom, and by when (P5, P8, P11)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.training.conclusion.listing import Asked, listed
from services.training.conclusion.rules import Concluded, day_of
from services.training.sight import sight_of
from services.training.state import Judged
from shared.clocks.engine import read
from shared.contracts.clocks import ClockRead, ClockState
from shared.contracts.contract import Day, Identifier, Ori
from shared.contracts.officer_conclusions import ClockList
from shared.web.caller import Caller, scoped
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives
from shared.web.problems import problems
from shared.web.writes import JSON

Reader = Annotated[Caller, Depends(scoped("records.read"))]
Kind = Annotated[Identifier | None, Query(description="Clocks of this kind, such as P8-BASIC-40H.")]
AsOf = Annotated[Day | None, Query(description="The answer on that day, from the facts known now; else on this day.")]

router = APIRouter(prefix="/v1/clocks", tags=["clocks"])


@router.get(
    "",
    responses=gives(ClockList, "A page of clocks, by officer.")
    | problems("insufficient-scope", "not-found", "invalid-value", "unknown-code", "invalid-cursor"),
    response_class=Response,
)
async def list_clocks(
    request: Request,
    caller: Reader,
    state: State,
    limits: Judged,
    ori: Ori | None = None,
    officer_number: Identifier | None = None,
    kind: Kind = None,
    clock_state: Annotated[ClockState | None, Query(alias="state")] = None,
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """What is due, for officers of the caller's agencies; an officer is shown what is the officer's own."""
    today = as_of or day_of(datetime.now(UTC), limits)

    def items(concluded: Concluded) -> Iterator[tuple[str, ClockRead]]:
        """The clocks of one officer that were asked for, as they stand on the day."""
        for clock in concluded.conclusion.clocks:
            known = read(clock, today)
            if kind in (None, clock.kind) and clock_state in (None, known.state):
                yield f"{clock.kind}:{clock.detail or ''}", known

    after = begins_after(state, request, caller.client, cursor)
    asked = Asked(sight_of(caller, ori, officer_number), today, after)
    rows = await listed(state.database, limits, asked, items, limit=limit + 1)
    found = page(state, request, caller.client, rows, limit)
    clocks = ClockList(clocks=tuple(row["item"] for row in found.rows), next=found.next)
    return Response(clocks.model_dump_json(), headers=found.headers, media_type=JSON)
