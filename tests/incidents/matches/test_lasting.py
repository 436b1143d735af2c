"""How long a match lasts: while the district has its copy, and while the number means the same person."""

from typing import Any

import httpx2
import pytest

from tests.incidents.conftest import Clients, Connection
from tests.incidents.evidence import TABLES
from tests.incidents.matches.conftest import FIRST, NUMBER, SECOND, TWO, Listed
from tests.incidents.orders.conftest import BOTH, ORDER
from tests.tokens import SCOPES

CHANGES: list[tuple[str, dict[str, Any], list[int]]] = [
    ("another fact of the record", {"status": "closed"}, [1, 2]),
    ("another fact of the person", {"people": [FIRST | {"is_enrolled": "unknown"}, SECOND]}, [1, 2]),
    ("another name", {"people": [FIRST | {"identity": {"name": "Ottoline Brandybuck"}}, SECOND]}, [2]),
    ("no such person", {"people": [SECOND], "actions": [], "outcomes": []}, [2]),
    ("another district's school", {"school_id": "990000200001"}, []),
    ("no school", {"school_id": None}, []),
]


@pytest.fixture
async def matched(district: httpx2.AsyncClient, copy: str) -> str:
    """Where the matches of an incident are put, both of whose people are matched."""
    for person in (1, 2):
        assert (await district.put(f"{copy}/{person}", json=NUMBER)).status_code == 201
    return copy


@pytest.fixture
def clerk(clients: Clients) -> httpx2.AsyncClient:
    """A system of the agency that also sends it the orders of courts."""
    return clients("clerk", scope=f"{SCOPES} orders.write")


@pytest.mark.parametrize(("_", "change", "stay"), CHANGES, ids=[case[0] for case in CHANGES])
async def test_a_match_is_of_nobody_else(
    client: httpx2.AsyncClient, url: str, matched: str, listed: Listed, _: str, change: dict[str, Any], stay: list[int]
) -> None:
    assert (await client.put(url, json=TWO | change)).status_code == 200
    assert [one["person_number"] for one in await listed(state="matched")] == stay
    await client.put(url, json=TWO)
    assert [one["person_number"] for one in await listed(state="matched")] == [1, 2]
    assert matched


async def test_a_void_takes_the_matches_with_it_and_a_put_brings_them_back(
    client: httpx2.AsyncClient, url: str, matched: str, listed: Listed, kept: Connection
) -> None:
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})
    assert await listed() == []
    assert matched
    assert await kept.fetchval("select count(*) from match where state = 'live' and about = $1", _key(url)) == 0
    await client.put(url, json=TWO)
    assert len(await listed(state="matched")) == 2


async def test_an_order_that_reaches_the_district_forgets_the_matches(
    clerk: httpx2.AsyncClient, url: str, matched: str, kept: Connection
) -> None:
    assert (await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH})).status_code == 204
    assert await kept.fetchval("select count(*) from match where about = $1", _key(url)) == 0
    assert await kept.fetchval("select count(*) from log where kind = 'match' and key like $1", f"{_key(url)}/%") == 0
    assert matched


async def test_an_order_that_reaches_the_agency_alone_leaves_the_districts_matches(
    clerk: httpx2.AsyncClient, district: httpx2.AsyncClient, url: str, matched: str, listed: Listed
) -> None:
    await clerk.post(f"{url}/expunge", json=ORDER)
    assert [one["person_number"] for one in await listed(state="matched")] == [1, 2]
    corrected = await district.put(f"{matched}/1", json={"not_a_student": True})
    assert (corrected.status_code, corrected.json()["state"]) == (200, "not_a_student")


async def test_an_order_for_one_person_forgets_that_match_alone(
    clerk: httpx2.AsyncClient, url: str, matched: str, listed: Listed
) -> None:
    await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH, "person_numbers": [1]})
    [left] = await listed()
    assert (left["person_number"], left["state"]) == (2, "matched")
    assert matched.rpartition("/")[2] != left["incident_id"]


async def test_an_order_for_one_person_at_the_agency_leaves_the_district_both(
    clerk: httpx2.AsyncClient, url: str, matched: str, listed: Listed
) -> None:
    await clerk.post(f"{url}/expunge", json=ORDER | {"person_numbers": [1]})
    assert [one["state"] for one in await listed()] == ["matched", "matched"]
    assert matched


async def test_no_students_number_stands_anywhere_in_the_database(
    district: httpx2.AsyncClient, copy: str, kept: Connection
) -> None:
    await district.put(f"{copy}/1", json={"student_number": "QUILLNUMBER"})
    tables = await kept.fetch(TABLES)
    for (table,) in tables:
        rows = await kept.fetch(f"select row::text as said from {table} as row")
        assert not [row for row in rows if "QUILLNUMBER" in row["said"]], table


def _key(url: str) -> str:
    return "/".join(url.split("/")[-2:])
