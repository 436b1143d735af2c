"""Webhooks: where a client wants to be told that a clock or a flag changed, and what was told there.

What is sent is thin: an id, a kind and a change, never what the record says. Source: Standard Webhooks 1.0.0 (headers,
signature, secrets, retries).
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.codes import CodeOf
from shared.contracts.contract import MOST, Contract, Few, Label, Time, labelled

FACT, INTERNAL = Label.FACT, Label.INTERNAL

WebhookChange = Annotated[str, CodeOf("webhook_change")]
WebhookState = Annotated[str, CodeOf("webhook_state")]
MessageState = Annotated[str, CodeOf("webhook_message_state")]
WebhookFailure = Annotated[str, CodeOf("webhook_failure")]
Address = Annotated[str, Field(min_length=1, max_length=2_000)]
Changes = Annotated[tuple[WebhookChange, ...], Few, Field(min_length=1)]


class WebhookRequest(Contract):
    """Where a client wants to be told, and of what."""

    url: Address = labelled(FACT, "Address that messages are posted to: https, a public host, port 443.")
    changes: Changes | None = labelled(FACT, "Changes that are told; null: each of them.", None)


class Webhook(Contract):
    """A webhook of the calling client."""

    id: UUID = labelled(FACT, "The webhook's id.")
    url: Address = labelled(FACT, "Address that messages are posted to.")
    changes: Changes = labelled(FACT, "Changes that are told.")
    purpose: str = labelled(FACT, "What it is told for; the policy decides by it what is told.")
    state: WebhookState = labelled(FACT, "active, or disabled: nothing is told until it is enabled.")
    disabled_by: WebhookFailure | None = labelled(FACT, "What disabled it; null while it is active.", None)
    made_at: Time = labelled(FACT, "When it was made.")
    former_secret_until: Time | None = labelled(
        FACT, "Until when messages are signed with the secret before this one as well; null: they are not.", None
    )


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown here and never again."""

    secret: str = labelled(INTERNAL, "Secret that signatures are verified with: `whsec_` and base64 of 32 bytes.")


class WebhookList(Contract):
    """Every webhook of the calling client, the oldest first."""

    webhooks: tuple[Webhook, ...] = labelled(FACT, "The webhooks.")


class WebhookPayload(Contract):
    """The body of a message. What the record says is asked for with a token, under the policy."""

    id: UUID = labelled(FACT, "Id of the record that changed.")
    kind: str = labelled(FACT, "Its kind: clock, flag or officer_flag.")
    change: WebhookChange = labelled(FACT, "What happened to it.")


class WebhookMessage(Contract):
    """A message, and what came of it."""

    id: UUID = labelled(FACT, "Id of the message, as `webhook-id` says it: the same in every attempt.")
    payload: WebhookPayload = labelled(FACT, "What it says.")
    state: MessageState = labelled(FACT, "waiting, delivered, given_up or withdrawn.")
    made_at: Time = labelled(FACT, "When the change was noticed.")
    attempts: int = labelled(FACT, "How often it was sent.", ge=0, le=MOST)
    next_at: Time | None = labelled(FACT, "When it is sent next; null: not any more.", None)
    last_at: Time | None = labelled(FACT, "When it was last sent; null: not yet.", None)
    last_status: int | None = labelled(FACT, "HTTP status that was answered last; null where none was.", None)
    last_failure: WebhookFailure | None = labelled(FACT, "Why the last attempt failed; null where it did not.", None)


class WebhookMessageList(Contract):
    """One page of a webhook's messages, the newest first."""

    deliveries: tuple[WebhookMessage, ...] = labelled(FACT, "The messages of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)


class ReplayRequest(Contract):
    """Which messages are to be sent again."""

    since: Time = labelled(FACT, "Messages made at this moment or later.")


class ReplayAnswer(Contract):
    """How many messages are sent again."""

    replayed: int = labelled(FACT, "Messages that wait to be sent again.", ge=0, le=MOST)
