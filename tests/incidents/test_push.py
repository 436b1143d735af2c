"""Pushing incidents one at a time: new, changed, the same again, stale, conditional, void."""

import httpx2

from tests.incidents.conftest import HALLWAY, URL


async def test_a_new_incident_is_created_and_the_same_again_changes_nothing(client: httpx2.AsyncClient) -> None:
    first = await client.put(URL, json=HALLWAY)
    again = await client.put(URL, json=HALLWAY)

    assert (first.status_code, first.json()["version"], first.headers["etag"]) == (201, 1, '"1"')
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert again.headers["daylight-unchanged"] == "true"
    assert again.headers["daylight-position"] == first.headers["daylight-position"]
