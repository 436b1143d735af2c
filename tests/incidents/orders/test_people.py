"""An order for people of a record: they are gone from it and kept out of it, and the others stay as they were."""

from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from shared.records.vault import Vault
from shared.secrets import Secrets
from tests.incidents.bulk import push
from tests.incidents.conftest import AGENCY, HALLWAY, Connection
from tests.incidents.orders.conftest import BOTH, LIFT, ORDER, Finder, pair

FIRST = ORDER | {"person_numbers": [1]}
STANDING_FLAGS = "select version, document::text as said from flag where about = $1"
MERGE = {"Content-Type": "application/merge-patch+json"}


async def read(client: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    answer = await client.get(url)
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.json()
    return record


async def answered(client: httpx2.AsyncClient, url: str, content: str) -> dict[str, Any]:
    answer = await client.patch(url, content=content.encode(), headers=MERGE)
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def test_the_person_goes_with_all_that_is_about_nobody_else(clerk: httpx2.AsyncClient, url: str) -> None:
    await clerk.put(url, json=pair())
    assert (await clerk.post(f"{url}/expunge", json=FIRST)).status_code == 204
    record = await read(clerk, url)

    assert [one["person_number"] for one in record["people"]] == [5]
    assert [one["action_number"] for one in record["actions"]] == [2]
    assert [one["charge_number"] for one in record["charges"]] == [2]
    assert [one["type"] for one in record["outcomes"]] == ["returned_to_school"]
    assert [(one["conduct_number"], one["person_numbers"]) for one in record["conduct"]] == [(2, [5])]
    assert record["detention_documentation"] == []


async def test_no_text_and_no_name_of_that_person_is_left_in_the_vault(
    clerk: httpx2.AsyncClient, url: str, app: FastAPI, secrets: Secrets
) -> None:
    await clerk.put(url, json=pair())
    await clerk.post(f"{url}/expunge", json=FIRST)
    record = await read(clerk, url)
    parts = await Vault(secrets.master_key()).unseal(app.state.held.database, UUID(record["id"]))

    assert parts == {5: {"/people/0/identity": {"name": "Ottoline Brandybuck"}}}
    assert (record["narrative"], record["actions"][0]["legal_basis"]) == ("given", {"code": "consent", "text": "given"})


async def test_it_is_a_record_of_its_own_from_its_first_version(
    clerk: httpx2.AsyncClient, url: str, number: str, find: Finder, kept: Connection
) -> None:
    former = (await clerk.put(url, json=pair())).json()["id"]
    await clerk.put(url, json=pair(status="open"))
    await clerk.post(f"{url}/expunge", json=FIRST | {"applies_to": BOTH})
    versions = (await clerk.get(f"{url}/versions")).json()["versions"]

    assert [version["version"] for version in versions] == [1]
    assert (await find(former)).keys() == {"public.log"}
    told = await kept.fetch("select distinct key, document::text from log where record_id = $1", UUID(former))
    assert {(row["key"], row["document"]) for row in told} == {("", None), ("", '{"statistics":"keep"}')}


async def test_the_same_report_again_is_stored_without_the_person_and_changes_nothing(
    clerk: httpx2.AsyncClient, url: str
) -> None:
    await clerk.put(url, json=pair())
    await clerk.post(f"{url}/expunge", json=FIRST)
    again = await clerk.put(url, json=pair())

    assert (again.status_code, again.headers["daylight-unchanged"], again.json()["version"]) == (200, "true", 1)
    assert again.json()["left_out"] == [
        "/actions/1",
        "/actions/2/legal_basis/text",
        "/charges/1",
        "/conduct/1",
        "/detention_documentation/1",
        "/narrative",
        "/outcomes/1",
        "/people/1",
    ]


async def test_a_later_report_is_stored_without_the_person(clerk: httpx2.AsyncClient, url: str, number: str) -> None:
    await clerk.put(url, json=pair())
    await clerk.post(f"{url}/expunge", json=FIRST)
    changed = await clerk.put(url, json=pair(status="closed"))
    nightly = await push(clerk, [pair(status="open", ori=AGENCY, incident_number=number)])
    record = await read(clerk, url)

    assert (changed.json()["version"], changed.json()["left_out"][-1]) == (2, "/people/1")
    assert nightly.results == ["changed"]
    assert (record["status"], [one["person_number"] for one in record["people"]]) == ("open", [5])


async def test_an_order_may_come_before_its_record(clerk: httpx2.AsyncClient, url: str) -> None:
    await clerk.post(f"{url}/seal", json=FIRST)
    new = await clerk.put(url, json=pair())

    assert (new.status_code, new.json()["people"]) == (201, [{"person_number": 5, "identity": "given"}])
    assert "/people/1" in new.json()["left_out"]


async def test_an_order_for_a_number_that_is_not_there_is_remembered(clerk: httpx2.AsyncClient, url: str) -> None:
    await clerk.put(url, json=HALLWAY)
    order = await clerk.post(f"{url}/seal", json=ORDER | {"person_numbers": [5]})
    later = await clerk.put(url, json=pair())

    assert order.status_code == 204
    assert later.json()["people"] == [{"person_number": 1, "identity": "given"}]


async def test_a_lifted_order_lets_the_person_and_the_texts_come_again(
    clerk: httpx2.AsyncClient, url: str, app: FastAPI, secrets: Secrets
) -> None:
    await clerk.put(url, json=pair())
    await clerk.post(f"{url}/seal", json=FIRST)
    await clerk.post(f"{url}/lift-order", json=LIFT | {"person_numbers": [1]})
    back = await clerk.put(url, json=pair())

    assert (back.status_code, back.json()["left_out"]) == (200, [])
    assert [one["person_number"] for one in back.json()["people"]] == [1, 5]
    parts = await Vault(secrets.master_key()).unseal(app.state.held.database, UUID(back.json()["id"]))
    assert parts.keys() == {0, 1, 5}


async def test_answers_about_the_others_hold_on(clerk: httpx2.AsyncClient, url: str) -> None:
    report = pair()
    report["people"][1]["identity"] |= {"birth_date": "2011-01-01"}
    await clerk.put(url, json=report)
    await answered(
        clerk,
        url,
        '{"actions": {"1": {"purpose": "safety"}, "2": {"purpose": "medical"}},'
        ' "outcomes": {"2": {"type": "diverted"}},'
        ' "people": {"5": {"identity": {"birth_date": "2011-04-05"}}}, "narrative": "Quillon ran, and was told to."}',
    )
    await clerk.post(f"{url}/expunge", json=FIRST)
    after = await read(clerk, url)
    again = await clerk.put(url, json=report)
    later = await clerk.put(url, json=report | {"status": "closed"})

    assert [(one["action_number"], one["purpose"]) for one in after["actions"]] == [(2, "medical")]
    assert [one["type"] for one in after["outcomes"]] == ["diverted"]
    assert (again.headers["daylight-unchanged"], again.json()["superseded_answers"]) == ("true", [])
    assert (later.json()["version"], later.json()["superseded_answers"]) == (2, [])


async def test_an_action_that_an_answer_laid_to_the_person_goes_with_the_person(
    clerk: httpx2.AsyncClient, url: str
) -> None:
    report = pair()
    report["actions"] = [{"action_number": 7, "type": "search_person"}, *report["actions"]]
    await clerk.put(url, json=report)
    await answered(clerk, url, '{"actions": {"7": {"person_number": 1}}}')
    await clerk.post(f"{url}/expunge", json=FIRST)

    assert [one["action_number"] for one in (await read(clerk, url))["actions"]] == [2]


async def test_what_was_said_of_the_contact_as_a_whole_stays(
    clerk: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    await clerk.put(url, json=pair())
    await clerk.put(
        f"{url}/judgements/agency", json={"would_require_911": "no", "reason": {"code": "other", "text": "Quillon."}}
    )
    await clerk.put(url, json=pair(status="closed"))
    key = url.removeprefix("/v1/incidents/")
    dated = "select accepted_at, changed_at from incident where key = $1"
    before = await kept.fetchrow(dated, key)
    await clerk.post(f"{url}/expunge", json=FIRST)
    judgement = await kept.fetchrow(
        "select version, state, document::text as said from judgement where about = $1", key
    )

    assert judgement is not None
    assert (judgement["version"], judgement["state"]) == (1, "live")
    assert '"would_require_911": "no"' in judgement["said"]
    assert "sealed_digest" not in judgement["said"]
    assert await kept.fetchrow(dated, key) == before


async def test_the_districts_copy_keeps_the_person_where_the_order_does_not_reach_it(
    clerk: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    await clerk.put(url, json=pair())
    await clerk.post(f"{url}/expunge", json=FIRST)
    await clerk.put(url, json=pair(status="closed"))
    numbers = "jsonb_path_query_array(document, '$.incident.people[*].person_number')"
    people = f"select {numbers}::text from delivery where about = $1"

    assert await kept.fetchval(people, url.removeprefix("/v1/incidents/")) == "[1, 5]"
    await clerk.post(f"{url}/expunge", json=FIRST | {"applies_to": BOTH})
    assert await kept.fetchval(people, url.removeprefix("/v1/incidents/")) == "[5]"
    await clerk.put(url, json=pair(status="open"))
    status = "select document #>> '{incident,status}' from delivery where about = $1"
    assert await kept.fetchval(status, url.removeprefix("/v1/incidents/")) == "open"


async def test_a_copy_whose_agencys_record_is_gone_is_cut_by_a_later_order(
    clerk: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    await clerk.put(url, json=pair())
    await clerk.post(f"{url}/expunge", json=ORDER)
    await clerk.post(f"{url}/expunge", json=FIRST | {"applies_to": BOTH})
    rows = await kept.fetch(
        "select version, document #> '{incident,people}' as people from delivery where about = $1",
        url.removeprefix("/v1/incidents/"),
    )
    assert [(row["version"], row["people"].count("person_number")) for row in rows] == [(1, 1)]


async def test_a_void_record_goes_as_a_whole_and_comes_back_without_the_person(
    clerk: httpx2.AsyncClient, url: str
) -> None:
    await clerk.put(url, json=pair())
    await clerk.post(f"{url}/void", json={"reason_code": "other"})
    await clerk.post(f"{url}/expunge", json=FIRST)
    assert (await clerk.get(url)).status_code == 404
    back = await clerk.put(url, json=pair())

    assert (back.status_code, back.json()["people"]) == (201, [{"person_number": 5, "identity": "given"}])


@pytest.mark.parametrize("reaches", [["agency"], BOTH])
async def test_the_persons_flags_are_gone_and_the_others_are_where_they_were(
    clerk: httpx2.AsyncClient, url: str, kept: Connection, reaches: list[str]
) -> None:
    report = pair()
    report["actions"][0] |= {"purpose": "sanction"}
    before = {flag["code"]: flag for flag in (await clerk.put(url, json=report)).json()["flags"]}
    reason = {"reason": {"code": "known", "text": "Quillon."}}
    explained = await clerk.post(f"/v1/flags/{before['X-LATE-REPORT']['id']}/explain", json=reason)
    assert explained.status_code == 200, explained.text
    await clerk.post(f"{url}/expunge", json=FIRST | {"applies_to": reaches})

    after = {flag["code"]: flag["state"] for flag in (await read(clerk, url))["flags"]}
    rows = await kept.fetch(STANDING_FLAGS, url.removeprefix("/v1/incidents/"))
    assert "P4-PUNITIVE" in before
    assert "P4-PUNITIVE" not in after
    assert after["X-LATE-REPORT"] == "explained"
    assert {row["version"] for row in rows} == {1}
    assert not [row["said"] for row in rows if "/actions/1" in row["said"] or "sealed_digest" in row["said"]]
