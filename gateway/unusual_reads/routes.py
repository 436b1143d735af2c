"""`/v1/unusual-reads`: who read more than is usual, for the privacy officer to review."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.reveals.revealing import decision, scope_of, withheld
from gateway.reveals.rules import UNUSUAL_READS
from gateway.reveals.state import Revealing, RevealState
from gateway.state import GatewayState, State
from gateway.unusual_reads import store
from gateway.viewer import VIEWER_PROBLEMS, PurposeHeader, Viewer, reader_of_records, viewer_of
from shared.contracts.unusual_reads import UnusualRead, UnusualReadReview, UnusualReads
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.openapi import gives, takes
from shared.web.problems import Problem, problems

JSON = "application/json"
NEVER_KEPT = {"Cache-Control": "no-store"}
OWN_READS = "Nobody reviews the own reads; another privacy officer of the district does."

Reader = Annotated[Viewer, Depends(reader_of_records)]
Reviewer = Annotated[Caller, Depends(scoped("reveals.write"))]
TaskState = Annotated[
    Literal["open", "reviewed"] | None, Query(alias="state", description="Tasks in this state alone.")
]

router = APIRouter(prefix="/v1/unusual-reads", tags=["reveals"])


@router.get(
    "",
    responses=gives(UnusualReads, "The tasks.") | problems(*VIEWER_PROBLEMS, "actor-may-not-act", "invalid-value"),
    response_class=Response,
)
async def list_unusual_reads(
    viewer: Reader, state: State, revealing: RevealState, task_state: TaskState = None
) -> Response:
    """Reads of sealed parts that are out of the usual: many students in a day, or one student again and again.

    Those of the last 30 days, the newest first, until they are reviewed and after.
    """
    tasks = await _tasks(viewer, state, revealing)
    found = UnusualReads(unusual_reads=tuple(one for one in tasks if task_state in (None, one.state)))
    return Response(found.model_dump_json(), headers=NEVER_KEPT, media_type=JSON)


@router.post(
    "/{unusual_read_id}/review",
    openapi_extra=takes(UnusualReadReview),
    responses=gives(UnusualRead, "The task as it now stands.")
    | problems(*body.PROBLEM_CODES, *VIEWER_PROBLEMS, "actor-may-not-act", "not-found"),
    response_class=Response,
)
async def review_unusual_read(
    unusual_read_id: UUID,
    request: Request,
    caller: Reviewer,
    state: State,
    revealing: RevealState,
    purpose: PurposeHeader = None,
) -> Response:
    """Say what was found of a task. It may be said anew; nobody reviews the own reads."""
    said = body.parse(UnusualReadReview, await body.read(request, most=state.settings.body_bytes))
    viewer = viewer_of(caller, purpose)
    task = await _task(viewer, state, revealing, unusual_read_id)
    if task.client == viewer.client:
        raise Problem("actor-may-not-act", OWN_READS)
    await store.review(state.database, task, said.finding, by=viewer.client, at=datetime.now(UTC))
    reviewed = await _task(viewer, state, revealing, unusual_read_id)
    return Response(reviewed.model_dump_json(), headers=NEVER_KEPT, media_type=JSON)


async def _task(viewer: Viewer, state: GatewayState, revealing: Revealing, task_id: UUID) -> UnusualRead:
    """The task of this id. Raises Problem `not-found`."""
    found = next((one for one in await _tasks(viewer, state, revealing) if one.id == task_id), None)
    if found is None:
        raise Problem("not-found")
    return found


async def _tasks(viewer: Viewer, state: GatewayState, revealing: Revealing) -> list[UnusualRead]:
    """The tasks of the viewer's districts. Raises Problem `actor-may-not-act` with the rule that withholds them."""
    for custodian in viewer.lea_ids or ("",):
        rule = decision(viewer, scope_of(viewer, custodian), UNUSUAL_READS, None)
        if not rule.permits:
            raise Problem("actor-may-not-act", rule.reason, withheld=[withheld(rule)])
    return await store.unusual_reads(state.database, revealing.seal, viewer.lea_ids, at=datetime.now(UTC))
