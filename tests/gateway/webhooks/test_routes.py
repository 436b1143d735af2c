"""Webhooks over HTTP: whose they are, what is shown of them, and what is refused."""

from typing import Any

from gateway.webhooks.rules import MOST_WEBHOOKS
from tests.gateway.events import clock
from tests.gateway.test_erasure import erased
from tests.gateway.webhooks.conftest import WITHOUT, Hooks, Receiver

URL = "https://hooks.agency.example/daylight"
SHOWN = {"id", "url", "changes", "purpose", "state", "disabled_by", "made_at", "former_secret_until"}


async def test_the_secret_is_shown_once_and_kept_sealed(hooks: Hooks) -> None:
    made = await hooks.make(URL)
    assert made.keys() == SHOWN | {"secret"}
    assert (made["changes"], made["purpose"]) == (["due_soon", "overdue", "met", "raised"], "supervision")
    listed = await hooks.ask("GET")
    assert [one.keys() for one in listed.json()["webhooks"]] == [SHOWN]
    owner = await hooks.gateway.view.owner()
    kept = await owner.fetchval("select secret from webhook")
    await owner.close()
    assert made["secret"].encode() not in kept


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"url": "https://10.0.0.1/"}, "invalid-value"),
    ({"url": "http://hooks.agency.example/"}, "invalid-value"),
    ({"url": URL, "changes": []}, "required-question-unanswered"),
    ({"url": URL, "changes": ["explained"]}, "unknown-code"),
    ({"url": URL, "secret": "of-my-own"}, "unknown-field"),
    ({"url": 70_007}, "wrong-type"),
]


async def test_what_cannot_be_told_is_refused_and_not_echoed(hooks: Hooks) -> None:
    for asked, code in REFUSED:
        answer = await hooks.ask("POST", json=asked)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert str(asked["url"]) not in answer.text
    assert (await hooks.ask("GET")).json() == {"webhooks": []}


async def test_who_is_shown_no_record_has_no_webhook_and_is_told_by_which_rule(hooks: Hooks) -> None:
    for client in ("demo-parent", "demo-dashboard", "demo-admin", "demo-oversight", "demo-researcher"):
        answer = await hooks.ask("POST", client=client, json={"url": URL})
        assert (answer.status_code, answer.json()["code"]) == (403, "actor-may-not-act")
        assert answer.json()["withheld"][0]["section"].startswith("34 CFR 99")


async def test_a_token_without_the_scope_has_none(hooks: Hooks) -> None:
    answer = await hooks.ask("GET", client=WITHOUT)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")


async def test_a_client_has_one_webhook_an_address_and_not_too_many(hooks: Hooks) -> None:
    for number in range(MOST_WEBHOOKS):
        await hooks.make(f"{URL}/{number}")
        twice = await hooks.ask("POST", json={"url": f"{URL}/0"})
        assert (twice.status_code, twice.json()["code"]) == (409, "illegal-transition")
    assert (await hooks.ask("POST", json={"url": f"{URL}/more"})).status_code == 409
    assert (await hooks.ask("POST", client="demo-rms", json={"url": f"{URL}/0"})).status_code == 201


async def test_another_clients_webhook_is_not_there(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.make(receiver.url)
    place = f"/{webhook['id']}"
    replay = {"json": {"since": "2026-11-02T10:00:00Z"}}
    for method, path, options in [
        ("DELETE", place, {}),
        ("POST", f"{place}/secret", {}),
        ("POST", f"{place}/enable", {}),
        ("POST", f"{place}/replay", replay),
        ("GET", f"{place}/deliveries", {}),
    ]:
        answer = await hooks.ask(method, path, "demo-rms", **options)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path
    assert (await hooks.ask("GET", client="demo-rms")).json() == {"webhooks": []}


async def test_with_a_webhook_goes_all_that_it_knew(hooks: Hooks, receiver: Receiver) -> None:
    view, services = hooks.gateway.view, hooks.gateway.view.services
    webhook = await hooks.make(receiver.url)
    await view.apply(*services.accepted(), services.conclusion(clocks=[clock("ONE")]))
    await hooks.tell(webhook)
    assert (await hooks.ask("DELETE", f"/{webhook['id']}")).status_code == 204
    owner = await view.owner()
    for table in ("webhook", "webhook_told", "webhook_message"):
        assert await owner.fetchval(f"select count(*) from {table}") == 0
    await owner.close()


async def test_the_log_comes_in_pages_the_newest_first(hooks: Hooks, receiver: Receiver) -> None:
    view, services = hooks.gateway.view, hooks.gateway.view.services
    webhook = await hooks.make(receiver.url)
    await view.apply(*services.accepted(), services.conclusion(clocks=[clock(kind) for kind in "ABCDE"]))
    await hooks.tell(webhook)
    whole = [message["id"] for message in await hooks.log(webhook)]
    assert whole == sorted(whole, reverse=True)
    found, asked = [], {"limit": 2, "state": "delivered"}
    while True:
        page = (await hooks.ask("GET", f"/{webhook['id']}/deliveries", params=asked)).json()
        found += [message["id"] for message in page["deliveries"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert found == whole
    assert await hooks.log(webhook, state="waiting") == []
    forged = await hooks.ask("GET", f"/{webhook['id']}/deliveries", params={"cursor": "made-up"})
    assert forged.json()["code"] == "invalid-cursor"


async def test_what_an_order_erases_no_webhook_knows(hooks: Hooks, receiver: Receiver) -> None:
    view, services = hooks.gateway.view, hooks.gateway.view.services
    webhook = await hooks.make(receiver.url)
    flag, concluded = services.flag(), services.conclusion(clocks=[clock("ONE")])
    await view.apply(*services.accepted(), flag, concluded)
    await hooks.tell(webhook)
    owner = await view.owner()
    assert await owner.fetchval("select count(*) from webhook_told") == 2
    await view.apply(erased(services, flag), erased(services, concluded))
    for table in ("webhook_told", "webhook_message"):
        assert await owner.fetchval(f"select count(*) from {table}") == 0
    await owner.close()
