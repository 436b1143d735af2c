"""What follows from an officer's records is written with them, and lives on as they change."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from services.training.conclusion.sweep import sweep
from shared.clocks.calendar import school_year
from tests.training.conftest import AGENCY, OTHER_SCHOOL, SCHOOL, Connection
from tests.training.sent import (
    ASSIGNED,
    ASSIGNMENT_URL,
    BASIC,
    CANDIDATE,
    COMPLETED,
    COMPLETION_URL,
    COURSE_URL,
    MET,
    OFFICER_URL,
    PEER_EVENT_URL,
    PLAN_URL,
    SELECTED,
    SELECTION_URL,
    SRO,
    STAFF,
    STAFF_URL,
)
from tests.waiting import eventually

LATE = ASSIGNED | {"start_on": "2025-01-06"}
VOID = {"reason_code": "entered_in_error"}


async def send(client: httpx2.AsyncClient, *records: tuple[str, dict[str, Any]]) -> httpx2.Response:
    """Put records one after the other; the last answer."""
    answers = [await client.put(url, json=sent) for url, sent in records]
    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]
    return answers[-1]


async def flags(kept: Connection) -> dict[str, tuple[str, int]]:
    """What is kept of flags: by record and code where each stands, and at which version."""
    rows = await kept.fetch("select key, version, document ->> 'state' as state from officer_flag where state = 'live'")
    return {row["key"].removeprefix(f"{AGENCY}/4471/"): (row["state"], row["version"]) for row in rows}


async def conclusion(kept: Connection) -> dict[str, Any]:
    """What is kept of the officer as a whole."""
    found: dict[str, Any] = orjson.loads(await kept.fetchval("select document from officer_conclusion"))
    return found


async def judged(kept: Connection) -> None:
    """Return once nobody is to be judged again."""

    async def nobody() -> bool:
        return not await kept.fetchval("select count(*) from judge_again")

    await eventually(nobody)


async def test_a_flag_is_written_with_the_record_that_raises_it(client: httpx2.AsyncClient, kept: Connection) -> None:
    answer = await send(client, (OFFICER_URL, SRO | {"career": "no"}), (ASSIGNMENT_URL, ASSIGNED))
    rows = await kept.fetch(
        "select kind, epoch || '.' || transaction_id || '.' || id as position from log"
        " where transaction_id = (select max(transaction_id) from log) order by id"
    )

    assert (await flags(kept))["assignment/A-1/P0-NOT-AN-SRO"] == ("open", 1)
    assert {row["kind"] for row in rows} == {"assignment", "officer_flag", "officer_conclusion"}
    assert answer.headers["daylight-position"] == f"training:{rows[-1]['position']}"


LEADER_URL = OFFICER_URL.replace("4471", "2100")
LED = SRO | {"supervisor_number": "2100", "supervised_since": "2025-08-11"}


async def untrained(kept: Connection) -> str | None:
    """How the flag stands that a leader of SROs learned nothing about them; None where it was never raised."""
    state: str | None = await kept.fetchval(
        "select case state when 'live' then document ->> 'state' else state end from officer_flag"
        " where key = 'XX0000100/2100/officer/2100/P6-LEADER-UNTRAINED'"
    )
    return state


async def test_what_a_leader_is_to_know_follows_from_whom_the_leader_leads(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    found = []
    for url, sent in (
        (LEADER_URL, {"sworn": "yes"}),
        (OFFICER_URL, LED),
        (ASSIGNMENT_URL, ASSIGNED),
        (ASSIGNMENT_URL, ASSIGNED | {"end_on": "2026-01-30"}),
        (ASSIGNMENT_URL, ASSIGNED),
        (OFFICER_URL, SRO | {"supervisor_number": "2101"}),
        (OFFICER_URL, LED),
    ):
        await send(client, (url, sent))
        found.append(await untrained(kept))
    await client.post(f"{ASSIGNMENT_URL}/void", json=VOID)
    found.append(await untrained(kept))
    assert found == [None, None, "open", "corrected", "open", "corrected", "open", "corrected"]


async def test_how_an_officer_was_chosen_is_judged_with_the_officer(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    nobody = SELECTED | {"members": SELECTED["members"][:1], "candidates": [CANDIDATE | {"scores": []}]}
    another = nobody | {"candidates": [CANDIDATE | {"scores": [], "decision": "not_selected"}]}
    found = []
    for sent in (nobody, SELECTED, nobody, another):
        await send(client, (OFFICER_URL, SRO), (ASSIGNMENT_URL, ASSIGNED), (SELECTION_URL, sent))
        found.append((await flags(kept)).get("selection/S-1/P5-COMMITTEE-SCHOOL", ("", 0))[0])
    assert found == ["open", "corrected", "open", "corrected"]


async def test_how_many_of_the_staff_are_trained_is_judged_where_an_officer_serves(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    today = datetime.now(UTC).date()
    counted = STAFF | {"school_year": str(school_year(today)), "counted_on": str(today - timedelta(days=1))}
    await send(client, (OFFICER_URL, SRO), (ASSIGNMENT_URL, ASSIGNED))
    found = []
    for sent in (counted, counted | {"trained": 40}, counted):
        await send(client, (STAFF_URL, sent))
        await judged(kept)
        found.append((await flags(kept))[f"assignment/A-1/P8-STAFF-UNTRAINED:{SCHOOL}"][0])
    await client.post(f"{STAFF_URL}/void", json=VOID)
    await judged(kept)
    assert found == ["open", "corrected", "open"]
    assert (await flags(kept))[f"assignment/A-1/P8-STAFF-UNTRAINED:{SCHOOL}"][0] == "corrected"


ANOTHER_URL = OFFICER_URL.replace("4471", "4480")
ANOTHER_ASSIGNMENT_URL = ASSIGNMENT_URL.replace("A-1", "A-2")
ANOTHER = ASSIGNED | {"officer_number": "4480"}


async def test_whether_an_sro_is_alone_follows_from_the_others_and_from_whom_the_officer_met(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    async def is_alone() -> str | None:
        state: str | None = await kept.fetchval(
            "select case state when 'live' then document ->> 'state' else state end from officer_flag"
            " where key = 'XX0000100/4471/officer/4471/P12-LONE-SRO'"
        )
        return state

    found = []
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    for url, sent in (
        (OFFICER_URL, SRO),
        (ASSIGNMENT_URL, ASSIGNED),
        (ANOTHER_URL, SRO),
        (ANOTHER_ASSIGNMENT_URL, ANOTHER),
        (ANOTHER_ASSIGNMENT_URL, ANOTHER | {"end_on": "2026-01-30"}),
        (PEER_EVENT_URL, MET | {"held_on": yesterday}),
        (PEER_EVENT_URL, MET | {"held_on": yesterday, "officer_numbers": ["4480"]}),
        (ANOTHER_ASSIGNMENT_URL, ANOTHER),
    ):
        await send(client, (url, sent))
        found.append(await is_alone())
    await client.post(f"{ANOTHER_ASSIGNMENT_URL}/void", json=VOID)
    found.append(await is_alone())
    assert found == [None, "open", "open", "corrected", "open", "corrected", "open", "corrected", "open"]


async def test_it_does_not_matter_which_record_comes_first(client: httpx2.AsyncClient, kept: Connection) -> None:
    records: list[tuple[str, dict[str, Any]]] = [
        (OFFICER_URL, SRO),
        (COURSE_URL, BASIC),
        (COMPLETION_URL, COMPLETED | {"hours": 39.5}),
        (ASSIGNMENT_URL, LATE),
        (PLAN_URL, {"topics": [{"topic": "ferpa", "months": 1}]}),
    ]
    found = []
    for order in (records, records[::-1]):
        await kept.execute(
            "truncate officer, course, completion, assignment, evaluation, training_plan, officer_flag,"
            " officer_conclusion, log"
        )
        await send(client, *order)
        await judged(kept)
        found.append((set(await flags(kept)), await conclusion(kept)))

    assert found[0] == found[1]
    assert found[0][0] == {
        "officer/4471/P12-LONE-SRO",
        "officer/4471/P6-EVALUATION-OVERDUE",
        "officer/4471/P8-BASIC-OVERDUE",
        "officer/4471/P8-TOPIC-GAP:ferpa",
    }


async def test_a_corrected_fact_corrects_the_flag_once_and_again_opens_the_same(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    await send(client, (OFFICER_URL, SRO), (COURSE_URL, BASIC), (ASSIGNMENT_URL, LATE))
    await send(client, (COMPLETION_URL, COMPLETED | {"hours": 39.5, "completed_on": "2025-02-03"}))
    states = [await flags(kept)]
    for hours in (40, 40, 39):
        await send(client, (COMPLETION_URL, COMPLETED | {"hours": hours, "completed_on": "2025-02-03"}))
        states.append(await flags(kept))

    name = "officer/4471/P8-BASIC-OVERDUE"
    assert [one[name] for one in states] == [("open", 1), ("corrected", 2), ("corrected", 2), ("open", 3)]
    written = "select count(*) from log where kind = 'officer_flag' and document ->> 'code' = 'P8-BASIC-OVERDUE'"
    assert await kept.fetchval(written) == 3


async def test_a_completion_that_goes_to_another_officer_is_taken_from_the_first(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    await send(client, (COURSE_URL, BASIC), (COMPLETION_URL, COMPLETED))
    await send(client, (COMPLETION_URL, COMPLETED | {"officer_number": "9"}))
    rows = await kept.fetch("select key, state from officer_conclusion order by key")

    assert [tuple(row) for row in rows] == [(f"{AGENCY}/4471", "void"), (f"{AGENCY}/9", "live")]


async def test_a_void_takes_what_followed_with_it(client: httpx2.AsyncClient, kept: Connection) -> None:
    await send(client, (OFFICER_URL, SRO), (ASSIGNMENT_URL, ASSIGNED | {"selection_number": None}))
    before = await flags(kept)
    await client.post(f"{ASSIGNMENT_URL}/void", json=VOID)
    after = await flags(kept)
    await send(client, (ASSIGNMENT_URL, ASSIGNED | {"selection_number": None}))

    name = "assignment/A-1/P5-NO-SELECTION"
    assert (before[name], after[name], (await flags(kept))[name]) == (("open", 1), ("corrected", 2), ("open", 3))
    assert await kept.fetchval("select count(*) from judge_again") == 0


@pytest.mark.parametrize("change", [{"curriculum": "other"}, {"hours": 24}])
async def test_a_course_that_changes_reaches_those_who_completed_it(
    client: httpx2.AsyncClient, kept: Connection, change: dict[str, Any]
) -> None:
    await send(client, (OFFICER_URL, SRO), (COURSE_URL, BASIC), (ASSIGNMENT_URL, LATE), (COMPLETION_URL, COMPLETED))
    await judged(kept)
    before = await flags(kept)
    await send(client, (COURSE_URL, BASIC | change))
    await judged(kept)

    name = "officer/4471/P8-BASIC-OVERDUE"
    assert (before[name][0], (await flags(kept))[name][0]) == ("corrected", "open")


async def test_a_course_that_is_void_reaches_them_too(client: httpx2.AsyncClient, kept: Connection) -> None:
    await send(client, (OFFICER_URL, SRO), (COURSE_URL, BASIC), (COMPLETION_URL, COMPLETED))
    await judged(kept)
    before = await conclusion(kept)
    await client.post(f"{COURSE_URL}/void", json=VOID)
    await judged(kept)

    assert [one["curriculum"] for one in before["curricula"]] == ["basic_sro"]
    assert "curricula" not in {name for name, value in (await conclusion(kept)).items() if value}


async def test_a_plan_reaches_every_officer_of_the_agency(client: httpx2.AsyncClient, kept: Connection) -> None:
    await send(client, (OFFICER_URL, SRO), (ASSIGNMENT_URL, ASSIGNED))
    await send(client, (PLAN_URL, {"topics": [{"topic": "cpted", "months": 12}]}))
    await judged(kept)

    assert "P8-TOPIC-REFRESH" in {clock["kind"] for clock in (await conclusion(kept))["clocks"]}


async def test_hours_and_topics_are_kept_verified_and_self_reported_apart(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    own = {**COMPLETED, "hours": 12, "verified": False}
    await send(client, (COURSE_URL, BASIC), (COMPLETION_URL, COMPLETED), (f"/v1/completions/{AGENCY}/C-2", own))
    found = await conclusion(kept)

    assert found["curricula"] == [{"curriculum": "basic_sro", "verified_hours": 40.0, "self_reported_hours": 12.0}]
    assert found["topics"] == [{"topic": "ferpa", "completed_on": "2025-10-01"}]


async def test_the_sweep_raises_what_a_day_brings_and_raises_it_once(
    client: httpx2.AsyncClient, app: FastAPI, kept: Connection
) -> None:
    await send(client, (OFFICER_URL, SRO), (COURSE_URL, BASIC), (ASSIGNMENT_URL, ASSIGNED | {"start_on": "2099-01-05"}))
    database, limits = app.state.held.database, app.state.limits
    last_day = datetime(2099, 10, 6, 6, 59, tzinfo=UTC)
    before = [await sweep(database, limits, last_day), await flags(kept)]
    after = [await sweep(database, limits, last_day.replace(hour=7, minute=0)), await flags(kept)]

    alone = {"officer/4471/P12-LONE-SRO": ("open", 1)}
    assert before[1] == alone
    assert after == [1, alone | {"officer/4471/P8-BASIC-OVERDUE": ("open", 1)}]
    assert await sweep(database, limits, last_day.replace(hour=8)) == 0


async def test_a_sweep_under_other_limits_judges_everybody_again(
    client: httpx2.AsyncClient, app: FastAPI, kept: Connection
) -> None:
    await send(client, (OFFICER_URL, SRO), (ASSIGNMENT_URL, ASSIGNED | {"school_ids": [SCHOOL, OTHER_SCHOOL]}))
    few = app.state.limits.__class__(few_campuses=1, zone=app.state.limits.zone)

    assert await sweep(app.state.held.database, few) == 1
    assert (await flags(kept))["officer/4471/P11-MANY-CAMPUSES:2025-08-04"] == ("open", 1)


async def test_what_two_write_of_one_officer_at_once_is_judged_as_a_whole(
    client: httpx2.AsyncClient, kept: Connection
) -> None:
    await send(client, (COURSE_URL, BASIC | {"hours": 400}), (OFFICER_URL, SRO), (ASSIGNMENT_URL, ASSIGNED))
    parts = [(f"/v1/completions/{AGENCY}/C-{place}", COMPLETED | {"hours": 1}) for place in range(20)]
    answers = await asyncio.gather(*[client.put(url, json=sent) for url, sent in parts])

    assert [answer.status_code for answer in answers] == [201] * 20
    assert (await conclusion(kept))["curricula"][0]["verified_hours"] == 20.0
