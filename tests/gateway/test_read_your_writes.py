"""`Daylight-After`: a read that names a write sees it, or says that it is not yet visible."""

import asyncio

import pytest

from tests.gateway.conftest import Gateway

QUERY = {"query": "{ incidents { totalCount } }"}


async def test_a_read_waits_for_the_write_that_it_names(gateway: Gateway) -> None:
    headers = await gateway.headers("demo-rms")
    event = gateway.view.services.incident()
    reading = asyncio.create_task(
        gateway.http.post("/graphql", json=QUERY, headers={**headers, "Daylight-After": f"incidents:{event.position}"})
    )
    await asyncio.sleep(0)
    await gateway.view.apply(event)
    assert (await reading).json()["data"] == {"incidents": {"totalCount": 1}}


async def test_several_writes_can_be_named_and_the_feed_waits_as_well(gateway: Gateway) -> None:
    school, delivered = gateway.view.services.school(), gateway.view.services.accepted()
    await gateway.view.apply(school)
    await gateway.view.apply(*delivered)
    headers = [
        *(await gateway.headers("demo-sis")).items(),
        ("Daylight-After", f"incidents:{delivered[-1].position}"),
        ("Daylight-After", f"reporting:{school.position}"),
    ]
    answer = await gateway.http.get("/v1/changes", headers=headers)
    assert [change["change"] for change in answer.json()["changes"]] == ["upsert"]


async def test_a_write_that_does_not_come_is_not_yet_visible(gateway: Gateway) -> None:
    headers = await gateway.headers("demo-rms") | {"Daylight-After": "incidents:9.9.9"}
    answer = await gateway.http.post("/graphql", json=QUERY, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "not-yet-visible")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("named", ["incidents", "incidents:", "incidents:1.2", "payroll:1.2.3", "incidents:a.b.c", ","])
async def test_what_was_never_said_by_daylight_position_is_refused(gateway: Gateway, named: str) -> None:
    headers = await gateway.headers("demo-rms") | {"Daylight-After": named}
    answer = await gateway.http.post("/graphql", json=QUERY, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value")
