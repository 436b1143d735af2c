"""How it is sent: again until it is taken, under one id, to no address that is not meant, and not for ever."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateway.webhooks import rules
from tests.gateway.events import clock
from tests.gateway.webhooks.conftest import Hooks, Receiver

MINUTE = timedelta(minutes=1)


async def overdue(hooks: Hooks, receiver: Receiver, *kinds: str) -> dict[str, Any]:
    """A webhook that has clocks to tell of."""
    webhook = await hooks.make(receiver.url)
    await conclude(hooks, *(kinds or ("LATE",)))
    return webhook


async def conclude(hooks: Hooks, *kinds: str) -> None:
    services = hooks.gateway.view.services
    await hooks.gateway.view.apply(*services.accepted(), services.conclusion(clocks=[clock(kind) for kind in kinds]))


async def test_what_was_not_taken_is_sent_again_under_the_same_id(hooks: Hooks, receiver: Receiver) -> None:
    receiver.statuses = [500, 302]
    webhook = await overdue(hooks, receiver)
    for later in (timedelta(), timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=1)):
        await hooks.tell(webhook, later)
    assert len(receiver.requests) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1
    (message,) = await hooks.log(webhook)
    assert (message["state"], message["attempts"], message["last_status"], message["next_at"]) == (
        "delivered",
        3,
        204,
        None,
    )


async def test_it_is_not_sent_again_before_its_time(hooks: Hooks, receiver: Receiver) -> None:
    receiver.statuses = [503]
    webhook = await overdue(hooks, receiver)
    await hooks.tell(webhook)
    await hooks.tell(webhook, timedelta(seconds=4))
    assert len(receiver.requests) == 1
    (message,) = await hooks.log(webhook)
    assert (message["state"], message["last_failure"], message["last_status"]) == ("waiting", "answered", 503)


async def test_a_webhook_that_takes_nothing_is_disabled_when_a_message_is_given_up(
    hooks: Hooks, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 50
    webhook = await overdue(hooks, receiver)
    await hooks.tell(webhook)
    for pause in rules.RETRY_AFTER:
        assert await hooks.state(webhook) == ("active", None)
        await hooks.tell(webhook, pause)
    assert [message["state"] for message in await hooks.log(webhook)] == ["given_up"]
    assert await hooks.state(webhook) == ("disabled", "failing")
    assert len(receiver.requests) == 1 + len(rules.RETRY_AFTER)

    receiver.statuses = []
    await conclude(hooks, "LATE", "MEANWHILE")
    await hooks.tell(webhook)
    assert (await hooks.ask("POST", f"/{webhook['id']}/enable")).json()["state"] == "active"
    await hooks.tell(webhook)
    assert len(receiver.requests) == 2 + len(rules.RETRY_AFTER)


async def test_a_webhook_that_takes_other_messages_stays(
    hooks: Hooks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "RETRY_AFTER", (MINUTE,))
    receiver.statuses = [500, 204, 500]
    webhook = await overdue(hooks, receiver, "ONE", "TWO")
    await hooks.tell(webhook)
    await hooks.tell(webhook, timedelta(seconds=1))
    await hooks.tell(webhook, MINUTE)
    assert sorted(message["state"] for message in await hooks.log(webhook)) == ["delivered", "given_up"]
    assert await hooks.state(webhook) == ("active", None)


async def test_a_receiver_that_is_gone_is_asked_no_more(hooks: Hooks, receiver: Receiver) -> None:
    receiver.statuses = [410]
    webhook = await overdue(hooks, receiver, "ONE", "TWO")
    for _ in range(2):
        await hooks.tell(webhook, MINUTE)
    assert len(receiver.requests) == 1
    assert await hooks.state(webhook) == ("disabled", "gone")


async def test_two_gateways_send_a_message_once(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await overdue(hooks, receiver, "ONE", "TWO", "THREE")
    await asyncio.gather(*(hooks.tell(webhook) for _ in range(4)))
    await hooks.tell(webhook)
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == len(receiver.requests) == 3


async def test_what_was_told_is_sent_again_when_asked(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await overdue(hooks, receiver)
    await hooks.tell(webhook)
    for since, replayed in [(hooks.at + MINUTE, 0), (hooks.at - MINUTE, 1)]:
        answer = await hooks.ask("POST", f"/{webhook['id']}/replay", json={"since": since.isoformat()})
        assert answer.json() == {"replayed": replayed}
    await hooks.tell(webhook, MINUTE)
    first, again = receiver.requests
    assert (first[0]["webhook-id"], first[1]) == (again[0]["webhook-id"], again[1])


async def test_what_is_done_is_forgotten_after_thirty_days(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await overdue(hooks, receiver)
    await hooks.tell(webhook)
    assert len(await hooks.log(webhook)) == 1
    await hooks.tell(webhook, rules.KEPT_FOR + MINUTE)
    assert await hooks.log(webhook) == []
    assert len(receiver.requests) == 1


async def test_where_nobody_listens_it_waits(hooks: Hooks) -> None:
    webhook = await hooks.make("http://127.0.0.1:9/")
    await conclude(hooks, "LATE")
    await hooks.tell(webhook)
    (message,) = await hooks.log(webhook)
    assert (message["state"], message["last_failure"], message["last_status"]) == ("waiting", "unreachable", None)
