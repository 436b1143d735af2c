"""Incidents over REST: the same reads as GraphQL's."""

from typing import Any

import pytest

from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, OTHER_SCHOOL, SCHOOL


async def get(gateway: Gateway, path: str, client: str = "demo-sis", **parameters: Any) -> Any:
    return await gateway.http.get(f"/v1/incidents{path}", params=parameters, headers=await gateway.headers(client))


async def two_schools(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), services.school(OTHER_SCHOOL))
    await gateway.view.apply(
        *services.accepted("A"),
        *services.accepted("B", initiated_by="student", occurred_at="2026-10-06T10:00:00Z"),
        *services.accepted("C", school=OTHER_SCHOOL),
    )


async def test_the_district_reads_a_record_and_what_is_withheld_from_it(gateway: Gateway) -> None:
    await two_schools(gateway)
    answer = await get(gateway, f"/{AGENCY}/a")
    record = answer.json()
    assert (record["key"], record["version"], record["school_id"]) == (f"{AGENCY}/A", 1, SCHOOL)
    assert record["body_worn_camera"]["reference"] is None
    assert [entry["path"] for entry in record["withheld"]] == [["body_worn_camera", "reference"]]
    assert answer.headers["etag"] == '"1"'
    assert "sealed_digest" not in answer.text


async def test_another_districts_record_and_none_at_all_are_answered_alike(gateway: Gateway) -> None:
    await two_schools(gateway)
    answers = [(await get(gateway, f"/{AGENCY}/{number}")) for number in ("C", "NONE")]
    assert {answer.status_code for answer in answers} == {404}
    said = [{**answer.json(), "request_id": ""} for answer in answers]
    assert said[0] == said[1]
    assert said[0]["withheld"][0]["rule"] == "DISTRICT-OTHER-RECORD"


async def test_pages_are_linked_and_hold_only_what_the_viewer_may_see(gateway: Gateway) -> None:
    await two_schools(gateway)
    first = await get(gateway, "", limit=1)
    assert [record["key"] for record in first.json()["incidents"]] == [f"{AGENCY}/B"]
    assert 'rel="next"' in first.headers["link"]
    second = (await get(gateway, "", limit=1, cursor=first.json()["next"])).json()
    assert [record["key"] for record in second["incidents"]] == [f"{AGENCY}/A"]
    assert second["next"] is None
    assert [entry["path"] for entry in second["withheld"]] == [["incidents", "*", "body_worn_camera", "reference"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"initiated_by": "student"}, {"B"}),
        ({"occurred_from": "2026-10-06"}, {"B"}),
        ({"school_id": OTHER_SCHOOL}, set()),
        ({"student_ref": "abc"}, set()),
    ],
)
async def test_filters_select(gateway: Gateway, asked: dict[str, str], expected: set[str]) -> None:
    await two_schools(gateway)
    found = (await get(gateway, "", **asked)).json()["incidents"]
    assert {record["incident_number"] for record in found} == expected


@pytest.mark.parametrize(
    ("client", "asked", "status", "code"),
    [
        ("demo-rms", {"student_ref": "abc"}, 403, "individual-file-not-allowed"),
        ("demo-sis", {"occurred_from": "yesterday"}, 422, "invalid-value"),
        ("demo-sis", {"limit": "1001"}, 422, "invalid-value"),
        ("demo-sis", {"cursor": "abc"}, 422, "invalid-cursor"),
        ("demo-sis", {"schoolid": "990000100001"}, 422, "invalid-value"),
    ],
)
async def test_what_cannot_be_asked_is_a_problem(
    gateway: Gateway, client: str, asked: dict[str, str], status: int, code: str
) -> None:
    answer = await get(gateway, "", client, **asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_viewer_without_scope_gets_null_and_the_reason(gateway: Gateway) -> None:
    await two_schools(gateway)
    page = (await get(gateway, "", "demo-admin")).json()
    assert page["incidents"] is None
    assert page["withheld"][0]["rule"] == "ADMINISTRATOR-NO-RECORD"
