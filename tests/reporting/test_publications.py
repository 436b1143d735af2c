"""Publishing: asked for, certified, published, each step once and by whom the numbers belong to."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from services.reporting.app import DATABASE
from tests.reporting.conftest import AGENCY, DISTRICT, OTHER_DISTRICT, SCHOOL, Speaker
from tests.servers import Databases

ASKED = {"design": "district_contacts", "lea_id": DISTRICT, "school_year": "2026-27"}
SECOND_SCHOOL = "990000100002"
FACTS = f"""
insert into fact (record_id, measure, element, ori, school_id, day, month, initiated_by, outcome, offense,
                  race_ethnicity, sex, age, english_learner, disability, value, open)
select format('%s-%s-%s', $1::text, $2::text, number), 'contacts', '', '{AGENCY}', $1, '2026-10-05', '2026-10', $3, $2,
       'unknown', $4, 'unknown', 'unknown', 'unknown', 'unknown', 1, 0
from generate_series(1, $5::int) as number
"""
CONTACTS = [
    (SCHOOL, "arrested", "school_personnel", "black", 14),
    (SCHOOL, "returned_to_school", "sro", "white", 31),
    (SCHOOL, "cited", "sro", "hispanic_latino", 3),
    (SECOND_SCHOOL, "arrested", "dispatch", "white", 25),
    (SECOND_SCHOOL, "returned_to_school", "school_personnel", "black", 40),
    (SECOND_SCHOOL, "cited", "student", "asian", 12),
]


@pytest.fixture(autouse=True)
async def counted(app: FastAPI, databases: Databases, state: httpx2.AsyncClient) -> None:
    """Two schools of a district, and the contacts that were counted at them."""
    connection = await databases.connect(DATABASE)
    await connection.execute("truncate publication, published_table, fact")
    for school, outcome, initiated_by, race, number in CONTACTS:
        await connection.execute(FACTS, school, outcome, initiated_by, race, number)
    await connection.close()
    for school in (SCHOOL, SECOND_SCHOOL):
        assert (await state.put(f"/v1/schools/{school}", json={"name": "Made-up School"})).is_success


@pytest.fixture
def district(speaker: Speaker) -> httpx2.AsyncClient:
    """The district's privacy officer."""
    return speaker("privacy_officer", lea_ids=[DISTRICT], scope="directory.write")


async def asked(client: httpx2.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/publications", json=ASKED | changes)
    assert answer.status_code == 201, answer.text
    publication: dict[str, Any] = answer.json()
    return publication


async def step(client: httpx2.AsyncClient, publication: dict[str, Any], name: str) -> httpx2.Response:
    return await client.post(f"/v1/publications/{publication['id']}/{name}")


async def published(databases: Databases) -> list[dict[str, Any]]:
    connection = await databases.connect(DATABASE)
    rows = await connection.fetch("select document::text as document from published_table order by key")
    await connection.close()
    return [orjson.loads(row["document"]) for row in rows]


async def test_a_table_goes_from_draft_to_certified_to_published(
    district: httpx2.AsyncClient, databases: Databases
) -> None:
    draft = await asked(district)
    assert (draft["state"], draft["version"], draft["hidden"]) == ("draft", 1, None)
    certified = await step(district, draft, "certify")
    assert certified.json()["state"] == "certified"
    assert await published(databases) == []
    answer = await step(district, draft, "publish")
    assert (answer.status_code, answer.json()["state"]) == (200, "published")
    (table,) = await published(databases)
    assert table["table_id"] == "9900001-district-contacts-2026-27"
    assert table["mark"]["hidden"] == answer.json()["hidden"] > 0


async def test_every_number_in_print_is_what_was_counted_and_none_is_small(
    district: httpx2.AsyncClient, databases: Databases
) -> None:
    draft = await asked(district)
    for name in ("certify", "publish"):
        assert (await step(district, draft, name)).is_success
    (table,) = await published(databases)
    true: Counter[frozenset[tuple[str, str]]] = Counter()
    for school, outcome, initiated_by, race, number in CONTACTS:
        unit = {("school", school), ("outcome", outcome), ("initiated_by", initiated_by), ("race_ethnicity", race)}
        for cell in table["cells"]:
            at = frozenset((place["dimension"], place["value"]) for place in cell["at"])
            true[at] += number if at <= unit else 0
    printed = {
        frozenset((place["dimension"], place["value"]) for place in cell["at"]): cell.get("value")
        for cell in table["cells"]
    }
    assert printed[frozenset()] == 125
    assert all(number in (None, true[at]) for at, number in printed.items())
    assert all(printed[at] is None for at, number in true.items() if 0 < number < 10)
    assert {at for at, number in printed.items() if number == 0} == {at for at, number in true.items() if number == 0}


async def test_a_published_table_never_changes_and_a_correction_is_a_new_version(
    district: httpx2.AsyncClient, databases: Databases
) -> None:
    first = await asked(district)
    for name in ("certify", "publish"):
        assert (await step(district, first, name)).is_success
    for name in ("certify", "publish"):
        assert (await step(district, first, name)).json()["code"] == "illegal-transition"
    (before,) = await published(databases)
    connection = await databases.connect(DATABASE)
    await connection.execute(FACTS, SCHOOL, "no_action", "family", "asian", 50)
    await connection.close()
    second = await asked(district)
    assert second["version"] == 2
    for name in ("certify", "publish"):
        assert (await step(district, second, name)).is_success
    kept, after = await published(databases)
    assert kept == before
    assert after["supersedes"] == 1
    hidden = [cell["at"] for cell in before["cells"] if cell["status"] == "suppressed"]
    assert all(cell["status"] == "suppressed" for cell in after["cells"] if cell["at"] in hidden)


async def test_nothing_is_published_that_is_not_certified(district: httpx2.AsyncClient, databases: Databases) -> None:
    answer = await step(district, await asked(district), "publish")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal-transition")
    assert await published(databases) == []


def another_world(certified: dict[str, Any]) -> None:
    certified["worlds"][0][0][1] += 1_000


def no_worlds(certified: dict[str, Any]) -> None:
    certified["worlds"] = []


def a_small_number_shown(certified: dict[str, Any]) -> None:
    certified["printed"][certified["printed"].index(None)] = 3


@pytest.mark.parametrize("forge", [another_world, no_worlds, a_small_number_shown])
async def test_a_proof_that_was_tampered_with_publishes_nothing(
    district: httpx2.AsyncClient, databases: Databases, forge: Callable[[dict[str, Any]], None]
) -> None:
    draft = await asked(district)
    assert (await step(district, draft, "certify")).is_success
    connection = await databases.connect(DATABASE)
    certified = orjson.loads(await connection.fetchval("select certified from publication"))
    forge(certified)
    await connection.execute("update publication set certified = $1", orjson.dumps(certified).decode())
    await connection.close()
    answer = await step(district, draft, "publish")
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot-be-protected")
    assert await published(databases) == []


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"smallest_count": 9}, "#/smallest_count", "invalid-value"),
    ({"lea_id": "4900001", "smallest_count": 10}, "#/smallest_count", "invalid-value"),
    ({"design": "unknown"}, "#/design", "invalid-value"),
    ({"design": "everything"}, "#/design", "unknown-code"),
    ({"lea_id": None}, "#/lea_id", "required-question-unanswered"),
    ({"ori": AGENCY}, "#/ori", "invalid-value"),
    ({"design": "agency_contacts"}, "#/ori", "required-question-unanswered"),
    ({"school_year": "2026-28"}, "#/school_year", "invalid-value"),
    ({"cells": []}, "#/cells", "unknown-field"),
]


@pytest.mark.parametrize(("changes", "pointer", "code"), BAD)
async def test_a_request_that_cannot_be_names_its_fault(
    district: httpx2.AsyncClient, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await district.post("/v1/publications", json=ASKED | changes)
    assert answer.status_code == 422
    assert (pointer, code) in [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_year_of_which_nothing_was_reported_is_no_table_of_zeros(district: httpx2.AsyncClient) -> None:
    answer = await step(district, await asked(district, school_year="2020-21"), "certify")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal-transition")
    assert "not zero" in answer.json()["detail"]


async def test_a_year_that_counts_months_of_another_is_refused(
    district: httpx2.AsyncClient, state: httpx2.AsyncClient, databases: Databases
) -> None:
    first = await asked(district)
    for name in ("certify", "publish"):
        assert (await step(district, first, name)).is_success
    calendar = {"first_day": "2025-08-18", "last_day": "2026-07-31", "time_zone": "America/Los_Angeles"}
    assert (await state.put(f"/v1/calendars/{DISTRICT}/2025-26", json=calendar)).is_success
    connection = await databases.connect(DATABASE)
    await connection.execute("update fact set month = '2026-07' where school_id = $1", SCHOOL)
    await connection.close()
    answer = await step(district, await asked(district, school_year="2025-26"), "certify")
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot-be-protected")


async def test_a_district_publishes_its_own_numbers_alone(speaker: Speaker, district: httpx2.AsyncClient) -> None:
    draft = await asked(district)
    other = speaker("privacy_officer", lea_ids=[OTHER_DISTRICT], scope="directory.write")
    assert (await other.post("/v1/publications", json=ASKED)).json()["code"] == "not-your-organisation"
    for name in ("certify", "publish"):
        assert (await step(other, draft, name)).status_code == 404
    assert (await other.get(f"/v1/publications/{draft['id']}")).status_code == 404
    assert (await other.get("/v1/publications", params={"lea_id": DISTRICT})).status_code == 404
    listed = (await district.get("/v1/publications", params={"lea_id": DISTRICT})).json()["publications"]
    assert [one["id"] for one in listed] == [draft["id"]]


async def test_asking_again_begins_the_same_version_anew(district: httpx2.AsyncClient) -> None:
    first = await asked(district)
    assert (await step(district, first, "certify")).is_success
    again = await asked(district, smallest_count=20)
    assert (again["id"], again["version"], again["state"]) == (first["id"], 1, "draft")
