"""Moves a service's log to JetStream: numbers each row densely, publishes, awaits every acknowledgement.

One relay is active per service: it holds an advisory lock on a direct connection, and its cursor moves only from where
it found it, so that one which was frozen and wakes up changes nothing. A row is numbered in one transaction and
published after it; what was numbered and not acknowledged is published again, and readers guard by version. Numbering
does not wait for publishing: where JetStream takes nothing, readers hear the last number and ask for the events.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import Header, PubAck
from nats.js.errors import TooManyStalledMsgsError
from opentelemetry import metrics

from shared.records import bus, log
from shared.records.database import Connection, Database
from shared.records.endurance import enduring, together
from shared.secrets import Secrets
from shared.settings import Settings

ACKNOWLEDGE_SECONDS = 10
REPLAY_BYTES = 262_144
STANDBY_SECONDS = 0.5

NUMBER_NEXT = """
with next as materialized (
    select l.epoch, l.transaction_id, l.id
    from log l
    where (l.epoch, l.transaction_id, l.id) > ($1, $2::text::xid8, $3)
      and (l.epoch < $6 or l.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))
    order by l.epoch, l.transaction_id, l.id
    limit $5
), numbered as (
    select epoch, transaction_id, id, $4 + row_number() over (order by epoch, transaction_id, id) as sequence from next
), said as (
    insert into log_sequence (sequence, epoch, transaction_id, id)
    select sequence, epoch, transaction_id, id from numbered
    returning 1
), last as (
    select * from numbered order by sequence desc limit 1
)
update relay set epoch = last.epoch, transaction_id = last.transaction_id, id = last.id, sequenced = last.sequence,
                 published = greatest(relay.published, $7)
from last where relay.sequenced = $4
returning relay.epoch, relay.transaction_id::text, relay.id, relay.sequenced
"""

_published = metrics.get_meter(__name__).create_counter("daylight_relay_published", description="Events acknowledged.")


class Relay:
    """The relay of one service. `wake` it after each commit; it looks by itself every `relay_poll_seconds`."""

    def __init__(self, service: str, database: Database, settings: Settings, secrets: Secrets) -> None:
        self.service = service
        self.wake = asyncio.Event()
        self.active = False
        self.sequenced = 0
        self.published = 0
        self._database = database
        self._settings = settings
        self._secrets = secrets
        self._position = log.Position(0, 0, 0)
        self._epoch = 0
        self._numbered = asyncio.Event()
        self._unacknowledged: list[asyncio.Future[PubAck]] = []

    async def run(self) -> None:
        """Relay until cancelled, through every loss of PostgreSQL and NATS."""
        while True:
            async with (
                enduring(f"relay of {self.service}"),
                bus.connected(self._settings, self._secrets, self.service, lost=self._lose) as client,
            ):
                await client.subscribe(bus.replay_subject(self.service), queue="replay", cb=self._replay(client))
                while not client.is_closed:
                    await self._relay(client)

    async def check(self) -> dict[str, int | bool]:
        """How far the relay is; a service takes writes without it, so it never fails."""
        return {"active": self.active, "sequenced": self.sequenced, "published": self.published}

    async def _relay(self, client: Client) -> None:
        async with self._database.direct() as connection:
            if not await connection.fetchval("select pg_try_advisory_lock(hashtext('relay'))"):
                await asyncio.sleep(STANDBY_SECONDS)
                return
            self._epoch = await log.ensure_epoch(connection)
            await self._find_cursor(connection)
            self.active = True
            try:
                await together(self._number_on(connection), self._publish_on(client), self._say_head(client))
            finally:
                self.active = False

    async def _find_cursor(self, connection: Connection) -> None:
        row = await connection.fetchrow("select epoch, transaction_id::text, id, sequenced, published from relay")
        if row is None:
            raise LookupError("the relay has no cursor")
        self._position = log.Position(row["epoch"], int(row["transaction_id"]), row["id"])
        self.sequenced, self.published = row["sequenced"], row["published"]

    async def _number_on(self, connection: Connection) -> None:
        while True:
            self.wake.clear()
            if await self._number(connection):
                self._numbered.set()
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._settings.relay_poll_seconds):
                        await self.wake.wait()

    async def _number(self, connection: Connection) -> bool:
        place = self._position
        row = await connection.fetchrow(
            NUMBER_NEXT,
            place.epoch,
            str(place.transaction),
            place.id,
            self.sequenced,
            self._settings.relay_batch,
            self._epoch,
            self.published,
        )
        if row is None:
            if await connection.fetchval("select sequenced from relay") != self.sequenced:
                raise TimeoutError("another relay has moved the cursor")
            return False
        self._position = log.Position(row["epoch"], int(row["transaction_id"]), row["id"])
        self.sequenced = row["sequenced"]
        return True

    async def _publish_on(self, client: Client) -> None:
        jetstream = client.jetstream(publish_async_max_pending=self._settings.relay_batch)
        while True:
            async with enduring(f"publishing of {self.service}"), self._database.direct() as connection:
                await bus.ensure_stream(jetstream, self.service, self._settings)
                await self._publish_all(connection, jetstream)

    async def _publish_all(self, connection: Connection, jetstream: JetStreamContext) -> None:
        while True:
            self._numbered.clear()
            if self.published < self.sequenced:
                await self._publish(connection, jetstream)
            else:
                await self._numbered.wait()

    async def _publish(self, connection: Connection, jetstream: JetStreamContext) -> None:
        last = min(self.sequenced, self.published + self._settings.relay_batch)
        events = await log.outgoing(connection, self.service, self.published + 1, last)
        stream = bus.stream_name(self.service)
        # All that was published of these records before is in the stream by now; what follows says nothing of them.
        await bus.purge(jetstream, self.service, [event.erases for event in events if event.erases])
        try:
            async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
                for event in events:
                    self._unacknowledged.append(await _sent(jetstream, stream, event))
                await asyncio.gather(*self._unacknowledged)
        finally:
            # What was acknowledged without a gap stays so, else a batch that takes too long would take so for ever.
            acknowledged = _leading(self._unacknowledged)
            self.published += acknowledged
            _published.add(acknowledged, {"service": self.service})
            for future in self._unacknowledged:
                future.cancel()
            self._unacknowledged = []

    def _lose(self, error: Exception) -> None:
        """NATS has gone or refuses: what it has not acknowledged, it may never."""
        for future in self._unacknowledged:
            if not future.done():
                future.set_exception(error)

    async def _say_head(self, client: Client) -> None:
        before = -1
        while not client.is_closed:
            # What is on its way comes by itself: only where nothing moves, readers are told what they must ask for.
            reached = self.published if self.published != before else self.sequenced
            before = self.published
            said = orjson.dumps({"sequence": reached})
            with contextlib.suppress(NatsError):
                await client.publish(bus.head_subject(self.service), said)
            await asyncio.sleep(self._settings.head_seconds)
        raise ConnectionResetError("NATS has refused us")

    def _replay(self, client: Client) -> Callable[[Msg], Awaitable[None]]:
        async def answer(message: Msg) -> None:
            """Send the events from one sequence to another as NDJSON; an empty message ends the answer."""
            asked = orjson.loads(message.data)
            async with self._database.connection() as connection:
                events = await log.outgoing(connection, self.service, int(asked["from"]), int(asked["to"]))
            chunk: list[bytes] = []
            size = 0
            for event in events:
                chunk.append(event.content)
                size += len(event.content)
                if size > REPLAY_BYTES:
                    await client.publish(message.reply, b"\n".join(chunk))
                    chunk, size = [], 0
            if chunk:
                await client.publish(message.reply, b"\n".join(chunk))
            await client.publish(message.reply, b"")

        return answer


async def _sent(jetstream: JetStreamContext, stream: str, event: log.Outgoing) -> "asyncio.Future[PubAck]":
    """Send an event; the future is its acknowledgement."""
    try:
        headers = {Header.MSG_ID.value: event.event_id}
        return await jetstream.publish_async(event.subject, event.content, stream=stream, headers=headers)
    except TooManyStalledMsgsError:
        # So the client calls a cancellation that meets it while it waits for a place.
        raise asyncio.CancelledError from None


def _leading(futures: Sequence["asyncio.Future[PubAck]"]) -> int:
    """How many futures from the first on have come to a good end without a gap."""
    for count, future in enumerate(futures):
        if not future.done() or future.cancelled() or future.exception() is not None:
            return count
    return len(futures)
