"""Tells webhooks: looks for what changed, sends what waits, and tries again what was not taken.

It runs in every gateway. A webhook is looked at by one of them at a time, and a message is lent to one until it is
answered: if a gateway is killed in between, another sends it again under the same id.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gateway.oauth.clients import find
from gateway.policy import Rule
from gateway.viewer import Scope, Viewer
from gateway.webhooks.posting import post
from gateway.webhooks.sending import Lent, Receiver, forget_old, lend, note, withdraw
from gateway.webhooks.signing import SecretSeal, headers
from gateway.webhooks.telling import catch_up, see, tellable
from shared.clocks.engine import DueSoon
from shared.records.database import Connection, Database
from shared.records.endurance import end, enduring
from shared.settings import Settings

WEBHOOKS_WRITE = "webhooks.write"
ACTIVE = "select id from webhook where state = 'active'"
LOCK = """
select id, client, purpose, url, changes, secret, former_secret, former_secret_until
from webhook where id = $1 and state = 'active' for update skip locked
"""


def _now() -> datetime:
    return datetime.now(UTC)


class Messenger:
    """Tells webhooks until it is cancelled; each at its own pace, so that a slow receiver holds up no other.

    `now` says what time it is.
    """

    def __init__(
        self, database: Database, seal: SecretSeal, settings: Settings, now: Callable[[], datetime] = _now
    ) -> None:
        self._database = database
        self._seal = seal
        self._settings = settings
        self._now = now
        self._due_soon = DueSoon(settings.due_soon_share, settings.due_soon_days)
        self._busy: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look every few seconds at each webhook that is not being told."""
        try:
            while True:
                async with enduring("webhooks"):
                    await self._begin()
                await asyncio.sleep(self._settings.webhook_seconds)
        finally:
            await end(*self._busy.values())

    async def tell(self, webhook: UUID) -> None:
        """Look once for what changed, and send the messages that are due, until one is not taken."""
        receiver = await self._look(webhook, self._now())
        while receiver is not None and await self._send_next(receiver):
            pass

    async def _begin(self) -> None:
        async with self._database.connection() as connection:
            active = await connection.fetch(ACTIVE)
        self._busy = {webhook: task for webhook, task in self._busy.items() if not task.done()}
        for row in active:
            if row["id"] not in self._busy:
                self._busy[row["id"]] = asyncio.create_task(self._tell(row["id"]))

    async def _tell(self, webhook: UUID) -> None:
        async with enduring("a webhook"):
            await self.tell(webhook)

    async def _look(self, webhook: UUID, at: datetime) -> Receiver | None:
        """Make the messages of what changed; None where another gateway does so, or the client may have none."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(LOCK, webhook)
            scope = None if row is None else await _scope_now(connection, row["client"], row["purpose"])
            if row is None or scope is None:
                return None
            await see(connection, scope)
            await catch_up(connection, webhook, scope, row["changes"], self._due_soon, at)
            receiver = Receiver(webhook, row["url"], self._secrets(row, at), scope)
            await forget_old(connection, receiver, at)
        return receiver

    def _secrets(self, row: Any, at: datetime) -> list[str]:
        """The secrets that sign: the one of now first, and the former one while its time is not over."""
        is_former = row["former_secret_until"] is not None and at < row["former_secret_until"]
        sealed = [row["secret"], *([row["former_secret"]] if is_former else [])]
        return [self._seal.open(row["id"], one) for one in sealed]

    async def _send_next(self, receiver: Receiver) -> bool:
        """Send the message that is due first; whether there was one, and it is worth going on."""
        async with self._database.transaction() as connection:
            await see(connection, receiver.scope)
            message = await lend(connection, receiver, self._now())
            if message is not None and not message.is_visible:
                await withdraw(connection, receiver, message)
                return True
        return message is not None and await self._send(receiver, message)

    async def _send(self, receiver: Receiver, message: Lent) -> bool:
        """Send a message and note what came of it; whether it was taken: if not, the next look goes on."""
        content, sent_at = message.payload.model_dump_json(), self._now()
        signed = headers(message.id, content, receiver.secrets, sent_at)
        outcome = await post(receiver.url, content, signed, this_machine=self._settings.webhooks_on_this_machine)
        async with self._database.transaction() as connection:
            await see(connection, receiver.scope)
            await note(connection, receiver, message, outcome, sent_at)
        return outcome.failure is None


async def _scope_now(connection: Connection, client: str, purpose: str) -> Scope | None:
    """The records that the client may see now for this purpose; None where it may see none, or have no webhook."""
    known = await find(connection, client)
    if known is None:
        return None
    registered = known.registration
    if WEBHOOKS_WRITE not in registered.scopes or purpose not in registered.purposes:
        return None
    organisations = registered.oris, registered.lea_ids, registered.school_ids
    scope = tellable(Viewer(client, registered.role, *organisations, purpose))
    return None if isinstance(scope, Rule) else scope
