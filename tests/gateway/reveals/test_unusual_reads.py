"""A privacy officer finds who read more than is usual in the disclosure record, and says what was found of it."""

from dataclasses import replace
from typing import Any

import httpx2

from gateway.disclosures.store import append
from tests.gateway.disclosures.entries import asked
from tests.gateway.events import DISTRICT
from tests.gateway.reveals.conftest import CLIENTS, House

OFTEN, MANY = 5, 21


async def read_often(house: House, client: str = "sis", *, times: int = OFTEN, outcome: str = "granted") -> None:
    """Let a client have been told so many times whom one record is about."""
    told = replace(asked(DISTRICT), client=client, role="district_system", outcome=outcome)
    for _ in range(times):
        await append(house.gateway_app.state.gateway.database, house.gateway_app.state.revealing.seal, told)


async def tasks(house: House, client: str = "privacy-officer", **more: Any) -> httpx2.Response:
    return await house.gateway.get("/v1/unusual-reads", params=more, headers=await house.headers(client))


async def review(house: House, task_id: str, finding: str = "explained", client: str = "privacy-officer") -> Any:
    url = f"/v1/unusual-reads/{task_id}/review"
    return await house.gateway.post(url, json={"finding": finding}, headers=await house.headers(client))


async def test_one_student_again_and_again_is_a_task_until_it_is_reviewed(house: House) -> None:
    await read_often(house)
    (task,) = (await tasks(house)).json()["unusual_reads"]
    told = ("code", "detail", "severity", "custodian", "client", "found", "limit", "incidents", "state", "finding")
    assert [task[name] for name in told] == [
        "X-UNUSUAL-ACCESS", "one_student", "M", DISTRICT, "sis", OFTEN, 4, ["XX0000100/2026-1"], "open", None,
    ]  # fmt: skip
    reviewed = await review(house, task["id"])
    assert (reviewed.json()["state"], reviewed.json()["reviewed_by"]) == ("reviewed", "privacy-officer")
    assert (await tasks(house, state="open")).json()["unusual_reads"] == []
    assert (await tasks(house, state="reviewed")).json()["unusual_reads"] == [reviewed.json()]


async def test_the_same_again_changes_nothing_and_another_word_does(house: House) -> None:
    await read_often(house)
    (task,) = (await tasks(house)).json()["unusual_reads"]
    first = (await review(house, task["id"])).json()
    assert (await review(house, task["id"])).json() == first
    assert (await review(house, task["id"], "misused")).json()["finding"] == "misused"


async def test_many_students_in_a_day_are_a_task(house: House) -> None:
    database, seal = house.gateway_app.state.gateway.database, house.gateway_app.state.revealing.seal
    for number in range(MANY):
        await append(database, seal, asked(DISTRICT, f"2026-{number}"))
    (task,) = (await tasks(house)).json()["unusual_reads"]
    assert (task["detail"], task["client"], task["found"], task["limit"]) == ("many_students", "demo-principal", 21, 20)


async def test_what_was_refused_was_not_read(house: House) -> None:
    await read_often(house, outcome="refused")
    assert (await tasks(house)).json()["unusual_reads"] == []


async def test_nobody_but_the_districts_privacy_officer_is_told(house: House) -> None:
    await read_often(house)
    (task,) = (await tasks(house)).json()["unusual_reads"]
    for client in sorted({one.client for one in CLIENTS} - {"privacy-officer", "other-privacy-officer"}):
        assert (await tasks(house, client)).json()["withheld"][0]["rule"] == "UNUSUAL-READS-DISTRICT-ALONE"
        assert (await review(house, task["id"], client=client)).status_code == 403
    assert (await tasks(house, "other-privacy-officer")).json()["unusual_reads"] == []
    assert (await review(house, task["id"], client="other-privacy-officer")).status_code == 404
    assert (await tasks(house)).json()["unusual_reads"] == [task]


async def test_nobody_reviews_the_own_reads(house: House) -> None:
    await read_often(house, "privacy-officer")
    (task,) = (await tasks(house)).json()["unusual_reads"]
    answer = await review(house, task["id"])
    assert (answer.status_code, answer.json()["code"]) == (403, "actor-may-not-act")
    assert (await tasks(house, state="open")).json()["unusual_reads"] == [task]


async def test_a_finding_that_does_not_exist_is_named_and_nothing_is_kept(house: House) -> None:
    await read_often(house)
    (task,) = (await tasks(house)).json()["unusual_reads"]
    answer = await review(house, task["id"], "forgiven")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/finding")
    assert "forgiven" not in answer.text
    assert (await tasks(house)).json()["unusual_reads"] == [task]
