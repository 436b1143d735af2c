"""A district's references to its students: in its own views, and in nobody else's."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.events import Event
from shared.records.pseudonyms import Pseudonyms
from tests.gateway.conftest import Gateway, View
from tests.gateway.events import AGENCY, DISTRICT, OTHER_DISTRICT, Services

ONE, OTHER = "0f" * 16, "a1" * 16
PEOPLE = [{"person_number": 1, "involvement": ["subject"]}, {"person_number": 2, "involvement": ["witness"]}]
REFS = "{ incidents { totalCount edges { node { key people { personNumber studentRef } } } } }"
BY_STUDENT = "query ($ref: String) { incidents(filter: {studentRef: $ref}) { totalCount edges { node { key } } } }"
LAW_ENFORCEMENT = ["demo-rms", "demo-state", "demo-supervisor", "demo-officer"]
READING = {"demo-rms", "demo-supervisor", "demo-state"}


async def two_records(gateway: Gateway) -> None:
    """Two incidents at a school, with one student in both and another in one."""
    services = gateway.view.services
    await gateway.view.apply(services.school())
    for number in ("2026-1", "2026-2"):
        await gateway.view.apply(*services.accepted(number, people=PEOPLE))
    await gateway.view.apply(services.match(ONE), services.match(OTHER, 2), services.match(ONE, 2, "2026-2"))


def reference(gateway: Gateway, digest: str, lea_id: str = DISTRICT) -> str:
    return Pseudonyms(gateway.secrets.pseudonym_key(), {}).reference(lea_id, digest)


async def refs(gateway: Gateway, client: str) -> dict[str, list[str | None]]:
    """The references that a client is shown, by the key of the incident, in the order of the people."""
    answer = await gateway.graphql(REFS, client)
    nodes = [edge["node"] for edge in answer["data"]["incidents"]["edges"]]
    return {node["key"]: [person["studentRef"] for person in node["people"]] for node in nodes}


async def test_the_district_reads_its_references(gateway: Gateway) -> None:
    await two_records(gateway)
    one, other = reference(gateway, ONE), reference(gateway, OTHER)
    assert await refs(gateway, "demo-sis") == {f"{AGENCY}/2026-1": [one, other], f"{AGENCY}/2026-2": [None, one]}
    page = await gateway.http.get("/v1/incidents", headers=await gateway.headers("demo-sis"))
    assert [[person.get("student_ref") for person in record["people"]] for record in page.json()["incidents"]] == [
        [None, one],
        [one, other],
    ]


async def test_the_district_asks_for_the_records_of_one_student(gateway: Gateway) -> None:
    await two_records(gateway)
    for digest, keys in ((ONE, {"2026-1", "2026-2"}), (OTHER, {"2026-1"})):
        answer = await gateway.graphql(BY_STUDENT, "demo-sis", ref=reference(gateway, digest))
        found = answer["data"]["incidents"]
        assert {edge["node"]["key"].partition("/")[2] for edge in found["edges"]} == keys
        assert found["totalCount"] == len(keys)


@pytest.mark.parametrize("said", ["", "1.", "1.AAAA", "2.AAAA", "no reference", "1." + "A" * 43])
async def test_what_is_no_reference_of_the_district_matches_nothing(gateway: Gateway, said: str) -> None:
    await two_records(gateway)
    answer = await gateway.graphql(BY_STUDENT, "demo-sis", ref=said)
    assert answer["data"]["incidents"]["totalCount"] == 0


async def test_another_districts_reference_to_the_same_student_matches_nothing(gateway: Gateway) -> None:
    await two_records(gateway)
    answer = await gateway.graphql(BY_STUDENT, "demo-sis", ref=reference(gateway, ONE, OTHER_DISTRICT))
    assert answer["data"]["incidents"]["totalCount"] == 0


@pytest.mark.parametrize("client", LAW_ENFORCEMENT)
async def test_law_enforcement_cannot_ask_by_student(gateway: Gateway, client: str) -> None:
    await two_records(gateway)
    for ref in (reference(gateway, ONE), "anything"):
        answer = await gateway.graphql(BY_STUDENT, client, ref=ref)
        assert ONE not in str(answer)
        assert "edges" not in str(answer.get("data") or "")


@pytest.mark.parametrize("client", sorted(READING))
async def test_law_enforcement_is_told_alike_whether_anybody_was_matched(gateway: Gateway, client: str) -> None:
    await two_records(gateway)
    answer = await gateway.graphql(REFS, client)
    feed = (await gateway.changes(client))["changes"]
    shown = [person["studentRef"] for edge in answer["data"]["incidents"]["edges"] for person in edge["node"]["people"]]
    assert shown == [None] * 4
    assert "MATCH-DISTRICT-ALONE" in [entry["rule"] for entry in answer["extensions"]["ferpa"]]
    services = gateway.view.services
    await gateway.view.apply(*[services.void_match(*one) for one in ((1, "2026-1"), (2, "2026-1"), (2, "2026-2"))])
    again = await gateway.graphql(REFS, client)
    assert (again["data"], again["extensions"]["ferpa"]) == (answer["data"], answer["extensions"]["ferpa"])
    assert (await gateway.changes(client))["changes"] == feed


async def test_a_corrected_match_is_seen_at_once_and_the_feed_tells_the_district(gateway: Gateway) -> None:
    await two_records(gateway)
    first = await gateway.changes("demo-sis")
    await gateway.view.apply(gateway.view.services.match(None))
    [change] = (await gateway.changes("demo-sis", first["next"]))["changes"]
    assert (change["kind"], change["key"]) == ("incident", f"{AGENCY}/2026-1")
    assert [person.get("student_ref") for person in change["record"]["people"]] == [None, reference(gateway, OTHER)]
    assert (await refs(gateway, "demo-sis"))[f"{AGENCY}/2026-1"][0] is None


async def test_no_kind_of_the_feed_is_a_match(gateway: Gateway) -> None:
    await two_records(gateway)
    assert {change["kind"] for change in (await gateway.changes("demo-sis"))["changes"]} == {"incident"}
    answer = await gateway.http.get("/v1/changes", params={"kind": "match"}, headers=await gateway.headers("demo-sis"))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-code")


def _story() -> tuple[list[Event], Services]:
    services = Services()
    events = [services.school(), *services.accepted(people=PEOPLE), services.match(ONE), services.match(OTHER, 2)]
    events += [services.match(OTHER), services.void_match(2), *services.accepted(people=PEOPLE, status="closed")]
    return events, services


STORY, _ = _story()


@given(order=st.permutations(range(len(STORY))), cuts=st.sets(st.integers(1, len(STORY))))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_students_are_the_same_in_whatever_order_events_come(
    view: View, order: list[int], cuts: set[int]
) -> None:
    await view.forget()
    shuffled: list[Any] = [STORY[index] for index in order]
    for start, end in itertools.pairwise([0, *sorted(cuts | {len(shuffled)})]):
        await view.apply(*shuffled[start:end])
    async with view.projector.connection() as connection:
        rows = await connection.fetch(
            "select students, matched from document where kind = 'incident' order by custodian"
        )
    assert [tuple(row) for row in rows] == [([OTHER], [1]), (None, None)]
