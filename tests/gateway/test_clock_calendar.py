"""What is due as a calendar: read back by a parser, the same for the same clocks, and nobody's but the viewer's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from icalendar import Calendar, Event

from gateway.clocks import routes
from gateway.clocks.feed import calendar
from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, OTHER_AGENCY, SCHOOL, clock

SOON = (datetime.now(UTC) + timedelta(days=2)).isoformat()
CLOCKS = [
    clock("LATE"),
    clock("DONE", met_at="2026-10-07T09:00:00-07:00", evidence="/judgements/agency"),
    clock("FAR", due_on="2199-01-01"),
    clock("WAITING", started_at=None, due_on=None, missing="/detention_documentation"),
    clock("HOURS", due_on=None, due_at=SOON),
    clock("ENDLESS", due_on=None),
]


async def read(gateway: Gateway, client: str | None = "demo-supervisor", **asked: Any) -> httpx2.Response:
    return await gateway.http.get("/v1/clocks.ics", params=asked, headers=await gateway.headers(client))


async def events(gateway: Gateway, client: str = "demo-supervisor", **asked: Any) -> list[Event]:
    answer = await read(gateway, client, **asked)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8", answer.text
    return list(Calendar.from_ical(answer.content).events)


async def kinds(gateway: Gateway, client: str = "demo-supervisor", **asked: Any) -> list[str]:
    return [str(event["summary"]).split()[0] for event in await events(gateway, client, **asked)]


async def due(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), *services.accepted(), services.conclusion(clocks=CLOCKS))


async def test_a_day_is_an_event_without_hours_and_a_moment_is_one_in_utc(gateway: Gateway) -> None:
    await due(gateway)
    hours, late = await events(gateway)
    assert (late.start, late["summary"]) == (date(2026, 10, 19), f"LATE agency, {AGENCY}/2026-1: overdue")
    assert hours.start == datetime.fromisoformat(SOON).replace(microsecond=0)
    assert late["description"] == "P7; a local setting (local)"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["HOURS", "LATE"]),
        ({"days": 0}, ["LATE"]),
        ({"state": "overdue"}, ["LATE"]),
        ({"kind": "HOURS"}, ["HOURS"]),
        ({"school_id": SCHOOL, "ori": AGENCY}, ["HOURS", "LATE"]),
        ({"ori": OTHER_AGENCY}, []),
    ],
    ids=str,
)
async def test_it_shows_what_is_due_and_not_met(gateway: Gateway, asked: dict[str, Any], expected: list[str]) -> None:
    await due(gateway)
    assert await kinds(gateway, **asked) == expected


async def test_an_event_keeps_its_uid_when_its_day_moves(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(*services.accepted(), services.conclusion(clocks=[clock("P4-SHARE")]))
    (before,) = await events(gateway)
    await gateway.view.apply(services.conclusion(clocks=[clock("P4-SHARE", due_on="2026-10-20")]))
    (after,) = await events(gateway)
    assert (before["uid"], before.start) != (after["uid"], after.start)
    assert before["uid"] == after["uid"]


async def test_it_is_not_sent_again_while_it_is_as_it_was(gateway: Gateway) -> None:
    await due(gateway)
    first = await read(gateway)
    headers = await gateway.headers("demo-supervisor") | {"If-None-Match": first.headers["etag"]}
    again = await gateway.http.get("/v1/clocks.ics", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    await gateway.view.apply(gateway.view.services.conclusion(clocks=[]))
    assert (await gateway.http.get("/v1/clocks.ics", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("client", "expected"), [("demo-rms", 2), ("demo-other-rms", 0), ("demo-sis", 2), ("demo-other-sis", 0)]
)
async def test_it_shows_whom_the_clocks_of_graphql_are_shown(gateway: Gateway, client: str, expected: int) -> None:
    await due(gateway)
    assert len(await events(gateway, client)) == expected


@pytest.mark.parametrize("client", ["demo-dashboard", "demo-admin", "demo-parent", "demo-oversight", "demo-researcher"])
async def test_whom_no_clock_is_shown_is_told_by_which_rule(gateway: Gateway, client: str) -> None:
    await due(gateway)
    answer = await read(gateway, client)
    assert (answer.status_code, answer.json()["code"]) == (403, "actor-may-not-act")
    assert answer.json()["withheld"][0]["section"].startswith("34 CFR 99")


@pytest.mark.parametrize("asked", [{"state": "met"}, {"days": -1}, {"days": 10**9}, {"officer": "4471"}], ids=str)
async def test_what_cannot_be_asked_is_refused(gateway: Gateway, asked: dict[str, Any]) -> None:
    answer = await read(gateway, **asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value")


async def test_what_is_overdue_the_longest_is_left_out_and_counted(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_EVENTS", 1)
    await due(gateway)
    answer = await read(gateway)
    read_back = Calendar.from_ical(answer.content)
    assert [str(event["summary"]).split()[0] for event in read_back.events] == ["HOURS"]
    assert "1 more" in str(read_back["description"])


def test_a_calendar_without_clocks_is_one() -> None:
    assert list(Calendar.from_ical(calendar([], left_out=0)).events) == []
