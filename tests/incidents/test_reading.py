"""What an agency reads back of its own: a record, its versions, and the inventory to reconcile by."""

from urllib.parse import parse_qs

import httpx2
import pytest

from tests.incidents.conftest import AGENCY, HALLWAY, Clients

FIRST, LAST = "2026-10-01T08:00:00-07:00", "2026-10-09T08:00:00-07:00"
FOLDER = "/v1/incidents/XX0000300"


@pytest.fixture
async def inventory(clients: Clients) -> httpx2.AsyncClient:
    """A client whose agency has five incidents: of two days, one corrected, one void."""
    client = clients("shelf", oris=["XX0000300"])
    for number in range(1, 6):
        day = FIRST if number < 3 else LAST
        await client.put(f"{FOLDER}/N-{number}", json=HALLWAY | {"occurred_at": day, "source_version": number})
    await client.put(f"{FOLDER}/N-2", json=HALLWAY | {"occurred_at": FIRST, "status": "closed", "source_version": 9})
    await client.post(f"{FOLDER}/N-3/void", json={"reason_code": "duplicate"})
    return client


async def test_a_record_is_read_back_with_its_facts_and_without_what_is_sealed(
    client: httpx2.AsyncClient, url: str
) -> None:
    receipt = await client.put(url, json=HALLWAY)
    read = await client.get(url)
    body = read.json()

    assert read.headers["etag"] == receipt.headers["etag"] == body["etag"]
    assert (body["id"], body["version"], body["ori"]) == (receipt.json()["id"], 1, AGENCY)
    assert body["people"][0]["identity"] == body["narrative"] == "given"
    assert body["actions"][0]["type"] == "conversation"
    assert "sealed_digest" not in read.text
    assert "school_mapped" not in read.text
    assert "Vastergaard" not in read.text
    assert "2012-03-04" not in read.text


async def test_times_keep_their_offset(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    assert (await client.get(url)).json()["occurred_at"] == HALLWAY["occurred_at"]


async def test_every_version_is_listed_oldest_first(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    await client.put(url, json=HALLWAY | {"status": "closed"})
    await client.post(f"{url}/void", json={"reason_code": "other"})
    listed = await client.get(f"{url}/versions")
    versions = listed.json()["versions"]

    assert [version["version"] for version in versions] == [1, 2, 3]
    assert [version["change"] for version in versions] == ["recorded", "recorded", "voided"]
    assert [(version["document"] or {}).get("status") for version in versions] == ["unknown", "closed", None]
    assert "sealed_digest" not in listed.text
    assert "Vastergaard" not in listed.text


@pytest.mark.parametrize("path", ["", "/versions"])
async def test_what_does_not_exist_and_what_is_anothers_are_answered_alike(
    clients: Clients, url: str, path: str
) -> None:
    await clients().put(url, json=HALLWAY)
    stranger = clients("stranger", oris=["XX0000200"])
    foreign = await stranger.get(f"{url}{path}")
    missing = await stranger.get(f"/v1/incidents/XX0000200/NONE{path}")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


@pytest.mark.parametrize("verb", ["put", "void"])
async def test_another_agencys_record_is_not_written(clients: Clients, url: str, verb: str) -> None:
    await clients().put(url, json=HALLWAY)
    stranger = clients("stranger", oris=["XX0000200"])
    if verb == "put":
        refused = await stranger.put(url, json=HALLWAY | {"status": "closed"})
    else:
        refused = await stranger.post(f"{url}/void", json={"reason_code": "other"})

    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-organisation")
    assert (await clients().get(url)).json()["version"] == 1


async def test_a_state_program_reads_and_writes_for_every_agency(clients: Clients, url: str) -> None:
    state = clients("state", role="state_system", oris=["*"])
    assert (await state.put(url, json=HALLWAY)).status_code == 201
    assert (await state.get(url)).status_code == 200
    assert (await clients().get(url)).status_code == 200


async def test_the_inventory_lists_numbers_and_versions_and_no_content(inventory: httpx2.AsyncClient) -> None:
    listed = await inventory.get(FOLDER)
    entries = listed.json()["incidents"]

    assert [entry["incident_number"] for entry in entries] == [f"N-{number}" for number in range(1, 6)]
    assert [entry["result"] for entry in entries[:3]] == ["created", "changed", "voided"]
    assert [entry["source_version"] for entry in entries] == [1, 9, 3, 4, 5]
    assert entries[1]["etag"] == f'"{entries[1]["version"]}"'
    assert set(entries[0]) == {"incident_number", "version", "etag", "source_version", "received_at", "result"}
    assert listed.json()["next"] is None
    assert "link" not in listed.headers


async def test_pages_hold_every_entry_once_by_following_link_with_its_filters(inventory: httpx2.AsyncClient) -> None:
    found, address = [], f"{FOLDER}?limit=1&occurred_to={LAST}"
    while address:
        page = await inventory.get(address)
        found += [entry["incident_number"] for entry in page.json()["incidents"]]
        link = page.headers.get("link", "")
        assert bool(link) == (page.json()["next"] is not None)
        address = f"{FOLDER}{link.partition('>')[0].lstrip('<')}" if link else ""
        assert not link or parse_qs(address.partition("?")[2])["limit"] == ["1"]
    assert found == ["N-1", "N-2"]


async def test_the_inventory_is_filtered_by_when_it_occurred(inventory: httpx2.AsyncClient) -> None:
    early = await inventory.get(FOLDER, params={"occurred_to": LAST})
    late = await inventory.get(FOLDER, params={"occurred_from": LAST})
    none = await inventory.get(FOLDER, params={"occurred_from": FIRST, "occurred_to": FIRST})

    assert [entry["incident_number"] for entry in early.json()["incidents"]] == ["N-1", "N-2"]
    assert [entry["incident_number"] for entry in late.json()["incidents"]] == ["N-3", "N-4", "N-5"]
    assert none.json()["incidents"] == []


async def test_the_inventory_is_filtered_by_what_changed_since(inventory: httpx2.AsyncClient) -> None:
    everything = (await inventory.get(FOLDER)).json()["incidents"]
    await inventory.put(f"{FOLDER}/N-4", json=HALLWAY | {"occurred_at": LAST, "status": "open"})
    latest = max(entry["received_at"] for entry in everything)
    since = await inventory.get(FOLDER, params={"changed_since": latest})
    assert "N-4" in [entry["incident_number"] for entry in since.json()["incidents"]]
    assert "N-1" not in [entry["incident_number"] for entry in since.json()["incidents"]]


async def test_a_foreign_agencys_inventory_is_not_found(inventory: httpx2.AsyncClient, clients: Clients) -> None:
    refused = await clients("stranger", oris=["XX0000200"]).get(FOLDER)
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")


async def test_an_agency_without_records_has_an_empty_inventory(clients: Clients) -> None:
    empty = await clients("new", oris=["XX0000400"]).get("/v1/incidents/XX0000400")
    assert (empty.status_code, empty.json()) == (200, {"incidents": [], "next": None, "withheld": []})


async def test_another_clients_cursor_is_refused(inventory: httpx2.AsyncClient, clients: Clients) -> None:
    cursor = (await inventory.get(FOLDER, params={"limit": 1})).json()["next"]
    colleague = clients("colleague", oris=["XX0000300"])
    refused = await colleague.get(FOLDER, params={"cursor": cursor})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-cursor")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=many",
        "occurred_from=yesterday",
        "occurred_from=2026-10-05T10:12:00",
        "occurred_from=0001-01-01T00:00:00%2B14:00",
        "changed_since=9999-12-31T23:59:59-14:00",
        "cursor=AAAA",
        "cursor=%F0%9F%8E%92",
        "cursor=a",
    ],
)
async def test_a_query_that_cannot_be_taken_is_named(inventory: httpx2.AsyncClient, query: str) -> None:
    refused = await inventory.get(f"{FOLDER}?{query}")
    assert refused.status_code == 422
    assert refused.json()["code"] in {"invalid-value", "invalid-cursor"}
