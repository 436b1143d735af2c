"""Each side has an inbox of the reports that were delivered to it, and a person of the side opens them (P4, P7)."""

from typing import Any

import httpx2
import pytest

from tests.incidents.conftest import AGENCY, HALLWAY, Clients, Connection
from tests.incidents.evidence import rows_by_table
from tests.incidents.orders.conftest import ORDER
from tests.incidents.people import (
    DISTRICT,
    OFFICER,
    OTHER_DISTRICT,
    OTHER_PRINCIPAL,
    OTHER_RMS,
    OTHER_SCHOOL,
    PRINCIPAL,
    PUBLIC,
    RMS,
    STATE,
    SUPERVISOR,
)
from tests.incidents.test_judgements import clock

DETAINED = HALLWAY | {
    "on_school_grounds": "yes",
    "actions": [
        {"action_number": 1, "type": "detention", "person_number": 1, "started_at": "2026-10-05T10:13:00-07:00"}
    ],
}
DOCUMENTATION = {
    "documentation_number": 1,
    "action_numbers": [1],
    "basis": "A fight.",
    "at_school_factors": "It was in the yard.",
    "no_arrest": True,
}
DOCUMENTED = DETAINED | {"detention_documentation": [DOCUMENTATION]}


async def items(client: httpx2.AsyncClient, **parameters: str) -> dict[str, dict[str, Any]]:
    """Every item of an inbox by incident number, page after page."""
    found: dict[str, dict[str, Any]] = {}
    asked: dict[str, str] = {"limit": "7", **parameters}
    while True:
        answer = (await client.get("/v1/inbox", params=asked)).raise_for_status().json()
        found |= {item["incident_number"]: item for item in answer["items"]}
        if answer["next"] is None:
            return found
        asked |= {"cursor": answer["next"]}


async def item_url(client: httpx2.AsyncClient, number: str) -> str:
    """Where the item of an incident is in the client's inbox."""
    return f"/v1/inbox/{(await items(client))[number]['id']}"


@pytest.mark.parametrize("who", [RMS, STATE, SUPERVISOR, PRINCIPAL, DISTRICT], ids=lambda one: one["role"])
async def test_a_report_is_in_both_inboxes_from_the_moment_it_is_accepted(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, who: dict[str, Any]
) -> None:
    await client.put(url, json=HALLWAY)
    item = (await items(clients("reader", **who), state="unopened"))[number]
    assert item == {
        "id": item["id"],
        "ori": AGENCY,
        "incident_number": number,
        "school_id": "990000100001",
        "delivered_at": item["delivered_at"],
        "version": 1,
        "opened_at": None,
        "acknowledged_at": None,
        "documentation_complete": False,
        "documentation_acknowledged_at": None,
    }


@pytest.mark.parametrize("who", [OTHER_RMS, OTHER_PRINCIPAL, OTHER_DISTRICT], ids=lambda one: one["role"])
async def test_no_report_is_in_anybody_elses_inbox(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, who: dict[str, Any]
) -> None:
    await client.put(url, json=HALLWAY)
    assert number not in await items(clients("other", **who))


async def test_a_report_without_a_school_waits_for_the_agency_alone(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=HALLWAY | {"school_id": None})
    assert number in await items(clients("supervisor", **SUPERVISOR))
    assert number not in await items(clients("principal", **PRINCIPAL))


async def test_a_void_report_waits_for_nobody(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=HALLWAY)
    principal = clients("principal", **PRINCIPAL)
    item = await item_url(principal, number)
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})

    assert number not in await items(principal)
    assert number not in await items(clients("supervisor", **SUPERVISOR))
    assert (await principal.post(f"{item}/open")).status_code == 404


async def test_one_incident_is_found_in_an_inbox_by_its_number(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=HALLWAY)
    for who in (SUPERVISOR, PRINCIPAL):
        assert set(await items(clients("reader", **who), incident_number=number)) == {number}


async def test_an_inbox_is_read_oldest_first(client: httpx2.AsyncClient, clients: Clients, url: str) -> None:
    numbers = [f"ORDER-{place}" for place in (3, 1, 2)]
    for number in numbers:
        await client.put(f"/v1/incidents/{AGENCY}/{number}", json=HALLWAY)
    for who in (SUPERVISOR, PRINCIPAL):
        assert [number for number in await items(clients("reader", **who)) if number in numbers] == numbers


@pytest.mark.parametrize(("who", "side"), [(SUPERVISOR, "agency"), (PRINCIPAL, "school")])
async def test_a_persons_open_ends_the_wait_of_that_side_alone(
    client: httpx2.AsyncClient,
    clients: Clients,
    url: str,
    number: str,
    kept: Connection,
    who: dict[str, Any],
    side: str,
) -> None:
    await client.put(url, json=HALLWAY)
    person = clients("person", **who)
    item = await item_url(person, number)
    opened = await person.post(f"{item}/open")
    again = await person.post(f"{item}/open")

    assert (opened.status_code, opened.headers["etag"]) == (200, '"1"')
    assert opened.json()["opened_at"]
    assert opened.json()["acknowledged_at"] is None
    assert (again.json(), again.headers["daylight-unchanged"]) == (opened.json(), "true")
    assert number not in await items(person, state="unopened")
    assert (await items(person, state="opened"))[number] == opened.json()
    assert "met_at" in await clock(kept, number, "P7-REVIEW-BOTH", side)
    other, its_person = ("school", PRINCIPAL) if side == "agency" else ("agency", SUPERVISOR)
    assert "met_at" not in await clock(kept, number, "P7-REVIEW-BOTH", other)
    assert number in await items(clients("other", **its_person), state="unopened")


async def test_who_acknowledges_has_opened(client: httpx2.AsyncClient, clients: Clients, url: str, number: str) -> None:
    await client.put(url, json=HALLWAY)
    principal = clients("principal", **PRINCIPAL)
    item = await item_url(principal, number)
    acknowledged = (await principal.post(f"{item}/acknowledge")).json()
    later = await principal.post(f"{item}/open")

    assert acknowledged["opened_at"] == acknowledged["acknowledged_at"]
    assert later.headers["daylight-unchanged"] == "true"
    assert number in await items(principal, state="acknowledged")


async def test_documentation_is_acknowledged_once_it_is_there(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    principal = clients("principal", **PRINCIPAL)
    await client.put(url, json=DETAINED)
    item = await item_url(principal, number)
    early = (await principal.post(f"{item}/acknowledge")).json()
    assert (early["documentation_complete"], early["documentation_acknowledged_at"]) == (False, None)

    await client.put(url, json=DOCUMENTED)
    waiting = (await items(principal, state="opened"))[number]
    assert (waiting["documentation_complete"], waiting["documentation_acknowledged_at"]) == (True, None)
    assert "met_at" not in await clock(kept, number, "P4-SHARE", None)

    done = await principal.post(f"{item}/acknowledge")
    assert done.headers["etag"] == '"2"'
    assert done.json()["documentation_acknowledged_at"] > early["acknowledged_at"] == done.json()["acknowledged_at"]
    assert "met_at" in await clock(kept, number, "P4-SHARE", None)
    assert number in await items(principal, state="acknowledged")


MAY_NOT: list[tuple[str, dict[str, Any], dict[str, Any], int, str]] = [
    ("the agency's system", RMS, SUPERVISOR, 403, "actor-may-not-act"),
    ("a state's system", STATE, SUPERVISOR, 403, "actor-may-not-act"),
    ("a district's system", DISTRICT, PRINCIPAL, 403, "actor-may-not-act"),
    ("an officer", OFFICER, SUPERVISOR, 403, "actor-may-not-act"),
    ("a supervisor who took part", SUPERVISOR | {"officer_number": "4471"}, SUPERVISOR, 403, "actor-may-not-act"),
    ("who stands on neither side", PUBLIC, SUPERVISOR, 403, "actor-may-not-act"),
    ("a supervisor of the school's copy", SUPERVISOR, PRINCIPAL, 404, "not-found"),
    ("a principal of the agency's report", PRINCIPAL, SUPERVISOR, 404, "not-found"),
    ("another school's principal", OTHER_PRINCIPAL, PRINCIPAL, 404, "not-found"),
    ("another agency's supervisor", SUPERVISOR | {"oris": ["XX0000200"]}, SUPERVISOR, 404, "not-found"),
    ("without the scope", SUPERVISOR | {"scope": "incidents.read"}, SUPERVISOR, 403, "insufficient-scope"),
]


@pytest.mark.parametrize(("story", "who", "whose", "status", "code"), MAY_NOT, ids=[one[0] for one in MAY_NOT])
@pytest.mark.parametrize("act", ["open", "acknowledge"])
async def test_nobody_opens_for_another(
    client: httpx2.AsyncClient,
    clients: Clients,
    url: str,
    number: str,
    kept: Connection,
    story: str,
    who: dict[str, Any],
    whose: dict[str, Any],
    status: int,
    code: str,
    act: str,
) -> None:
    await client.put(url, json=HALLWAY)
    item = await item_url(clients("owner", **whose), number)
    before = await rows_by_table(kept)
    answer = await clients("stranger", **who).post(f"{item}/{act}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rows_by_table(kept) == before


@pytest.mark.parametrize(
    ("who", "side"), [(SUPERVISOR, "school"), (PRINCIPAL, "agency"), (PUBLIC, "school"), (OFFICER, "agency")]
)
async def test_an_inbox_is_read_by_its_own_side(clients: Clients, who: dict[str, Any], side: str) -> None:
    answer = await clients("stranger", **who).get("/v1/inbox", params={"side": side})
    assert (answer.status_code, answer.json()["code"]) == (403, "actor-may-not-act")


async def test_an_open_with_an_idempotency_key_is_done_once(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=HALLWAY)
    principal, key = clients("principal", **PRINCIPAL), {"Idempotency-Key": f"open-{number}"}
    item = await item_url(principal, number)
    first = await principal.post(f"{item}/open", headers=key)
    again = await principal.post(f"{item}/open", headers=key)
    other = await principal.post(f"{item}/acknowledge", headers=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_what_moves_to_another_district_is_unopened_there(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=HALLWAY)
    principal, other = clients("principal", **PRINCIPAL), clients("other", **OTHER_PRINCIPAL)
    await principal.post(f"{await item_url(principal, number)}/open")
    await client.put(url, json=HALLWAY | {"school_id": OTHER_SCHOOL})

    assert number not in await items(principal)
    assert number in await items(other, state="unopened")
    await client.put(url, json=HALLWAY)
    assert number in await items(principal, state="opened")


async def test_a_copy_whose_record_an_order_took_away_waits_for_nobody(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=HALLWAY)
    principal = clients("principal", **PRINCIPAL)
    item = await item_url(principal, number)
    await clients("clerk", **RMS | {"scope": "orders.write"}).post(f"{url}/expunge", json=ORDER)

    assert number not in await items(principal)
    assert number not in await items(clients("supervisor", **SUPERVISOR))
    assert (await principal.post(f"{item}/open")).status_code == 404
