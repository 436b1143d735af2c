"""What is told: each change of a clock or a flag once, to whoever may see the record, and nothing of the record."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.gateway.events import AGENCY, OTHER_AGENCY, clock
from tests.gateway.webhooks.conftest import Hooks, Receiver

LIMIT = timedelta(days=10)


def running(hooks: Hooks, kind: str = "P4-SHARE", **changes: Any) -> dict[str, Any]:
    """A clock that has just started, and is over in ten days: it is due soon in the last two."""
    return clock(kind, started_at=hooks.at.isoformat(), due_on=None, due_at=(hooks.at + LIMIT).isoformat(), **changes)


async def conclude(hooks: Hooks, *clocks: dict[str, Any]) -> None:
    services = hooks.gateway.view.services
    await hooks.gateway.view.apply(services.school(), *services.accepted(), services.conclusion(clocks=list(clocks)))


async def test_a_clock_tells_each_of_its_changes_once(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.make(receiver.url)
    await conclude(hooks, running(hooks))
    expected: list[tuple[str, str]] = []
    for days, change in [(0, None), (9, "due_soon"), (0, None), (2, "overdue"), (30, None)]:
        await hooks.tell(webhook, timedelta(days=days))
        expected += [("clock", change)] if change else []
        assert receiver.told == expected
    await conclude(hooks, running(hooks, met_at=hooks.at.isoformat(), evidence="/opened_at/agency"))
    for _ in range(2):
        await hooks.tell(webhook)
        assert receiver.told == [*expected, ("clock", "met")]


async def test_what_stood_before_is_not_told(hooks: Hooks, receiver: Receiver) -> None:
    await conclude(hooks, clock("LATE"))
    await hooks.gateway.view.apply(hooks.gateway.view.services.flag())
    webhook = await hooks.make(receiver.url)
    await hooks.tell(webhook)
    assert receiver.told == []


async def test_a_corrected_fact_that_changes_no_state_is_not_told(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.make(receiver.url)
    await conclude(hooks, clock("LATE"))
    await hooks.tell(webhook)
    await conclude(hooks, clock("LATE", due_on="2026-10-20"))
    await hooks.tell(webhook)
    assert receiver.told == [("clock", "overdue")]


async def test_a_clock_that_is_due_again_after_a_correction_is_told_again(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.make(receiver.url)
    for facts in (clock("P4-SHARE"), running(hooks, "P4-SHARE"), clock("P4-SHARE")):
        await conclude(hooks, facts)
        await hooks.tell(webhook)
    assert receiver.told == [("clock", "overdue"), ("clock", "overdue")]


async def test_a_flag_is_told_when_it_is_raised_and_raised_again(hooks: Hooks, receiver: Receiver) -> None:
    view, services = hooks.gateway.view, hooks.gateway.view.services
    webhook = await hooks.make(receiver.url)
    await view.apply(services.school(), *services.accepted())
    for changes, told in [
        ({}, 1),
        ({"severity": "I"}, 1),
        ({"state": "explained"}, 1),
        ({"state": "open"}, 1),
        ({"state": "corrected"}, 1),
        ({"state": "open", "raised_at": "2026-11-01T10:00:00Z"}, 2),
    ]:
        await view.apply(services.flag(**changes))
        await hooks.tell(webhook)
        assert receiver.told == [("flag", "raised")] * told, changes


async def test_only_the_changes_that_were_asked_for_are_told(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.make(receiver.url, changes=["raised"])
    await conclude(hooks, clock("LATE"))
    await hooks.gateway.view.apply(hooks.gateway.view.services.flag())
    await hooks.tell(webhook)
    assert receiver.told == [("flag", "raised")]


@pytest.mark.parametrize(
    ("client", "told"),
    [
        ("demo-rms", {("clock", "overdue"), ("flag", "raised")}),
        ("demo-sis", {("clock", "overdue"), ("flag", "raised")}),
        ("demo-principal", {("clock", "overdue"), ("flag", "raised")}),
        ("demo-other-rms", set()),
    ],
)
async def test_whoever_is_shown_the_record_is_told(
    hooks: Hooks, receiver: Receiver, client: str, told: set[tuple[str, str]]
) -> None:
    webhook = await hooks.make(receiver.url, client)
    await conclude(hooks, clock("LATE"))
    await hooks.gateway.view.apply(hooks.gateway.view.services.flag(seen_by=["agency", "school", "district"]))
    await hooks.tell(webhook)
    assert set(receiver.told) == told
    assert len(receiver.told) == len(told)


@pytest.mark.parametrize(("client", "seen_by"), [("demo-principal", "agency"), ("demo-supervisor", "officer")])
async def test_a_flag_that_is_not_shown_to_the_client_is_not_told(
    hooks: Hooks, receiver: Receiver, client: str, seen_by: str
) -> None:
    view, services = hooks.gateway.view, hooks.gateway.view.services
    webhook = await hooks.make(receiver.url, client)
    await view.apply(services.school(), *services.accepted(), services.flag(seen_by=[seen_by]))
    await hooks.tell(webhook)
    assert receiver.told == []
    owner = await view.owner()
    assert await owner.fetchval("select count(*) from webhook_message") == 0
    await owner.close()


async def test_what_is_sent_is_an_id_a_kind_and_a_change_and_leads_to_the_record(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook = await hooks.make(receiver.url)
    await conclude(hooks, clock("LATE"))
    await hooks.tell(webhook)
    ((_, content),) = receiver.requests
    payload = json.loads(content)
    assert payload == {"id": payload["id"], "kind": "clock", "change": "overdue"}
    query = "query ($id: ID) { clocks(filter: {id: $id}) { edges { node { kind state } } } }"
    found = await hooks.gateway.graphql(query, "demo-supervisor", id=payload["id"])
    assert (await hooks.gateway.graphql(query, "demo-researcher", id=payload["id"]))["extensions"]["ferpa"]
    assert found["data"]["clocks"]["edges"] == [{"node": {"kind": "LATE", "state": "overdue"}}]
    for another in ("00000000-0000-0000-0000-000000000000", "no id"):
        nothing = await hooks.gateway.graphql(query, "demo-supervisor", id=another)
        assert nothing["data"]["clocks"]["edges"] == []


async def test_a_receiver_verifies_it_with_the_secret_and_refuses_another(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.make(receiver.url)
    await conclude(hooks, clock("LATE"))
    await hooks.tell(webhook)
    ((headers, content),) = receiver.requests
    (message,) = await hooks.log(webhook)
    assert headers["webhook-id"] == message["id"]
    assert Webhook(webhook["secret"]).verify(content, headers) == message["payload"]
    for forged in (content.replace(b"overdue", b"met"), content + b" "):
        with pytest.raises(WebhookVerificationError):
            Webhook(webhook["secret"]).verify(forged, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(content, headers)


async def test_for_a_day_a_former_secret_signs_as_well(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.make(receiver.url)
    changed = (await hooks.ask("POST", f"/{webhook['id']}/secret")).json()
    assert changed["secret"] != webhook["secret"]
    await conclude(hooks, clock("ONE"))
    await hooks.tell(webhook)
    await conclude(hooks, clock("ONE"), clock("TWO"))
    hooks.at = datetime.now(UTC) + timedelta(hours=25)
    await hooks.tell(webhook)
    signatures = [len(headers["webhook-signature"].split(" ")) for headers, _ in receiver.requests]
    assert signatures == [2, 1]
    headers, content = receiver.requests[0]
    for secret in (webhook["secret"], changed["secret"]):
        Webhook(secret).verify(content, headers)


async def test_what_the_client_may_not_see_any_more_is_not_sent(hooks: Hooks, receiver: Receiver) -> None:
    receiver.statuses = [500]
    webhook = await hooks.make(receiver.url)
    await conclude(hooks, clock("LATE"))
    await hooks.tell(webhook)
    await hooks.gateway.view.apply(hooks.gateway.view.services.void_conclusion())
    await hooks.tell(webhook, timedelta(minutes=1))
    assert len(receiver.requests) == 1
    assert [message["state"] for message in await hooks.log(webhook)] == ["withdrawn"]


@pytest.mark.parametrize(
    "change",
    [
        "active = false",
        "scopes = '{records.read}'",
        "role = 'oversight', purposes = '{audit}', default_purpose = 'audit'",
        "purposes = '{agency_operations}', default_purpose = 'agency_operations'",
        f"oris = '{{{OTHER_AGENCY}}}'",
    ],
)
async def test_a_client_that_may_read_nothing_more_is_told_nothing_more(
    hooks: Hooks, receiver: Receiver, change: str
) -> None:
    webhook = await hooks.make(receiver.url)
    await conclude(hooks, clock("LATE"))
    owner = await hooks.gateway.view.owner()
    await owner.execute(f"update client set {change} where client = 'demo-supervisor'")
    await owner.close()
    await hooks.tell(webhook)
    assert receiver.told == []


async def test_an_officers_clock_is_told_to_the_agency(hooks: Hooks, receiver: Receiver) -> None:
    view, services = hooks.gateway.view, hooks.gateway.view.services
    webhook = await hooks.make(receiver.url)
    concluded = {
        "ori": AGENCY,
        "officer_number": "4471",
        "is_sro": "yes",
        "counted_as_sro": True,
        "clocks": [clock("P8-BASIC-40H", "4471", detail=None, due_on="2026-05-11")],
        "rules_version": "made-up",
    }
    await view.apply(services.record("officer_conclusion", f"{AGENCY}/4471", AGENCY, concluded))
    await hooks.tell(webhook)
    assert receiver.told == [("clock", "overdue")]
