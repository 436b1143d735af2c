"""What each viewer reads through GraphQL: values, counts, cursors, and what is withheld from whom by which section."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, build_schema

from gateway.execution import SCHEMA
from gateway.policy import TABLE, expand, read_rules
from gateway.viewer import _mask
from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, DISTRICT, OTHER_AGENCY, OTHER_SCHOOL, SCHOOL, SECOND_SCHOOL

ONE = """query ($ori: String!, $number: String!) {
  incident(ori: $ori, incidentNumber: $number) {
    id key version ori incidentNumber occurredAt initiatedBy
    officers { officerNumber role capacity } people { personNumber perceived { age sex } }
    actions { type inPublicView } outcomes { type } bodyWornCamera { recorded reference } narrative
  }
}"""
PAGE = """query ($first: Int, $after: String, $filter: IncidentFilter) {
  incidents(first: $first, after: $after, filter: $filter) {
    edges { cursor node { incidentNumber } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
  }
}"""


async def one_at_a_school(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), services.school(OTHER_SCHOOL), services.district(), services.agency())
    await gateway.view.apply(*services.accepted())


def numbers(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["incidentNumber"] for edge in answer["data"]["incidents"]["edges"]]


async def test_the_agency_reads_its_whole_record(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    answer = await gateway.graphql(ONE, ori=AGENCY, number="2026-1")
    incident = answer["data"]["incident"]
    assert incident["occurredAt"] == "2026-10-05T10:12:00-07:00"
    assert incident["officers"] == [{"officerNumber": "4471", "role": "primary", "capacity": "sro"}]
    assert incident["people"] == [{"personNumber": 1, "perceived": {"age": 14, "sex": "male"}}]
    assert incident["bodyWornCamera"] == {"recorded": "yes", "reference": "CAM-77"}
    assert incident["narrative"] == "given"
    assert incident["version"] == 1
    assert answer["extensions"]["ferpa"] == []


async def test_the_schools_district_reads_the_coded_facts_and_learns_what_is_withheld(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    answer = await gateway.graphql(ONE, "demo-sis", ori=AGENCY, number="2026-1")
    assert answer["data"]["incident"]["bodyWornCamera"] == {"recorded": "yes", "reference": None}
    assert answer["data"]["incident"]["initiatedBy"] == "school_personnel"
    (entry,) = answer["extensions"]["ferpa"]
    assert entry["path"] == ["incident", "bodyWornCamera", "reference"]
    assert entry["section"].startswith("34 CFR 99.")
    assert entry["rule"]
    assert entry["reason"]
    assert entry["whoMay"]


async def test_a_withheld_field_is_named_where_it_stands_under_aliases_and_fragments(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    query = """query ($no: Boolean!) {
      mine: incidents { edges { record: node { ...Camera ... on Incident { cam: bodyWornCamera { ref: reference } }
      } } }
      unasked: incidents { edges { node { bodyWornCamera @skip(if: true) { reference } ...Camera @include(if: $no) } } }
    }
    fragment Camera on Incident { bodyWornCamera { reference } }"""
    answer = await gateway.graphql(query, "demo-sis", no=False)
    assert sorted(entry["path"] for entry in answer["extensions"]["ferpa"]) == [
        ["mine", "edges", "*", "record", "bodyWornCamera", "reference"],
        ["mine", "edges", "*", "record", "cam", "ref"],
    ]


@pytest.mark.parametrize("client", ["demo-other-rms", "demo-other-sis", "demo-dashboard", "demo-admin", None])
async def test_nobody_else_can_tell_whether_the_record_exists(gateway: Gateway, client: str | None) -> None:
    await one_at_a_school(gateway)
    real = await gateway.graphql(ONE, client, ori=AGENCY, number="2026-1")
    imagined = await gateway.graphql(ONE, client, ori=AGENCY, number="9999-9")
    assert real == imagined
    assert real["data"] == {"incident": None}
    (entry,) = real["extensions"]["ferpa"]
    assert entry["path"] == ["incident"]
    assert entry["section"].startswith("34 CFR 99.")


@pytest.mark.parametrize(
    ("client", "rule"),
    [("demo-dashboard", "PUBLIC-NO-RECORD"), (None, "PUBLIC-NO-RECORD"), ("demo-admin", "ADMINISTRATOR-NO-RECORD")],
)
async def test_a_list_on_which_the_viewer_has_no_scope_is_null_and_never_empty(
    gateway: Gateway, client: str | None, rule: str
) -> None:
    await one_at_a_school(gateway)
    answer = await gateway.graphql(PAGE, client)
    assert answer["data"] == {"incidents": None}
    assert [(entry["path"], entry["rule"]) for entry in answer["extensions"]["ferpa"]] == [(["incidents"], rule)]


@pytest.mark.parametrize(
    ("client", "total"),
    [("demo-rms", 3), ("demo-other-rms", 1), ("demo-state", 4), ("demo-sis", 2), ("demo-other-sis", 1)],
)
async def test_a_total_is_exact_and_only_of_what_the_viewer_may_see(gateway: Gateway, client: str, total: int) -> None:
    await one_at_a_school(gateway)
    services = gateway.view.services
    await gateway.view.apply(
        *services.accepted("2026-2", school=OTHER_SCHOOL),
        *services.accepted("2026-3", school=None),
        *services.accepted("2026-4", ori=OTHER_AGENCY),
        *services.accepted("2026-5"),
        *services.voided("2026-5"),
    )
    answer = await gateway.graphql(PAGE, client)
    assert answer["data"]["incidents"]["totalCount"] == total == len(numbers(answer))


async def test_pages_follow_one_another_without_gap_or_repeat_the_newest_first(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(
        *[services.incident(f"N-{day:02}", occurred_at=f"2026-10-{day // 2 + 1:02}T10:00:00Z") for day in range(25)]
    )
    seen: list[str] = []
    after, more = None, True
    while more:
        answer = await gateway.graphql(PAGE, first=4, after=after)
        page = answer["data"]["incidents"]
        assert page["totalCount"] == 25
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        seen += numbers(answer)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    days = [int(number[2:]) // 2 for number in seen]
    assert len(set(seen)) == 25
    assert days == sorted(days, reverse=True)


async def test_a_viewer_of_several_agencies_gets_one_order_over_all_of_them(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(
        *[
            services.incident(
                f"N-{day}", ori=("XX0000100", "HI0020000")[day % 2], occurred_at=f"2026-10-0{day}T10:00:00Z"
            )
            for day in range(1, 8)
        ]
    )
    first = await gateway.graphql(PAGE, first=3)
    second = await gateway.graphql(PAGE, first=9, after=first["data"]["incidents"]["pageInfo"]["endCursor"])
    assert numbers(first) + numbers(second) == [f"N-{day}" for day in range(7, 0, -1)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ori": AGENCY}, {"A", "B", "C"}),
        ({"ori": OTHER_AGENCY}, set()),
        ({"leaId": DISTRICT}, {"A", "B"}),
        ({"schoolId": SECOND_SCHOOL}, {"B"}),
        ({"occurredFrom": "2026-10-06T00:00:00-07:00"}, {"B", "C"}),
        ({"occurredFrom": "2026-10-06"}, {"B", "C"}),
        ({"occurredTo": "2026-10-06"}, {"A", "B"}),
        ({"occurredTo": "2026-10-06T17:12:00Z"}, {"A"}),
        ({"initiatedBy": "student"}, {"B"}),
        ({"outcome": "cited"}, {"C"}),
        ({"action": "citation"}, {"C"}),
        ({"sourceSystem": "made-up"}, {"A", "B", "C"}),
        ({"sourceSystem": "made-up", "outcome": "cited", "leaId": DISTRICT}, set()),
        ({"initiatedBy": None}, {"A", "B", "C"}),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, set) else str(value),
)
async def test_filters_select_and_all_of_them_hold(
    gateway: Gateway, condition: dict[str, Any], expected: set[str]
) -> None:
    services = gateway.view.services
    await gateway.view.apply(
        *services.accepted("A"),
        *services.accepted("B", school=SECOND_SCHOOL, initiated_by="student", occurred_at="2026-10-06T10:12:00-07:00"),
        *services.accepted(
            "C",
            school=None,
            occurred_at="2026-10-07T10:12:00-07:00",
            actions=[{"type": "citation"}, {"type": "conversation"}],
            outcomes=[{"type": "cited"}],
        ),
        *services.accepted("D", ori=OTHER_AGENCY),
    )
    answer = await gateway.graphql(PAGE, filter=condition)
    assert set(numbers(answer)) == expected
    assert answer["data"]["incidents"]["totalCount"] == len(expected)


@pytest.mark.parametrize("client", ["demo-rms", "demo-state"])
async def test_law_enforcement_can_not_ask_for_one_students_records(gateway: Gateway, client: str) -> None:
    answer = await gateway.graphql(PAGE, client, filter={"studentRef": "abc"})
    assert answer["data"] == {"incidents": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["individual-file-not-allowed"]


@pytest.mark.parametrize(
    "condition",
    [
        {"ori": "a\0b"},
        {"sourceSystem": "\0"},
        {"occurredFrom": "0001-01-01T00:00:00+14:00"},
        {"occurredTo": "9999-12-31"},
        {"occurredTo": "2026-10-05T10:12:00"},
        {"occurredFrom": "2026-13-45"},
    ],
    ids=str,
)
async def test_what_no_record_can_be_compared_with_is_refused(gateway: Gateway, condition: dict[str, str]) -> None:
    body = {"query": PAGE, "variables": {"filter": condition}}
    answer = await gateway.http.post("/graphql", json=body, headers=await gateway.headers("demo-rms"))
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["invalid-value"]


async def test_another_viewers_cursor_is_refused(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(services.school(), *services.accepted("A"), *services.accepted("B"))
    cursor = (await gateway.graphql(PAGE, "demo-rms", first=1))["data"]["incidents"]["pageInfo"]["endCursor"]
    for client in ("demo-other-rms", "demo-state", "demo-sis"):
        answer = await gateway.graphql(PAGE, client, after=cursor)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["invalid-cursor"]


async def test_a_cursor_of_another_list_is_refused(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    schools = await gateway.graphql("{ schools(first: 1) { pageInfo { endCursor } } }")
    answer = await gateway.graphql(PAGE, after=schools["data"]["schools"]["pageInfo"]["endCursor"])
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["invalid-cursor"]


@pytest.mark.parametrize("first", [-1, 201, 10**9])
async def test_a_page_has_at_most_200_records(gateway: Gateway, first: int) -> None:
    answer = await gateway.graphql(PAGE, first=first)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["invalid-value"]


async def test_a_count_alone_is_a_page_of_none(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    page = (await gateway.graphql(PAGE, first=0))["data"]["incidents"]
    assert page["edges"] == []
    assert page["totalCount"] == 1
    assert page["pageInfo"]["hasNextPage"] is True


async def test_the_directory_is_public_and_in_order(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    query = """{ schools { edges { node { schoolId leaId name } } totalCount }
                 of: schools(leaId: "9900002") { edges { node { schoolId } } }
                 agencies { edges { node { ori name agencyKind } } } districts { edges { node { leaId } } } }"""
    answer = await gateway.graphql(query, None)
    data = answer["data"]
    assert [edge["node"]["schoolId"] for edge in data["schools"]["edges"]] == [SCHOOL, OTHER_SCHOOL]
    assert [edge["node"]["schoolId"] for edge in data["of"]["edges"]] == [OTHER_SCHOOL]
    assert data["agencies"]["edges"] == [
        {"node": {"ori": AGENCY, "name": "Made-up Police Department", "agencyKind": "city"}}
    ]
    assert data["districts"]["edges"] == [{"node": {"leaId": DISTRICT}}]
    assert data["schools"]["totalCount"] == 2
    assert answer["extensions"]["ferpa"] == []


async def test_a_viewer_is_told_who_it_is(gateway: Gateway) -> None:
    query = "{ viewer { role organisations children } }"
    assert (await gateway.graphql(query, "demo-sis"))["data"] == {
        "viewer": {"role": "district_system", "organisations": [DISTRICT], "children": None}
    }
    assert (await gateway.graphql(query, None))["data"]["viewer"]["role"] == "public"


def test_sealed_and_internal_fields_are_not_in_the_schema() -> None:
    printed = SCHEMA.as_str()
    for name in ("sealedDigest", "sourceVersion", "sourceUpdatedAt", "schoolMapped", "birthDate", "identity: Identity"):
        assert name not in printed


def test_every_field_but_identity_and_plumbing_may_be_null() -> None:
    required = {
        name
        for kind in build_schema(SCHEMA.as_str()).type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name, field in kind.fields.items()
        if isinstance(field.type, GraphQLNonNull)
    }
    assert required == {"id", "key", "edges", "cursor", "pageInfo", "hasNextPage", "hasPreviousPage"}


@pytest.mark.parametrize("purpose", ["public_information", "audit"])
async def test_a_purpose_that_the_client_may_not_have_is_refused(gateway: Gateway, purpose: str) -> None:
    headers = await gateway.headers("demo-rms") | {"Daylight-Purpose": purpose}
    answer = await gateway.http.post("/graphql", json={"query": "{ viewer { role } }"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose-not-allowed")


async def test_a_purpose_that_is_not_in_the_list_is_refused(gateway: Gateway) -> None:
    headers = await gateway.headers("demo-rms") | {"Daylight-Purpose": "surveillance"}
    answer = await gateway.http.post("/graphql", json={"query": "{ viewer { role } }"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-code")
    assert "surveillance" not in answer.text


async def test_a_token_without_the_scope_reads_no_record_and_still_the_directory(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    form = {"grant_type": "client_credentials", "scope": "incidents.write"}
    auth = ("demo-rms", gateway.secrets.client_secret("demo-rms"))
    token = (await gateway.http.post("/oauth/token", data=form, auth=auth)).json()["access_token"]
    query = {"query": "{ incidents { totalCount } schools { totalCount } }"}
    answer = await gateway.http.post("/graphql", json=query, headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["data"] == {"incidents": None, "schools": {"totalCount": 2}}
    assert answer.json()["errors"][0]["extensions"]["code"] == "insufficient-scope"


@pytest.fixture
def another_policy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A policy under which a district sees nothing that tells of one student."""
    line = (
        "NO-STUDENT,withhold,district_system,own,education_record,district,student,,*,,"
        "34 CFR 99.3,Because the table says so.,The agency that owns the record."
    )
    changed = expand(read_rules([*TABLE.read_text(encoding="utf-8").splitlines(), line]))
    monkeypatch.setattr("gateway.viewer.policy", lambda: changed)
    _mask.cache_clear()
    yield
    _mask.cache_clear()


@pytest.mark.usefixtures("another_policy")
async def test_a_line_of_the_policy_withholds_a_label_in_every_field_that_bears_it(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    query = (
        "{ incidents { edges { node { people { personNumber } outcomes { type } actions { type personNumber } } } } }"
    )
    answer = await gateway.graphql(query, "demo-sis")
    (edge,) = answer["data"]["incidents"]["edges"]
    assert edge["node"] == {
        "people": None,
        "outcomes": None,
        "actions": [{"type": "detention", "personNumber": None}],
    }
    place = ["incidents", "edges", "*", "node"]
    assert sorted((entry["path"], entry["rule"]) for entry in answer["extensions"]["ferpa"]) == [
        ([*place, "actions", "*", "personNumber"], "NO-STUDENT"),
        ([*place, "outcomes"], "NO-STUDENT"),
        ([*place, "people"], "NO-STUDENT"),
    ]


@pytest.mark.usefixtures("another_policy")
async def test_a_filter_on_a_withheld_field_matches_nothing_with_one_entry(gateway: Gateway) -> None:
    await one_at_a_school(gateway)
    answer = await gateway.graphql(PAGE, "demo-sis", filter={"outcome": "returned_to_school"})
    assert numbers(answer) == []
    assert answer["data"]["incidents"]["totalCount"] == 0
    assert [(entry["path"], entry["rule"]) for entry in answer["extensions"]["ferpa"]] == [
        (["incidents"], "NO-STUDENT")
    ]
    assert numbers(await gateway.graphql(PAGE, "demo-sis", filter={"action": "detention"})) == ["2026-1"]
