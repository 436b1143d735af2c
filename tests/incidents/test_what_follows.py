"""What follows from an incident stands with it: its flags, its clocks, the district's copy."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from services.incidents.conclusion.sweep import sweep
from tests.incidents.bulk import NDJSON, ndjson, put
from tests.incidents.bulk import URL as BULK
from tests.incidents.conftest import AGENCY, HALLWAY, Connection

DRESS_CODE = HALLWAY | {
    "contact_type": "incident",
    "threat": ["none"],
    "conduct": [{"conduct_number": 1, "scheme": "code_of_conduct", "code": "dress_code", "level": "none"}],
    "actions": [{"action_number": 1, "type": "search_person", "person_number": 1}],
}
OTHER_OFFICER = [{"officer_number": "9", "role": "primary", "capacity": "sro"}]


async def flags_of(client: httpx2.AsyncClient, url: str) -> dict[str, dict[str, Any]]:
    """The raised flags of an incident, by code with detail."""
    flags = (await client.get(url)).json()["flags"]
    return {":".join(filter(None, (flag["code"], flag["detail"]))): flag for flag in flags}


async def events_of(kept: Connection, kind: str, number: str) -> list[tuple[str, dict[str, Any] | None]]:
    """What the log says of the records of a kind that are about an incident, in order: change and document."""
    rows = await kept.fetch(
        "select change, document from log where kind = $1 and key like $2 order by transaction_id, id",
        kind,
        f"{AGENCY}/{number}%",
    )
    return [(row["change"], row["document"] and orjson.loads(row["document"])) for row in rows]


async def test_a_dress_code_matter_is_kept_and_flagged_with_the_sentence_it_bears_on(
    client: httpx2.AsyncClient, url: str
) -> None:
    answer = await client.put(url, json=DRESS_CODE)

    assert answer.status_code == 201
    flag = next(one for one in answer.json()["flags"] if one["code"] == "P3-DISCIPLINE")
    assert (flag["severity"], flag["state"], flag["principle"]) == ("M", "open", "P3")
    assert "/conduct/1/scheme" in flag["inputs"]
    assert answer.json()["classification"]["value"] == "school_discipline"
    assert (await client.get(url)).json()["flags"] == answer.json()["flags"]


async def test_flags_change_no_version_of_the_incident(client: httpx2.AsyncClient, url: str, kept: Connection) -> None:
    answer = await client.put(url, json=DRESS_CODE)
    assert answer.json()["flags"]
    assert answer.headers["etag"] == '"1"'
    document = await kept.fetchval("select document::text from incident where id = $1", answer.json()["id"])
    assert "P3-DISCIPLINE" not in document


async def test_whoever_waits_for_the_place_of_a_report_in_the_log_sees_all_that_follows_from_it(
    client: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    for report in (DRESS_CODE, DRESS_CODE | {"threat": ["self"]}):
        answer = await client.put(url, json=report)
        last = await kept.fetchrow(
            "select kind, epoch || '.' || transaction_id || '.' || id as place from log where key like $1"
            " order by transaction_id desc, id desc limit 1",
            f"{AGENCY}/{number}%",
        )
        assert last is not None
        assert (last["kind"], f"incidents:{last['place']}") == ("incident", answer.headers["daylight-position"])


async def test_what_was_not_wanted_any_more_is_corrected_and_open_again_when_it_comes_back(
    client: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=DRESS_CODE)
    first = (await flags_of(client, url))["P3-NO-THREAT"]
    await client.put(url, json=DRESS_CODE | {"threat": ["others"]})
    assert "P3-NO-THREAT" not in await flags_of(client, url)
    await client.put(url, json=DRESS_CODE)
    again = (await flags_of(client, url))["P3-NO-THREAT"]

    assert (again["id"], again["state"]) == (first["id"], "open")
    states = [
        document["state"]
        for _, document in await events_of(kept, "flag", number)
        if document and document["code"] == "P3-NO-THREAT"
    ]
    assert states == ["open", "corrected", "open"]


async def test_an_edit_that_takes_a_serious_flag_away_leaves_one_behind(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DRESS_CODE)
    await client.put(url, json=DRESS_CODE | {"threat": ["others"]})
    assert (await flags_of(client, url))["X-FLAG-CLEARED-BY-EDIT:P3-NO-THREAT"]["severity"] == "M"

    await client.put(url, json=DRESS_CODE)
    assert "X-FLAG-CLEARED-BY-EDIT:P3-NO-THREAT" not in await flags_of(client, url)


async def test_an_edit_leaves_a_flag_behind_as_often_as_it_takes_one_away(client: httpx2.AsyncClient, url: str) -> None:
    for _ in range(2):
        await client.put(url, json=DRESS_CODE)
        assert "P3-NO-THREAT" in await flags_of(client, url)
        await client.put(url, json=DRESS_CODE | {"threat": ["others"]})
        assert "X-FLAG-CLEARED-BY-EDIT:P3-NO-THREAT" in await flags_of(client, url)


async def test_an_edit_of_something_else_leaves_no_flag_behind(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DRESS_CODE)
    await client.put(url, json=DRESS_CODE | {"during_school_activity": "yes"})
    assert not [code for code in await flags_of(client, url) if code.startswith("X-FLAG-CLEARED-BY-EDIT")]


async def test_a_void_takes_what_follows_out_of_sight_and_a_report_brings_it_back(
    client: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=DRESS_CODE)
    before = await flags_of(client, url)
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})
    void = (await client.get(url)).json()
    assert (void["status"], void["void_reason"], void["flags"], void["open_questions"]) == ("void", "duplicate", [], [])
    assert (await events_of(kept, "delivery", number))[-1] == ("voided", None)
    assert (await events_of(kept, "conclusion", number))[-1] == ("voided", None)

    await client.put(url, json=DRESS_CODE)
    assert (await flags_of(client, url)).keys() == before.keys()
    assert "void_reason" not in (await client.get(url)).json()
    assert (await events_of(kept, "delivery", number))[-1][0] == "recorded"


async def test_the_district_gets_a_copy_without_where_the_recording_is(
    client: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    camera = {"recorded": "yes", "reference": "axon.17"}
    await client.put(url, json=DRESS_CODE | {"body_worn_camera": camera})
    [(change, delivery)] = await events_of(kept, "delivery", number)

    assert change == "recorded"
    assert delivery is not None
    assert (delivery["lea_id"], delivery["school_id"]) == ("9900001", "990000100001")
    assert delivery["incident"]["body_worn_camera"] == {"recorded": "yes"}
    assert "axon.17" not in str(delivery)
    assert "sealed_digest" not in str(delivery)


async def test_a_record_that_moves_to_another_district_is_withdrawn_from_the_first(
    client: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=DRESS_CODE)
    await client.put(url, json=DRESS_CODE | {"school_id": "990000200001"})
    rows = await kept.fetch("select owner, state from delivery where about = $1 order by owner", f"{AGENCY}/{number}")
    assert [tuple(row) for row in rows] == [("9900001", "void"), ("9900002", "live")]


async def test_two_reports_of_an_officer_at_a_school_within_ten_minutes_may_be_one(
    client: httpx2.AsyncClient, url: str
) -> None:
    officers = [{"officer_number": "duplicate-1", "role": "primary", "capacity": "sro"}]
    await client.put(f"{url}-A", json=DRESS_CODE | {"officers": officers})
    near = DRESS_CODE | {"officers": officers, "occurred_at": "2026-10-05T10:22:00-07:00"}
    far = near | {"occurred_at": "2026-10-05T10:33:00-07:00"}
    assert "X-POSSIBLE-DUPLICATE" not in await flags_of(client, f"{url}-A")
    await client.put(f"{url}-B", json=near)
    await client.put(f"{url}-C", json=far)
    await client.put(f"{url}-D", json=near | {"officers": OTHER_OFFICER})

    assert "X-POSSIBLE-DUPLICATE" in await flags_of(client, f"{url}-B")
    assert "X-POSSIBLE-DUPLICATE" not in await flags_of(client, f"{url}-C")
    assert "X-POSSIBLE-DUPLICATE" not in await flags_of(client, f"{url}-D")


@pytest.mark.parametrize(
    "leaves",
    [
        {"officers": OTHER_OFFICER},
        {"occurred_at": "2026-10-05T10:23:00-07:00"},
        {"occurred_precision": "day"},
        {"school_id": "990000100002"},
        None,
    ],
    ids=["another officer", "later", "on that day", "elsewhere", "void"],
)
async def test_a_report_is_no_duplicate_any_more_once_the_other_is_elsewhere_or_void(
    app: FastAPI, client: httpx2.AsyncClient, url: str, number: str, leaves: dict[str, Any] | None
) -> None:
    both = DRESS_CODE | {"officers": [{"officer_number": f"near-{number}", "role": "primary", "capacity": "sro"}]}
    await client.put(url, json=both)
    await client.put(f"{url}-B", json=both)
    await swept(app)
    assert "X-POSSIBLE-DUPLICATE" in await flags_of(client, url)
    if leaves is None:
        await client.post(f"{url}-B/void", json={"reason_code": "duplicate"})
    else:
        await client.put(f"{url}-B", json=both | leaves)
    await swept(app)

    assert "X-POSSIBLE-DUPLICATE" not in await flags_of(client, url)


async def test_reports_of_one_push_are_near_only_where_both_say_the_minute(
    client: httpx2.AsyncClient, url: str, number: str
) -> None:
    officers = [{"officer_number": f"push-{number}", "role": "primary", "capacity": "sro"}]
    lines = [put(number, officers=officers), put(f"{number}-B", officers=officers, occurred_precision="day")]
    await client.post(BULK, content=ndjson(lines), headers=NDJSON)

    assert "X-POSSIBLE-DUPLICATE" not in await flags_of(client, url)


async def swept(app: FastAPI) -> None:
    """The sweep has come."""
    while await sweep(app.state.held.database, app.state.rulebook, datetime.now(UTC)):
        pass


async def test_a_dry_run_says_what_would_be_found_and_keeps_nothing(
    client: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    count = "select (select count(*) from log), (select count(*) from judge_again)"
    before = await kept.fetchrow(count)
    answer = await client.put(url, json=DRESS_CODE, headers={"Daylight-Dry-Run": "true"})
    assert "P3-DISCIPLINE" in [flag["code"] for flag in answer.json()["flags"]]
    assert await kept.fetchrow(count) == before
