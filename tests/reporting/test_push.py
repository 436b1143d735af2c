"""Pushing one entry of the directory: new, the same again, corrected, conditional, tried out, and at fault."""

from typing import Any

import httpx2
import pytest

from services.reporting.app import DATABASE
from tests.reporting.conftest import AGENCY, DISTRICT, LINCOLN, SCHOOL, SERVES
from tests.servers import Databases

AGENCY_URL = f"/v1/agencies/{AGENCY}"
DISTRICT_URL = f"/v1/districts/{DISTRICT}"
SCHOOL_URL = f"/v1/schools/{SCHOOL}"
PARTNERSHIP_URL = f"/v1/partnerships/{AGENCY}/{DISTRICT}"

KINDS = [  # URL, what is sent, what is read besides it
    (AGENCY_URL, {"name": "Made-up Police", "agency_kind": "city", "state": "HI"}, {"ori": AGENCY}),
    (DISTRICT_URL, {"name": "Made-up District", "state": "HI"}, {"lea_id": DISTRICT}),
    (SCHOOL_URL, LINCOLN, {"school_id": SCHOOL, "lea_id": DISTRICT}),
    (PARTNERSHIP_URL, SERVES | {"valid_to": "2026-06-30"}, {"ori": AGENCY, "lea_id": DISTRICT}),
]
each_kind = pytest.mark.parametrize(("url", "sent", "named"), KINDS, ids=[url.split("/")[2] for url, _, _ in KINDS])


@each_kind
async def test_what_was_pushed_is_read_by_anybody(
    state: httpx2.AsyncClient, public: httpx2.AsyncClient, url: str, sent: dict[str, Any], named: dict[str, Any]
) -> None:
    pushed = await state.put(url, json=sent)
    read = await public.get(url)

    assert (pushed.status_code, pushed.headers["etag"]) == (201, '"1"')
    assert pushed.headers["daylight-position"].startswith("reporting:")
    about = pushed.json() | {"withheld": []}
    assert read.json() == about | sent | named
    assert (read.headers["etag"], read.headers["access-control-allow-origin"]) == ('"1"', "*")


@each_kind
async def test_the_same_again_changes_nothing_and_something_else_is_a_new_version(
    state: httpx2.AsyncClient, url: str, sent: dict[str, Any], named: dict[str, Any]
) -> None:
    first = await state.put(url, json=sent)
    again = await state.put(url, json=sent)
    key = "name" if "name" in sent else "model"
    changed = await state.put(url, json=sent | {key: "sble"})

    assert (again.status_code, again.headers["daylight-unchanged"], again.json()) == (200, "true", first.json())
    assert again.headers["daylight-position"] == first.headers["daylight-position"]
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert "daylight-unchanged" not in changed.headers


async def test_a_correction_of_a_version_that_is_no_more_is_refused(state: httpx2.AsyncClient) -> None:
    await state.put(SCHOOL_URL, json=LINCOLN)
    await state.put(SCHOOL_URL, json=LINCOLN | {"name": "Made-up Lincoln Academy"}, headers={"If-Match": '"1"'})
    stale = await state.put(SCHOOL_URL, json=LINCOLN, headers={"If-Match": '"1"'})

    assert (stale.status_code, stale.json()["code"], stale.headers["etag"]) == (412, "version-conflict", '"2"')
    assert (await state.get(SCHOOL_URL)).json()["name"] == "Made-up Lincoln Academy"


async def test_a_dry_run_answers_and_stores_nothing(state: httpx2.AsyncClient) -> None:
    tried = await state.put(SCHOOL_URL, json=LINCOLN, headers={"Daylight-Dry-Run": "true"})

    assert (tried.status_code, tried.json()["version"]) == (201, 1)
    assert "daylight-position" not in tried.headers
    assert (await state.get(SCHOOL_URL)).status_code == 404


async def test_every_version_is_in_the_log_as_public(state: httpx2.AsyncClient, databases: Databases) -> None:
    answers = [
        await state.put(AGENCY_URL, json={"name": "Made-up Police"}),
        await state.put(AGENCY_URL, json={"name": "Made-up Police Department"}),
        await state.put(PARTNERSHIP_URL, json=SERVES),
    ]
    positions = [answer.headers["daylight-position"].removeprefix("reporting:") for answer in answers]

    connection = await databases.connect(DATABASE)
    rows = await connection.fetch(
        "select kind, change, key, owner, version, changed_by from log"
        " where epoch || '.' || transaction_id || '.' || id = any($1) order by id",
        positions,
    )
    await connection.close()

    assert [tuple(row) for row in rows] == [
        ("agency", "recorded", AGENCY, "public", 1, "state_system"),
        ("agency", "recorded", AGENCY, "public", 2, "state_system"),
        ("partnership", "recorded", f"{AGENCY}/{DISTRICT}", "public", 1, "state_system"),
    ]


FAULTS = [  # what is wrong, URL, what is sent, pointers and codes
    ("no name", SCHOOL_URL, {}, {"#/name": "required-question-unanswered"}),
    ("a number for a name", SCHOOL_URL, {"name": 3}, {"#/name": "wrong-type"}),
    ("a field that does not exist", SCHOOL_URL, LINCOLN | {"mascot": "Bear"}, {"#/mascot": "unknown-field"}),
    ("a grade that does not exist", SCHOOL_URL, LINCOLN | {"lowest_grade": "9"}, {"#/lowest_grade": "unknown-code"}),
    (
        "grades in the wrong order",
        SCHOOL_URL,
        LINCOLN | {"lowest_grade": "12", "highest_grade": "KG"},
        {"#/lowest_grade": "invalid-value", "#/highest_grade": "invalid-value"},
    ),
    (
        "an end before the beginning",
        PARTNERSHIP_URL,
        SERVES | {"valid_to": "2024-07-31"},
        {"#/valid_to": "time-order", "#/valid_from": "time-order"},
    ),
    (
        "two at once",
        AGENCY_URL,
        {"name": "", "agency_kind": "town"},
        {"#/name": "invalid-value", "#/agency_kind": "unknown-code"},
    ),
    ("a state in words", DISTRICT_URL, {"name": "Made-up", "state": "Hawaii"}, {"#/state": "invalid-value"}),
]


@pytest.mark.parametrize(("url", "sent", "faults"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
async def test_every_fault_is_named_and_nothing_is_stored(
    state: httpx2.AsyncClient, url: str, sent: dict[str, Any], faults: dict[str, str]
) -> None:
    refused = await state.put(url, json=sent)

    assert refused.status_code == 422
    assert {error["pointer"]: error["code"] for error in refused.json()["errors"]} == faults
    assert (await state.get(url)).status_code == 404


ORDERS = [("09", "09"), ("PK", "KG"), ("KG", "01"), ("12", "UG"), ("UG", "UG"), ("09", None)]


@pytest.mark.parametrize(("lowest", "highest"), ORDERS)
async def test_grades_in_the_order_of_their_list_are_taken(
    state: httpx2.AsyncClient, lowest: str, highest: str | None
) -> None:
    pushed = await state.put(SCHOOL_URL, json=LINCOLN | {"lowest_grade": lowest, "highest_grade": highest})
    assert pushed.status_code == 201


WRONG_KEYS = ["/v1/schools/9900001", "/v1/districts/990000100001", "/v1/agencies/xx0000100", "/v1/partnerships/1/2"]


@pytest.mark.parametrize("url", WRONG_KEYS)
async def test_an_id_of_the_wrong_form_is_refused(state: httpx2.AsyncClient, url: str) -> None:
    for answer in (await state.put(url, json=LINCOLN), await state.get(url)):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value")
