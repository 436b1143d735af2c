"""What is due and what was found, of whom, on which day, and who is shown it."""

from typing import Any

import httpx2
import pytest

from tests.training.conftest import AGENCY, OTHER_AGENCY, Clients
from tests.training.sent import (
    ASSIGNED,
    ASSIGNMENT_URL,
    BASIC,
    COMPLETED,
    COMPLETION_URL,
    COURSE_URL,
    OFFICER_URL,
    SRO,
)
from tests.training.test_what_follows import LATE, send


async def clocks(client: httpx2.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    """The clocks that were asked for."""
    answer = await client.get("/v1/clocks", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["clocks"]
    return found


async def flags(client: httpx2.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    """The flags that were asked for."""
    answer = await client.get("/v1/flags", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["flags"]
    return found


@pytest.fixture
async def late(client: httpx2.AsyncClient) -> None:
    """An officer who was placed in January 2025, and completed the basic course two days late."""
    late = COMPLETED | {"completed_on": "2025-10-08"}
    await send(client, (OFFICER_URL, SRO), (COURSE_URL, BASIC), (ASSIGNMENT_URL, LATE), (COMPLETION_URL, late))


DAYS = [  # day, state, met on, days overdue, flagged
    ("2025-01-05", "not_started", None, None, False),
    ("2025-01-06", "running", None, None, False),
    ("2025-10-06", "due_soon", None, None, False),
    ("2025-10-07", "overdue", None, 1, True),
    ("2025-10-08", "met_late", "2025-10-08", 2, False),
    ("2030-01-01", "met_late", "2025-10-08", 2, False),
]


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(("day", "state", "met_on", "days", "flagged"), DAYS)
async def test_any_day_can_be_asked_for(
    client: httpx2.AsyncClient, day: str, state: str, met_on: str | None, days: int | None, flagged: bool
) -> None:
    (clock,) = await clocks(client, ori=AGENCY, officer_number="4471", kind="P8-BASIC-40H", as_of=day)
    found = await flags(client, ori=AGENCY, code="P8-BASIC-OVERDUE", as_of=day)

    assert (clock["state"], clock["met_on"], clock["days_overdue"]) == (state, met_on, days)
    assert (clock["subject"], clock["due_on"], clock["basis"]) == (f"{AGENCY}/4471", "2025-10-06", "text")
    assert [one["state"] for one in found] == ["open"] * flagged


@pytest.mark.usefixtures("late")
async def test_clocks_are_asked_for_by_state(client: httpx2.AsyncClient) -> None:
    assert {one["kind"] for one in await clocks(client, state="met", as_of="2026-10-05")} == {"P5-EXPERIENCE"}
    assert {one["kind"] for one in await clocks(client, state="met_late", as_of="2026-10-05")} == {"P8-BASIC-40H"}
    assert (await client.get("/v1/clocks", params={"state": "late"})).status_code == 422


async def test_a_flag_says_why_and_on_what_it_rests(client: httpx2.AsyncClient) -> None:
    await send(client, (OFFICER_URL, SRO | {"sworn_on": "2022-08-05"}), (ASSIGNMENT_URL, ASSIGNED))
    (flag,) = await flags(client, code="P5-EXPERIENCE")

    assert (flag["days_short"], flag["record"], flag["record_number"]) == (1, "assignment", "A-1")
    assert flag["inputs"] == ["/officer/sworn_on", "/assignments/A-1/start_on"]
    assert "a minimum of three years’ experience" in flag["explanation"]
    assert (await flags(client, code="P5-EXPERIENCE"))[0]["id"] == flag["id"]


async def test_pages_go_through_all_officers_in_order(client: httpx2.AsyncClient) -> None:
    for number in ("1", "1-A", "2"):
        await send(
            client,
            (f"/v1/officers/{AGENCY}/{number}", SRO),
            (f"/v1/assignments/{AGENCY}/A-{number}", ASSIGNED | {"officer_number": number}),
        )
    whole = await clocks(client)
    found, cursor = [], None
    while True:
        page = await client.get("/v1/clocks", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        found += page.json()["clocks"]
        cursor = page.json()["next"]
        if cursor is None:
            break

    assert found == whole
    assert len(whole) == 24


@pytest.mark.usefixtures("late")
async def test_each_is_shown_what_the_rule_says(clients: Clients) -> None:
    await send(clients(), (OFFICER_URL, SRO | {"sworn": "no"}))
    asked = {"as_of": "2025-10-07"}
    seen = {
        "supervisor": await flags(clients("boss", role="supervisor"), **asked),
        "officer": await flags(clients("own", role="officer", officer_number="4471"), **asked),
    }

    assert {role: [one["code"] for one in found] for role, found in seen.items()} == {
        "supervisor": ["P0-NOT-AN-SRO", "P12-LONE-SRO", "P8-BASIC-OVERDUE"],
        "officer": ["P12-LONE-SRO", "P8-BASIC-OVERDUE"],
    }


@pytest.mark.usefixtures("late")
async def test_an_officer_is_shown_no_other_officers_clocks(clients: Clients) -> None:
    other = clients("other", role="officer", officer_number="9")
    assert await clocks(other) == []
    assert (await other.get("/v1/clocks", params={"officer_number": "4471"})).status_code == 404


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize("path", ["/v1/clocks", "/v1/flags"])
async def test_of_another_agency_nothing_is_shown(clients: Clients, path: str) -> None:
    stranger = clients("stranger", oris=[OTHER_AGENCY])
    assert (await stranger.get(path, params={"ori": AGENCY})).status_code == 404
    assert (await stranger.get(path)).json()[path.rpartition("/")[2]] == []
    assert (await clients("school", role="school_leader").get(path)).status_code == 404
    assert len((await clients("state", role="state_system", oris=["*"]).get(path)).json()) == 3


HOURS = [  # what is asked for besides, officers found
    ({}, ["1", "2"]),
    ({"least_verified": "40"}, ["1"]),
    ({"least_verified": "40", "as_of": "2025-09-30"}, []),
    ({"curriculum": "crisis_intervention"}, []),
    ({"officer_number": "2"}, ["2"]),
]


@pytest.mark.parametrize(("asked", "found"), HOURS)
async def test_it_is_told_who_has_how_many_hours_of_a_curriculum(
    client: httpx2.AsyncClient, asked: dict[str, str], found: list[str]
) -> None:
    for number, hours in (("1", 40), ("2", 39.5)):
        done = COMPLETED | {"officer_number": number, "hours": hours}
        await send(client, (COURSE_URL, BASIC), (f"/v1/completions/{AGENCY}/C-{number}", done))
    listed = (await client.get("/v1/curriculum-hours", params=asked)).json()["hours"]

    assert [one["officer_number"] for one in listed] == found
