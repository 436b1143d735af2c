"""Pushing one record: new, the same again, corrected, conditional, tried out, at fault, and by the wrong sender."""

from typing import Any

import httpx2
import orjson
import pytest

from tests.training.conftest import AGENCY, OTHER_AGENCY, Clients, Connection
from tests.training.sent import (
    ASSIGNED,
    ASSIGNMENT_URL,
    BASIC,
    BELONGS,
    COMPLETED,
    COMPLETION_URL,
    COURSE_URL,
    CRITERIA,
    CRITERIA_URL,
    EVALUATED,
    EVALUATION_URL,
    MEMBERSHIP_URL,
    MET,
    NEED_URL,
    NEEDED,
    OFFICER_URL,
    PEER_EVENT_URL,
    PLAN,
    PLAN_URL,
    SELECTED,
    SELECTION_URL,
    SRO,
    STAFF,
    STAFF_URL,
)

KINDS = [  # URL, what is sent, what of it is then another
    (OFFICER_URL, SRO, {"career": "no"}),
    (COURSE_URL, BASIC, {"hours": 24}),
    (COMPLETION_URL, COMPLETED, {"hours": 39.5}),
    (ASSIGNMENT_URL, ASSIGNED, {"end_on": "2026-06-30"}),
    (EVALUATION_URL, EVALUATED, {"officer_answer": "disagrees", "answered_on": "2026-06-20"}),
    (CRITERIA_URL, CRITERIA, {"criteria": ["potential_harm"]}),
    (SELECTION_URL, SELECTED, {"pool_size": 6}),
    (STAFF_URL, STAFF, {"trained": 36}),
    (NEED_URL, NEEDED, {"closed_on": "2026-04-01"}),
    (PEER_EVENT_URL, MET, {"hours": 7.5}),
    (MEMBERSHIP_URL, BELONGS, {"valid_to": "2026-12-31"}),
    (PLAN_URL, PLAN, {"topics": []}),
]
each_kind = pytest.mark.parametrize(("url", "sent", "other"), KINDS, ids=[url.split("/")[2] for url, _, _ in KINDS])


@each_kind
async def test_what_was_pushed_is_read_back(
    client: httpx2.AsyncClient, url: str, sent: dict[str, Any], other: dict[str, Any]
) -> None:
    pushed = await client.put(url, json=sent)
    read = await client.get(url)

    assert (pushed.status_code, pushed.headers["etag"]) == (201, '"1"')
    assert pushed.headers["daylight-position"].startswith("training:")
    assert read.json().items() >= (pushed.json() | sent | {"ori": AGENCY, "status": "live", "withheld": []}).items()
    assert read.headers["etag"] == '"1"'


@each_kind
async def test_the_same_again_changes_nothing_and_something_else_is_a_new_version(
    client: httpx2.AsyncClient, url: str, sent: dict[str, Any], other: dict[str, Any]
) -> None:
    first = await client.put(url, json=sent)
    again = await client.put(url, json=sent)
    changed = await client.put(url, json=sent | other)

    assert (again.status_code, again.headers["daylight-unchanged"], again.json()) == (200, "true", first.json())
    assert (changed.status_code, changed.json()["version"]) == (200, 2)


@each_kind
async def test_a_correction_of_a_version_that_is_no_more_is_refused(
    client: httpx2.AsyncClient, url: str, sent: dict[str, Any], other: dict[str, Any]
) -> None:
    await client.put(url, json=sent)
    await client.put(url, json=sent | other, headers={"If-Match": '"1"'})
    stale = await client.put(url, json=sent, headers={"If-Match": '"1"'})

    assert (stale.status_code, stale.json()["code"], stale.headers["etag"]) == (412, "version-conflict", '"2"')


@each_kind
async def test_a_dry_run_answers_and_stores_nothing(
    client: httpx2.AsyncClient, kept: Connection, url: str, sent: dict[str, Any], other: dict[str, Any]
) -> None:
    tried = await client.put(url, json=sent, headers={"Daylight-Dry-Run": "true"})

    assert (tried.status_code, "daylight-position" in tried.headers) == (201, False)
    assert (await client.get(url)).status_code == 404
    assert await kept.fetchval("select count(*) from officer_conclusion") == 0


@each_kind
async def test_what_is_void_is_not_found_until_it_is_put_again(
    client: httpx2.AsyncClient, url: str, sent: dict[str, Any], other: dict[str, Any]
) -> None:
    await client.put(url, json=sent)
    void = await client.post(f"{url}/void", json={"reason_code": "entered_in_error"})
    gone = await client.get(url)
    back = await client.put(url, json=sent)

    assert (void.status_code, void.json()["status"], void.json()["version"]) == (200, "void", 2)
    assert gone.status_code == 404
    assert (back.status_code, back.json()["version"], back.json()["status"]) == (200, 3, "live")


@each_kind
async def test_nobody_writes_or_reads_for_another_agency(
    clients: Clients, url: str, sent: dict[str, Any], other: dict[str, Any]
) -> None:
    await clients().put(url, json=sent)
    stranger = clients("other", oris=[OTHER_AGENCY])
    refused = await stranger.put(url, json=sent | other)

    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-organisation")
    assert (await stranger.get(url)).status_code == 404


async def test_writing_needs_its_scope(clients: Clients) -> None:
    refused = await clients(scope="records.read incidents.write").put(OFFICER_URL, json=SRO)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient-scope")


STANDINGS = [  # what of the officer is another, is an SRO, failed, not known, counted
    ({}, "yes", [], [], True),
    ({"career": "no"}, "no", ["career"], [], False),
    ({"sworn": "no", "community_policing": "unknown"}, "no", ["sworn"], ["community_policing"], False),
    ({"assigned_by_employer": "unknown"}, "unknown", [], ["assigned_by_employer"], False),
    ({"personnel_category": "off_duty_officer"}, "yes", [], [], False),
    ({"personnel_category": "volunteer"}, "yes", [], [], False),
    ({"personnel_category": "sble"}, "yes", [], [], True),
]


@pytest.mark.parametrize(("change", "is_sro", "failed", "not_known", "counted"), STANDINGS)
async def test_it_is_answered_whether_the_officer_is_an_sro_and_by_what_not(
    client: httpx2.AsyncClient,
    change: dict[str, str],
    is_sro: str,
    failed: list[str],
    not_known: list[str],
    counted: bool,
) -> None:
    for answer in (await client.put(OFFICER_URL, json=SRO | change), await client.get(OFFICER_URL)):
        said = answer.json()
        assert (said["is_sro"], said["elements_failed"], said["elements_not_known"]) == (is_sro, failed, not_known)
        assert said["counted_as_sro"] is counted


@pytest.mark.parametrize("role", ["school_leader", "district_system", "privacy_officer"])
async def test_a_school_does_not_rate_an_officer(clients: Clients, role: str) -> None:
    school = clients("school", role=role)
    line = EVALUATED | {"kind": "evaluation", "ori": AGENCY, "evaluation_number": "E-1"}
    refused = await school.put(EVALUATION_URL, json=EVALUATED)
    in_bulk = await school.post(
        "/v1/evaluations/bulk", content=orjson.dumps(line), headers={"Content-Type": "application/x-ndjson"}
    )
    void = await school.post(f"{EVALUATION_URL}/void", json={"reason_code": "entered_in_error"})
    assert (refused.status_code, refused.json()["code"]) == (403, "actor-may-not-act")
    assert "inputs" in refused.json()["detail"]
    assert "actor-may-not-act" in in_bulk.text
    assert void.json()["code"] == "actor-may-not-act"


async def test_an_officer_reads_the_own_evaluation_and_no_other(clients: Clients) -> None:
    await clients().put(EVALUATION_URL, json=EVALUATED)
    own = clients("own", role="officer", officer_number="4471")
    another = clients("another", role="officer", officer_number="4480")
    assert (await own.get(EVALUATION_URL)).json()["ratings"][0]["rating"] == "4"
    assert (await another.get(EVALUATION_URL)).status_code == 404


async def test_records_are_listed_by_number_page_by_page(client: httpx2.AsyncClient) -> None:
    for number in ("3", "1", "2"):
        await client.put(f"/v1/officers/{AGENCY}/{number}", json=SRO)
    first = await client.get(f"/v1/officers/{AGENCY}", params={"limit": 2})
    second = await client.get(f"/v1/officers/{AGENCY}", params={"limit": 2, "cursor": first.json()["next"]})

    assert [one["officer_number"] for one in first.json()["officers"]] == ["1", "2"]
    assert 'rel="next"' in first.headers["link"]
    assert [one["officer_number"] for one in second.json()["officers"]] == ["3"]
    assert second.json()["next"] is None


async def test_an_officer_reads_what_is_the_officers_own_and_the_catalog(clients: Clients) -> None:
    agency, own = clients(), clients("officer", role="officer", officer_number="4471")
    await agency.put(OFFICER_URL, json=SRO)
    await agency.put(f"/v1/officers/{AGENCY}/1", json=SRO)
    await agency.put(COURSE_URL, json=BASIC)

    assert (await own.get(OFFICER_URL)).status_code == 200
    assert (await own.get(COURSE_URL)).status_code == 200
    assert (await own.get(f"/v1/courses/{AGENCY}")).status_code == 200
    assert (await own.get(f"/v1/officers/{AGENCY}/1")).status_code == 404
    assert (await own.get(f"/v1/officers/{AGENCY}")).status_code == 404


@pytest.mark.parametrize("role", ["school_leader", "district_system", "guardian", "public", "administrator"])
async def test_who_is_not_of_the_agency_reads_nothing_here(clients: Clients, role: str) -> None:
    await clients().put(OFFICER_URL, json=SRO)
    assert (await clients("other", role=role).get(OFFICER_URL)).status_code == 404


async def test_what_can_be_told_of_a_selection_is_answered_with_it(client: httpx2.AsyncClient) -> None:
    await client.put(SELECTION_URL, json=SELECTED)
    read = (await client.get(SELECTION_URL)).json()
    assert (read["ideal_groups"], read["passed_over"]) == (1, ["K-2"])
    assert read["scored"] == [
        {"candidate_number": "K-1", "mean": 76.67, "spread": 10.0, "missing": 17},
        {"candidate_number": "K-2", "mean": None, "spread": None, "missing": 20},
    ]


@pytest.mark.parametrize("role", ["officer", "school_leader", "district_system", "oversight", "public"])
async def test_candidates_are_for_the_agency_alone(clients: Clients, role: str) -> None:
    await clients().put(SELECTION_URL, json=SELECTED)
    client = clients(role, role=role, officer_number="4471")
    assert (await client.get(SELECTION_URL)).status_code in (403, 404)
    assert (await client.get(f"/v1/selections/{AGENCY}")).status_code in (403, 404)
