"""What each side says of a contact: was it a matter for an officer at all (P3, P7)?"""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.incidents.conclusion.matter import Matter
from services.incidents.incident.keys import IncidentPath, own
from services.incidents.incident.unstorable import unstorable_in
from services.incidents.judgement import store
from services.incidents.judgement.store import Incoming
from services.incidents.sides import AGENCY, is_before, side_of, takes_part
from services.incidents.state import Rules, Sealing
from shared.contracts.judgements import JudgementReceipt, JudgementReport, Side
from shared.contracts.record import LIVE
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.held import State
from shared.web.openapi import gives, takes
from shared.web.problems import Problem, problems
from shared.web.writes import PUT_PROBLEMS, ExpectedVersion, answer_put, standing, writing

OF_OTHERS = "Who took part in a contact does not judge it: a supervisor who did not may."

Writer = Annotated[Caller, Depends(scoped("judgements.write"))]

router = APIRouter(prefix="/v1/incidents", tags=["judgements"])


@router.put(
    "/{ori}/{incident_number}/judgements/{side}",
    openapi_extra=takes(JudgementReport),
    responses=gives(JudgementReceipt, "Kept.")
    | gives(JudgementReceipt, "New.", 201)
    | problems(*PUT_PROBLEMS, "actor-may-not-act", "not-found", "illegal-transition"),
    response_class=Response,
)
async def put_judgement(
    request: Request,
    key: IncidentPath,
    side: Side,
    caller: Writer,
    state: State,
    vault: Sealing,
    rulebook: Rules,
    expected: ExpectedVersion,
) -> Response:
    """Say what one side thinks of a contact. Each side says its own; the same again changes nothing."""
    if side_of(caller, side) == AGENCY:
        own(caller, key.ori)
    report = body.parse(JudgementReport, await body.read(request, most=state.settings.body_bytes), unstorable_in)
    incoming = Incoming(str(key), side, report, caller.role, caller.client, datetime.now(UTC))
    async with writing(state):
        kept, agreement = await store.put_judgement(
            state.database, vault, rulebook, incoming, keeper=partial(_keeper, caller), expected=expected
        )
    return answer_put(state, kept, lambda judgement: JudgementReceipt(**standing(judgement, LIVE), agreement=agreement))


def _keeper(caller: Caller, matter: Matter | None) -> str:
    """The organisation that keeps what the caller says of an incident: its own agency, or the district it is before.

    Raises Problem `not-found` where the incident is not before the caller, `illegal-transition` where it is void, and
    `actor-may-not-act` for its own officers, or an officer of whom it is not known whether it is one of them.
    """
    if matter is None or not is_before(caller, matter.incident, matter.delivery):
        raise Problem("not-found")
    if not matter.is_live:
        raise Problem("illegal-transition", "The record is void: a PUT brings it back.")
    is_nameless = caller.role == "officer" and caller.officer_number is None
    if is_nameless or takes_part(caller, matter.incident):
        raise Problem("actor-may-not-act", OF_OTHERS)
    if side_of(caller) == AGENCY or matter.delivery is None:
        return matter.incident.ori
    return matter.delivery.lea_id
