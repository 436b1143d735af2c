"""Bulk pushes of one kind: a line each; a bad line costs only itself, and the second push changes nothing."""

from typing import Any

import httpx2
import orjson

from tests.training.conftest import AGENCY, OTHER_AGENCY, Connection
from tests.training.sent import BASIC, COMPLETED, COURSE_URL, SRO
from tests.training.test_what_follows import conclusion


async def push(client: httpx2.AsyncClient, plural: str, *lines: Any, **headers: str) -> tuple[list[Any], Any]:
    """What became of each line, and the last line of the answer."""
    content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    answer = await client.post(
        f"/v1/{plural}/bulk", content=content, headers={"Content-Type": "application/x-ndjson", **headers}
    )
    assert answer.status_code == 200, answer.text
    *answers, summary = [orjson.loads(line) for line in answer.text.splitlines()]
    return answers, summary


def completed(number: int, **changes: Any) -> dict[str, Any]:
    """A line that puts a completion of an officer of its own."""
    return {
        "kind": "completion",
        "ori": AGENCY,
        "completion_number": f"C-{number}",
        **COMPLETED,
        "officer_number": str(number),
        **changes,
    }


async def test_the_second_push_of_a_roster_changes_nothing(client: httpx2.AsyncClient, kept: Connection) -> None:
    roster = [{"kind": "officer", "ori": AGENCY, "officer_number": str(number), **SRO} for number in range(300)]
    first, second = [(await push(client, "officers", *roster))[1] for _ in range(2)]

    assert first["summary"] == {"lines": 300, "created": 300}
    assert second["summary"] == {"lines": 300, "unchanged": 300}
    assert await kept.fetchval("select count(*) from officer_conclusion where version = 1") == 300


async def test_a_bad_line_costs_only_itself(client: httpx2.AsyncClient) -> None:
    answers, summary = await push(
        client,
        "completions",
        completed(1),
        completed(2, completed_on="2199-01-01"),
        completed(3, ori=OTHER_AGENCY),
        completed(4, op="void"),
        completed(5, kind="officer"),
        completed(6) | {"completion_number": "with a blank"},
        completed(7),
    )
    codes = [answer.get("problem", {}).get("code") or answer["result"] for answer in answers]

    assert codes[0] == codes[6] == "created"
    assert codes[1:3] == ["in-the-future", "not-your-organisation"]
    assert answers[5]["problem"]["errors"][0]["pointer"] == "#/completion_number"
    assert summary["summary"]["rejected"] == 5
    assert (answers[0]["ori"], answers[0]["completion_number"]) == (AGENCY, "C-1")


async def test_lines_of_one_officer_are_judged_together(client: httpx2.AsyncClient, kept: Connection) -> None:
    await client.put(COURSE_URL, json=BASIC)
    parts = [completed(number, officer_number="4471", hours=10) for number in range(4)]
    await push(client, "completions", *parts)

    assert (await conclusion(kept))["curricula"][0]["verified_hours"] == 40.0
    assert await kept.fetchval("select version from officer_conclusion") == 1


async def test_a_line_can_make_a_record_void(client: httpx2.AsyncClient) -> None:
    gone = {"kind": "completion", "ori": AGENCY, "completion_number": "C-1", "op": "void", "reason_code": "duplicate"}
    await push(client, "completions", completed(1))
    (answer,), _ = await push(client, "completions", gone)
    assert answer["result"] == "voided"


async def test_a_dry_run_answers_every_line_and_stores_nothing(client: httpx2.AsyncClient, kept: Connection) -> None:
    answers, summary = await push(client, "completions", completed(1), **{"Daylight-Dry-Run": "true"})

    assert (answers[0]["result"], summary["position"]) == ("created", None)
    assert await kept.fetchval("select count(*) from completion") == 0
    assert await kept.fetchval("select count(*) from judge_again") == 0


async def test_a_list_goes_on_through_hundreds_of_officers(client: httpx2.AsyncClient) -> None:
    await client.put(COURSE_URL, json=BASIC)
    await push(client, "completions", *[completed(number) for number in range(450)])
    listed = (await client.get("/v1/curriculum-hours", params={"limit": 1_000})).json()["hours"]

    assert [one["officer_number"] for one in listed] == sorted(str(number) for number in range(450))
