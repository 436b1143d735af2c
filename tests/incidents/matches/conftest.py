"""A district that matches, and an incident at one of its schools with two people in it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import httpx2
import pytest

from tests.incidents.conftest import HALLWAY, Clients
from tests.incidents.people import DISTRICT, LEA

MATCHER: dict[str, Any] = DISTRICT | {"scope": "matches.write incidents.read"}
FIRST = HALLWAY["people"][0]
SECOND: dict[str, Any] = {
    "person_number": 2,
    "involvement": ["witness"],
    "is_enrolled": "unknown",
    "perceived": {"sex": "female", "basis": "observation"},
}
TWO = HALLWAY | {"people": [FIRST, SECOND]}
NUMBER = {"student_number": "S-0042", "how": "name_and_birth_date"}

Listed: TypeAlias = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def district(clients: Clients) -> httpx2.AsyncClient:
    """The school information system of the district, which may match."""
    return clients("sis", **MATCHER)


@pytest.fixture
def listed(district: httpx2.AsyncClient, number: str) -> Listed:
    """`await listed(state="open")`: the people of this test's incident in the district's list."""

    async def people(**asked: Any) -> list[dict[str, Any]]:
        found, cursor = [], None
        while True:
            parameters = {"lea_id": LEA, "limit": 1000, **asked} | ({"cursor": cursor} if cursor else {})
            answer = await district.get("/v1/matches", params=parameters)
            assert answer.status_code == 200, answer.text
            found += answer.json()["matches"]
            if (cursor := answer.json()["next"]) is None:
                return [one for one in found if one["incident_number"] == number]

    return people


@pytest.fixture
async def copy(client: httpx2.AsyncClient, url: str, listed: Listed) -> str:
    """Where the matches of an incident of two people are put."""
    assert (await client.put(url, json=TWO)).status_code == 201
    return f"/v1/matches/{(await listed())[0]['incident_id']}"
