"""The event envelope is our own few lines; the CloudEvents project's library reads what we write, and the other way."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from services.incidents.app import DATABASE
from shared.contracts.events import CONTENT_TYPE, Event
from shared.records import log
from tests.servers import Databases

LOGGED = """
with logged as (
    insert into log (epoch, kind, change, record_id, key, owner, version, schema_version, document, changed_at,
                     changed_by, traceparent)
    values (1, 'incident', $1, uuidv7(), 'XX0000100/2026-1', 'XX0000100', 3, 1, $2, '2026-10-05T10:12:00.5Z', 'rms', $3)
    returning epoch, transaction_id, id
)
insert into log_sequence select (select count(*) + 1 from log_sequence), epoch, transaction_id, id from logged
returning sequence
"""
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OURS = {"sequence", "position", "traceparent"}
FORMAT = JSONFormat()


@pytest.fixture
async def events(databases: Databases) -> AsyncIterator[list[bytes]]:
    """A recorded and a voided event, as the relay publishes them."""
    await databases.fresh(DATABASE)
    connection = await databases.connect(DATABASE)
    await connection.fetchval(LOGGED, "recorded", json.dumps({"narrative": "given", "actions": []}), TRACE)
    await connection.fetchval(LOGGED, "voided", None, None)
    yield [event.content for event in await log.outgoing(connection, "incidents", 1, 2)]
    await connection.close()


def read(content: bytes) -> CloudEvent:
    """An event as the library reads it, which refuses whatever CloudEvents 1.0 does not allow."""
    event = FORMAT.read(CloudEvent, content)
    assert isinstance(event, CloudEvent)
    return event


async def test_the_library_reads_what_is_published(events: list[bytes]) -> None:
    recorded, voided = (read(content) for content in events)
    assert recorded.get_type() == "daylight.incidents.incident.recorded"
    assert recorded.get_source() == "/services/incidents"
    assert recorded.get_specversion() == "1.0"
    assert recorded.get_datacontenttype() == "application/json"
    assert recorded.get_extension("sequence") == "1"
    assert recorded.get_extension("traceparent") == TRACE
    data: Any = recorded.get_data()
    assert data["document"] == {"narrative": "given", "actions": []}
    assert recorded.get_subject() == data["id"]
    assert str(recorded.get_time()) == "2026-10-05 10:12:00.500000+00:00"
    gone: Any = voided.get_data()
    assert voided.get_type() == "daylight.incidents.incident.voided"
    assert gone["document"] is None


async def test_we_read_what_the_library_writes(events: list[bytes]) -> None:
    for content in events:
        assert Event.model_validate_json(FORMAT.write(read(content))) == Event.model_validate_json(content)


async def test_every_attribute_is_of_cloudevents_or_one_of_our_extensions(events: list[bytes]) -> None:
    plain = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}
    assert set(json.loads(events[0])) == plain | OURS
    assert set(Event.model_fields) == plain | OURS


def test_the_content_type_is_that_of_structured_json() -> None:
    assert FORMAT.get_content_type() == CONTENT_TYPE


@pytest.mark.parametrize(("attribute", "value"), [("specversion", "0.9"), ("id", ""), ("Schema_Version", "1")])
async def test_an_envelope_that_is_none_is_found(events: list[bytes], attribute: str, value: str) -> None:
    broken = json.dumps(json.loads(events[0]) | {attribute: value}).encode()
    with pytest.raises(CloudEventValidationError):
        read(broken)
