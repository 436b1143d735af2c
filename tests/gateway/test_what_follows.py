"""What follows from incidents, as each side reads it: flags, judgements, clocks, and what was concluded."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.limits import Measure
from gateway.policy import TABLE, expand, read_rules
from gateway.reading import Reading
from gateway.viewer import _mask
from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, DISTRICT, OTHER_AGENCY, OTHER_SCHOOL, SCHOOL, SECOND_SCHOOL, clock

ALL = """
  flags { code state } judgements { side wouldRequire911 } clocks { kind state }
  classification { value } undetermined { code } agreement { question agreement }
  restraintMinutes { actionNumber minutes } documentation { actionNumber answered required }
"""
ONE = f'query ($ori: String!) {{ incident(ori: $ori, incidentNumber: "2026-1") {{ {ALL} }} }}'
FLAGS = """query ($first: Int, $after: String, $filter: FlagFilter) {
  flags(first: $first, after: $after, filter: $filter) {
    edges { node { code incidentNumber } } pageInfo { hasNextPage endCursor } totalCount
  }
}"""
CLOCKS = """query ($first: Int, $after: String, $filter: ClockFilter) {
  clocks(first: $first, after: $after, filter: $filter) {
    edges { node { kind subject state dueOn } } pageInfo { hasNextPage endCursor } totalCount
  }
}"""


async def a_flagged_incident(gateway: Gateway) -> None:
    """One incident with a flag that a school is shown, one that it is not, both judgements and a conclusion."""
    services = gateway.view.services
    await gateway.view.apply(services.school(), services.school(OTHER_SCHOOL), services.school(SECOND_SCHOOL))
    await gateway.view.apply(
        *services.accepted(),
        services.flag("P3-DISCIPLINE"),
        services.flag("P4-DURATION-UNKNOWN", seen_by=["officer", "agency"], severity="I"),
        services.judgement("agency"),
        services.judgement("school", would_require_911="yes"),
        services.conclusion(),
    )


def codes(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["code"] for edge in answer["data"]["flags"]["edges"]]


def kinds(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["kind"] for edge in answer["data"]["clocks"]["edges"]]


async def test_an_incident_says_all_that_follows_from_it_to_its_agency(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    answer = await gateway.graphql(ONE, ori=AGENCY)
    assert answer["data"]["incident"] == {
        "flags": [{"code": "P3-DISCIPLINE", "state": "open"}, {"code": "P4-DURATION-UNKNOWN", "state": "open"}],
        "judgements": [{"side": "agency", "wouldRequire911": "no"}, {"side": "school", "wouldRequire911": "yes"}],
        "clocks": [{"kind": "P3-JUDGEMENT", "state": "overdue"}, {"kind": "P7-REVIEW-BOTH", "state": "overdue"}],
        "classification": {"value": "school_discipline"},
        "undetermined": [{"code": "P4-PUBLIC-VIEW"}, {"code": "P4-DURATION-UNKNOWN"}],
        "agreement": [{"question": "911", "agreement": "one_missing"}],
        "restraintMinutes": [{"actionNumber": 1, "minutes": 12.5}],
        "documentation": [{"actionNumber": 1, "answered": 1, "required": 3}],
    }
    assert answer["extensions"]["ferpa"] == []


async def test_the_district_reads_the_flags_that_are_for_schools_and_no_others(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    incident = (await gateway.graphql(ONE, "demo-sis", ori=AGENCY))["data"]["incident"]
    assert incident["flags"] == [{"code": "P3-DISCIPLINE", "state": "open"}]
    assert incident["undetermined"] == [{"code": "P4-PUBLIC-VIEW"}]
    assert [judgement["side"] for judgement in incident["judgements"]] == ["agency", "school"]
    assert incident["classification"] == {"value": "school_discipline"}
    assert codes(await gateway.graphql(FLAGS, "demo-sis")) == ["P3-DISCIPLINE"]


async def test_an_incident_without_a_conclusion_says_null_and_never_none(gateway: Gateway) -> None:
    await gateway.view.apply(gateway.view.services.incident())
    incident = (await gateway.graphql(ONE, ori=AGENCY))["data"]["incident"]
    assert incident["classification"] is incident["undetermined"] is incident["restraintMinutes"] is None
    assert incident["flags"] == incident["clocks"] == incident["judgements"] == []


async def test_what_follows_from_a_page_is_read_in_one_statement(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = gateway.view.services
    for number in range(20):
        await gateway.view.apply(
            *services.accepted(f"N-{number}"), services.flag(number=f"N-{number}"), services.conclusion(f"N-{number}")
        )
    asked, read = [], Reading.read

    async def counted(self: Reading, question: Any) -> Any:
        asked.append(question)
        return await read(self, question)

    monkeypatch.setattr(Reading, "read", counted)
    answer = await gateway.graphql(f"{{ incidents {{ edges {{ node {{ {ALL} }} }} }} }}")
    assert len(answer["data"]["incidents"]["edges"]) == 20
    assert all(len(edge["node"]["flags"]) == 1 for edge in answer["data"]["incidents"]["edges"])
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, ["P4-PUNITIVE", "P3-NO-THREAT", "P3-DISCIPLINE"]),
        ({"code": "P3-DISCIPLINE"}, ["P3-DISCIPLINE"]),
        ({"severity": "H"}, ["P4-PUNITIVE"]),
        ({"state": "corrected"}, ["P3-NO-THREAT"]),
        ({"schoolId": SECOND_SCHOOL}, ["P4-PUNITIVE"]),
        ({"leaId": DISTRICT}, ["P4-PUNITIVE", "P3-NO-THREAT", "P3-DISCIPLINE"]),
        ({"ori": AGENCY, "state": "open"}, ["P4-PUNITIVE", "P3-DISCIPLINE"]),
        ({"ori": OTHER_AGENCY}, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("client", ["demo-rms", "demo-sis", "demo-state"])
async def test_flags_are_found_by_where_they_are_what_they_say_and_their_state(
    gateway: Gateway, client: str, condition: dict[str, str], expected: list[str]
) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), services.school(SECOND_SCHOOL))
    await gateway.view.apply(
        *services.accepted("A"),
        services.flag("P3-DISCIPLINE", "A", raised_at="2026-10-05T18:00:00Z"),
        services.flag("P3-NO-THREAT", "A", raised_at="2026-10-06T18:00:00Z", state="corrected"),
        *services.accepted("B", school=SECOND_SCHOOL),
        services.flag("P4-PUNITIVE", "B", raised_at="2026-10-07T18:00:00Z", severity="H"),
    )
    answer = await gateway.graphql(FLAGS, client, filter=condition)
    assert codes(answer) == expected
    assert answer["data"]["flags"]["totalCount"] == len(expected)


async def test_pages_of_flags_and_clocks_follow_one_another(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(
        *[services.flag(f"P3-CODE-{number}", raised_at=f"2026-10-{number + 1:02}T10:00:00Z") for number in range(7)],
        services.conclusion(
            clocks=[clock(f"P3-CLOCK-{number}", due_on=f"2026-10-{number // 2 + 6:02}") for number in range(6)]
            + [clock("P4-SHARE", started_at=None, due_on=None, missing="/detention_documentation")]
        ),
    )
    for query, name, total in ((FLAGS, "flags", 7), (CLOCKS, "clocks", 7)):
        seen: list[str] = []
        after, more = None, True
        while more:
            page = (await gateway.graphql(query, first=3, after=after))["data"][name]
            assert page["totalCount"] == total
            seen += [str(edge["node"]) for edge in page["edges"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert len(set(seen)) == len(seen) == total


@pytest.mark.parametrize(
    ("flag", "expected"),
    [("P3-DISCIPLINE", ["A"]), ("P4-PUNITIVE", []), ("P4-DURATION-UNKNOWN", ["B"]), ("P9-IMAGINED", [])],
)
async def test_incidents_are_found_by_a_flag_that_stands(gateway: Gateway, flag: str, expected: list[str]) -> None:
    services = gateway.view.services
    await gateway.view.apply(
        services.school(),
        *services.accepted("A"),
        services.flag("P3-DISCIPLINE", "A"),
        services.flag("P4-PUNITIVE", "A", state="corrected"),
        *services.accepted("B"),
        services.flag("P4-DURATION-UNKNOWN", "B", seen_by=["officer", "agency"]),
    )
    query = "query ($filter: IncidentFilter) { incidents(filter: $filter) { edges { node { incidentNumber } } } }"
    answer = await gateway.graphql(query, filter={"flag": flag})
    assert [edge["node"]["incidentNumber"] for edge in answer["data"]["incidents"]["edges"]] == expected
    rest = await gateway.http.get("/v1/incidents", params={"flag": flag}, headers=await gateway.headers("demo-rms"))
    assert [record["incident_number"] for record in rest.json()["incidents"]] == expected
    district = await gateway.graphql(query, "demo-sis", filter={"flag": flag})
    shown = [edge["node"]["incidentNumber"] for edge in district["data"]["incidents"]["edges"]]
    assert shown == [number for number in expected if flag != "P4-DURATION-UNKNOWN"]


@pytest.mark.parametrize(
    ("client", "rule"),
    [("demo-dashboard", "PUBLIC-NO-RECORD"), (None, "PUBLIC-NO-RECORD"), ("demo-admin", "ADMINISTRATOR-NO-RECORD")],
)
@pytest.mark.parametrize("name", ["flags", "clocks"])
async def test_a_viewer_without_scope_is_told_null_and_why(
    gateway: Gateway, name: str, client: str | None, rule: str
) -> None:
    await a_flagged_incident(gateway)
    answer = await gateway.graphql(f"{{ {name} {{ totalCount }} }}", client)
    assert answer["data"] == {name: None}
    assert [(entry["path"], entry["rule"]) for entry in answer["extensions"]["ferpa"]] == [([name], rule)]


@pytest.mark.parametrize("client", ["demo-other-rms", "demo-other-sis"])
async def test_others_read_nothing_of_it(gateway: Gateway, client: str) -> None:
    await a_flagged_incident(gateway)
    for query, name in ((FLAGS, "flags"), (CLOCKS, "clocks")):
        assert (await gateway.graphql(query, client))["data"][name]["totalCount"] == 0


async def test_what_follows_moves_with_the_incident_and_its_school(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    services = gateway.view.services
    since = (await gateway.changes("demo-sis"))["next"]
    await gateway.view.apply(*services.accepted(school=OTHER_SCHOOL))
    assert codes(await gateway.graphql(FLAGS, "demo-sis")) == []
    assert codes(await gateway.graphql(FLAGS, "demo-other-sis")) == ["P3-DISCIPLINE"]
    told = (await gateway.changes("demo-sis", since))["changes"]
    assert {change["kind"] for change in told} == {"incident", "flag", "judgement", "conclusion"}
    assert all(change.keys() == {"change", "kind", "id"} for change in told)
    await gateway.view.apply(services.void_school(OTHER_SCHOOL))
    assert codes(await gateway.graphql(FLAGS, "demo-other-sis")) == []
    assert kinds(await gateway.graphql(CLOCKS, "demo-other-sis")) == []
    assert len(codes(await gateway.graphql(FLAGS))) == 2


async def test_a_flag_of_a_void_record_is_shown_where_the_record_was(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    services = gateway.view.services
    await gateway.view.apply(
        *services.voided(),
        services.void_flag("P3-DISCIPLINE"),
        services.flag("X-VOID-UNDER-REVIEW", seen_by=["agency", "district"], severity="H"),
    )
    assert codes(await gateway.graphql(FLAGS, "demo-sis")) == ["X-VOID-UNDER-REVIEW"]


async def test_a_school_leader_reads_the_own_schools_copies_and_the_flags_that_are_for_schools(
    gateway: Gateway,
) -> None:
    await a_flagged_incident(gateway)
    services = gateway.view.services
    await gateway.view.apply(
        services.flag("P7-ONE-FOR-THE-DISTRICT", seen_by=["agency", "district"]),
        *services.accepted("B", school=SECOND_SCHOOL),
        services.flag("P3-NO-THREAT", "B"),
    )
    principal = await gateway.as_role("school_leader", school_ids=SCHOOL, purpose="school_duty")
    answer = await gateway.graphql(
        "{ incidents { edges { node { incidentNumber recordClass custodian } } } }", principal
    )
    assert [edge["node"] for edge in answer["data"]["incidents"]["edges"]] == [
        {"incidentNumber": "2026-1", "recordClass": "education_record", "custodian": DISTRICT}
    ]
    assert codes(await gateway.graphql(FLAGS, principal)) == ["P3-DISCIPLINE"]
    told = (await gateway.changes(principal))["changes"]
    assert {change["key"].split("/")[1] for change in told} == {"2026-1"}
    assert [change["key"] for change in told if change["kind"] == "flag"] == [f"{AGENCY}/2026-1/P3-DISCIPLINE"]
    other = await gateway.graphql('{ incident(ori: "XX0000100", incidentNumber: "B") { version } }', principal)
    assert other["data"] == {"incident": None}
    assert other["extensions"]["ferpa"][0]["rule"] == "SCHOOL-OTHER-RECORD"


async def test_a_supervisor_reads_the_agencys_record_and_the_flags_for_supervisors(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    services = gateway.view.services
    await gateway.view.apply(services.flag("X-UNMAPPED-CODE", seen_by=["sender"], severity="I"))
    supervisor = await gateway.as_role("supervisor", oris=AGENCY, purpose="supervision")
    assert sorted(codes(await gateway.graphql(FLAGS, supervisor))) == ["P3-DISCIPLINE", "P4-DURATION-UNKNOWN"]
    told = (await gateway.changes(supervisor, kind="flag"))["changes"]
    assert len(told) == 2
    assert len((await gateway.changes("demo-rms", kind="flag"))["changes"]) == 3


async def test_the_feed_tells_each_side_of_what_it_is_shown(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    shown = {
        client: sorted((change["kind"], change["custodian"]) for change in (await gateway.changes(client))["changes"])
        for client in ("demo-rms", "demo-state", "demo-sis", "demo-other-rms", "demo-other-sis")
    }
    around = [("judgement", AGENCY), ("judgement", AGENCY)]
    of_agency = [("conclusion", AGENCY), ("flag", AGENCY), ("flag", AGENCY), ("incident", AGENCY), *around]
    assert shown["demo-rms"] == shown["demo-state"] == of_agency
    assert shown["demo-sis"] == [
        (kind, DISTRICT) for kind in ("conclusion", "flag", "incident", "judgement", "judgement")
    ]
    assert shown["demo-other-rms"] == shown["demo-other-sis"] == []


async def test_the_feed_tells_of_one_kind_where_it_is_asked_for(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    (change,) = (await gateway.changes("demo-sis", kind="flag"))["changes"]
    assert (change["change"], change["kind"], change["record_class"]) == ("upsert", "flag", "education_record")
    assert change["record"]["code"] == "P3-DISCIPLINE"
    (change,) = (await gateway.changes("demo-sis", kind="conclusion"))["changes"]
    assert [one["code"] for one in change["record"]["undetermined"]] == ["P4-PUBLIC-VIEW"]
    assert [one["kind"] for one in change["record"]["clocks"]] == ["P3-JUDGEMENT", "P7-REVIEW-BOTH"]
    assert "judge_again_at" not in change["record"]


async def test_a_flag_that_goes_with_its_record_is_void_to_the_agency_and_removed_to_the_district(
    gateway: Gateway,
) -> None:
    await a_flagged_incident(gateway)
    services = gateway.view.services
    since = {client: (await gateway.changes(client, kind="flag"))["next"] for client in ("demo-rms", "demo-sis")}
    await gateway.view.apply(*services.voided(), services.void_flag())
    told = {client: (await gateway.changes(client, since[client], kind="flag"))["changes"] for client in since}
    assert [(one["change"], one["version"]) for one in told["demo-rms"]] == [("void", 2)]
    assert [one["change"] for one in told["demo-sis"]] == ["removed"]


@pytest.fixture
def another_policy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A policy under which a district is not told when anything was due."""
    line = (
        "NO-TIMES,withhold,district_system,own,education_record,district,indirect,,*,,"
        "34 CFR 99.3,Because the table says so.,The agency that owns the record."
    )
    changed = expand(read_rules([*TABLE.read_text(encoding="utf-8").splitlines(), line]))
    monkeypatch.setattr("gateway.viewer.policy", lambda: changed)
    _mask.cache_clear()
    yield
    _mask.cache_clear()


@pytest.mark.usefixtures("another_policy")
async def test_a_withheld_field_of_what_follows_is_null_with_an_entry_where_it_stands(gateway: Gateway) -> None:
    await a_flagged_incident(gateway)
    query = """{ incidents { edges { node { marks: flags { code raisedAt } clocks { kind dueOn } } } }
                 flags { edges { node { raisedAt severity } } } clocks(filter: {state: "overdue"}) { totalCount } }"""
    answer = await gateway.graphql(query, "demo-sis")
    (edge,) = answer["data"]["incidents"]["edges"]
    assert edge["node"]["marks"] == [{"code": "P3-DISCIPLINE", "raisedAt": None}]
    assert answer["data"]["flags"]["edges"] == [{"node": {"raisedAt": None, "severity": "M"}}]
    assert answer["data"]["clocks"] == {"totalCount": 0}
    node = ["incidents", "edges", "*", "node"]
    assert sorted(entry["path"] for entry in answer["extensions"]["ferpa"]) == [
        ["clocks"],
        ["flags", "edges", "*", "node", "raisedAt"],
        [*node, "clocks", "*", "dueOn"],
        [*node, "marks", "*", "raisedAt"],
    ]


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ flags(first: 7) { edges { node { code } } } }", 7),
        ("{ clocks(first: 7) { totalCount } }", 17),
        ("{ incidents(first: 7) { edges { node { classification { value } } } } }", 7),
        ("{ incidents(first: 7) { edges { node { flags { code } clocks { kind } } } } }", 21),
        ("{ incidents(first: 7) { edges { node { ...All } } } } fragment All on Incident { judgements { side } }", 14),
        ('{ incident(ori: "X", incidentNumber: "1") { flags { code } } }', 2),
    ],
)
def test_each_list_that_an_incident_holds_costs_a_point_more(query: str, points: int) -> None:
    document = parse(query)
    operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    assert Measure(document).points(operation, {}) == points


@pytest.mark.parametrize("client", ["demo-rms", "demo-sis", "demo-principal"])
async def test_one_incident_over_rest_has_with_it_what_graphql_has(gateway: Gateway, client: str) -> None:
    await a_flagged_incident(gateway)
    graphql = (await gateway.graphql(ONE, client, ori=AGENCY))["data"]["incident"]
    url = f"/v1/incidents/{AGENCY}/2026-1"
    rest = (await gateway.http.get(url, headers=await gateway.headers(client))).json()

    assert [one["code"] for one in rest["flags"]] == [one["code"] for one in graphql["flags"]]
    assert [one["side"] for one in rest["judgements"]] == [one["side"] for one in graphql["judgements"]]
    assert [(one["kind"], one["state"]) for one in rest["clocks"]] == [
        (one["kind"], one["state"]) for one in graphql["clocks"]
    ]
    assert rest["classification"]["value"] == graphql["classification"]["value"]
    assert len(rest["undetermined"]) == len(graphql["undetermined"])
