"""Asks a service for events of its log again, by their numbers, and reads what it answers."""

import asyncio
from dataclasses import dataclass

import orjson
from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.js.api import Header

from shared.contracts.events import Event
from shared.records import bus
from shared.records.log import Position

ANSWER_SECONDS = 3
ATTEMPTS = 5
PAUSE_SECONDS = 0.5
NO_RESPONDERS = "503"


class NotAnEvent(Exception):
    """A message without even a number: it takes no place in a log."""


class MissingEvents(TimeoutError):
    """A service does not give all the events that were asked for; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event with its number in the log of its service; `event` is None where it cannot be read as one.

    `position` is empty where that cannot be read.
    """

    number: int
    position: str
    subject: str
    event: Event | None

    @classmethod
    def read(cls, content: bytes) -> "Numbered":
        """Read an event as it stands on the bus. Raises NotAnEvent for what has no number."""
        try:
            event = Event.model_validate_json(content)
            Position.parse(event.position)
        except ValueError:
            return cls._unreadable(content)
        return cls(int(event.sequence), event.position, event.type, event)

    @classmethod
    def _unreadable(cls, content: bytes) -> "Numbered":
        try:
            said = orjson.loads(content)
            number, position, subject = int(said["sequence"]), str(said.get("position")), str(said.get("type"))
        except (ValueError, TypeError, KeyError) as error:
            raise NotAnEvent from error
        try:
            Position.parse(position)
        except ValueError:
            position = ""
        return cls(number, position, subject, None)


async def replay(client: Client, service: str, first: int, last: int) -> list[Numbered]:
    """The events from `first` to `last` as far as they come through.

    Raises NoRespondersError where the service is not there, TimeoutError where it does not go on.
    """
    answer = client.new_inbox()
    subscription = await client.subscribe(answer)
    events: list[Numbered] = []
    try:
        await client.publish(bus.replay_subject(service), orjson.dumps({"from": first, "to": last}), reply=answer)
        while True:
            message = await subscription.next_msg(timeout=ANSWER_SECONDS)
            if message.headers and message.headers.get(Header.STATUS.value) == NO_RESPONDERS:
                raise NoRespondersError
            if not message.data:
                return events
            events += [Numbered.read(line) for line in message.data.split(b"\n")]
    finally:
        await subscription.unsubscribe()


async def replay_whole(client: Client, service: str, first: int, last: int) -> list[Numbered]:
    """All the events from `first` to `last`, in order; asks again for an answer that has come in parts.

    Raises MissingEvents where not all of them come, NoRespondersError where the service is not there.
    """
    for attempt in range(ATTEMPTS):
        await asyncio.sleep(PAUSE_SECONDS if attempt else 0)
        try:
            events = await replay(client, service, first, last)
        except TimeoutError:
            continue
        if [event.number for event in events] == list(range(first, last + 1)):
            return events
    raise MissingEvents(f"The log of {service} does not give all its events from {first} to {last}.")
