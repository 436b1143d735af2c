"""What a parent, and a student of age, see of their district's copies."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY
from tests.gateway.guardianships.families import (
    FULL,
    FUTURE,
    MINE,
    NUMBER,
    OTHER_NUMBER,
    PAST,
    REVOKED,
    SELF,
    THEIRS,
    digest,
    names,
    say,
    two_families,
)

PARENT, SECOND, STUDENT = "demo-parent", "demo-second-parent", "demo-student"
KEYS = "{ incidents { totalCount edges { node { key } } } viewer { role children } }"
RECORD = """query ($number: String!) { incident(ori: "XX0000100", incidentNumber: $number) {
  key occurredAt initiatedBy narrative
  people { personNumber involvement isEnrolled identity studentRef perceived { sex age disability } }
  actions { actionNumber type personNumber } outcomes { type personNumber } charges { chargeNumber }
  conduct { conductNumber personNumbers } detentionDocumentation { documentationNumber actionNumbers }
  bodyWornCamera { recorded reference } officers { officerNumber }
  flags { code } clocks { kind } classification { value }
} }"""


async def seen(gateway: Gateway, client: str) -> set[str] | None:
    """The numbers of the incidents that a client sees, alike in GraphQL and REST; None where it has no scope."""
    found = (await gateway.graphql(KEYS, client))["data"]["incidents"]
    page = await gateway.http.get("/v1/incidents", headers=await gateway.headers(client))
    listed = page.json()["incidents"]
    if found is None:
        assert listed is None
        assert page.json()["withheld"]
        return None
    keys = {edge["node"]["key"].partition("/")[2] for edge in found["edges"]}
    assert found["totalCount"] == len(keys)
    assert {one["key"].partition("/")[2] for one in listed} == keys
    for number in ("2026-0", MINE, THEIRS, "2026-9"):
        one = await gateway.graphql(RECORD, client, number=number)
        assert (one["data"]["incident"] is not None) == (number in keys)
        read = await gateway.http.get(f"/v1/incidents/{AGENCY}/{number}", headers=await gateway.headers(client))
        assert (read.status_code == 200) == (number in keys)
    return keys


async def rules(gateway: Gateway, client: str) -> set[str]:
    """The rules by which a list is withheld."""
    answer = await gateway.graphql("{ incidents { totalCount } }", client)
    return {entry["rule"] for entry in answer["extensions"]["ferpa"]}


async def test_a_parent_sees_the_records_of_the_own_child_alone(gateway: Gateway) -> None:
    await two_families(gateway)
    assert await seen(gateway, PARENT) == {"2026-0", MINE}
    viewer = (await gateway.graphql(KEYS, PARENT))["data"]["viewer"]
    assert viewer == {"role": "guardian", "children": [names(gateway).reference("9900001", digest(gateway))]}


async def test_of_others_a_parent_is_told_how_they_were_involved_and_nothing_else(gateway: Gateway) -> None:
    await two_families(gateway)
    answer = await gateway.graphql(RECORD, PARENT, number=MINE)
    record = answer["data"]["incident"]
    child, other = record["people"]
    assert child["perceived"] == {"sex": "female", "age": 14, "disability": "yes"}
    assert child["studentRef"] == names(gateway).reference("9900001", digest(gateway))
    assert {name for name, value in other.items() if value is not None} == {"personNumber", "involvement"}
    assert record["actions"] == [{"actionNumber": 1, "type": "detention", "personNumber": 1}]
    assert record["outcomes"] == [{"type": "returned_to_school", "personNumber": 1}]
    assert record["charges"] == []
    assert record["conduct"] == [{"conductNumber": 2, "personNumbers": [1]}]
    assert record["detentionDocumentation"] == [{"documentationNumber": 1, "actionNumbers": [1]}]
    assert record["officers"] == [{"officerNumber": "4471"}]


async def test_every_gap_has_its_entry_with_the_section_and_who_may(gateway: Gateway) -> None:
    await two_families(gateway)
    answer = await gateway.graphql(RECORD, PARENT, number=MINE)
    entries = {tuple(entry["path"]): entry for entry in answer["extensions"]["ferpa"]}
    told = {"isEnrolled", "identity", "studentRef", "perceived"}
    of_others = {("incident", "people", "*", name) for name in told}
    lists = {("incident", name) for name in ("actions", "outcomes", "charges", "conduct", "detentionDocumentation")}
    whole = {("incident", name) for name in ("flags", "clocks", "classification")}
    assert entries.keys() == of_others | lists | whole | {("incident", "bodyWornCamera", "reference")}
    for path in of_others | lists | whole:
        assert (entries[path]["rule"], entries[path]["section"]) == ("ANOTHER-STUDENT", "34 CFR 99.12(a)")
        assert entries[path]["whoMay"]


async def test_a_record_of_one_student_is_shown_whole_to_that_students_parent(gateway: Gateway) -> None:
    await two_families(gateway)
    answer = await gateway.graphql(RECORD, PARENT, number="2026-0")
    assert answer["data"]["incident"]["actions"] == [{"actionNumber": 1, "type": "detention", "personNumber": 1}]
    assert {entry["rule"] for entry in answer["extensions"]["ferpa"]} == {"ANOTHER-STUDENT", "COPY-NO-CAMERA"}
    assert {entry["path"][1] for entry in answer["extensions"]["ferpa"]} == {
        "flags", "clocks", "classification", "bodyWornCamera",
    }  # fmt: skip


async def test_rest_says_the_same(gateway: Gateway) -> None:
    await two_families(gateway)
    read = await gateway.http.get(f"/v1/incidents/{AGENCY}/{MINE}", headers=await gateway.headers(PARENT))
    record = read.json()
    assert record["people"][1] == {"person_number": 2, "involvement": ["victim"]}
    assert [one["action_number"] for one in record["actions"]] == [1]
    assert ("ANOTHER-STUDENT", ["people", "*", "perceived"]) in [
        (one["rule"], one["path"]) for one in record["withheld"]
    ]


CHANGES: list[tuple[str, Callable[[Gateway], Awaitable[Any]], set[str] | None, str | None]] = [
    ("rights revoked since yesterday", lambda g: say(g, PARENT, REVOKED | {"valid_from": "2026-01-01"}), None,
     "RIGHTS-REVOKED"),
    ("rights revoked from tomorrow", lambda g: say(g, PARENT, REVOKED | {"valid_from": "2198-01-01"}),
     {"2026-0", MINE}, None),
    ("rights that ended", lambda g: say(g, PARENT, FULL | {"valid_to": "2021-01-01"}), None, "FAMILY-NO-CHILD"),
    ("rights that passed on", lambda g: say(g, PARENT, FULL | PAST), None, "RIGHTS-PASSED-ON"),
    ("a dependent for tax", lambda g: say(g, PARENT, FULL | PAST | {"dependent_for_tax": True}),
     {"2026-0", MINE}, None),
    ("a corrected match", lambda g: g.view.apply(g.view.services.match(None, 1, "2026-0")), {MINE}, None),
    ("a match withdrawn", lambda g: g.view.apply(g.view.services.void_match(1, MINE)), {"2026-0"}, None),
    ("a record made void", lambda g: g.view.apply(*g.view.services.voided(MINE)), {"2026-0"}, None),
    ("another child as well", lambda g: say(g, PARENT, FULL, OTHER_NUMBER), {"2026-0", MINE, THEIRS}, None),
    ("a school that left the directory", lambda g: g.view.apply(g.view.services.void_school()), set(), None),
]  # fmt: skip


@pytest.mark.parametrize(("_", "change", "expected", "rule"), CHANGES, ids=[case[0] for case in CHANGES])
async def test_what_changes_counts_for_the_next_read(
    gateway: Gateway,
    _: str,
    change: Callable[[Gateway], Awaitable[Any]],
    expected: set[str] | None,
    rule: str | None,
) -> None:
    await two_families(gateway)
    await change(gateway)
    assert await seen(gateway, PARENT) == expected
    if rule:
        assert rule in await rules(gateway, PARENT)


async def test_a_cursor_from_before_leads_nowhere_once_rights_are_revoked(gateway: Gateway) -> None:
    await two_families(gateway)
    query = "query ($after: String) { incidents(first: 1, after: $after) { edges { cursor node { key } } } }"
    first = (await gateway.graphql(query, PARENT))["data"]["incidents"]["edges"][0]
    following = await gateway.graphql(query, PARENT, after=first["cursor"])
    assert len(following["data"]["incidents"]["edges"]) == 1
    await say(gateway, PARENT, REVOKED | {"valid_from": "2026-01-01"})
    assert (await gateway.graphql(query, PARENT, after=first["cursor"]))["data"]["incidents"] is None
    other = await gateway.graphql(query, SECOND, after=first["cursor"])
    assert (other.get("data") or {}).get("incidents") is None


async def test_a_parent_whose_rights_were_revoked_is_told_so_and_has_no_children(gateway: Gateway) -> None:
    await two_families(gateway)
    await say(gateway, SECOND, REVOKED)
    assert await seen(gateway, SECOND) is None
    answer = await gateway.graphql(KEYS, SECOND)
    assert answer["data"]["viewer"]["children"] == []
    [entry] = answer["extensions"]["ferpa"]
    assert (entry["rule"], entry["section"], entry["path"]) == ("RIGHTS-REVOKED", "34 CFR 99.4", ["incidents"])


async def test_without_a_line_nobody_is_a_parent(gateway: Gateway) -> None:
    await two_families(gateway)
    assert await seen(gateway, SECOND) is None
    assert await rules(gateway, SECOND) == {"FAMILY-NO-CHILD"}


async def test_a_student_holds_the_rights_from_the_day_on_which_they_pass(gateway: Gateway) -> None:
    await two_families(gateway)
    await say(gateway, STUDENT, SELF | FUTURE)
    assert (await seen(gateway, STUDENT), await seen(gateway, PARENT)) == (None, {"2026-0", MINE})
    await say(gateway, STUDENT, SELF | PAST)
    assert (await seen(gateway, STUDENT), await seen(gateway, PARENT)) == ({"2026-0", MINE}, None)


ORACLES = [
    "flag: \"P3-DISCIPLINE\"",
    "outcome: \"arrested\"",
    "action: \"search_person\"",
]  # fmt: skip


@pytest.mark.parametrize("asked", ORACLES)
async def test_no_filter_tells_a_parent_of_others(gateway: Gateway, asked: str) -> None:
    await two_families(gateway)
    answer = await gateway.graphql(f"{{ incidents(filter: {{{asked}}}) {{ totalCount }} }}", PARENT)
    assert answer["data"]["incidents"]["totalCount"] == 0
    assert [entry["rule"] for entry in answer["extensions"]["ferpa"]] == ["ANOTHER-STUDENT"]


async def test_a_parent_asks_for_the_own_child_by_reference_and_for_nobody_elses(gateway: Gateway) -> None:
    await two_families(gateway)
    query = "query ($ref: String) { incidents(filter: {studentRef: $ref}) { totalCount } }"
    for number, count in ((NUMBER, 2), (OTHER_NUMBER, 0)):
        ref = names(gateway).reference("9900001", digest(gateway, number))
        assert (await gateway.graphql(query, PARENT, ref=ref))["data"]["incidents"]["totalCount"] == count


AGENCYS = ["officers", "assignments", "courses", "completions", "topicCoverage"]


@pytest.mark.parametrize("field", AGENCYS)
async def test_what_an_agency_keeps_of_its_officers_is_withheld_with_a_reason(gateway: Gateway, field: str) -> None:
    await two_families(gateway)
    answer = await gateway.graphql(f"{{ {field} {{ totalCount }} }}", PARENT)
    assert answer["data"] == {field: None}
    assert [entry["rule"] for entry in answer["extensions"]["ferpa"]] == ["FAMILY-NO-AGENCY-RECORD"]


@pytest.mark.parametrize("field", ["flags { totalCount }", "clocks { totalCount }"])
async def test_what_is_said_of_contacts_as_a_whole_is_withheld_with_a_reason(gateway: Gateway, field: str) -> None:
    await two_families(gateway)
    answer = await gateway.graphql(f"{{ {field} }}", PARENT)
    assert list(answer["data"].values()) == [None]
    assert [entry["rule"] for entry in answer["extensions"]["ferpa"]] == ["ANOTHER-STUDENT"]


async def test_a_parent_is_given_no_counts_of_the_district(gateway: Gateway) -> None:
    await two_families(gateway)
    query = '{ summary(scope: {leaId: "9900001"}, schoolYear: "2026-27") { dataVersion } }'
    answer = await gateway.graphql(query, PARENT)
    assert answer["data"] == {"summary": None}
    assert [entry["rule"] for entry in answer["extensions"]["ferpa"]] == ["ANOTHER-STUDENT"]


async def test_the_change_feed_is_no_parents(gateway: Gateway) -> None:
    await two_families(gateway)
    owner = await gateway.view.owner()
    await owner.execute("update client set scopes = scopes || '{changes.read}' where client = 'demo-parent'")
    await owner.close()
    page = await gateway.changes(PARENT)
    assert (page["changes"], [entry["rule"] for entry in page["withheld"]]) == (None, ["ANOTHER-STUDENT"])


async def test_a_parent_of_another_district_is_a_stranger(gateway: Gateway) -> None:
    """The district that a token names is the one whose word counts."""
    await two_families(gateway)
    owner = await gateway.view.owner()
    await owner.execute("update client set lea_ids = '{9900002}' where client = 'demo-parent'")
    await owner.close()
    assert await seen(gateway, PARENT) is None
