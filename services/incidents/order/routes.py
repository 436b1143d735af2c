"""Orders of courts over HTTP: a record, or one person of it, sealed or expunged; and the order that lifts that."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.incidents.incident.keys import IncidentKey, IncidentPath, own
from services.incidents.order import rules, store
from services.incidents.order.store import Act, Given
from services.incidents.state import Rules, Sealing
from shared.contracts.orders import LiftReport, OrderReport
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.held import Held, State
from shared.web.openapi import takes
from shared.web.problems import problems
from shared.web.writes import WRITE_PROBLEMS, writing

DONE: dict[int | str, dict[str, Any]] = {204: {"description": "Done, whether there was anything to take out or not."}}
FARTHEST_EAST = timedelta(hours=14)
"""How far a day somewhere on earth is ahead of UTC."""

Clerk = Annotated[Caller, Depends(scoped("orders.write"))]

router = APIRouter(prefix="/v1/incidents", tags=["orders"])


@router.post(
    "/{ori}/{incident_number}/seal",
    openapi_extra=takes(OrderReport),
    responses=DONE | problems(*WRITE_PROBLEMS, "in-the-future"),
    status_code=204,
    response_class=Response,
)
async def seal_incident(
    request: Request, key: IncidentPath, caller: Clerk, state: State, vault: Sealing, rulebook: Rules
) -> Response:
    """Take a record, or people of it, out of everything by order of a court, until another order lifts that.

    Nothing of what is sealed is kept here: after a lift the agency sends it again.
    """
    return await _carry_out(request, key, "seal", caller, state, vault, rulebook)


@router.post(
    "/{ori}/{incident_number}/expunge",
    openapi_extra=takes(OrderReport),
    responses=DONE | problems(*WRITE_PROBLEMS, "in-the-future"),
    status_code=204,
    response_class=Response,
)
async def expunge_incident(
    request: Request, key: IncidentPath, caller: Clerk, state: State, vault: Sealing, rulebook: Rules
) -> Response:
    """Take a record, or people of it, out of everything by order of a court. The order may come before the record."""
    return await _carry_out(request, key, "expunge", caller, state, vault, rulebook)


@router.post(
    "/{ori}/{incident_number}/lift-order",
    openapi_extra=takes(LiftReport),
    responses=DONE | problems(*WRITE_PROBLEMS, "in-the-future"),
    status_code=204,
    response_class=Response,
)
async def lift_order(request: Request, key: IncidentPath, caller: Clerk, state: State, vault: Sealing) -> Response:
    """Let be taken in again what an order kept out: what the body names, exactly."""
    own(caller, key.ori)
    content, today = await body.read(request, most=state.settings.body_bytes), _today()
    report = body.parse(LiftReport, content, lambda lifted: rules.order_faults(lifted.order, today))
    async with writing(state):
        await store.lift(state.database, vault, key, report.person_numbers)
    return Response(status_code=204)


async def _carry_out(
    request: Request, key: IncidentKey, act: Act, caller: Caller, state: Held, vault: Sealing, rulebook: Rules
) -> Response:
    own(caller, key.ori)
    content, now = await body.read(request, most=state.settings.body_bytes), datetime.now(UTC)
    report = body.parse(OrderReport, content, partial(rules.faults, today=_today()))
    given = Given(str(key), act, report, caller.client, now)
    async with writing(state):
        position = await store.carry_out(state.database, vault, rulebook, key, given)
    headers = {"Daylight-Position": f"{state.service}:{position}"} if position else {}
    return Response(status_code=204, headers=headers)


def _today() -> date:
    """The newest day that has begun anywhere."""
    return (datetime.now(UTC) + FARTHEST_EAST).date()
