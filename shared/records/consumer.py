"""Applies the services' events to a read model: in order, each effect once, nothing lost, nothing stuck.

The read model stores the last contiguous sequence of each service in the transaction of the projection. What JetStream
did not bring is asked again from the service. Several events share one transaction; where one of them cannot be
applied, the batch is halved until that one stands alone and becomes a dead letter with its reason.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from opentelemetry import metrics, propagate, trace

from shared.contracts.events import Event
from shared.records import bus
from shared.records.database import Connection, Database, is_unavailable
from shared.records.endurance import enduring, together
from shared.records.progress import MOST_WAITING, Progress
from shared.records.replay import NotAnEvent, Numbered, replay
from shared.secrets import Secrets
from shared.settings import Settings

logger = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)

GAP_SECONDS = 0.2
RETRY_SECONDS = 0.25
SUBSCRIBE_SECONDS = 5
NOT_AN_EVENT = "not-an-event"
SAMPLED = 1
"""The flag of a W3C trace context whose trace is recorded."""

Apply = Callable[[Connection, Sequence[Event]], Awaitable[None]]

_applied = metrics.get_meter(__name__).create_counter("daylight_events_applied", description="Events applied.")
_dead = metrics.get_meter(__name__).create_counter(
    "daylight_dead_letters", description="Events that cannot be applied."
)

LOCK = "select pg_advisory_xact_lock(hashtext('projection'))"

BURY = """
insert into dead_letter (service, sequence, subject, event_id, record_id, reason)
values ($1, $2, $3, $4, $5, $6)
on conflict (service, sequence) do update set attempts = dead_letter.attempts + 1, reason = excluded.reason
"""

NOTE = """
with noted as (
    insert into projection_position as known (service, sequence, position)
    values ($1, $2, coalesce(nullif($3, ''), '0.0.0'))
    on conflict (service) do update
    set sequence = excluded.sequence, position = coalesce(nullif($3, ''), known.position)
    where known.sequence < excluded.sequence
)
select pg_notify('projected', $1 || ' ' || $3) where $3 <> ''
"""


class NotApplicable(Exception):
    """An event that this read model cannot apply; `reason` is a code, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def reason_of(error: Exception) -> str:
    """Why an event was not applied, as a code: an error's own text may hold content."""
    return error.reason if isinstance(error, NotApplicable) else type(error).__name__


@asynccontextmanager
async def projecting(database: Database) -> AsyncIterator[Connection]:
    """A transaction that changes a read model. One at a time has its turn.

    So a change feed is numbered in the order in which it becomes visible, and who has read up to a number has read
    all below it.
    """
    async with database.transaction() as connection:
        await connection.execute(LOCK)
        yield connection


def events_of(run: Sequence[Numbered]) -> list[Event]:
    """The events themselves. Raises NotApplicable where one cannot be read."""
    events = [numbered.event for numbered in run if numbered.event is not None]
    if len(events) < len(run):
        raise NotApplicable(NOT_AN_EVENT)
    return events


class Projector:
    """Keeps one read model up to date with several services. One is active per read model: it holds a lock."""

    def __init__(
        self,
        reader: str,
        services: Sequence[str],
        apply: Apply,
        database: Database,
        settings: Settings,
        secrets: Secrets,
    ) -> None:
        self.reader = reader
        self.progress = {service: Progress(service) for service in services}
        self._apply = apply
        self._database = database
        self._settings = settings
        self._secrets = secrets
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Project until cancelled, through every loss of PostgreSQL and NATS."""
        while True:
            async with enduring("projector"), self._database.direct() as connection:
                if await connection.fetchval("select pg_try_advisory_lock(hashtext('projector'))"):
                    async with bus.connected(self._settings, self._secrets, self.reader) as client:
                        await self._lead(client, connection)
            await asyncio.sleep(RETRY_SECONDS)

    async def _lead(self, client: Client, connection: Connection) -> None:
        rows = await connection.fetch("select service, sequence from projection_position")
        reached = {row["service"]: row["sequence"] for row in rows}
        self.progress = {service: Progress(service, reached.get(service, 0)) for service in self.progress}
        followed = self.progress.values()
        await together(
            self._hold(client, connection),
            *(self._receive(client, progress) for progress in followed),
            *(self._project(client, progress) for progress in followed),
        )

    async def _hold(self, client: Client, connection: Connection) -> None:
        while not client.is_closed:
            await connection.execute("select 1")
            await asyncio.sleep(1)
        raise ConnectionResetError("NATS has refused us")

    async def _receive(self, client: Client, progress: Progress) -> None:
        await client.subscribe(bus.head_subject(progress.service), cb=_hear_head(progress))
        while True:
            with contextlib.suppress(NatsError, TimeoutError):
                subscription = await self._subscribe(client, progress)
                try:
                    while True:
                        await asyncio.sleep(SUBSCRIBE_SECONDS)
                        await subscription.consumer_info()
                finally:
                    with contextlib.suppress(NatsError):
                        await subscription.unsubscribe()
            await asyncio.sleep(RETRY_SECONDS)

    async def _subscribe(self, client: Client, progress: Progress):  # type: ignore[no-untyped-def]
        return await client.jetstream().subscribe(
            bus.event_subjects(progress.service),
            stream=bus.stream_name(progress.service),
            durable=self.reader,
            cb=self._hear(progress),
            manual_ack=True,
            config=ConsumerConfig(
                ack_policy=AckPolicy.ALL,
                deliver_policy=DeliverPolicy.ALL,
                max_ack_pending=MOST_WAITING // 2,
                ack_wait=30,
            ),
        )

    def _hear(self, progress: Progress) -> Callable[[Msg], Awaitable[None]]:
        async def hear(message: Msg) -> None:
            try:
                progress.take(Numbered.read(message.data))
            except NotAnEvent:
                await self._bury_message(progress.service, message)
            progress.unacknowledged = message
            progress.arrived.set()

        return hear

    async def _project(self, client: Client, progress: Progress) -> None:
        moved = time.monotonic()
        while True:
            progress.arrived.clear()
            async with enduring(f"projection of {progress.service}"):
                if await self._step(client, progress, stalled=time.monotonic() - moved > GAP_SECONDS):
                    moved = time.monotonic()

    async def _step(self, client: Client, progress: Progress, *, stalled: bool) -> bool:
        """Apply what is ready, or ask for what lacks, or wait; False while something still lacks."""
        if run := progress.ready(self._settings.projector_batch):
            async with self._turn:
                await self._advance(progress, run)
        elif progress.lag and stalled:
            await self._ask_again(client, progress)
        else:
            await _arrival(progress, GAP_SECONDS)
            if progress.lag and not progress.ready(1):
                return False
        await _acknowledge(progress)
        return True

    async def _advance(self, progress: Progress, run: Sequence[Numbered]) -> None:
        try:
            await self._commit(progress, run)
        except Exception as error:
            if is_unavailable(error):
                raise
            if len(run) == 1:
                await self._bury(progress, run[0], error)
            else:
                middle = len(run) // 2
                await self._advance(progress, run[:middle])
                await self._advance(progress, run[middle:])

    async def _commit(self, progress: Progress, run: Sequence[Numbered]) -> None:
        events = events_of(run)
        with contextlib.ExitStack() as spans:
            for span in _spans(events):
                spans.enter_context(span)
            async with projecting(self._database) as connection:
                await self._apply(connection, events)
                await _note(connection, progress.service, run[-1])
        progress.passed(run)
        _applied.add(len(run), {"service": progress.service})

    async def _bury(self, progress: Progress, one: Numbered, error: Exception) -> None:
        reason, event = reason_of(error), one.event
        named = (event.id, event.data.id) if event else (None, None)
        async with projecting(self._database) as connection:
            await connection.execute(BURY, progress.service, one.number, one.subject, *named, reason)
            await _note(connection, progress.service, one)
        progress.passed([one])
        _dead.add(1, {"service": progress.service})
        logger.error("dead letter: %s %s: %s", progress.service, one.number, reason)

    async def _bury_message(self, service: str, message: Msg) -> None:
        """Write a message that has no number to the dead letters, however long that takes: it comes only once."""
        number, buried = -message.metadata.sequence.stream, False
        while not buried:
            async with enduring(f"burial of a message of {service}"), self._database.connection() as connection:
                await connection.execute(BURY, service, number, message.subject, None, None, NOT_AN_EVENT)
                buried = True
        _dead.add(1, {"service": service})
        logger.error("dead letter: %s: %s", service, NOT_AN_EVENT)

    async def _ask_again(self, client: Client, progress: Progress) -> None:
        first = progress.sequence + 1
        last = min(progress.head, progress.sequence + self._settings.projector_batch)
        for event in await replay(client, progress.service, first, last):
            progress.take(event)


async def _note(connection: Connection, service: str, last: Numbered) -> None:
    await connection.execute(NOTE, service, last.number, last.position)


async def _acknowledge(progress: Progress) -> None:
    if not progress.waiting and progress.unacknowledged is not None:
        with contextlib.suppress(NatsError):
            await progress.unacknowledged.ack()
        progress.unacknowledged = None


async def _arrival(progress: Progress, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await progress.arrived.wait()


def _hear_head(progress: Progress) -> Callable[[Msg], Awaitable[None]]:
    async def hear(message: Msg) -> None:
        progress.head = max(progress.head, int(orjson.loads(message.data)["sequence"]))

    return hear


def _spans(run: Sequence[Event]) -> Iterator[contextlib.AbstractContextManager[object]]:
    for event in run:
        if event.traceparent is not None and int(event.traceparent[-2:], 16) & SAMPLED:
            context = propagate.extract({"traceparent": event.traceparent})
            yield tracer.start_as_current_span("project", context, attributes={"daylight.event": event.type})
