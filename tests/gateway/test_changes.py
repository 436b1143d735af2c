"""The change feed: what changed, as it stands now, for whom it may be seen, until caught up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway import changes as feed
from gateway.viewer import Viewer
from shared.web.paging import Cursors
from shared.web.problems import Problem
from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, DISTRICT, OTHER_AGENCY, OTHER_SCHOOL, SCHOOL, SECOND_SCHOOL


def told(page: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(change["change"], change.get("key")) for change in page["changes"]]


async def both_schools(gateway: Gateway) -> None:
    await gateway.view.apply(gateway.view.services.school(), gateway.view.services.school(OTHER_SCHOOL))


async def test_a_district_is_told_the_whole_coded_record_and_what_is_withheld(gateway: Gateway) -> None:
    await both_schools(gateway)
    await gateway.view.apply(*gateway.view.services.accepted())
    page = await gateway.changes("demo-sis")
    (change,) = page["changes"]
    assert (change["change"], change["kind"], change["key"], change["custodian"], change["version"]) == (
        "upsert",
        "incident",
        f"{AGENCY}/2026-1",
        DISTRICT,
        1,
    )
    assert change["record"]["initiated_by"] == "school_personnel"
    assert change["record"]["body_worn_camera"] == {"recorded": "yes", "reference": None}
    assert "sealed_digest" not in str(change["record"])
    (entry,) = change["withheld"]
    assert entry["path"] == ["record", "body_worn_camera", "reference"]
    assert entry.keys() == {"path", "rule", "section", "reason", "who_may"}
    assert page["caught_up"] is True


async def test_a_record_is_told_once_as_it_stands_at_the_time_of_reading(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(*services.accepted("A"), *services.accepted("B"))
    await gateway.view.apply(*services.accepted("A", initiated_by="student"))
    page = await gateway.changes("demo-rms")
    assert {change["key"]: change["version"] for change in page["changes"]} == {f"{AGENCY}/A": 2, f"{AGENCY}/B": 1}


async def test_pages_lead_to_caught_up_and_then_only_what_is_new_comes(gateway: Gateway) -> None:
    services = gateway.view.services
    for number in range(7):
        await gateway.view.apply(*services.accepted(f"N-{number}"))
    seen, since, caught_up = [], "start", False
    while not caught_up:
        page = await gateway.changes("demo-rms", since, limit=3)
        seen += [change["key"].rpartition("/")[2] for change in page["changes"]]
        since, caught_up = page["next"], page["caught_up"]
    assert seen == [f"N-{number}" for number in range(7)]
    assert (await gateway.changes("demo-rms", since))["changes"] == []
    await gateway.view.apply(*services.accepted("N-3", initiated_by="student"))
    assert told(await gateway.changes("demo-rms", since)) == [("upsert", f"{AGENCY}/N-3")]


async def test_a_void_leaves_its_key_and_no_record(gateway: Gateway) -> None:
    await both_schools(gateway)
    await gateway.view.apply(*gateway.view.services.accepted(), *gateway.view.services.voided())
    for client in ("demo-rms", "demo-sis", "demo-state"):
        (change,) = (await gateway.changes(client))["changes"]
        assert (change["change"], change["key"], change["version"]) == ("void", f"{AGENCY}/2026-1", 2)
        assert change["record"] is None


async def test_a_record_moved_to_another_district_is_removed_for_the_first_and_nothing_else_is_said(
    gateway: Gateway,
) -> None:
    await both_schools(gateway)
    await gateway.view.apply(*gateway.view.services.accepted())
    since = (await gateway.changes("demo-sis"))["next"]
    await gateway.view.apply(*gateway.view.services.accepted(school=OTHER_SCHOOL))
    (change,) = (await gateway.changes("demo-sis", since))["changes"]
    assert change.keys() == {"change", "kind", "id"}
    assert change["change"] == "removed"
    assert told(await gateway.changes("demo-other-sis")) == [("upsert", f"{AGENCY}/2026-1")]


async def test_a_record_becomes_visible_when_its_school_arrives_and_is_removed_when_it_goes(gateway: Gateway) -> None:
    await gateway.view.apply(*gateway.view.services.accepted())
    page = await gateway.changes("demo-sis")
    assert page["changes"] == []
    await gateway.view.apply(gateway.view.services.school())
    page = await gateway.changes("demo-sis", page["next"])
    assert told(page) == [("upsert", f"{AGENCY}/2026-1")]
    await gateway.view.apply(gateway.view.services.void_school())
    assert told(await gateway.changes("demo-sis", page["next"])) == [("removed", None)]


@pytest.mark.parametrize("client", ["demo-other-rms", "demo-other-sis"])
async def test_others_are_told_nothing(gateway: Gateway, client: str) -> None:
    await both_schools(gateway)
    before = await gateway.changes(client)
    await gateway.view.apply(*gateway.view.services.accepted(), *gateway.view.services.accepted("B"))
    assert (await gateway.changes(client))["changes"] == []
    after = await gateway.changes(client, before["next"])
    assert (after["changes"], after["caught_up"], after["next"]) == ([], True, before["next"])


async def test_a_state_program_is_told_of_every_agency(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(*services.accepted("A"))
    await gateway.view.apply(*services.accepted("B", ori=OTHER_AGENCY))
    assert told(await gateway.changes("demo-state")) == [("upsert", f"{AGENCY}/A"), ("upsert", f"{OTHER_AGENCY}/B")]


async def test_one_schools_changes_say_that_a_record_left_it(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), services.school(SECOND_SCHOOL))
    await gateway.view.apply(*services.accepted("A"))
    await gateway.view.apply(*services.accepted("B", school=SECOND_SCHOOL))
    first = await gateway.changes("demo-sis", school_id=SCHOOL)
    assert told(first) == [("upsert", f"{AGENCY}/A")]
    await gateway.view.apply(*services.accepted("A", school=SECOND_SCHOOL))
    assert told(await gateway.changes("demo-sis", first["next"], school_id=SCHOOL)) == [("removed", None)]


async def test_the_directory_is_told_where_it_is_asked_for(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), services.agency(), *services.accepted())
    page = await gateway.changes("demo-sis", kind=["school", "agency"])
    assert sorted(told(page)) == [("upsert", SCHOOL), ("upsert", AGENCY)]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"kind": "horoscope"}, "unknown-code"),
        ({"kind": ["incident", "school"]}, "invalid-value"),
        ({"limit": 0}, "invalid-value"),
        ({"limit": 1001}, "invalid-value"),
        ({"wait": 31}, "invalid-value"),
        ({"school_id": "abc"}, "invalid-value"),
        ({"since": "bm8"}, "invalid-cursor"),
        ({"since": "ä"}, "invalid-cursor"),
    ],
    ids=str,
)
async def test_a_request_that_cannot_be_answered_is_a_problem(
    gateway: Gateway, parameters: dict[str, Any], code: str
) -> None:
    answer = await gateway.http.get("/v1/changes", params=parameters, headers=await gateway.headers("demo-sis"))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_another_viewers_cursor_is_refused(gateway: Gateway) -> None:
    cursor = (await gateway.changes("demo-rms"))["next"]
    for client in ("demo-sis", "demo-other-rms"):
        headers = await gateway.headers(client)
        answer = await gateway.http.get("/v1/changes", params={"since": cursor}, headers=headers)
        assert answer.json()["code"] == "invalid-cursor"


def test_a_cursor_lives_a_year() -> None:
    cursors = Cursors(b"k" * 32)
    viewer = Viewer("demo-sis", "district_system", (), ("9900001",), (), "sis_sync")
    today = datetime.now(UTC).date()
    cursor = feed.seal(cursors, viewer, 7, today)
    assert feed.open_cursor(cursors, viewer, cursor, today + timedelta(days=365)) == 7
    with pytest.raises(Problem) as refused:
        feed.open_cursor(cursors, viewer, cursor, today + timedelta(days=366))
    assert (refused.value.code, refused.value.status) == ("cursor-expired", 410)


async def test_a_long_poll_answers_as_soon_as_there_is_a_change(gateway: Gateway) -> None:
    since = (await gateway.changes("demo-rms"))["next"]
    poll = asyncio.create_task(gateway.changes("demo-rms", since, wait=20))
    started = asyncio.get_running_loop().time()
    await gateway.view.apply(*gateway.view.services.accepted())
    assert told(await poll) == [("upsert", f"{AGENCY}/2026-1")]
    assert asyncio.get_running_loop().time() - started < 5


async def test_a_long_poll_ends_empty_when_its_time_is_over(gateway: Gateway) -> None:
    page = await gateway.changes("demo-rms", wait=0.2)
    assert (page["changes"], page["caught_up"]) == ([], True)


async def test_a_client_without_the_scope_is_refused(gateway: Gateway) -> None:
    answer = await gateway.http.get("/v1/changes", headers=await gateway.headers("demo-dashboard"))
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")
    assert (await gateway.http.get("/v1/changes")).status_code == 401


async def test_a_purpose_that_no_rule_permits_withholds_the_feed_and_says_so(gateway: Gateway) -> None:
    await gateway.view.apply(*gateway.view.services.accepted())
    owner = await gateway.view.owner()
    await owner.execute("update client set purposes = '{study}', default_purpose = 'study' where client = 'demo-sis'")
    await owner.close()
    headers = await gateway.headers("demo-sis")
    page = (await gateway.http.get("/v1/changes", headers=headers)).json()
    assert page["changes"] is None
    assert page["withheld"][0]["rule"] == "NOTHING-PERMITS"
