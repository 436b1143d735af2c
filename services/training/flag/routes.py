"""What the principles' rules find of officers and their records (P0, P5, P8, P11)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.training.clock.routes import AsOf
from services.training.conclusion.listing import Asked, listed
from services.training.conclusion.rules import Concluded, day_of, name_of
from services.training.sight import sees, sight_of
from services.training.state import Judged
from shared.contracts.contract import Identifier, Ori
from shared.contracts.officer_conclusions import OfficerFlagList, OfficerFlagRead
from shared.findings.life import CORRECTED
from shared.web.caller import Caller, scoped
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives
from shared.web.problems import problems
from shared.web.writes import JSON

Reader = Annotated[Caller, Depends(scoped("records.read"))]
Code = Annotated[Identifier | None, Query(description="Flags of this code, such as P8-BASIC-OVERDUE.")]

router = APIRouter(prefix="/v1/flags", tags=["flags"])


@router.get(
    "",
    responses=gives(OfficerFlagList, "A page of the flags that are raised, by officer.")
    | problems("insufficient-scope", "not-found", "invalid-value", "invalid-cursor"),
    response_class=Response,
)
async def list_flags(
    request: Request,
    caller: Reader,
    state: State,
    limits: Judged,
    ori: Ori | None = None,
    officer_number: Identifier | None = None,
    code: Code = None,
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """The flags that are raised for officers of the caller's agencies, each to those whom its rule names."""
    today = as_of or day_of(datetime.now(UTC), limits)

    def items(concluded: Concluded) -> Iterator[tuple[str, OfficerFlagRead]]:
        """The flags of one officer that were asked for and that the caller is shown."""
        for flag_id, flag in concluded.flags.items():
            if flag.state != CORRECTED and code in (None, flag.code) and sees(caller, flag.seen_by):
                yield name_of(flag), OfficerFlagRead(**dict(flag), id=flag_id)

    after = begins_after(state, request, caller.client, cursor)
    asked = Asked(sight_of(caller, ori, officer_number), today, after)
    rows = await listed(state.database, limits, asked, items, limit=limit + 1)
    found = page(state, request, caller.client, rows, limit)
    flags = OfficerFlagList(flags=tuple(row["item"] for row in found.rows), next=found.next)
    return Response(flags.model_dump_json(), headers=found.headers, media_type=JSON)
