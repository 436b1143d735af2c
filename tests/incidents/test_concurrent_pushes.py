"""Many senders at once: one record a key, dense versions, the newest clock wins, nobody is answered wrongly."""

import asyncio
import random

import httpx2
import orjson

from tests.incidents.conftest import AGENCY, HALLWAY, Connection

NDJSON = {"Content-Type": "application/x-ndjson"}


async def test_first_pushes_of_one_key_by_twenty_make_one_record_and_one_version(
    client: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    answers = await asyncio.gather(*(client.put(url, json=HALLWAY) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert {answer.json()["version"] for answer in answers} == {1}
    (record_id,) = {answer.json()["id"] for answer in answers}
    assert await kept.fetchval("select count(*) from log where record_id = $1", record_id) == 1
    assert await kept.fetchval("select count(*) from vault.sealed where record_id = $1", record_id) == 2


async def test_corrections_by_thirty_at_once_are_dense_versions_and_each_is_acknowledged_as_its_own(
    client: httpx2.AsyncClient, url: str
) -> None:
    reasons = [f"reason-{number}" for number in range(30)]
    answers = await asyncio.gather(*(client.put(url, json=HALLWAY | {"request_reason": reason}) for reason in reasons))

    assert {answer.status_code for answer in answers} == {200, 201}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 31))
    versions = (await client.get(f"{url}/versions")).json()["versions"]
    said = {answer.json()["version"]: reason for answer, reason in zip(answers, reasons, strict=True)}
    assert {version["version"]: version["document"]["request_reason"] for version in versions} == said


async def test_of_conditional_writes_at_one_version_exactly_one_is_taken(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    answers = await asyncio.gather(
        *(
            client.put(url, json=HALLWAY | {"request_reason": f"reason-{number}"}, headers={"If-Match": '"1"'})
            for number in range(10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9


async def test_in_whatever_order_versions_of_the_sender_arrive_the_newest_stands(
    client: httpx2.AsyncClient, url: str
) -> None:
    """Version 12 says again what version 1 said, so that it is unchanged wherever it meets it."""
    said = {number: f"reason-{number % 11}" for number in range(1, 13)}
    for round_number in range(15):
        here = f"{url}-{round_number}"
        pushes = [
            client.put(here, json=HALLWAY | {"source_version": number, "request_reason": reason})
            for number, reason in said.items()
        ]
        random.Random(round_number).shuffle(pushes)
        answers = await asyncio.gather(*pushes)
        assert {answer.status_code for answer in answers} <= {200, 201}
        assert (await client.get(here)).json()["request_reason"] == said[12], f"in round {round_number}"


async def test_bulk_pushes_of_the_same_records_in_opposite_orders_all_end(
    client: httpx2.AsyncClient, number: str
) -> None:
    keys = [f"{number}-{index:03}" for index in range(300)]

    def body(push: int) -> bytes:
        lines = [
            HALLWAY | {"ori": AGENCY, "incident_number": key, "request_reason": f"reason-{push}"}
            for key in (keys if push % 2 else reversed(keys))
        ]
        return b"\n".join(orjson.dumps(line) for line in lines)

    answers = await asyncio.gather(
        *(client.post("/v1/incidents/bulk", content=body(push), headers=NDJSON) for push in range(6))
    )
    for answer in answers:
        *lines, ending = [orjson.loads(line) for line in answer.content.splitlines()]
        assert ending["complete"] is True
        assert {line["result"] for line in lines} <= {"created", "changed", "unchanged"}
