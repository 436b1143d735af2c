"""Messages that wait: lent to one gateway at a time, sent, and what came of it noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.documents import Arguments, scope_predicates
from gateway.kinds import CLOCK
from gateway.viewer import Scope
from gateway.webhooks.posting import GONE, Outcome
from gateway.webhooks.rules import KEPT_FOR, retry_at
from shared.contracts.webhooks import WebhookPayload
from shared.records.database import Connection

LENT_FOR = timedelta(minutes=1)
"""How long a message is one gateway's to send: longer than an attempt takes."""

# What the client may not see any more is not sent: neither is it told that there was something.
LEND = f"""
with due as (
    select custodian, id from webhook_message
    where webhook = {{webhook}} and next_at <= {{at}} order by next_at, id limit 1 for update skip locked
)
update webhook_message as message set next_at = {{until}}
from due
where message.custodian = due.custodian and message.webhook = {{webhook}} and message.id = due.id
returning message.custodian, message.id, message.record_id, message.kind, message.change, message.made_at,
    message.attempts, exists (
        select from document
        where document.id = message.record_id and document.kind = message.kind and state = 'live'
          and document.custodian = message.custodian and record_class = {{record_class}} and {{scope}}
          and (document.kind = '{CLOCK}' or document.seen_by && {{readers}}::text[])
    ) as is_visible
"""
NOTE = """
update webhook_message
set state = $4, attempts = $5, next_at = $6, last_at = $7, last_status = $8, last_failure = $9
where custodian = $1 and webhook = $2 and id = $3
"""
WITHDRAW = """
update webhook_message set state = 'withdrawn', next_at = null where custodian = $1 and webhook = $2 and id = $3
"""
WAS_DELIVERED = """
select exists (select from webhook_message where webhook = $1 and state = 'delivered' and last_at >= $2)
"""
DISABLE = "update webhook set state = 'disabled', disabled_by = $2 where id = $1"
FORGET = "delete from webhook_message where webhook = $1 and next_at is null and made_at < $2"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A webhook as messages are sent to it: its address, the secrets that sign, and what its client may see now."""

    webhook: UUID
    url: str
    secrets: Sequence[str]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Lent:
    """A message that is this gateway's to send for a while. `is_visible`: its record is still the client's to see."""

    custodian: str
    id: UUID
    payload: WebhookPayload
    made_at: datetime
    attempts: int
    is_visible: bool


async def lend(connection: Connection, receiver: Receiver, at: datetime) -> Lent | None:
    """The message that has waited the longest; None where none is due. The caller's transaction sees the scope."""
    arguments = Arguments()
    statement = LEND.format(
        webhook=f"{arguments.add(receiver.webhook)}::uuid",
        at=f"{arguments.add(at)}::timestamptz",
        until=f"{arguments.add(at + LENT_FOR)}::timestamptz",
        record_class=arguments.add(receiver.scope.record_class),
        scope=" and ".join(scope_predicates(receiver.scope, arguments, row="document.")) or "true",
        readers=arguments.add(list(receiver.scope.readers)),
    )
    row = await connection.fetchrow(statement, *arguments)
    if row is None:
        return None
    payload = WebhookPayload(id=row["record_id"], kind=row["kind"], change=row["change"])
    return Lent(row["custodian"], row["id"], payload, row["made_at"], row["attempts"], row["is_visible"])


async def withdraw(connection: Connection, receiver: Receiver, message: Lent) -> None:
    """Note that a message is not sent, since its record is not the client's to see any more."""
    await connection.execute(WITHDRAW, message.custodian, receiver.webhook, message.id)


async def note(connection: Connection, receiver: Receiver, message: Lent, outcome: Outcome, at: datetime) -> None:
    """Note what came of an attempt, and disable the webhook if its receiver wants no more or takes nothing."""
    attempts, next_at, state = message.attempts + 1, None, "delivered"
    if outcome.failure is not None:
        next_at = None if outcome.status == GONE else retry_at(attempts, at)
        state = "waiting" if next_at else "given_up"
    noted: tuple[Any, ...] = (state, attempts, next_at, at, outcome.status, outcome.failure)
    await connection.execute(NOTE, message.custodian, receiver.webhook, message.id, *noted)
    if state != "given_up":
        return
    if outcome.status == GONE:
        await connection.execute(DISABLE, receiver.webhook, "gone")
    elif not await connection.fetchval(WAS_DELIVERED, receiver.webhook, message.made_at):
        await connection.execute(DISABLE, receiver.webhook, "failing")


async def forget_old(connection: Connection, receiver: Receiver, at: datetime) -> None:
    """Take messages that are done out of the log after their time."""
    await connection.execute(FORGET, receiver.webhook, at - KEPT_FOR)
