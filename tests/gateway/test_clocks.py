"""Clocks as they stand at the moment of reading, found by what is due."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway import documents
from gateway.documents import BY_DUE
from gateway.filters import CLOCK_FILTERS, Asking
from gateway.viewer import Scope
from shared.clocks.engine import DueSoon, over_at, state_of
from shared.contracts.clocks import NOT_OF_THE_SCHOOL, Clock
from shared.contracts.codes import code_list
from shared.records.pseudonyms import Pseudonyms
from tests.gateway.conftest import Gateway, View, become
from tests.gateway.events import AGENCY, DISTRICT, OTHER_AGENCY, clock

NAMES = Pseudonyms(bytes(32), {})
CLOCKS = """query ($first: Int, $after: String, $filter: ClockFilter) {
  clocks(first: $first, after: $after, filter: $filter) {
    edges { node { kind subject state dueOn } } pageInfo { hasNextPage endCursor } totalCount
  }
}"""


def kinds(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["kind"] for edge in answer["data"]["clocks"]["edges"]]


DUE = [
    clock("LATE", due_on="2026-10-19"),
    clock("DONE", due_on="2026-10-19", met_at="2026-10-07T09:00:00-07:00", evidence="/judgements/agency"),
    clock("DONE-LATE", due_on="2026-10-19", met_at="2026-10-21T09:00:00-07:00", evidence="/judgements/agency"),
    clock("LONG", due_on="2199-01-01"),
    clock("WAITING", started_at=None, due_on=None, missing="/detention_documentation"),
    clock("HOURS", due_on=None, due_at="2026-10-05T22:30:00-07:00"),
]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, ["HOURS", "LATE", "DONE", "DONE-LATE", "LONG", "WAITING"]),
        ({"state": "overdue"}, ["HOURS", "LATE"]),
        ({"state": "met"}, ["DONE"]),
        ({"state": "met_late"}, ["DONE-LATE"]),
        ({"state": "running"}, ["LONG"]),
        ({"state": "not_started"}, ["WAITING"]),
        ({"kind": "HOURS"}, ["HOURS"]),
        ({"dueBefore": "2026-10-06"}, ["HOURS"]),
        ({"dueBefore": "2026-10-19"}, ["HOURS"]),
        ({"dueBefore": "2026-10-20"}, ["HOURS", "LATE", "DONE", "DONE-LATE"]),
        ({"dueBefore": "2026-10-20T00:00:00-07:00"}, ["HOURS", "LATE", "DONE", "DONE-LATE"]),
        ({"dueBefore": "2026-10-19T23:59:59-07:00"}, ["HOURS"]),
        ({"ori": AGENCY, "leaId": DISTRICT, "state": "overdue"}, ["HOURS", "LATE"]),
        ({"ori": OTHER_AGENCY}, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("client", ["demo-rms", "demo-sis"])
async def test_clocks_are_found_by_what_is_due(
    gateway: Gateway, client: str, condition: dict[str, str], expected: list[str]
) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), *services.accepted(), services.conclusion(clocks=DUE))
    answer = await gateway.graphql(CLOCKS, client, filter=condition)
    assert sorted(kinds(answer)) == sorted(expected)
    if "state" in condition:
        assert {edge["node"]["state"] for edge in answer["data"]["clocks"]["edges"]} == {condition["state"]}
    last_days = [edge["node"]["dueOn"] for edge in answer["data"]["clocks"]["edges"] if edge["node"]["dueOn"]]
    assert last_days == sorted(last_days)


async def test_whether_officers_document_in_time_is_not_the_schools_to_see(gateway: Gateway) -> None:
    services = gateway.view.services
    clocks = [clock(kind) for kind in (*NOT_OF_THE_SCHOOL, "P4-SHARE")]
    await gateway.view.apply(services.school(), *services.accepted(), services.conclusion(clocks=clocks))
    assert set(kinds(await gateway.graphql(CLOCKS, "demo-rms"))) == {*NOT_OF_THE_SCHOOL, "P4-SHARE"}
    for client in ("demo-sis", "demo-principal"):
        assert kinds(await gateway.graphql(CLOCKS, client)) == ["P4-SHARE"]
        (change,) = (await gateway.changes(client, kind="conclusion"))["changes"]
        assert [one["kind"] for one in change["record"]["clocks"]] == ["P4-SHARE"]


async def test_a_clock_that_a_newer_conclusion_does_not_name_is_gone(gateway: Gateway) -> None:
    services = gateway.view.services
    older = services.conclusion()
    newer = services.conclusion(clocks=[clock("P4-SHARE")])
    await gateway.view.apply(*services.accepted(), newer)
    await gateway.view.apply(older)
    assert kinds(await gateway.graphql(CLOCKS)) == ["P4-SHARE"]
    await gateway.view.apply(services.void_conclusion())
    assert kinds(await gateway.graphql(CLOCKS)) == []


def a_clock_made_by_chance(chance: random.Random, number: int) -> dict[str, Any]:
    """A clock of some days or hours, met or not, or one that waits for its start."""
    start = datetime(2026, 10, 5, chance.randrange(24), chance.randrange(60), chance.randrange(60), 1, UTC)
    if chance.random() < 0.1:
        return clock(f"CLOCK-{number}", started_at=None, due_on=None, missing="/on_school_grounds")
    limit: dict[str, Any]
    if chance.random() < 0.5:
        limit = {"due_on": (start + timedelta(days=chance.randrange(200))).date().isoformat()}
    else:
        limit = {"due_on": None, "due_at": (start + timedelta(seconds=chance.randrange(1, 10**6))).isoformat()}
    met = {"met_at": (start + timedelta(days=chance.random() * 200)).isoformat()} if chance.random() < 0.5 else {}
    return clock(f"CLOCK-{number}", started_at=start.isoformat(), **limit, **met)


@pytest.mark.parametrize("due_soon", [DueSoon(), DueSoon(1, 3), DueSoon(0, 30)], ids=str)
async def test_a_clock_is_found_by_the_state_that_the_engine_says_it_is_in(view: View, due_soon: DueSoon) -> None:
    chance = random.Random(7)
    made = [a_clock_made_by_chance(chance, number) for number in range(12)]
    await view.apply(view.services.conclusion(clocks=made))
    clocks = [Clock.model_validate(one, strict=False) for one in made]
    facts = {moment for one in clocks for moment in (one.started_at, one.met_at, over_at(one)) if moment}
    soon = {
        over - min((over - one.started_at) * due_soon.share, timedelta(days=due_soon.days))
        for one in clocks
        if one.started_at and (over := over_at(one))
    }
    scope = Scope("agency_record", "own", (AGENCY,))
    async with view.reader.transaction() as connection:
        await become(connection, AGENCY)
        for at in sorted(moment + step * datetime.resolution for moment in facts | soon for step in (-1, 0, 1)):
            found: dict[str, str] = {}
            for state in code_list("clock_state"):
                condition = CLOCK_FILTERS["state"].condition(Asking(state, scope, at, due_soon, NAMES))
                page = await documents.page(
                    connection, scope, "clock", [condition], order=BY_DUE, after=None, first=100
                )
                found |= {one.key.rpartition("/")[2].partition(":")[0]: state for one in page}
            assert found == {one.kind: state_of(one, at, due_soon) for one in clocks}, at
