"""Bulk pushes of the directory: a line each, of any kind; a bad line costs only itself."""

from typing import Any

import httpx2
import orjson

from tests.reporting.conftest import AGENCY, DISTRICT, LINCOLN, OTHER_SCHOOL, SCHOOL, SERVES, Speaker

AGENCY_LINE = {"kind": "agency", "ori": AGENCY, "name": "Made-up Police", "agency_kind": "city"}
DISTRICT_LINE = {"kind": "district", "lea_id": DISTRICT, "name": "Made-up District"}
SCHOOL_LINE = {"kind": "school", "school_id": SCHOOL, **LINCOLN}
PARTNERSHIP_LINE = {"kind": "partnership", "ori": AGENCY, "lea_id": DISTRICT, **SERVES}
VOID_SCHOOL = {"kind": "school", "school_id": SCHOOL, "op": "void", "reason_code": "entered_in_error"}


async def push(client: httpx2.AsyncClient, *lines: Any, **headers: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What became of each line, and the last line of the answer."""
    content = b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines)
    answer = await client.post(
        "/v1/directory/bulk", content=content, headers={"Content-Type": "application/x-ndjson", **headers}
    )
    assert answer.status_code == 200, answer.text
    *answers, summary = [orjson.loads(line) for line in answer.text.splitlines()]
    return answers, summary


async def test_lines_of_every_kind_are_taken_in_one_push(state: httpx2.AsyncClient) -> None:
    answers, summary = await push(state, PARTNERSHIP_LINE, SCHOOL_LINE, DISTRICT_LINE, AGENCY_LINE)

    named = [{name: answer.get(name) for name in ("kind", "ori", "lea_id", "school_id")} for answer in answers]
    assert named == [
        {"kind": "partnership", "ori": AGENCY, "lea_id": DISTRICT, "school_id": None},
        {"kind": "school", "ori": None, "lea_id": None, "school_id": SCHOOL},
        {"kind": "district", "ori": None, "lea_id": DISTRICT, "school_id": None},
        {"kind": "agency", "ori": AGENCY, "lea_id": None, "school_id": None},
    ]
    assert [answer["result"] for answer in answers] == ["created"] * 4
    assert (summary["summary"], summary["complete"]) == ({"lines": 4, "created": 4}, True)
    assert summary["position"].startswith("reporting:")
    assert (await state.get(f"/v1/schools/{SCHOOL}")).json()["lea_id"] == DISTRICT


async def test_a_bad_line_costs_only_itself(state: httpx2.AsyncClient) -> None:
    answers, summary = await push(
        state,
        AGENCY_LINE,
        SCHOOL_LINE | {"lowest_grade": "12", "highest_grade": "01"},
        b"{not json",
        {"kind": "county", "name": "Made-up"},
        {"kind": "school", "name": "Made-up"},
        {**DISTRICT_LINE, "mascot": "Bear"},
        PARTNERSHIP_LINE,
    )

    assert [answer["result"] for answer in answers] == ["created", *["rejected"] * 5, "created"]
    faults = [
        [(error["pointer"], error["code"]) for error in answer["problem"].get("errors", ())]
        for answer in answers
        if "problem" in answer
    ]
    assert faults == [
        [("#/lowest_grade", "invalid-value"), ("#/highest_grade", "invalid-value")],
        [],
        [("#/kind", "unknown-code")],
        [("#/school_id", "required-question-unanswered")],
        [("#/mascot", "unknown-field")],
    ]
    assert (summary["summary"], summary["complete"]) == ({"lines": 7, "created": 2, "rejected": 5}, True)


async def test_the_same_push_again_changes_nothing(state: httpx2.AsyncClient) -> None:
    lines = [AGENCY_LINE, DISTRICT_LINE, SCHOOL_LINE, PARTNERSHIP_LINE]
    await push(state, *lines)
    answers, summary = await push(state, *lines)

    assert summary["summary"] == {"lines": 4, "unchanged": 4}
    assert {answer["version"] for answer in answers} == {1}


async def test_lines_of_one_key_are_one_version_and_the_last_state_wins(state: httpx2.AsyncClient) -> None:
    await push(state, SCHOOL_LINE)
    renamed = SCHOOL_LINE | {"name": "Made-up Lincoln Academy"}
    answers, _ = await push(state, VOID_SCHOOL, renamed)

    assert [(answer["result"], answer["version"]) for answer in answers] == [("changed", 2)] * 2
    assert (await state.get(f"/v1/schools/{SCHOOL}")).json()["name"] == "Made-up Lincoln Academy"


async def test_a_void_of_an_entry_never_seen_is_rejected_and_of_one_that_stands_is_done(
    state: httpx2.AsyncClient,
) -> None:
    unknown, _ = await push(state, VOID_SCHOOL)
    await push(state, SCHOOL_LINE)
    known, _ = await push(state, VOID_SCHOOL)

    assert (unknown[0]["result"], unknown[0]["problem"]["code"]) == ("rejected", "not-found")
    assert (known[0]["result"], known[0]["version"]) == ("voided", 2)


async def test_a_foreign_line_is_rejected_and_the_own_ones_are_kept(
    state: httpx2.AsyncClient, speaker: Speaker
) -> None:
    district = speaker("district_system", oris=[], lea_ids=[DISTRICT])
    answers, _ = await push(district, AGENCY_LINE, SCHOOL_LINE, SCHOOL_LINE | {"school_id": OTHER_SCHOOL})

    assert [answer["result"] for answer in answers] == ["rejected", "created", "rejected"]
    assert {answer["problem"]["code"] for answer in answers if "problem" in answer} == {"not-your-organisation"}
    assert (await state.get(f"/v1/schools/{OTHER_SCHOOL}")).status_code == 404


async def test_a_dry_run_of_a_push_stores_nothing(state: httpx2.AsyncClient) -> None:
    answers, summary = await push(state, SCHOOL_LINE, **{"Daylight-Dry-Run": "true"})

    assert ([answer["result"] for answer in answers], summary["position"]) == (["created"], None)
    assert (await state.get(f"/v1/schools/{SCHOOL}")).status_code == 404


async def test_a_number_no_database_holds_is_a_fault_of_the_key(state: httpx2.AsyncClient) -> None:
    answers, _ = await push(state, b'{"kind": "agency", "ori": {"0": 11161103754368468910080}, "name": "Made-up"}')

    assert [(fault["pointer"], fault["code"]) for fault in answers[0]["problem"]["errors"]] == [("#/ori", "wrong-type")]
