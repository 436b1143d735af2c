"""NATS: one stream and one user per service, each user with only its own subjects."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from shared.secrets import Secrets
from shared.settings import Settings

logger = logging.getLogger(__name__)

DUPLICATE_WINDOW_SECONDS = 120
RECONNECT_SECONDS = 0.25
CLOSED_SECONDS = 0.5
GATEWAY = "gateway"
"""The one user that may call a service."""
REVEAL = "reveal"
SUMMARISE, COMPARE, TIE_OUT, CRDC = "summarise", "compare", "tie_out", "crdc"
"""What a service can be asked over NATS: to unseal a part of a record; to sum up, compare and tie out its counts; for
the file of the Civil Rights Data Collection.
"""
Calls = Iterable[tuple[str, str]]
"""Services, each with a call that it answers."""


@dataclass(frozen=True, slots=True)
class NatsUser:
    """A NATS user and the subjects it may publish and subscribe to."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def stream_name(service: str) -> str:
    """JetStream stream of a service's events."""
    return f"DAYLIGHT_{service.upper()}"


def head_subject(service: str) -> str:
    """Subject on which a service says its last sequence."""
    return f"daylight.{service}.head"


def replay_subject(service: str) -> str:
    """Subject on which a service is asked for events again."""
    return f"daylight.{service}.replay"


def call_subject(service: str, call: str) -> str:
    """Subject on which the gateway calls a service."""
    return f"daylight.{service}.{call}"


def event_subjects(service: str) -> str:
    """Subjects of a service's events: kind, change, record id."""
    return f"daylight.{service}.*.*.*"


def inbox(user: str) -> str:
    """Prefix of a user's own answers, so that nobody else can read them."""
    return f"_INBOX_{user}"


def nats_users(services: Iterable[str], readers: Iterable[str], *, calls: Calls = ()) -> list[NatsUser]:
    """The users of an installation.

    Each service publishes its own events, each reader reads those of all services. The gateway alone makes the calls:
    nobody else can ask, and nobody else can read the answer.
    """
    services, readers, asked = list(services), list(readers), list(calls)
    users = [_service_user(service, readers, [call for name, call in asked if name == service]) for service in services]
    users += [_reader_user(reader, services) for reader in readers]
    if asked:
        asks = tuple(call_subject(service, call) for service, call in asked)
        users.append(NatsUser(name=GATEWAY, publish=asks, subscribe=(f"{inbox(GATEWAY)}.>",)))
    return users


def _service_user(service: str, readers: Sequence[str], calls: Sequence[str]) -> NatsUser:
    stream = stream_name(service)
    return NatsUser(
        name=service,
        publish=(
            event_subjects(service),
            head_subject(service),
            *(f"{inbox(reader)}.>" for reader in readers),
            *([f"{inbox(GATEWAY)}.>"] if calls else []),
            "$JS.API.INFO",
            *(f"$JS.API.STREAM.{verb}.{stream}" for verb in ("INFO", "CREATE", "UPDATE", "PURGE")),
        ),
        subscribe=(
            replay_subject(service),
            *(call_subject(service, call) for call in calls),
            f"{inbox(service)}.>",
        ),
    )


def _reader_user(reader: str, services: Sequence[str]) -> NatsUser:
    streams = [stream_name(service) for service in services]
    return NatsUser(
        name=reader,
        publish=(
            *(replay_subject(service) for service in services),
            "$JS.API.INFO",
            *(f"$JS.API.STREAM.INFO.{stream}" for stream in streams),
            *(f"$JS.API.CONSUMER.INFO.{stream}.{reader}" for stream in streams),
            *(f"$JS.API.CONSUMER.CREATE.{stream}.>" for stream in streams),
            *(f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{reader}" for stream in streams),
            *(f"$JS.API.CONSUMER.DELETE.{stream}.{reader}" for stream in streams),
            *(f"$JS.ACK.{stream}.{reader}.>" for stream in streams),
        ),
        subscribe=(*(head_subject(service) for service in services), f"{inbox(reader)}.>"),
    )


@asynccontextmanager
async def connected(
    settings: Settings, secrets: Secrets, user: str, *, lost: Callable[[Exception], None] = lambda _: None
) -> AsyncIterator[Client]:
    """A connection that comes back by itself.

    `lost` is called each time that it went away or JetStream refused a message: what waits for an acknowledgement may
    wait for ever, since the client does not say which message was meant. The client itself ends for good when the
    server turns it away: whoever works through it for long makes a new one when it is closed.
    """

    async def said(error: Exception) -> None:
        if isinstance(error, APIError):
            lost(error)
        else:
            logger.warning("NATS: %s", type(error).__name__)

    async def went() -> None:
        lost(ConnectionResetError())

    client = Client()
    try:
        await client.connect(
            settings.nats_url,
            user=user,
            password=secrets.nats_password(user),
            name=user,
            inbox_prefix=inbox(user).encode(),
            max_reconnect_attempts=-1,
            reconnect_time_wait=RECONNECT_SECONDS,  # type: ignore[arg-type]  # it takes fractions
            ping_interval=5,
            max_outstanding_pings=2,
            error_cb=said,
            disconnected_cb=went,
        )
        yield client
    finally:
        # One that has come only half the way has a socket, too.
        await client.close()


async def until_closed(client: Client) -> None:
    """Return once the server has turned the client away for good."""
    while not client.is_closed:  # noqa: ASYNC110 - the client says it in no other way once it is connected
        await asyncio.sleep(CLOSED_SECONDS)


def record_subjects(service: str, record_id: str) -> str:
    """Subjects of a service's events of one record."""
    return f"daylight.{service}.*.*.{record_id}"


async def ensure_stream(jetstream: JetStreamContext, service: str, settings: Settings) -> None:
    """Make or bring up to date the service's stream: file storage, no silent discard, seven days at most."""
    config = StreamConfig(
        name=stream_name(service),
        subjects=[event_subjects(service)],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=settings.stream_days * 86_400,
        max_bytes=settings.stream_bytes,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
    )
    try:
        await jetstream.update_stream(config)
    except NotFoundError:
        await jetstream.add_stream(config)


async def purge(jetstream: JetStreamContext, service: str, record_ids: Iterable[str]) -> None:
    """Take every event of these records out of the service's stream."""
    for record_id in record_ids:
        await jetstream.purge_stream(stream_name(service), subject=record_subjects(service, record_id))
