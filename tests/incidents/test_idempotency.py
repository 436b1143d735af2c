"""Idempotency keys: the same request is answered alike, once, for as long as the key is kept."""

import asyncio

import httpx2
import pytest
from fastapi import FastAPI

from services.incidents.app import DATABASE
from shared.records.idempotency import forget_expired
from tests.incidents.conftest import HALLWAY, Clients, Connection
from tests.servers import Databases
from tests.waiting import eventually

MISTAKE = {"reason_code": "entered_in_error"}


async def test_a_repeated_request_gets_its_first_answer_though_the_record_has_moved_on(
    client: httpx2.AsyncClient, url: str, number: str
) -> None:
    await client.put(url, json=HALLWAY)
    first = await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
    await client.put(url, json=HALLWAY)
    again = await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})

    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["daylight-position"] == first.headers["daylight-position"]
    assert (await client.get(url)).json()["version"] == 3


async def test_without_the_key_the_same_repetition_voids_again(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    await client.post(f"{url}/void", json=MISTAKE)
    await client.put(url, json=HALLWAY)
    await client.post(f"{url}/void", json=MISTAKE)
    assert (await client.get(url)).json()["version"] == 4


@pytest.mark.parametrize("other", ["other body", "other incident"])
async def test_a_key_used_for_another_request_is_refused(
    client: httpx2.AsyncClient, url: str, number: str, other: str
) -> None:
    await client.put(url, json=HALLWAY)
    await client.put(f"{url}-B", json=HALLWAY)
    await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
    reused = await client.post(
        f"{url}/void" if other == "other body" else f"{url}-B/void",
        json={"reason_code": "duplicate"} if other == "other body" else MISTAKE,
        headers={"Idempotency-Key": number},
    )
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    assert (await client.get(f"{url}-B")).json()["status"] == "unknown"


async def test_a_key_belongs_to_its_client(clients: Clients, url: str, number: str) -> None:
    ours, state = clients(), clients("state", role="state_system", oris=["*"])
    await ours.put(url, json=HALLWAY)
    await ours.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
    other = await state.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
    assert (other.status_code, other.headers.get("idempotency-replayed")) == (200, None)


async def test_a_request_that_failed_leaves_its_key_free(client: httpx2.AsyncClient, url: str, number: str) -> None:
    key = {"Idempotency-Key": number}
    assert (await client.post(f"{url}/void", json=MISTAKE, headers=key)).status_code == 404
    await client.put(url, json=HALLWAY)
    assert (await client.post(f"{url}/void", json=MISTAKE, headers=key)).json()["version"] == 2


async def test_a_request_under_way_is_said_to_be(
    client: httpx2.AsyncClient, url: str, number: str, databases: Databases, kept: Connection
) -> None:
    await client.put(url, json=HALLWAY)
    blocker = await databases.connect(DATABASE)
    try:
        async with blocker.transaction():
            await blocker.execute("select from incident where key like '%/' || $1 for update", number)
            under_way = asyncio.create_task(
                client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
            )
            await eventually(lambda: kept.fetchval("select count(*) from pg_locks where not granted"))
            meanwhile = await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
        done = await under_way
    finally:
        await blocker.close()

    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "request-in-progress")
    assert (done.status_code, done.json()["version"]) == (200, 2)
    retried = await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
    assert (retried.json(), retried.headers["idempotency-replayed"]) == (done.json(), "true")


async def test_twenty_repetitions_at_once_have_one_effect(client: httpx2.AsyncClient, url: str, number: str) -> None:
    await client.put(url, json=HALLWAY)

    async def void() -> int:
        while True:
            answer = await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": number})
            if answer.status_code != 409:
                return int(answer.json()["version"])

    assert await asyncio.gather(*(void() for _ in range(20))) == [2] * 20
    assert (await client.get(url)).json()["version"] == 2


async def test_a_key_older_than_a_week_is_forgotten(
    client: httpx2.AsyncClient, url: str, number: str, kept: Connection, app: FastAPI
) -> None:
    await client.put(url, json=HALLWAY)
    await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": f"{number}-young"})
    await client.post(f"{url}/void", json=MISTAKE, headers={"Idempotency-Key": f"{number}-old"})
    await kept.execute(
        "update idempotency_key set created_at = now() - interval '7 days 1 minute' where key = $1", f"{number}-old"
    )
    await forget_expired(app.state.held.database)

    keys = await kept.fetch("select key from idempotency_key where key like $1", f"{number}-%")
    assert [row["key"] for row in keys] == [f"{number}-young"]
