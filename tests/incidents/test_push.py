"""Pushing incidents one at a time: new, changed, the same again, stale, conditional, dry."""

import httpx2
import pytest

from tests.incidents.conftest import HALLWAY, Connection
from tests.incidents.evidence import rows_by_table

CLOSED = HALLWAY | {"status": "closed"}


async def test_a_new_incident_is_created_and_the_same_again_changes_nothing(
    client: httpx2.AsyncClient, url: str
) -> None:
    first = await client.put(url, json=HALLWAY)
    again = await client.put(url, json=HALLWAY)

    assert (first.status_code, first.json()["version"], first.headers["etag"]) == (201, 1, '"1"')
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert again.headers["daylight-unchanged"] == "true"
    assert again.headers["daylight-position"] == first.headers["daylight-position"]
    assert "daylight-unchanged" not in first.headers


async def test_the_same_again_writes_no_row(client: httpx2.AsyncClient, url: str, kept: Connection) -> None:
    await client.put(url, json=HALLWAY)
    before = await rows_by_table(kept)
    await client.put(url, json=HALLWAY)
    assert await rows_by_table(kept) == before


async def test_a_correction_is_the_next_version_with_a_later_position(client: httpx2.AsyncClient, url: str) -> None:
    first = await client.put(url, json=HALLWAY)
    second = await client.put(url, json=CLOSED)

    assert (second.status_code, second.json()["version"], second.headers["etag"]) == (200, 2, '"2"')
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["status"] == "closed"
    assert second.headers["daylight-position"] != first.headers["daylight-position"]
    assert (await client.get(url)).json()["status"] == "closed"


async def test_what_a_correction_leaves_out_is_gone(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY | {"request_reason": "profanity"})
    await client.put(url, json=HALLWAY)
    assert "request_reason" not in (await client.get(url)).json()


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"source_version": 3}, {"source_version": 4}),
        ({"source_updated_at": "2026-10-06T08:00:00-07:00"}, {"source_updated_at": "2026-10-06T08:00:01-07:00"}),
    ],
    ids=["by version", "by time"],
)
async def test_a_stale_resend_loses(
    client: httpx2.AsyncClient, url: str, older: dict[str, object], newer: dict[str, object]
) -> None:
    await client.put(url, json=CLOSED | newer)
    stale = await client.put(url, json=HALLWAY | older)

    assert (stale.status_code, stale.headers["daylight-stale"], stale.json()["version"]) == (200, "true", 1)
    assert (await client.get(url)).json()["status"] == "closed"


async def test_without_the_senders_clock_the_last_to_arrive_wins(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=CLOSED | {"source_version": 9})
    last = await client.put(url, json=HALLWAY)
    assert (last.json()["version"], last.json()["status"]) == (2, "unknown")


async def test_a_resend_of_the_same_version_with_other_content_is_a_correction(
    client: httpx2.AsyncClient, url: str
) -> None:
    await client.put(url, json=HALLWAY | {"source_version": 4})
    assert (await client.put(url, json=CLOSED | {"source_version": 4})).json()["version"] == 2


async def test_an_unchanged_push_with_a_newer_clock_is_remembered(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY | {"source_version": 4})
    same = await client.put(url, json=HALLWAY | {"source_version": 7})
    late = await client.put(url, json=CLOSED | {"source_version": 6})

    assert (same.headers["daylight-unchanged"], same.json()["version"]) == ("true", 1)
    assert (late.headers["daylight-stale"], late.json()["version"]) == ("true", 1)


async def test_the_clock_survives_a_correction_that_bears_none(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY | {"source_version": 4})
    await client.put(url, json=CLOSED)
    assert (await client.put(url, json=HALLWAY | {"source_version": 3})).headers["daylight-stale"] == "true"


async def test_a_write_at_another_version_is_refused_and_nothing_is_lost(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    await client.put(url, json=CLOSED)
    refused = await client.put(url, json=HALLWAY | {"contact_type": "service"}, headers={"If-Match": '"1"'})

    assert (refused.status_code, refused.json()["code"]) == (412, "version-conflict")
    assert "at version 2" in refused.json()["detail"]
    assert refused.headers["etag"] == '"2"'
    assert (await client.get(url)).json()["status"] == "closed"


async def test_a_conditional_write_at_the_right_version_is_taken(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY)
    taken = await client.put(url, json=CLOSED, headers={"If-Match": '"1"'})
    assert (taken.status_code, taken.headers["etag"]) == (200, '"2"')


async def test_a_conditional_write_of_what_does_not_exist_is_refused(client: httpx2.AsyncClient, url: str) -> None:
    refused = await client.put(url, json=HALLWAY, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["detail"]) == (412, "The record does not exist.")
    assert (await client.get(url)).status_code == 404


async def test_an_entity_tag_that_was_never_given_is_named(client: httpx2.AsyncClient, url: str) -> None:
    refused = await client.put(url, json=HALLWAY, headers={"If-Match": "yesterday"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/If-Match")


@pytest.mark.parametrize("exists", [False, True], ids=["new", "known"])
async def test_a_dry_run_answers_and_stores_nothing(
    client: httpx2.AsyncClient, url: str, kept: Connection, exists: bool
) -> None:
    if exists:
        await client.put(url, json=HALLWAY)
    before = await rows_by_table(kept)
    dry = await client.put(url, json=CLOSED | {"source_version": 1}, headers={"Daylight-Dry-Run": "true"})

    assert (dry.status_code, dry.json()["version"]) == ((200, 2) if exists else (201, 1))
    assert "daylight-position" not in dry.headers
    assert await rows_by_table(kept) == before
    assert (await client.get(url)).status_code == (200 if exists else 404)


async def test_a_dry_run_notes_no_clock(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=HALLWAY | {"source_version": 1})
    await client.put(url, json=HALLWAY | {"source_version": 9}, headers={"Daylight-Dry-Run": "true"})
    assert (await client.put(url, json=CLOSED | {"source_version": 2})).json()["version"] == 2


async def test_a_dry_run_finds_the_faults(client: httpx2.AsyncClient, url: str) -> None:
    dry = await client.put(url, json=HALLWAY | {"officers": []}, headers={"Daylight-Dry-Run": "true"})
    assert (dry.status_code, dry.json()["errors"][0]["pointer"]) == (422, "#/officers")


async def test_the_answer_says_what_is_open_and_whose_identity_was_given(client: httpx2.AsyncClient, url: str) -> None:
    witness = {"person_number": 7, "involvement": ["witness"]}
    answer = (await client.put(url, json=HALLWAY | {"people": [*HALLWAY["people"], witness]})).json()

    assert answer["people"] == [{"person_number": 1, "identity": "given"}, {"person_number": 7, "identity": "none"}]
    questions = {question["pointer"]: question for question in answer["open_questions"]}
    assert questions["/people/7/is_enrolled"]["asked_of"] == "school"
    assert questions["/contact_type"]["principle"] == "P7"
    assert "/school_id" not in questions
