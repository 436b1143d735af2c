"""Answers over HTTP: a merge patch of what a report left open."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.incidents.answer import store
from services.incidents.answer.patching import NotAnswerable
from services.incidents.answer.store import RecordIsVoid
from services.incidents.incident.keys import IncidentPath, readable
from services.incidents.incident.receipts import receipt
from services.incidents.incident.store import what_follows
from services.incidents.state import Rules, Sealing
from shared.contracts.answers import IncidentAnswers
from shared.contracts.incident_reads import IncidentReceipt
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.conditional import DryRun
from shared.web.held import State
from shared.web.openapi import gives, takes
from shared.web.problems import Problem, problems
from shared.web.writes import PUT_PROBLEMS, ExpectedVersion, answer_put, existing, writing

Writer = Annotated[Caller, Depends(scoped("incidents.write"))]

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


@router.patch(
    "/{ori}/{incident_number}",
    openapi_extra=takes(IncidentAnswers, body.MERGE_PATCH_TYPES[0]),
    responses=gives(IncidentReceipt, "Answered.")
    | problems(*PUT_PROBLEMS, "not-found", "illegal-transition", "time-order", "in-the-future"),
    response_class=Response,
)
async def patch_incident(
    request: Request,
    key: IncidentPath,
    caller: Writer,
    state: State,
    vault: Sealing,
    rulebook: Rules,
    expected: ExpectedVersion,
    dry_run: DryRun = False,
) -> Response:
    """Answer what a report left open, with a merge patch whose elements are named by their numbers.

    Null takes an answer back. An answer holds until a later report changes what the one before it said.
    """
    readable(caller, key.ori)
    content = await body.read(request, most=state.settings.body_bytes, media_types=body.MERGE_PATCH_TYPES)
    patch, now = body.parse(IncidentAnswers, content), datetime.now(UTC)
    async with writing(state):
        try:
            outcome = await store.patch_incident(
                state.database,
                vault,
                rulebook,
                key,
                patch,
                by=caller.client,
                at=now,
                expected=expected,
                dry_run=dry_run,
            )
        except NotAnswerable as refused:
            raise Problem.of_faults(refused.faults) from None
        except RecordIsVoid:
            raise Problem("illegal-transition", "The record is void: a PUT brings it back.") from None
    kept = existing(outcome)
    return answer_put(state, kept, partial(receipt, follows=await what_follows(state.database, kept)))
