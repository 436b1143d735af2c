"""Webhooks in PostgreSQL, as their clients see and change them: what a function returns has been committed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from gateway.viewer import Scope
from gateway.webhooks.rules import FORMER_SECRET_LIVES, MOST_WEBHOOKS
from gateway.webhooks.signing import SecretSeal, new_secret
from gateway.webhooks.telling import catch_up, see
from shared.clocks.engine import DueSoon
from shared.contracts.codes import code_list
from shared.contracts.webhooks import Webhook, WebhookMessage, WebhookPayload, WebhookRequest, WebhookWithSecret
from shared.records.database import Connection, Database
from shared.web.problems import Problem

ACTIVE, DISABLED = "active", "disabled"
WAITING = "waiting"
SHOWN = "id, url, changes, purpose, state, disabled_by, made_at, former_secret_until"
TURN = "select pg_advisory_xact_lock(hashtextextended('webhooks of ' || $1, 0))"
COUNT = "select count(*) from webhook where client = $1"
MAKE = f"""
insert into webhook (id, client, purpose, url, changes, secret, state, made_at)
values ($1, $2, $3, $4, $5, $6, '{ACTIVE}', $7)
on conflict (client, url) do nothing
returning {SHOWN}
"""
LIST = f"select {SHOWN} from webhook where client = $1 order by made_at, id"
FIND = f"select {SHOWN} from webhook where client = $1 and id = $2"
DELETE = "delete from webhook where client = $1 and id = $2 returning id"
# Whatever custodians a client acts for by now: what belongs to the webhook goes with it.
EVERY_CUSTODIAN = "select set_config('daylight.custodians', '*', true)"
ROTATE = f"""
update webhook set former_secret = secret, former_secret_until = $3, secret = $4
where client = $1 and id = $2 returning {SHOWN}
"""
ENABLE = f"update webhook set state = '{ACTIVE}', disabled_by = null where client = $1 and id = $2 returning {SHOWN}"
DELIVERIES = """
select id, record_id, kind, change, state, made_at, attempts, next_at, last_at, last_status, last_failure
from webhook_message
where webhook = $1 and ($2::uuid is null or id < $2) and ($3::text is null or state = $3)
order by id desc limit $4
"""
REPLAY = f"""
update webhook_message set state = '{WAITING}', attempts = 0, next_at = $3
where webhook = $1 and made_at >= $2 and state <> '{WAITING}'
"""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who asks for webhooks, for which purpose, and what of the records the policy lets this client read."""

    client: str
    purpose: str
    scope: Scope


class Webhooks:
    """The webhooks of every client, under the seal of their secrets."""

    def __init__(self, database: Database, seal: SecretSeal, due_soon: DueSoon) -> None:
        self._database = database
        self._seal = seal
        self._due_soon = due_soon

    async def make(self, by: Subscriber, asked: WebhookRequest, at: datetime) -> WebhookWithSecret:
        """A new webhook, which knows what stands now: only what changes from now on is told.

        Raises Problem `illegal-transition` where the client has one at this address, or as many as it may have.
        """
        webhook, secret = uuid7(), new_secret()
        changes = list(dict.fromkeys(asked.changes or code_list("webhook_change")))
        async with self._transaction(by) as connection:
            await connection.execute(TURN, by.client)
            if await connection.fetchval(COUNT, by.client) >= MOST_WEBHOOKS:
                raise Problem("illegal-transition", f"A client has at most {MOST_WEBHOOKS} webhooks: delete one first.")
            sealed = self._seal.seal(webhook, secret)
            row = await connection.fetchrow(MAKE, webhook, by.client, by.purpose, asked.url, changes, sealed, at)
            if row is None:
                raise Problem("illegal-transition", "There is a webhook at this address: delete it first.")
            await catch_up(connection, webhook, by.scope, (), self._due_soon, at)
        return WebhookWithSecret(**_plain(row), secret=secret)

    async def list(self, client: str) -> tuple[Webhook, ...]:
        """The client's webhooks, the oldest first."""
        async with self._database.connection() as connection:
            return tuple(Webhook(**_plain(row)) for row in await connection.fetch(LIST, client))

    async def delete(self, client: str, webhook: UUID) -> None:
        """Take a webhook away, with all it knows. Raises Problem `not-found`."""
        async with self._database.transaction() as connection:
            await connection.execute(EVERY_CUSTODIAN)
            if await connection.fetchval(DELETE, client, webhook) is None:
                raise Problem("not-found")
            await connection.execute("delete from webhook_told where webhook = $1", webhook)
            await connection.execute("delete from webhook_message where webhook = $1", webhook)

    async def rotate(self, client: str, webhook: UUID, at: datetime) -> WebhookWithSecret:
        """A new secret; for a day the former one signs as well. Raises Problem `not-found`."""
        secret = new_secret()
        until, sealed = at + FORMER_SECRET_LIVES, self._seal.seal(webhook, secret)
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(ROTATE, client, webhook, until, sealed)
        return WebhookWithSecret(**_plain(_there(row)), secret=secret)

    async def enable(self, client: str, webhook: UUID) -> Webhook:
        """Let a webhook tell again; what changed in between is told. Raises Problem `not-found`."""
        async with self._database.transaction() as connection:
            return Webhook(**_plain(_there(await connection.fetchrow(ENABLE, client, webhook))))

    async def deliveries(
        self, by: Subscriber, webhook: UUID, *, state: str | None, after: UUID | None, limit: int
    ) -> Sequence[WebhookMessage]:
        """Messages of a webhook, the newest first. Raises Problem `not-found`."""
        async with self._transaction(by) as connection:
            _there(await connection.fetchrow(FIND, by.client, webhook))
            return [_message(row) for row in await connection.fetch(DELIVERIES, webhook, after, state, limit)]

    async def replay(self, by: Subscriber, webhook: UUID, since: datetime, at: datetime) -> int:
        """Let messages be sent again that were made since a moment; how many. Raises Problem `not-found`."""
        async with self._transaction(by) as connection:
            _there(await connection.fetchrow(FIND, by.client, webhook))
            done = await connection.execute(REPLAY, webhook, since, at)
        return int(done.rpartition(" ")[2])

    @asynccontextmanager
    async def _transaction(self, by: Subscriber) -> AsyncIterator[Connection]:
        async with self._database.transaction() as connection:
            await see(connection, by.scope)
            yield connection


def _there(row: "asyncpg.Record | None") -> "asyncpg.Record":
    if row is None:
        raise Problem("not-found")
    return row


def _plain(row: Any) -> dict[str, Any]:
    return dict(row) | {"changes": tuple(row["changes"])}


def _message(row: Any) -> WebhookMessage:
    kept = dict(row)
    payload = WebhookPayload(id=kept.pop("record_id"), kind=kept.pop("kind"), change=kept.pop("change"))
    return WebhookMessage(**kept, payload=payload)
