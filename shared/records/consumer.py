"""Applies the services' events to a read model: in order, each effect once, nothing lost, nothing stuck.

The read model stores the last contiguous sequence of each service in the transaction of the projection. What JetStream
did not bring is asked again from the service. Several events share one transaction; where one of them cannot be
applied, the batch is halved until that one stands alone and becomes a dead letter with its reason.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import asyncpg
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from opentelemetry import metrics, propagate, trace
from pydantic import ValidationError

from shared.contracts.events import Event
from shared.records import bus
from shared.records.database import Connection, Database
from shared.secrets import Secrets
from shared.settings import Settings

logger = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)

REPLAY_SECONDS = 10
GAP_SECONDS = 0.2
RETRY_SECONDS = 0.25
SUBSCRIBE_SECONDS = 5
MOST_WAITING = 20_000
TRANSIENT_STATES = ("08", "25", "40", "53", "55", "57", "58", "XX")

Apply = Callable[[Connection, Sequence[Event]], Awaitable[None]]

_applied = metrics.get_meter(__name__).create_counter("daylight_events_applied", description="Events applied.")
_dead = metrics.get_meter(__name__).create_counter(
    "daylight_dead_letters", description="Events that cannot be applied."
)


class NotApplicable(Exception):
    """An event that this read model cannot apply; `reason` is a code, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Progress:
    """How far a read model has come with one service, and what waits for its turn."""

    service: str
    sequence: int = 0
    head: int = 0
    waiting: dict[int, Event] = field(default_factory=dict)
    unacknowledged: Msg | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def lag(self) -> int:
        """Events that the service has numbered and this read model has not applied."""
        return max(0, self.head - self.sequence)

    def take(self, event: Event) -> None:
        """Let an event wait for its turn, unless its turn is over."""
        number = int(event.sequence)
        self.head = max(self.head, number)
        if number > self.sequence and len(self.waiting) < MOST_WAITING:
            self.waiting[number] = event

    def ready(self, most: int) -> list[Event]:
        """The next events in unbroken order, at most `most` of them."""
        run: list[Event] = []
        while len(run) < most and (event := self.waiting.get(self.sequence + 1 + len(run))) is not None:
            run.append(event)
        return run


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
        client = await bus.connect(self._settings, self._secrets, self.reader)
        try:
            while True:
                with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    async with self._database.direct() as connection:
                        if await connection.fetchval("select pg_try_advisory_lock(hashtext('projector'))"):
                            await self._lead(client, connection)
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await client.close()

    async def _lead(self, client: Client, connection: Connection) -> None:
        rows = await connection.fetch("select service, sequence from projection_position")
        for row in rows:
            if row["service"] in self.progress:
                self.progress[row["service"]].sequence = row["sequence"]
        tasks = [
            asyncio.create_task(step(client, progress))
            for progress in self.progress.values()
            for step in (self._receive, self._project)
        ]
        try:
            await asyncio.gather(*tasks, self._hold(connection))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hold(self, connection: Connection) -> None:
        while True:
            await connection.execute("select 1")
            await asyncio.sleep(1)

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
                progress.take(Event.model_validate_json(message.data))
            except ValidationError:
                await self._bury_message(progress.service, message)
            progress.unacknowledged = message
            progress.arrived.set()

        return hear

    async def _project(self, client: Client, progress: Progress) -> None:
        while True:
            progress.arrived.clear()
            run = progress.ready(self._settings.projector_batch)
            try:
                if run:
                    async with self._turn:
                        await self._advance(progress, run)
                    await _acknowledge(progress)
                elif not await _arrival(progress, GAP_SECONDS) and progress.lag:
                    await self._ask_again(client, progress)
            except (OSError, TimeoutError, asyncpg.InterfaceError, NatsError) as error:
                logger.warning("projection of %s pauses: %s", progress.service, type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _advance(self, progress: Progress, run: Sequence[Event]) -> None:
        try:
            await self._commit(progress, run)
        except Exception as error:
            if _is_transient(error):
                raise TimeoutError from error
            if len(run) == 1:
                await self._bury(progress, run[0], error)
            else:
                middle = len(run) // 2
                await self._advance(progress, run[:middle])
                await self._advance(progress, run[middle:])

    async def _commit(self, progress: Progress, run: Sequence[Event]) -> None:
        with contextlib.ExitStack() as spans:
            for span in _spans(run):
                spans.enter_context(span)
            async with self._database.transaction() as connection:
                await self._apply(connection, run)
                await _note(connection, progress.service, run[-1])
        self._passed(progress, run)
        _applied.add(len(run), {"service": progress.service})

    def _passed(self, progress: Progress, run: Sequence[Event]) -> None:
        progress.sequence = int(run[-1].sequence)
        for event in run:
            progress.waiting.pop(int(event.sequence), None)

    async def _bury(self, progress: Progress, event: Event, error: Exception) -> None:
        reason = error.reason if isinstance(error, NotApplicable) else type(error).__name__
        async with self._database.transaction() as connection:
            await connection.execute(
                BURY, progress.service, int(event.sequence), event.type, event.id, event.subject, reason
            )
            await _note(connection, progress.service, event)
        self._passed(progress, [event])
        _dead.add(1, {"service": progress.service})
        logger.error("dead letter: %s %s: %s", progress.service, event.sequence, reason)

    async def _bury_message(self, service: str, message: Msg) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                BURY, service, -message.metadata.sequence.stream, message.subject, None, None, "not-an-event"
            )
        _dead.add(1, {"service": service})
        logger.error("dead letter: %s: not an event", service)

    async def _ask_again(self, client: Client, progress: Progress) -> None:
        first = progress.sequence + 1
        last = min(progress.head, progress.sequence + self._settings.projector_batch)
        for event in await replay(client, progress.service, first, last):
            progress.take(event)
        progress.arrived.set()


async def replay(client: Client, service: str, first: int, last: int) -> list[Event]:
    """Ask a service for its events from `first` to `last`. Raises TimeoutError where it does not answer."""
    answer = client.new_inbox()
    subscription = await client.subscribe(answer)
    events = []
    try:
        await client.publish(bus.replay_subject(service), orjson.dumps({"from": first, "to": last}), reply=answer)
        while message := (await subscription.next_msg(timeout=REPLAY_SECONDS)).data:
            events += [Event.model_validate_json(line) for line in message.split(b"\n")]
    finally:
        await subscription.unsubscribe()
    return events


BURY = """
insert into dead_letter (service, sequence, subject, event_id, record_id, reason)
values ($1, $2, $3, $4, $5::text::uuid, $6)
on conflict (service, sequence) do update set attempts = dead_letter.attempts + 1, reason = excluded.reason
"""

NOTE = """
with noted as (
    insert into projection_position (service, sequence, position) values ($1, $2, $3)
    on conflict (service) do update set sequence = excluded.sequence, position = excluded.position
    where projection_position.sequence < excluded.sequence
)
select pg_notify('projected', $1 || ' ' || $3)
"""


async def _note(connection: Connection, service: str, event: Event) -> None:
    await connection.execute(NOTE, service, int(event.sequence), event.position)


async def _acknowledge(progress: Progress) -> None:
    if not progress.waiting and progress.unacknowledged is not None:
        with contextlib.suppress(NatsError):
            await progress.unacknowledged.ack()
        progress.unacknowledged = None


async def _arrival(progress: Progress, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await progress.arrived.wait()
    except TimeoutError:
        return False


def _hear_head(progress: Progress) -> Callable[[Msg], Awaitable[None]]:
    async def hear(message: Msg) -> None:
        progress.head = max(progress.head, int(orjson.loads(message.data)["sequence"]))

    return hear


def _is_transient(error: Exception) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "XX").startswith(TRANSIENT_STATES)
    return isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError)


def _spans(run: Sequence[Event]) -> Iterator[contextlib.AbstractContextManager[object]]:
    for event in run:
        if event.traceparent is not None and event.traceparent.endswith("01"):
            context = propagate.extract({"traceparent": event.traceparent})
            yield tracer.start_as_current_span("project", context, attributes={"daylight.event": event.type})
