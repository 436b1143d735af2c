"""Voiding an incident: out of views and counts, repeatable, and back by a later PUT."""

import httpx2

from tests.incidents.conftest import HALLWAY, Connection

MISTAKE = {"reason_code": "entered_in_error"}


async def test_a_void_is_the_next_version_and_its_event_bears_no_document(
    client: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    record_id = (await client.put(url, json=HALLWAY)).json()["id"]
    void = await client.post(f"{url}/void", json=MISTAKE)

    assert (void.status_code, void.json()["version"], void.json()["status"]) == (200, 2, "void")
    assert (await client.get(url)).json()["status"] == "void"
    rows = await kept.fetch("select change, document from log where record_id = $1 order by version", record_id)
    assert [row["change"] for row in rows] == ["recorded", "voided"]
    assert rows[1]["document"] is None


async def test_a_void_again_changes_nothing(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    first = await client.post(f"{url}/void", json=MISTAKE)
    again = await client.post(f"{url}/void", json={"reason_code": "duplicate"})

    assert (again.status_code, again.json()["version"], again.headers["daylight-unchanged"]) == (200, 2, "true")
    assert again.headers["daylight-position"] == first.headers["daylight-position"]


async def test_a_void_of_a_number_never_seen_is_not_found(client: httpx2.AsyncClient, url: str) -> None:
    void = await client.post(f"{url}/void", json=MISTAKE)
    assert (void.status_code, void.json()["code"]) == (404, "not-found")
    assert (await client.get(url)).status_code == 404


async def test_a_put_of_a_voided_number_brings_it_back_as_its_next_version(
    client: httpx2.AsyncClient, url: str
) -> None:
    first = await client.put(url, json=HALLWAY)
    await client.post(f"{url}/void", json=MISTAKE)
    back = await client.put(url, json=HALLWAY)

    assert (back.status_code, back.json()["version"], back.json()["id"]) == (200, 3, first.json()["id"])
    assert "daylight-unchanged" not in back.headers
    assert (await client.get(url)).json()["status"] == "unknown"


async def test_a_void_needs_a_reason_from_the_list(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    missing = await client.post(f"{url}/void", json={})
    unheard = await client.post(f"{url}/void", json={"reason_code": "changed our minds"})

    assert (missing.status_code, missing.json()["code"]) == (422, "required-question-unanswered")
    assert (unheard.status_code, unheard.json()["code"]) == (422, "unknown-code")
    assert (await client.get(url)).json()["version"] == 1
