"""A flag's life in people's hands: explained, upheld, never deleted, and corrected by the rule alone."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from services.incidents.flag.rules import flag_id
from services.incidents.incident.tables import INCIDENT
from shared.records import keep
from tests.incidents.conftest import AGENCY, Clients, Connection
from tests.incidents.evidence import rows_by_table
from tests.incidents.people import (
    COLLEAGUE,
    DISTRICT,
    OFFICER,
    OTHER_RMS,
    PRINCIPAL,
    PUBLIC,
    RMS,
    SUPERVISOR,
)
from tests.incidents.test_what_follows import DRESS_CODE, flags_of
from tests.waiting import eventually

WAITING = """
select count(*) = $1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
"""
WHY: dict[str, Any] = {"reason": {"code": "called_in", "text": "The vice principal asked Quillon Vastergaard in."}}
SUPERVISOR_WHY: dict[str, Any] = {"reason": {"code": "not_for_police"}}


@pytest.fixture
async def flag(client: httpx2.AsyncClient, url: str) -> str:
    """Where the flag P3-NO-THREAT of an incident is."""
    await client.put(url, json=DRESS_CODE)
    return f"/v1/flags/{(await flags_of(client, url))['P3-NO-THREAT']['id']}"


@pytest.mark.parametrize("who", [OFFICER, SUPERVISOR, RMS], ids=lambda one: one["role"])
async def test_a_flag_is_explained_by_its_officer_a_supervisor_or_the_agencys_system(
    clients: Clients, flag: str, who: dict[str, Any]
) -> None:
    answer = await clients("somebody", **who).post(f"{flag}/explain", json=WHY)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    said = answer.json()
    assert (said["code"], said["state"], said["version"]) == ("P3-NO-THREAT", "explained", 2)
    assert said["reason"] == {"code": "called_in", "text": "given"}
    assert "sealed_digest" not in said


async def test_a_supervisor_upholds_a_flag_and_it_is_not_explained_away_after(clients: Clients, flag: str) -> None:
    supervisor, officer = clients("supervisor", **SUPERVISOR), clients("officer", **OFFICER)
    await officer.post(f"{flag}/explain", json=WHY)
    upheld = await supervisor.post(f"{flag}/uphold", json={})
    refused = await officer.post(f"{flag}/explain", json=WHY)

    assert (upheld.json()["state"], upheld.json()["reason"]) == ("upheld", {"code": "called_in", "text": "given"})
    assert (refused.status_code, refused.json()["code"], refused.json()["allowed"]) == (
        409,
        "illegal-transition",
        ["uphold"],
    )


@pytest.mark.parametrize(
    ("before", "allowed"), [([], ["explain", "uphold"]), (["explain"], ["explain", "uphold"]), (["uphold"], ["uphold"])]
)
async def test_what_still_holds_is_not_corrected_by_hand(
    clients: Clients, flag: str, kept: Connection, before: list[str], allowed: list[str]
) -> None:
    supervisor = clients("supervisor", **SUPERVISOR)
    for act in before:
        await supervisor.post(f"{flag}/{act}", json=WHY)
    stored = await rows_by_table(kept)
    answer = await supervisor.post(f"{flag}/correct", json={})

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["allowed"]) == (409, "illegal-transition", allowed)
    assert problem["detail"] == f"Possible now: {', '.join(allowed)}."
    assert await rows_by_table(kept) == stored


async def test_what_the_rule_has_corrected_can_be_called_so_and_nothing_else(
    client: httpx2.AsyncClient, clients: Clients, url: str, flag: str
) -> None:
    await client.put(url, json=DRESS_CODE | {"threat": ["others"]})
    supervisor = clients("supervisor", **SUPERVISOR)
    said = await supervisor.post(f"{flag}/correct", json={})
    explained = await supervisor.post(f"{flag}/explain", json=WHY)

    assert (said.status_code, said.json()["state"], said.headers["daylight-unchanged"]) == (200, "corrected", "true")
    assert (explained.status_code, explained.json()["allowed"]) == (409, ["correct"])


async def test_raised_again_it_is_open_again_under_the_same_id_with_its_history(
    client: httpx2.AsyncClient, clients: Clients, url: str, flag: str, kept: Connection
) -> None:
    await clients("supervisor", **SUPERVISOR).post(f"{flag}/uphold", json=WHY)
    await client.put(url, json=DRESS_CODE | {"threat": ["others"]})
    await client.put(url, json=DRESS_CODE)

    rows = await kept.fetch(
        "select document ->> 'state' as state from log where record_id = $1 order by version", flag.rpartition("/")[2]
    )
    assert [row["state"] for row in rows] == ["open", "upheld", "corrected", "open"]


@pytest.mark.parametrize("act", ["explain", "uphold"])
async def test_the_same_again_changes_nothing(clients: Clients, flag: str, kept: Connection, act: str) -> None:
    supervisor = clients("supervisor", **SUPERVISOR)
    await supervisor.post(f"{flag}/{act}", json=WHY)
    before = await rows_by_table(kept)
    again = await supervisor.post(f"{flag}/{act}", json=WHY)
    assert (again.status_code, again.json()["version"], again.headers["daylight-unchanged"]) == (200, 2, "true")
    assert await rows_by_table(kept) == before


async def test_a_request_with_an_idempotency_key_is_done_once(clients: Clients, flag: str) -> None:
    supervisor, key = clients("supervisor", **SUPERVISOR), {"Idempotency-Key": "explain-it"}
    first = await supervisor.post(f"{flag}/explain", json=WHY, headers=key)
    await supervisor.post(f"{flag}/uphold", json={})
    again = await supervisor.post(f"{flag}/explain", json=WHY, headers=key)
    other = await supervisor.post(f"{flag}/uphold", json=WHY, headers=key)

    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (200, first.json(), "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


MAY_NOT: list[tuple[str, dict[str, Any], str, int, str]] = [
    ("an officer upholds", OFFICER, "uphold", 403, "actor-may-not-act"),
    ("the agency's system upholds", RMS, "uphold", 403, "actor-may-not-act"),
    ("a supervisor upholds what is the own doing", SUPERVISOR | {"officer_number": "4471"}, "uphold", 403,
     "actor-may-not-act"),
    ("a principal explains", PRINCIPAL, "explain", 403, "actor-may-not-act"),
    ("a district corrects", DISTRICT, "correct", 403, "actor-may-not-act"),
    ("the public explains", PUBLIC, "explain", 403, "actor-may-not-act"),
    ("an officer explains what a colleague did", COLLEAGUE, "explain", 404, "not-found"),
    ("another agency explains", OTHER_RMS, "explain", 404, "not-found"),
    ("without the scope", SUPERVISOR | {"scope": "incidents.read"}, "explain", 403, "insufficient-scope"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "who", "act", "status", "code"), MAY_NOT, ids=[one[0] for one in MAY_NOT])
async def test_nobody_acts_on_a_flag_that_is_not_the_own_to_act_on(
    clients: Clients,
    flag: str,
    kept: Connection,
    story: str,
    who: dict[str, Any],
    act: str,
    status: int,
    code: str,
) -> None:
    before = await rows_by_table(kept)
    answer = await clients("stranger", **who).post(f"{flag}/{act}", json=WHY)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rows_by_table(kept) == before


async def test_what_is_said_to_the_sender_alone_is_the_senders_to_explain(
    client: httpx2.AsyncClient, clients: Clients, url: str
) -> None:
    await client.put(url, json=DRESS_CODE | {"request_reason": "a-reason-of-our-own"})
    unmapped = f"/v1/flags/{(await flags_of(client, url))['X-UNMAPPED-CODE:request_reason']['id']}"
    hidden = await clients("supervisor", **SUPERVISOR).post(f"{unmapped}/explain", json=WHY)
    explained = await clients("rms", **RMS).post(f"{unmapped}/explain", json=WHY)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not-found")
    assert explained.json()["state"] == "explained"


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("nothing", {}, "#/reason", "required-question-unanswered"),
    ("an empty reason", {"reason": {}}, "#/reason", "required-question-unanswered"),
    ("a sentence as a code", {"reason": {"code": "because of Quillon"}}, "#/reason/code", "invalid-value"),
    ("a field that nobody asks for", WHY | {"state": "corrected"}, "#/state", "unknown-field"),
    ("a social security number", {"reason": {"text": "His is 219-09-9999."}}, "#/reason/text", "must-not-be-stored"),
]


@pytest.mark.parametrize(("story", "sent", "pointer", "code"), BAD, ids=[one[0] for one in BAD])
async def test_an_explanation_says_something_that_may_be_kept(
    clients: Clients, flag: str, kept: Connection, story: str, sent: dict[str, Any], pointer: str, code: str
) -> None:
    before = await rows_by_table(kept)
    answer = await clients("officer", **OFFICER).post(f"{flag}/explain", json=sent)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
    assert await rows_by_table(kept) == before


async def test_a_flag_that_does_not_exist_is_not_found(clients: Clients) -> None:
    answer = await clients("supervisor", **SUPERVISOR).post(
        "/v1/flags/00000000-0000-0000-0000-000000000000/uphold", json={}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_what_was_said_is_in_the_vault_alone(clients: Clients, flag: str, kept: Connection) -> None:
    answer = await clients("officer", **OFFICER).post(f"{flag}/explain", json=WHY)
    said = await kept.fetchval("select string_agg(document::text, '') from log")
    custodian = await kept.fetchval("select custodian from vault.sealed where record_id = $1", answer.json()["id"])
    assert "Vastergaard" not in answer.text + said
    assert custodian == AGENCY


async def test_a_record_made_void_under_review_says_so_and_is_upheld_once(
    client: httpx2.AsyncClient, clients: Clients, url: str, flag: str, number: str, kept: Connection
) -> None:
    supervisor = clients("supervisor", **SUPERVISOR)
    await supervisor.post(f"{flag}/uphold", json=WHY)
    record_id = (await client.get(url)).json()["id"]
    await client.post(f"{url}/void", json={"reason_code": "other"})
    review = flag_id(UUID(record_id), "X-VOID-UNDER-REVIEW", "P3-NO-THREAT")
    upheld = await supervisor.post(f"/v1/flags/{review}/uphold", json={})

    assert (upheld.json()["severity"], upheld.json()["state"]) == ("H", "upheld")
    names = await kept.fetch("select key from flag where about = $1 and state = 'live'", f"{AGENCY}/{number}")
    assert [row["key"] for row in names] == [f"{AGENCY}/{number}/X-VOID-UNDER-REVIEW:P3-NO-THREAT"]


async def test_a_flag_whose_record_is_made_void_meanwhile_is_not_found(
    app: FastAPI, clients: Clients, flag: str, url: str, number: str, kept: Connection
) -> None:
    async with app.state.held.database.transaction() as connection:
        await keep.find(connection, INCIDENT, [f"{AGENCY}/{number}"], hold=True)
        void = asyncio.create_task(clients().post(f"{url}/void", json={"reason_code": "duplicate"}))
        await eventually(lambda: kept.fetchval(WAITING, 1))
        uphold = asyncio.create_task(clients("supervisor", **SUPERVISOR).post(f"{flag}/uphold", json={}))
        await eventually(lambda: kept.fetchval(WAITING, 2))

    assert ((await void).status_code, (await uphold).status_code) == (200, 404)
