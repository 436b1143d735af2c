"""What is due is listed for the agency, the contact's officer and the school, and its state told for any day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from shared.clocks.calendar import SchoolDays
from shared.settings import Settings
from tests.incidents.conftest import AGENCY, Clients
from tests.incidents.people import (
    COLLEAGUE,
    DISTRICT,
    OFFICER,
    OTHER_PRINCIPAL,
    OTHER_RMS,
    PRINCIPAL,
    PUBLIC,
    RMS,
    STATE,
    SUPERVISOR,
)
from tests.incidents.test_inbox import DETAINED, DOCUMENTED, item_url

EVERY = {
    "P3-JUDGEMENT agency",
    "P3-JUDGEMENT school",
    "P4-DETENTION-DOC",
    "P4-SHARE",
    "P7-REVIEW-BOTH agency",
    "P7-REVIEW-BOTH school",
}
OF_SCHOOL = EVERY - {"P4-DETENTION-DOC"}


async def clocks(client: httpx2.AsyncClient, **parameters: str) -> dict[str, dict[str, Any]]:
    """The clocks that the client is shown, by kind and detail, page after page."""
    found: dict[str, dict[str, Any]] = {}
    asked: dict[str, str] = {"limit": "2", **parameters}
    while True:
        answer = (await client.get("/v1/clocks", params=asked)).raise_for_status().json()
        for clock in answer["clocks"]:
            name = " ".join(filter(None, (clock["kind"], clock["detail"])))
            assert name not in found
            found[name] = clock
        if answer["next"] is None:
            return found
        asked |= {"cursor": answer["next"]}


SHOWN: list[tuple[str, dict[str, Any], set[str]]] = [
    ("the agency's system", RMS, EVERY),
    ("a state's system", STATE, EVERY),
    ("a supervisor", SUPERVISOR, EVERY),
    ("the contact's officer", OFFICER, EVERY),
    ("a colleague", COLLEAGUE, set()),
    ("another agency's system", OTHER_RMS, set()),
    ("the school's principal", PRINCIPAL, OF_SCHOOL),
    ("the district", DISTRICT, OF_SCHOOL),
    ("another school's principal", OTHER_PRINCIPAL, set()),
]


@pytest.mark.parametrize(("story", "who", "shown"), SHOWN, ids=[one[0] for one in SHOWN])
async def test_the_clocks_of_a_contact_are_shown_to_its_two_sides(
    client: httpx2.AsyncClient,
    clients: Clients,
    url: str,
    number: str,
    story: str,
    who: dict[str, Any],
    shown: set[str],
) -> None:
    await client.put(url, json=DETAINED)
    assert set(await clocks(clients("reader", **who), incident_number=number)) == shown


async def test_the_school_is_told_which_clock_it_is_not_shown(clients: Clients) -> None:
    told = (await clients("principal", **PRINCIPAL).get("/v1/clocks")).json()["withheld"]
    assert [one["path"] for one in told] == [["clocks", "P4-DETENTION-DOC"]]
    assert (await clients("supervisor", **SUPERVISOR).get("/v1/clocks")).json()["withheld"] == []


async def test_a_clock_says_what_is_due_when_and_by_which_setting(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=DETAINED)
    found = await clocks(clients("supervisor", **SUPERVISOR), incident_number=number, kind="P7-REVIEW-BOTH")
    clock = found["P7-REVIEW-BOTH school"]
    started_on = date.fromisoformat(clock["started_on"])
    assert clock == {
        "kind": "P7-REVIEW-BOTH",
        "detail": "school",
        "subject": f"{AGENCY}/{number}",
        "missing": None,
        "started_at": clock["started_at"],
        "due_on": SchoolDays().after(started_on, 10).isoformat(),
        "due_at": None,
        "met_at": None,
        "basis": "local",
        "source": "P7; DAYLIGHT_REVIEW_SCHOOL_DAYS=10, a local setting",
        "evidence": None,
        "state": "running",
        "started_on": clock["started_on"],
        "met_on": None,
        "days_overdue": None,
    }


async def test_a_clock_waits_running_out_or_met_by_what_people_did(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=DETAINED)
    supervisor, principal = clients("supervisor", **SUPERVISOR), clients("principal", **PRINCIPAL)
    await supervisor.put(f"{url}/judgements/agency", json={"would_require_911": "no"})
    await principal.post(f"{await item_url(principal, number)}/open")

    states = {name: clock["state"] for name, clock in (await clocks(supervisor, incident_number=number)).items()}
    assert states == {
        "P3-JUDGEMENT agency": "met",
        "P3-JUDGEMENT school": "running",
        "P4-DETENTION-DOC": "overdue",
        "P4-SHARE": "not_started",
        "P7-REVIEW-BOTH agency": "running",
        "P7-REVIEW-BOTH school": "met",
    }
    for state in set(states.values()):
        expected = {name for name, its in states.items() if its == state}
        assert set(await clocks(supervisor, incident_number=number, state=state)) == expected
    for state in ("due_soon", "met_late", "waived", "void"):
        assert await clocks(supervisor, incident_number=number, state=state) == {}


async def test_what_is_met_late_stays_so(client: httpx2.AsyncClient, clients: Clients, url: str, number: str) -> None:
    await client.put(url, json=DOCUMENTED)
    supervisor = clients("supervisor", **SUPERVISOR)
    clock = (await clocks(supervisor, incident_number=number, state="met_late"))["P4-DETENTION-DOC"]
    assert clock["days_overdue"] > 0
    assert clock["evidence"] == "/detention_documentation/1"


AHEAD = [(0, "running"), (1, "running"), (60, "overdue")]


@pytest.mark.parametrize(("days", "state"), AHEAD)
async def test_a_day_to_come_tells_what_will_be_if_nobody_does_anything(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, days: int, state: str
) -> None:
    await client.put(url, json=DETAINED)
    supervisor = clients("supervisor", **SUPERVISOR)
    day = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    told = await clocks(supervisor, incident_number=number, as_of=day)
    assert told["P3-JUDGEMENT agency"]["state"] == state
    assert "P3-JUDGEMENT agency" in await clocks(supervisor, incident_number=number, as_of=day, state=state)


async def test_a_day_before_the_report_had_no_clock_running(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=DETAINED)
    told = await clocks(clients("supervisor", **SUPERVISOR), incident_number=number, as_of="2026-10-01")
    assert {clock["state"] for clock in told.values()} == {"not_started"}


async def test_due_soon_is_as_the_settings_say(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, settings: Settings
) -> None:
    await client.put(url, json=DETAINED)
    supervisor = clients("supervisor", **SUPERVISOR)
    clock = (await clocks(supervisor, incident_number=number))["P3-JUDGEMENT agency"]
    told = await clocks(supervisor, incident_number=number, as_of=clock["due_on"], state="due_soon")
    assert settings.due_soon_share > 0
    assert "P3-JUDGEMENT agency" in told


async def test_more_clocks_than_one_look_takes_are_all_told(
    client: httpx2.AsyncClient, clients: Clients, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setattr("services.incidents.clock.store.AT_ONCE", 2)
    await client.put(f"/v1/incidents/{AGENCY}/{number}", json=DETAINED)
    assert set(await clocks(clients("supervisor", **SUPERVISOR), incident_number=number, limit="5")) == EVERY


async def test_a_void_record_has_no_clock(client: httpx2.AsyncClient, clients: Clients, url: str, number: str) -> None:
    await client.put(url, json=DETAINED)
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})
    assert await clocks(clients("supervisor", **SUPERVISOR), incident_number=number) == {}


async def test_who_stands_on_neither_side_is_told_who_may(clients: Clients) -> None:
    answer = await clients("public", **PUBLIC).get("/v1/clocks")
    assert (answer.status_code, answer.json()["code"]) == (403, "actor-may-not-act")


@pytest.mark.parametrize(
    ("parameters", "status", "code"),
    [
        ({"ori": "XX0000200"}, 404, "not-found"),
        ({"state": "late"}, 422, "invalid-value"),
        ({"as_of": "2026-02-30"}, 422, "invalid-value"),
        ({"kind": "of what"}, 422, "invalid-value"),
        ({"incident_number": "a b"}, 422, "invalid-value"),
        ({"cursor": "abc"}, 422, "invalid-cursor"),
    ],
)
async def test_a_filter_that_is_not_the_callers_or_makes_no_sense_is_refused(
    clients: Clients, parameters: dict[str, str], status: int, code: str
) -> None:
    answer = await clients("supervisor", **SUPERVISOR).get("/v1/clocks", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_what_is_asked_of_the_officer_is_due_when_its_clock_is(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    answer = await client.put(url, json=DETAINED)
    (question,) = [one for one in answer.json()["open_questions"] if one["pointer"] == "/detention_documentation"]
    clock = (await clocks(clients("supervisor", **SUPERVISOR), incident_number=number))["P4-DETENTION-DOC"]
    assert question["due_at"] == clock["due_at"] == "2026-10-05T22:13:00-07:00"
