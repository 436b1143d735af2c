"""An order for a whole record: it is gone from everything, is kept out, and nothing tells that it ever was."""

from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from shared.records import log
from shared.records.vault import Vault
from shared.secrets import Secrets
from tests.incidents.bulk import push, put, void
from tests.incidents.conftest import AGENCY, HALLWAY, Clients, Connection
from tests.incidents.orders.conftest import BOTH, CASE, COURT, LIFT, ORDER, Finder

ACTS = ("seal", "expunge")
JUDGEMENT = {"would_require_911": "no", "reason": {"code": "other", "text": "A made-up sentence."}}


async def lived(client: httpx2.AsyncClient, url: str) -> str:
    """A record with versions, an answer, a judgement and a void behind it; its id."""
    first = await client.put(url, json=HALLWAY)
    await client.patch(
        url,
        content=b'{"actions": {"1": {"in_public_view": "yes", "legal_basis": {"text": "Made up."}}}}',
        headers={"Content-Type": "application/merge-patch+json"},
    )
    await client.put(f"{url}/judgements/agency", json=JUDGEMENT)
    await client.post(f"{url}/void", json={"reason_code": "duplicate"}, headers={"Idempotency-Key": f"void {url}"})
    await client.put(url, json=HALLWAY | {"status": "closed"})
    record_id: str = first.json()["id"]
    return record_id


def said(answer: httpx2.Response) -> dict[str, Any]:
    """What an answer says, but for what differs from one request to the next."""
    body = answer.json()
    headers = {name: value for name, value in answer.headers.items() if name.startswith(("etag", "daylight"))}
    return {"status": answer.status_code, "headers": headers, **body, "request_id": None}


async def ids_around(kept: Connection, key: str) -> set[str]:
    """The ids of all records with this key, or whose key begins with it."""
    rows = await kept.fetch("select distinct record_id from log where key = $1 or key like $1 || '/%'", key)
    return {str(row["record_id"]) for row in rows}


@pytest.mark.parametrize("act", ACTS)
async def test_nothing_of_it_is_left_but_ids_in_the_log(
    clerk: httpx2.AsyncClient, url: str, number: str, kept: Connection, find: Finder, act: str
) -> None:
    await lived(clerk, url)
    ids = await ids_around(kept, f"{AGENCY}/{number}")
    assert len(ids) > 3
    answer = await clerk.post(f"{url}/{act}", json=ORDER | {"applies_to": BOTH})

    assert (answer.status_code, answer.content) == (204, b"")
    assert await find(number, *ids) == {"public.log": ids}
    rows = await kept.fetch("select key, document::text, change from log where record_id = any($1)", ids)
    assert {(row["key"], row["document"]) for row in rows if row["change"] != "erased"} == {("", None)}
    assert {(row["key"], row["document"]) for row in rows if row["change"] == "erased"} == {
        ("", '{"statistics":"keep"}')
    }


async def test_its_events_say_no_more_than_its_id(
    clerk: httpx2.AsyncClient, url: str, number: str, app: FastAPI, kept: Connection
) -> None:
    await lived(clerk, url)
    ids = await ids_around(kept, f"{AGENCY}/{number}")
    await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH})
    relay = app.state.held.relay
    while relay.sequenced < await kept.fetchval("select count(*) from log"):
        relay.wake.set()
        await kept.execute("select pg_sleep(0.02)")
    async with app.state.held.database.connection() as connection:
        events = [event.content.decode() for event in await log.outgoing(connection, "incidents", 1, 100_000)]

    assert not [event for event in events if number in event]
    assert sum(".erased" in event for event in events if any(one in event for one in ids)) == len(ids)


async def test_every_request_is_answered_as_for_a_number_never_seen(clerk: httpx2.AsyncClient, url: str) -> None:
    await lived(clerk, url)
    await clerk.post(f"{url}/expunge", json=ORDER)

    async def answers(at: str) -> list[dict[str, Any]]:
        patch = {"Content-Type": "application/merge-patch+json"}
        return [
            said(await clerk.get(at)),
            said(await clerk.get(f"{at}/versions")),
            said(await clerk.patch(at, content=b'{"status": "open"}', headers=patch)),
            said(await clerk.post(f"{at}/void", json={"reason_code": "other"})),
            said(await clerk.put(f"{at}/judgements/agency", json=JUDGEMENT)),
        ]

    assert await answers(url) == await answers(f"{url}-NEVER")


async def test_the_inventory_has_no_gap_where_it_was(clerk: httpx2.AsyncClient, url: str) -> None:
    before = (await clerk.get(f"/v1/incidents/{AGENCY}", params={"limit": 1000})).json()
    await lived(clerk, url)
    await clerk.post(f"{url}/expunge", json=ORDER)
    assert (await clerk.get(f"/v1/incidents/{AGENCY}", params={"limit": 1000})).json() == before


@pytest.mark.parametrize("act", ACTS)
async def test_it_is_not_taken_in_again(clerk: httpx2.AsyncClient, url: str, number: str, act: str) -> None:
    await lived(clerk, url)
    await clerk.post(f"{url}/{act}", json=ORDER)
    again = await clerk.put(url, json=HALLWAY)
    spelt = await clerk.put(url.lower().replace(AGENCY.lower(), AGENCY), json=HALLWAY)
    rehearsed = await clerk.put(url, json=HALLWAY, headers={"Daylight-Dry-Run": "true"})

    assert [(one.status_code, one.json()["code"]) for one in (again, spelt, rehearsed)] == [
        (409, "closed-by-order")
    ] * 3
    assert (await clerk.get(url)).status_code == 404


async def test_the_nightly_file_brings_the_others_and_not_this_one(
    clerk: httpx2.AsyncClient, url: str, number: str, kept: Connection, find: Finder
) -> None:
    await lived(clerk, url)
    await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH})
    file = await push(clerk, [put(number), put(f"{number}-B"), void(number), put(f"{number}-C"), put(number)])

    assert file.results == ["rejected", "created", "rejected", "created", "rejected"]
    assert file.lines[4]["problem"]["code"] == "closed-by-order"
    assert await kept.fetchval("select count(*) from incident where key = $1", f"{AGENCY}/{number}") == 0


async def test_an_order_may_come_before_its_record(clerk: httpx2.AsyncClient, url: str) -> None:
    early = await clerk.post(f"{url}/expunge", json=ORDER)
    refused = await clerk.put(url, json=HALLWAY)

    assert (early.status_code, "daylight-position" in early.headers) == (204, False)
    assert (refused.status_code, refused.json()["code"]) == (409, "closed-by-order")


async def test_another_agency_is_answered_as_ever(clerk: httpx2.AsyncClient, clients: Clients, url: str) -> None:
    await lived(clerk, url)
    other = clients("other", oris=["XX0000200"], scope="incidents.write incidents.read orders.write")
    before = [said(await other.put(url, json=HALLWAY)), said(await other.get(url))]
    await clerk.post(f"{url}/expunge", json=ORDER)

    assert [said(await other.put(url, json=HALLWAY)), said(await other.get(url))] == before
    assert (await other.post(f"{url}/expunge", json=ORDER)).json()["code"] == "not-your-organisation"
    own = await other.put(url.replace(AGENCY, "XX0000200"), json=HALLWAY)
    assert own.status_code == 201


async def test_a_lifted_order_lets_the_record_come_again_as_a_new_one(
    clerk: httpx2.AsyncClient, url: str, kept: Connection, find: Finder
) -> None:
    former = await lived(clerk, url)
    await clerk.post(f"{url}/seal", json=ORDER)
    lifted = await clerk.post(f"{url}/lift-order", json=LIFT)
    back = await clerk.put(url, json=HALLWAY)

    assert (lifted.status_code, back.status_code, back.json()["version"]) == (204, 201, 1)
    assert back.json()["id"] != former
    assert len((await clerk.get(f"{url}/versions")).json()["versions"]) == 1


async def test_the_order_itself_is_in_the_vault_alone_and_goes_with_the_lift(
    clerk: httpx2.AsyncClient, url: str, app: FastAPI, secrets: Secrets, kept: Connection, find: Finder
) -> None:
    await clerk.post(f"{url}/seal", json=ORDER)
    order_id = await kept.fetchval("select order_id from vault.closed order by order_id desc limit 1")

    assert await find(COURT, CASE) == {}
    parts = await Vault(secrets.master_key()).unseal(app.state.held.database, order_id)
    assert parts == {0: {"/act": "seal", "/order": ORDER}}
    await clerk.post(f"{url}/lift-order", json=LIFT)
    assert await kept.fetchval("select count(*) from vault.sealed where record_id = $1", order_id) == 0


async def test_a_second_order_takes_the_place_of_the_first(
    clerk: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    await clerk.post(f"{url}/seal", json=ORDER)
    before = await kept.fetchval("select count(*) from vault.sealed")
    again = await clerk.post(f"{url}/expunge", json=ORDER)

    assert again.status_code == 204
    assert await kept.fetchval("select count(*) from vault.sealed") == before


async def test_the_districts_copy_goes_only_where_the_order_reaches_it(
    clerk: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    await lived(clerk, url)
    copies = "select id, document::text, state from delivery where about = $1"
    before = await kept.fetch(copies, f"{AGENCY}/{number}")
    await clerk.post(f"{url}/expunge", json=ORDER)

    assert await kept.fetch(copies, f"{AGENCY}/{number}") == before != []
    await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH})
    assert await kept.fetch(copies, f"{AGENCY}/{number}") == []


async def test_a_copy_that_stayed_is_the_same_record_when_the_agencys_comes_back(
    clerk: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    await lived(clerk, url)
    copies = "select id from delivery where about = $1"
    before = await kept.fetch(copies, f"{AGENCY}/{number}")
    await clerk.post(f"{url}/seal", json=ORDER)
    await clerk.post(f"{url}/lift-order", json=LIFT)
    back = await clerk.put(url, json=HALLWAY | {"status": "open"})

    assert back.status_code == 201
    assert await kept.fetch(copies, f"{AGENCY}/{number}") == before


async def test_records_near_it_are_judged_again(clerk: httpx2.AsyncClient, url: str) -> None:
    await clerk.put(url, json=HALLWAY | {"occurred_at": "2026-09-01T10:00:00-07:00"})
    near = await clerk.put(f"{url}-NEAR", json=HALLWAY | {"occurred_at": "2026-09-01T10:05:00-07:00"})
    assert "X-POSSIBLE-DUPLICATE" in {flag["code"] for flag in near.json()["flags"]}
    await clerk.post(f"{url}/expunge", json=ORDER)

    read = (await clerk.get(f"{url}-NEAR")).json()
    assert "X-POSSIBLE-DUPLICATE" not in {flag["code"] for flag in read["flags"]}


async def test_its_place_in_the_log_is_answered_so_that_a_reader_can_wait_for_it(
    clerk: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    record_id = UUID(await lived(clerk, url))
    answer = await clerk.post(f"{url}/expunge", json=ORDER | {"applies_to": BOTH})
    service, _, position = answer.headers["daylight-position"].partition(":")
    erased = await kept.fetchval(
        "select epoch || '.' || transaction_id || '.' || id from log where record_id = $1 and change = 'erased'",
        record_id,
    )

    assert service == "incidents"
    assert log.Position.parse(position) >= log.Position.parse(erased)
