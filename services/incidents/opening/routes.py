"""The two inboxes of a contact's report, the agency's supervisors' and the school's leaders' (P4, P7)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.incidents.conclusion.matter import Matter
from services.incidents.opening import store
from services.incidents.opening.rules import Act
from services.incidents.opening.tables import OPENING
from services.incidents.sides import is_before, side_of, sight_of, takes_part
from services.incidents.state import Rules
from shared.contracts.contract import IncidentNumber
from shared.contracts.deliveries import Inbox, InboxItem
from shared.contracts.judgements import Side
from shared.records.idempotency import Answer, IdempotencyKey
from shared.records.keep import Kept
from shared.web.caller import Caller, scoped
from shared.web.conditional import write_headers
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives
from shared.web.problems import Problem, problems
from shared.web.writes import JSON, RequestKey, answer_once, writing

PEOPLE = ("supervisor", "school_leader")
A_PERSON_OPENS = "A supervisor who took no part in the contact opens a report for the agency, a leader for the school."
NO_INBOX = "The report of a contact is for the officer's supervisors and for the school."
ACT_PROBLEMS = (
    "insufficient-scope",
    "actor-may-not-act",
    "not-found",
    "invalid-value",
    "request-in-progress",
    "idempotency-key-reused",
)

Reader = Annotated[Caller, Depends(scoped("incidents.read"))]
Writer = Annotated[Caller, Depends(scoped("judgements.write"))]
ItemState = Literal["unopened", "opened", "acknowledged"]

router = APIRouter(prefix="/v1/inbox", tags=["inbox"])


@router.get(
    "",
    responses=gives(Inbox, "A page of the inbox, oldest first.")
    | problems("insufficient-scope", "actor-may-not-act", "invalid-value", "invalid-cursor"),
    response_class=Response,
)
async def list_items(
    request: Request,
    caller: Reader,
    state: State,
    side: Side | None = None,
    item_state: Annotated[ItemState | None, Query(alias="state")] = None,
    incident_number: IncidentNumber | None = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """The reports that were delivered to the caller's side: unopened, opened but not acknowledged, or acknowledged."""
    side_of(caller, side)
    if caller.role == "officer":
        raise Problem("actor-may-not-act", NO_INBOX)
    after_key = begins_after(state, request, caller.client, cursor)
    sight = sight_of(caller)
    rows = await store.list_items(
        state.database, sight, item_state, incident_number, after_key=after_key, limit=limit + 1
    )
    found = page(state, request, caller.client, rows, limit)
    inbox = Inbox(items=tuple(store.item_of(row) for row in found.rows), next=found.next)
    return Response(inbox.model_dump_json(), headers=found.headers, media_type=JSON)


async def acting(
    item_id: UUID, caller: Writer, state: State, rulebook: Rules, request_key: RequestKey = None
) -> Callable[[Act], Awaitable[Response]]:
    """What does something with the report that the path names, and answers."""

    def answer(kept: Kept, item: InboxItem) -> Answer:
        return Answer(200, item.model_dump(mode="json"), write_headers(state.service, kept))

    async def act_on_it(act: Act) -> Response:
        side = side_of(caller)
        if caller.role not in PEOPLE:
            raise Problem("actor-may-not-act", A_PERSON_OPENS)
        key = IdempotencyKey.of(caller.client, request_key, OPENING.name, str(item_id), act) if request_key else None
        async with writing(state):
            given, repeated = await store.act_on_item(
                state.database,
                rulebook,
                side,
                item_id,
                act,
                role=caller.role,
                admit=partial(_admit, caller),
                by=caller.client,
                at=datetime.now(UTC),
                idempotency=key,
                answer=answer,
            )
        return answer_once(given, repeated)

    return act_on_it


Acting = Annotated[Callable[[Act], Awaitable[Response]], Depends(acting)]


@router.post(
    "/{item_id}/open", responses=gives(InboxItem, "Opened.") | problems(*ACT_PROBLEMS), response_class=Response
)
async def open_item(act: Acting) -> Response:
    """Open a report, as a person of the side: that alone ends the wait for a review. Again changes nothing."""
    return await act(Act.OPEN)


@router.post(
    "/{item_id}/acknowledge",
    responses=gives(InboxItem, "Acknowledged.") | problems(*ACT_PROBLEMS),
    response_class=Response,
)
async def acknowledge_item(act: Acting) -> Response:
    """Acknowledge a report, and with it the documentation that was delivered by then. It opens what is unopened."""
    return await act(Act.ACKNOWLEDGE)


def _admit(caller: Caller, matter: Matter | None) -> None:
    """Raise Problem `not-found` for a report that is not before the caller, `actor-may-not-act` for its own officer."""
    if matter is None or not matter.is_live or not is_before(caller, matter.incident, matter.delivery):
        raise Problem("not-found")
    if takes_part(caller, matter.incident):
        raise Problem("actor-may-not-act", A_PERSON_OPENS)
