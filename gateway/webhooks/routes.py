"""`/v1/webhooks`: where a client wants to be told that a clock or a flag changed (Standard Webhooks)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.masks import withheld
from gateway.policy import Rule
from gateway.state import GatewayState, State
from gateway.viewer import PurposeHeader, viewer_of
from gateway.webhooks import rules
from gateway.webhooks.messenger import WEBHOOKS_WRITE
from gateway.webhooks.store import Subscriber, Webhooks
from gateway.webhooks.telling import tellable
from shared.contracts.webhooks import (
    MessageState,
    ReplayAnswer,
    ReplayRequest,
    Webhook,
    WebhookList,
    WebhookMessageList,
    WebhookRequest,
    WebhookWithSecret,
)
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.listing import CursorText, Limit
from shared.web.openapi import gives, takes
from shared.web.problems import Problem, problems

JSON = "application/json"
NEVER_KEPT = {"Cache-Control": "no-store"}
SUBSCRIBER_PROBLEMS = (
    "insufficient-scope",
    "purpose-not-allowed",
    "purpose-required",
    "unknown-code",
    "actor-may-not-act",
)

Owner = Annotated[Caller, Depends(scoped(WEBHOOKS_WRITE))]


async def held_webhooks(request: Request) -> Webhooks:
    """The webhooks that the application keeps."""
    webhooks: Webhooks = request.app.state.webhooks
    return webhooks


async def subscriber(caller: Owner, purpose: PurposeHeader = None) -> Subscriber:
    """Who asks, with what of the records the policy lets the client read.

    Raises Problem `actor-may-not-act` where the policy lets it read none, or not when something happened.
    """
    viewer = viewer_of(caller, purpose)
    scope = tellable(viewer)
    if isinstance(scope, Rule):
        raise Problem("actor-may-not-act", scope.reason, withheld=[withheld((), scope)])
    return Subscriber(viewer.client, viewer.purpose, scope)


Kept = Annotated[Webhooks, Depends(held_webhooks)]
By = Annotated[Subscriber, Depends(subscriber)]

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


@router.post(
    "",
    openapi_extra=takes(WebhookRequest),
    responses=gives(WebhookWithSecret, "Made.", 201)
    | problems(*body.PROBLEM_CODES, *SUBSCRIBER_PROBLEMS, "illegal-transition"),
    response_class=Response,
)
async def make_webhook(request: Request, by: By, state: State, kept: Kept) -> Response:
    """Be told from now on what changes among the records that the client may see. The secret is shown here alone."""
    content = await body.read(request, most=state.settings.body_bytes)
    this_machine = state.settings.webhooks_on_this_machine
    asked = body.parse(WebhookRequest, content, lambda one: rules.faults(one, this_machine=this_machine))
    made = await kept.make(by, asked, datetime.now(UTC))
    headers = {**NEVER_KEPT, "Location": f"/v1/webhooks/{made.id}"}
    return Response(made.model_dump_json(), 201, headers, JSON)


@router.get("", responses=gives(WebhookList, "The webhooks.") | problems("insufficient-scope"), response_class=Response)
async def list_webhooks(caller: Owner, kept: Kept) -> Response:
    """The calling client's webhooks, the oldest first, without their secrets."""
    return Response(WebhookList(webhooks=await kept.list(caller.client)).model_dump_json(), media_type=JSON)


@router.delete("/{webhook}", status_code=204, responses=problems("insufficient-scope", "not-found", "invalid-value"))
async def delete_webhook(webhook: UUID, caller: Owner, kept: Kept) -> Response:
    """Be told no more. What waits is not sent, and the log of the webhook goes with it."""
    await kept.delete(caller.client, webhook)
    return Response(status_code=204)


@router.post(
    "/{webhook}/secret",
    responses=gives(WebhookWithSecret, "With the new secret.")
    | problems("insufficient-scope", "not-found", "invalid-value"),
    response_class=Response,
)
async def rotate_secret(webhook: UUID, caller: Owner, kept: Kept) -> Response:
    """Change the secret. For a day messages bear two signatures, one by the secret before."""
    changed = await kept.rotate(caller.client, webhook, datetime.now(UTC))
    return Response(changed.model_dump_json(), headers=NEVER_KEPT, media_type=JSON)


@router.post(
    "/{webhook}/enable",
    responses=gives(Webhook, "It tells again.") | problems("insufficient-scope", "not-found", "invalid-value"),
    response_class=Response,
)
async def enable_webhook(webhook: UUID, caller: Owner, kept: Kept) -> Response:
    """Be told again after the webhook was disabled, also of what changed in between."""
    return Response((await kept.enable(caller.client, webhook)).model_dump_json(), media_type=JSON)


@router.get(
    "/{webhook}/deliveries",
    responses=gives(WebhookMessageList, "A page of messages.")
    | problems(*SUBSCRIBER_PROBLEMS, "not-found", "invalid-value", "invalid-cursor"),
    response_class=Response,
)
async def list_deliveries(
    webhook: UUID,
    by: By,
    state: State,
    kept: Kept,
    message_state: Annotated[MessageState | None, Query(alias="state")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """What was told in the last thirty days, the newest first, and what came of it."""
    place = Place(state, f"webhook {webhook} {by.client}")
    after = place.opened(cursor)
    found = await kept.deliveries(by, webhook, state=message_state, after=after, limit=limit + 1)
    following = place.sealed(found[limit - 1].id) if len(found) > limit else None
    shown = WebhookMessageList(deliveries=tuple(found[:limit]), next=following)
    return Response(shown.model_dump_json(), media_type=JSON)


@router.post(
    "/{webhook}/replay",
    openapi_extra=takes(ReplayRequest),
    responses=gives(ReplayAnswer, "They wait to be sent.")
    | problems(*body.PROBLEM_CODES, *SUBSCRIBER_PROBLEMS, "not-found"),
    response_class=Response,
)
async def replay(request: Request, webhook: UUID, by: By, state: State, kept: Kept) -> Response:
    """Send again what was told since a moment, under the same ids: also what was delivered, or given up."""
    asked = body.parse(ReplayRequest, await body.read(request, most=state.settings.body_bytes))
    replayed = await kept.replay(by, webhook, asked.since, datetime.now(UTC))
    return Response(ReplayAnswer(replayed=replayed).model_dump_json(), media_type=JSON)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a webhook's messages begins, as cursors of its client say it."""

    state: GatewayState
    viewer: str

    def opened(self, cursor: str | None) -> UUID | None:
        """The message after which the page begins. Raises Problem `invalid-cursor`."""
        return None if cursor is None else UUID(self.state.cursors.open(cursor, self.viewer)[0])

    def sealed(self, message: UUID) -> str:
        """A cursor to the page behind a message."""
        return self.state.cursors.seal(self.viewer, [str(message)])
