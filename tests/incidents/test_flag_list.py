"""Flags are listed for those who are shown them: the agency, the contact's officer, the school that was given it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.incidents.principles.findings import FLAG_CODES
from tests.incidents.conftest import AGENCY, Clients, Connection
from tests.incidents.people import (
    COLLEAGUE,
    DISTRICT,
    OFFICER,
    OTHER_DISTRICT,
    OTHER_PRINCIPAL,
    OTHER_RMS,
    PRINCIPAL,
    PUBLIC,
    RMS,
    STATE,
    SUPERVISOR,
)
from tests.incidents.test_what_follows import DRESS_CODE

EVERY_SIDE_SEES = DRESS_CODE | {
    "documented_on_duty": "no",
    "request_reason": "a-reason-of-our-own",
    "initiated_by": "school_personnel",
}
"""Raises a flag for each kind of reader."""
FOR_AGENCY, FOR_SENDER = "P7-DOCUMENTED-OFF-DUTY", "X-UNMAPPED-CODE"
FOR_SCHOOL, FOR_DISTRICT = "P3-NO-THREAT", "P3-DIRECTED-BY-SCHOOL"


async def flags(client: httpx2.AsyncClient, **parameters: str) -> list[dict[str, Any]]:
    """Every flag that the client is shown, page after page."""
    found: list[dict[str, Any]] = []
    asked: dict[str, str] = {"limit": "3", **parameters}
    while True:
        answer = (await client.get("/v1/flags", params=asked)).raise_for_status().json()
        assert answer["withheld"] == []
        found += answer["flags"]
        if answer["next"] is None:
            return found
        asked |= {"cursor": answer["next"]}


async def codes(client: httpx2.AsyncClient, **parameters: str) -> set[str]:
    """The codes of the flags that the client is shown."""
    return {flag["code"] for flag in await flags(client, **parameters)}


SHOWN: list[tuple[str, dict[str, Any], set[str]]] = [
    ("the agency's system", RMS, {FOR_AGENCY, FOR_SENDER, FOR_SCHOOL, FOR_DISTRICT}),
    ("a state's system", STATE, {FOR_AGENCY, FOR_SENDER, FOR_SCHOOL, FOR_DISTRICT}),
    ("a supervisor", SUPERVISOR, {FOR_AGENCY, FOR_SCHOOL, FOR_DISTRICT}),
    ("the contact's officer", OFFICER, {FOR_AGENCY, FOR_SCHOOL}),
    ("a colleague", COLLEAGUE, set()),
    ("another agency's system", OTHER_RMS, set()),
    ("the school's principal", PRINCIPAL, {FOR_SCHOOL, FOR_DISTRICT}),
    ("the district", DISTRICT, {FOR_SCHOOL, FOR_DISTRICT}),
    ("another school's principal", OTHER_PRINCIPAL, set()),
    ("another district", OTHER_DISTRICT, set()),
]


@pytest.mark.parametrize(("story", "who", "shown"), SHOWN, ids=[one[0] for one in SHOWN])
async def test_a_flag_is_shown_to_those_whom_it_names(
    client: httpx2.AsyncClient,
    clients: Clients,
    url: str,
    number: str,
    story: str,
    who: dict[str, Any],
    shown: set[str],
) -> None:
    await client.put(url, json=EVERY_SIDE_SEES)
    seen = await codes(clients("reader", **who), incident_number=number)
    assert seen & {FOR_AGENCY, FOR_SENDER, FOR_SCHOOL, FOR_DISTRICT} == shown
    assert bool(seen) == bool(shown)


async def test_who_stands_on_neither_side_is_told_who_may(clients: Clients) -> None:
    answer = await clients("public", **PUBLIC).get("/v1/flags")
    assert (answer.status_code, answer.json()["code"]) == (403, "actor-may-not-act")


async def test_another_agencys_flags_are_not_found(clients: Clients) -> None:
    answer = await clients("supervisor", **SUPERVISOR).get("/v1/flags", params={"ori": "XX0000200"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_a_flag_says_why_it_was_raised_and_by_which_version_of_the_rule(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=DRESS_CODE)
    (flag,) = await flags(clients("supervisor", **SUPERVISOR), incident_number=number, code=FOR_SCHOOL)
    rule = next(one for one in FLAG_CODES if one.code == FOR_SCHOOL)
    assert flag == {
        "id": flag["id"],
        "version": 1,
        "ori": AGENCY,
        "incident_number": number,
        "code": FOR_SCHOOL,
        "detail": None,
        "severity": "M",
        "state": "open",
        "principle": "P3",
        "explanation": rule.explanation,
        "inputs": flag["inputs"],
        "rule_version": rule.version,
        "seen_by": ["officer", "agency", "school"],
        "raised_at": flag["raised_at"],
        "reason": None,
    }
    assert "/threat" in flag["inputs"]


async def test_flags_are_found_by_code_state_and_severity(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=EVERY_SIDE_SEES)
    supervisor = clients("supervisor", **SUPERVISOR)
    (flag,) = await flags(supervisor, incident_number=number, code=FOR_SCHOOL)
    await supervisor.post(f"/v1/flags/{flag['id']}/uphold", json={})

    assert await codes(supervisor, incident_number=number, state="upheld") == {FOR_SCHOOL}
    assert FOR_SCHOOL not in await codes(supervisor, incident_number=number, state="open")
    everything = {(one["code"], one["severity"]) for one in await flags(supervisor, ori=AGENCY, incident_number=number)}
    for severity in ("H", "M", "I"):
        expected = {code for code, its in everything if its == severity}
        assert await codes(supervisor, incident_number=number, severity=severity) == expected
    assert {its for _, its in everything} >= {"M", "I"}


@pytest.mark.parametrize(
    "parameters", [{"state": "gone"}, {"severity": "X"}, {"as_of": "yesterday"}, {"ori": "nowhere"}, {"limit": "0"}]
)
async def test_a_filter_that_cannot_be_understood_is_refused(clients: Clients, parameters: dict[str, str]) -> None:
    answer = await clients("supervisor", **SUPERVISOR).get("/v1/flags", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value")


async def test_a_cursor_is_its_viewers_own(client: httpx2.AsyncClient, clients: Clients, url: str) -> None:
    await client.put(url, json=EVERY_SIDE_SEES)
    first = (await clients("supervisor", **SUPERVISOR).get("/v1/flags", params={"limit": "1"})).json()
    answer = await clients("other", **SUPERVISOR).get("/v1/flags", params={"cursor": first["next"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-cursor")


async def test_a_page_links_to_the_next_one(client: httpx2.AsyncClient, clients: Clients, url: str) -> None:
    await client.put(url, json=EVERY_SIDE_SEES)
    answer = await clients("supervisor", **SUPERVISOR).get("/v1/flags", params={"limit": "1", "severity": "M"})
    assert answer.links["next"]["url"] == f"?limit=1&severity=M&cursor={answer.json()['next']}"


async def test_the_flags_of_a_void_record_are_in_no_list_and_come_back_with_it(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str
) -> None:
    await client.put(url, json=EVERY_SIDE_SEES)
    supervisor = clients("supervisor", **SUPERVISOR)
    before = await codes(supervisor, incident_number=number)
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})
    assert await codes(supervisor, incident_number=number) == set()
    await client.put(url, json=EVERY_SIDE_SEES)
    assert await codes(supervisor, incident_number=number) == before


async def test_a_day_that_has_passed_shows_flags_as_they_stood_when_it_ended(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=DRESS_CODE)
    supervisor = clients("supervisor", **SUPERVISOR)
    (flag,) = await flags(supervisor, incident_number=number, code=FOR_SCHOOL)
    today = datetime.now(UTC).date()
    await kept.execute("set session_replication_role = replica")
    await kept.execute("update log set changed_at = changed_at - interval '3 days' where record_id = $1", flag["id"])
    await supervisor.post(f"/v1/flags/{flag['id']}/uphold", json={})

    async def states(day: date) -> list[str]:
        found = await flags(supervisor, incident_number=number, code=FOR_SCHOOL, as_of=day.isoformat())
        return [one["state"] for one in found]

    assert await states(today - timedelta(days=4)) == []
    assert await states(today - timedelta(days=3)) == ["open"]
    assert await states(today - timedelta(days=1)) == ["open"]
    assert await states(today) == ["upheld"]
