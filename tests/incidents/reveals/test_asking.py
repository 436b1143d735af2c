"""Who may ask the service to reveal over NATS, and who hears the answer: the gateway alone."""

import httpx2
import nats
import pytest
from fastapi import FastAPI
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.contracts.reveals import RevealCall
from shared.records import bus
from shared.secrets import Secrets
from shared.settings import Settings
from tests.incidents.conftest import AGENCY, HALLWAY
from tests.servers import TESTS_USER

SUBJECT = bus.call_subject("incidents", bus.REVEAL)


async def connected(settings: Settings, secrets: Secrets, user: str, inbox: str) -> Client:
    """A connection as a user, which asks for its answers below this prefix."""
    return await nats.connect(
        settings.nats_url, user=user, password=secrets.nats_password(user), inbox_prefix=inbox.encode()
    )


@pytest.fixture
async def call(client: httpx2.AsyncClient, app: FastAPI, url: str, number: str) -> bytes:
    """What is asked about a record that is there."""
    assert (await client.put(url, json=HALLWAY)).status_code == 201
    asked = RevealCall(ori=AGENCY, incident_number=number, lea_id=None, what="identity", person_numbers=(1,))
    return asked.model_dump_json().encode()


async def test_the_gateway_is_answered(settings: Settings, secrets: Secrets, call: bytes) -> None:
    gateway = await connected(settings, secrets, bus.GATEWAY, bus.inbox(bus.GATEWAY))
    answer = await gateway.request(SUBJECT, call, timeout=5)
    await gateway.close()
    assert b"Vastergaard" in answer.data


async def test_another_user_asks_in_vain(settings: Settings, secrets: Secrets, call: bytes) -> None:
    said: list[Exception] = []

    async def heard(error: Exception) -> None:
        said.append(error)

    projector = await nats.connect(
        settings.nats_url,
        user="projector",
        password=secrets.nats_password("projector"),
        inbox_prefix=bus.inbox("projector").encode(),
        error_cb=heard,
    )
    with pytest.raises(NatsError):
        await projector.request(SUBJECT, call, timeout=0.5)
    await projector.close()
    assert any("permissions violation" in str(error).lower() for error in said)


async def test_even_who_may_publish_everything_is_not_answered_at_a_place_of_its_own(
    settings: Settings, secrets: Secrets, call: bytes
) -> None:
    everything = await connected(settings, secrets, TESTS_USER.name, "_INBOX_tests")
    with pytest.raises(NatsError):
        await everything.request(SUBJECT, call, timeout=0.5)
    await everything.close()


async def test_what_is_no_question_is_not_answered_and_the_next_one_is(
    settings: Settings, secrets: Secrets, call: bytes
) -> None:
    gateway = await connected(settings, secrets, bus.GATEWAY, bus.inbox(bus.GATEWAY))
    with pytest.raises(NatsError):
        await gateway.request(SUBJECT, b"Quillon Vastergaard?", timeout=0.5)
    assert (await gateway.request(SUBJECT, call, timeout=5)).data
    await gateway.close()


@pytest.mark.parametrize(
    ("lea_id", "told"), [("9900001", True), ("9900002", False)], ids=["which has the copy", "which has none"]
)
async def test_of_a_district_it_is_told_what_was_delivered_to_it(
    settings: Settings, secrets: Secrets, call: bytes, lea_id: str, told: bool
) -> None:
    gateway = await connected(settings, secrets, bus.GATEWAY, bus.inbox(bus.GATEWAY))
    asked = RevealCall.model_validate_json(call).model_copy(update={"lea_id": lea_id})
    answer = await gateway.request(SUBJECT, asked.model_dump_json().encode(), timeout=5)
    await gateway.close()
    assert (b"Vastergaard" in answer.data) == told


async def test_of_a_void_record_nothing_is_told(
    settings: Settings, secrets: Secrets, call: bytes, client: httpx2.AsyncClient, url: str
) -> None:
    assert (await client.post(f"{url}/void", json={"reason_code": "duplicate"})).status_code == 200
    gateway = await connected(settings, secrets, bus.GATEWAY, bus.inbox(bus.GATEWAY))
    answer = await gateway.request(SUBJECT, call, timeout=5)
    await gateway.close()
    assert answer.data == b'{"nothing":true}'
