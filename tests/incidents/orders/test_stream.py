"""The stream, and the time that an answer takes, keep nothing of what an order took out either."""

import itertools
import time
from collections.abc import AsyncIterator
from math import sqrt
from uuid import UUID

import httpx2
import nats
import pytest
from fastapi import FastAPI
from nats.js import JetStreamContext

from shared.records.bus import stream_name
from shared.secrets import Secrets
from shared.settings import Settings
from tests.incidents.conftest import AGENCY, HALLWAY, Connection
from tests.incidents.orders.conftest import BOTH, ORDER
from tests.servers import TESTS_USER
from tests.waiting import eventually

STREAM = stream_name("incidents")
PAIRS = 300


@pytest.fixture
async def jetstream(settings: Settings, secrets: Secrets) -> AsyncIterator[JetStreamContext]:
    """The streams as one who may read all of them."""
    password = secrets.nats_password(TESTS_USER.name)
    client = await nats.connect(settings.nats_url, user=TESTS_USER.name, password=password)
    yield client.jetstream()
    await client.close()


async def messages(jetstream: JetStreamContext) -> dict[str, str]:
    """Every message that the stream holds: its content by its subject and place."""
    state = (await jetstream.stream_info(STREAM)).state
    found = {}
    for sequence in range(state.first_seq, state.last_seq + 1):
        try:
            message = await jetstream.get_msg(STREAM, sequence)
        except nats.js.errors.NotFoundError:
            continue
        found[f"{message.subject} {sequence}"] = (message.data or b"").decode()
    return found


async def published(app: FastAPI, kept: Connection) -> None:
    """Wait until all that is in the log is in the stream."""

    async def all_of_it() -> bool:
        app.state.held.relay.wake.set()
        return bool(app.state.held.relay.published >= await kept.fetchval("select count(*) from log"))

    await eventually(all_of_it)


async def test_the_stream_holds_no_event_of_it_but_the_last(
    clerk: httpx2.AsyncClient, url: str, number: str, app: FastAPI, kept: Connection, jetstream: JetStreamContext
) -> None:
    record_id = (await clerk.put(url, json=HALLWAY)).json()["id"]
    await clerk.put(url, json=HALLWAY | {"status": "closed"})
    await published(app, kept)
    key = f'"{AGENCY}/{number}'
    before = [place for place, content in (await messages(jetstream)).items() if key in content]
    assert f"daylight.incidents.incident.recorded.{record_id}" in {place.split()[0] for place in before}
    await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH})
    await published(app, kept)

    left = await messages(jetstream)
    assert not [place for place, content in left.items() if number in content]
    assert [place.split()[0] for place in left if record_id in place] == [
        f"daylight.incidents.incident.erased.{record_id}"
    ]


async def test_what_had_no_time_to_be_published_is_never_published(
    clerk: httpx2.AsyncClient, url: str, number: str, app: FastAPI, kept: Connection, jetstream: JetStreamContext
) -> None:
    record_id = (await clerk.put(url, json=HALLWAY)).json()["id"]
    for status in ("open", "closed"):
        await clerk.put(url, json=HALLWAY | {"status": status})
    await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH})
    await published(app, kept)

    assert not [place for place, content in (await messages(jetstream)).items() if number in content]
    versions = await kept.fetch("select version, change from log where record_id = $1 order by 1", UUID(record_id))
    assert [tuple(row) for row in versions][-1] == (4, "erased")


async def test_an_answer_takes_as_long_as_for_a_number_never_seen(clerk: httpx2.AsyncClient, url: str) -> None:
    """Asked in turns, neither is the slower one more often than chance has it (sign test, four deviations)."""
    await clerk.put(url, json=HALLWAY)
    await clerk.post(f"{url}/expunge", json=ORDER)

    async def seconds(at: str) -> float:
        began = time.perf_counter()
        assert (await clerk.get(at)).status_code == 404
        return time.perf_counter() - began

    slower = 0
    for turn in itertools.islice(itertools.cycle((True, False)), PAIRS):
        first, second = (url, f"{url}-NEVER") if turn else (f"{url}-NEVER", url)
        taken = {first: await seconds(first), second: await seconds(second)}
        slower += taken[url] > taken[f"{url}-NEVER"]
    assert abs(slower - PAIRS / 2) < 4 * sqrt(PAIRS) / 2
