"""One delivered incident, asked for by everybody, by every way in: field by field what the page of viewers says."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pytest
from strawberry.utils.str_converters import to_camel_case

from docs.generate.viewers import ASKERS, Answer, Cell, fields, gets_the_record, is_de_identified, matrix, registration
from gateway.around import FOLLOWING
from gateway.masks import EVERY_INDEX, NEVER_SHOWN, Path
from gateway.oauth.clients import demo_clients
from gateway.own_part import OF_ONE_PERSON, OF_SEVERAL, SAID_OF_OTHERS
from gateway.policy import EDUCATION_RECORD, policy
from gateway.viewer import CHANGED_AT
from tests.gateway.planting import Clients, Told, told
from tests.gateway.whole_incident import AGENCY, KEY, NOON, NUMBER, SCHOOL, SOURCE
from tests.running_stack import RunningStack

OWN_PERSON = {"demo-parent": 1, "demo-student": 2}
READERS = [client for client in ASKERS if gets_the_record(client).permits]
NAMING = [client for client in READERS if not is_de_identified(client)]
"""Those who get the record and may ask for it by its number."""
CODED = [client for client in READERS if is_de_identified(client)]
"""Those who find it in a list alone."""
TURNED_AWAY = [client for client in ASKERS if client not in READERS]
SHOWN_ANYWHERE = [field for field in fields() if field.label not in NEVER_SHOWN]
SNAKE_OF = {to_camel_case(step): step for field in SHOWN_ANYWHERE for step in field.path}
HOW_MANY = {"demo-state": 3, "demo-rms": 2, "demo-supervisor": 2, "demo-sis": 2, "demo-privacy-officer": 2} | {
    "demo-oversight": 2,
    "demo-researcher": 2,
    "demo-other-rms": 1,
    "demo-other-sis": 1,
    "demo-principal": 1,
    "demo-parent": 1,
    "demo-student": 1,
}
"""How many of the three incidents each viewer may see; whoever is not named has no scope."""


@pytest.fixture(scope="module")
def everything(stack: RunningStack) -> Iterator[Told]:
    """The incident in a running stack."""
    with httpx2.Client(timeout=20, trust_env=False) as http:
        yield told(Clients(stack, http))


def test_every_client_of_the_demo_is_asked() -> None:
    assert set(ASKERS) == {client.client for client in demo_clients()}


@pytest.mark.parametrize("client", NAMING)
def test_one_record_in_rest_is_as_the_page_says(everything: Told, client: str) -> None:
    record = everything.get(client, f"/v1/incidents/{KEY}").raise_for_status().json()
    compare(client, record, truth(everything, client))
    assert said(record["withheld"]) == entries(client)


@pytest.mark.parametrize("client", NAMING)
def test_one_record_in_graphql_is_as_the_page_says(everything: Told, client: str) -> None:
    answer = everything.graphql(
        client, f'{{ incident(ori: "{AGENCY}", incidentNumber: "{NUMBER}") {{ {SELECTION} }} }}'
    )
    assert "errors" not in answer
    compare(client, renamed(answer["data"]["incident"]), truth(everything, client))
    assert said(renamed(answer["extensions"]["ferpa"])) == entries(client, "incident")


@pytest.mark.parametrize("client", NAMING)
def test_a_list_in_rest_is_as_the_page_says(everything: Told, client: str) -> None:
    page = everything.get(client, "/v1/incidents", source_system=SOURCE).raise_for_status().json()
    (record,) = [one for one in page["incidents"] if one["key"] == KEY]
    compare(client, record, truth(everything, client), following=False)
    assert said(page["withheld"]) == entries(client, "incidents", EVERY_INDEX, following=False)


@pytest.mark.parametrize("client", NAMING)
def test_the_change_feed_is_as_the_page_says(everything: Told, client: str) -> None:
    answer = everything.get(client, "/v1/changes", kind="incident", limit=1000)
    if "changes.read" not in registration(client).scopes:
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")
        return
    (change,) = [one for one in answer.raise_for_status().json()["changes"] if one.get("key") == KEY]
    compare(client, {**change["record"], CHANGED_AT: change[CHANGED_AT]}, truth(everything, client), following=False)
    assert said(change["withheld"]) == entries(client, "record", following=False)


@pytest.mark.parametrize("client", TURNED_AWAY)
def test_who_gets_nothing_is_told_by_which_rule(everything: Told, client: str) -> None:
    rule = gets_the_record(client)
    one = everything.get(client, f"/v1/incidents/{KEY}")
    assert one.status_code == 404
    assert said(one.json()["withheld"]) == {((), rule.name)}
    answer = everything.graphql(
        client, f'{{ incident(ori: "{AGENCY}", incidentNumber: "{NUMBER}") {{ {SELECTION} }} }}'
    )
    assert answer["data"] == {"incident": None}
    assert said(answer["extensions"]["ferpa"]) == {(("incident",), rule.name)}


@pytest.mark.parametrize("client", ASKERS)
def test_whoever_has_a_scope_is_told_exactly_how_many_and_who_has_none_is_told_null(
    everything: Told, client: str
) -> None:
    answer = everything.graphql(client, COUNTED)
    listed = everything.get(client, "/v1/incidents", source_system=SOURCE).raise_for_status().json()
    if client in HOW_MANY:
        assert answer["data"]["incidents"]["totalCount"] == HOW_MANY[client]
        assert len(listed["incidents"]) == HOW_MANY[client]
        return
    rule = gets_the_record(client).name
    assert answer["data"] == {"incidents": None}
    assert said(answer["extensions"]["ferpa"]) == {(("incidents",), rule)}
    assert listed["incidents"] is None
    assert said(listed["withheld"]) == {(("incidents",), rule)}


@pytest.mark.parametrize("client", sorted(HOW_MANY))
def test_pages_of_one_lead_through_all_of_them_and_end(everything: Told, client: str) -> None:
    keys: list[str] = []
    after: dict[str, str] = {}
    while len(keys) < HOW_MANY[client]:
        answer = everything.get(client, "/v1/incidents", source_system=SOURCE, limit=1, **after)
        page = answer.raise_for_status().json()
        keys += [record["key"] for record in page["incidents"]]
        assert (page["next"] is None) == (len(keys) == HOW_MANY[client])
        after = {"cursor": page["next"]}
    assert len(set(keys)) == HOW_MANY[client]


def test_without_a_token_there_is_null_with_the_public_s_rule(everything: Told) -> None:
    answer = everything.graphql(None, COUNTED)
    assert answer["data"] == {"incidents": None}
    assert said(answer["extensions"]["ferpa"]) == {(("incidents",), "PUBLIC-NO-RECORD")}


def test_only_its_district_and_families_learn_which_student_it_was(everything: Told) -> None:
    for client in NAMING:
        named = client in OWN_PERSON or policy().class_of(registration(client).role) == EDUCATION_RECORD
        answer = everything.get(client, f"/v1/incidents/{KEY}").text
        assert any(one in answer for one in everything.references) == named, client


@pytest.mark.parametrize("client", CODED)
def test_a_de_identified_record_is_in_lists_alone_and_as_the_page_says(everything: Told, client: str) -> None:
    answer = everything.graphql(client, LISTED)
    (record,) = [edge["node"] for edge in answer["data"]["incidents"]["edges"] if edge["node"]["actions"]]
    compare(client, renamed(record), truth(everything, client))
    place = ("incidents", "edges", EVERY_INDEX, "node")
    assert said(renamed(answer["extensions"]["ferpa"])) == entries(client, *place)
    page = everything.get(client, "/v1/incidents", source_system=SOURCE).raise_for_status().json()
    (listed,) = [one for one in page["incidents"] if one.get("actions")]
    compare(client, listed, truth(everything, client), following=False)
    assert said(page["withheld"]) == entries(client, "incidents", EVERY_INDEX, following=False)
    assert (listed["id"], listed["key"]) == (record["id"], record["id"])


@pytest.mark.parametrize("client", CODED)
def test_nothing_leads_from_a_de_identified_record_to_the_incident(everything: Told, client: str) -> None:
    answer = json.dumps(everything.graphql(client, LISTED))
    answer += everything.get(client, "/v1/incidents", source_system=SOURCE, limit=1).text
    for known in (NUMBER, everything.kept["id"], SCHOOL, NOON[:10], "A-1", *everything.references):
        assert known not in answer, known
    assert ("4471" in answer) == (client == "demo-oversight")


def test_two_readers_of_de_identified_records_cannot_put_them_together(everything: Told) -> None:
    codes = [
        {record["key"] for record in everything.get(client, "/v1/incidents").raise_for_status().json()["incidents"]}
        for client in CODED
    ]
    assert codes[0].isdisjoint(codes[1])


@pytest.mark.parametrize("client", CODED)
@pytest.mark.parametrize("number", [NUMBER, "NEVER-WAS"])
def test_a_de_identified_record_is_asked_for_by_no_number_place_or_time(
    everything: Told, client: str, number: str
) -> None:
    one = everything.get(client, f"/v1/incidents/{AGENCY}/{number}")
    assert one.status_code == 404
    assert said(one.json()["withheld"]) == {((), "DE-IDENTIFIED")}
    answer = everything.graphql(client, f'{{ incident(ori: "{AGENCY}", incidentNumber: "{number}") {{ key }} }}')
    assert answer["data"] == {"incident": None}
    assert said(answer["extensions"]["ferpa"]) == {(("incident",), "DE-IDENTIFIED")}
    for asked in ({"school_id": SCHOOL}, {"occurred_from": NOON[:10]}, {"outcome": "arrested"}):
        page = everything.get(client, "/v1/incidents", **asked).json()
        assert page["incidents"] == []
        assert said(page["withheld"]) == {(("incidents",), "DE-IDENTIFIED")}


@pytest.mark.parametrize("client", CODED)
def test_counts_are_withheld_from_whoever_may_not_see_what_is_counted(everything: Told, client: str) -> None:
    answer = everything.get(client, "/v1/summaries", ori=AGENCY, school_year="2026-27", by="sex").json()
    assert "DE-IDENTIFIED" in {entry["rule"] for entry in answer["withheld"]}
    assert not answer.get("measures")


def truth(everything: Told, client: str) -> dict[str, Any]:
    """The record as it is kept, in the district's copy with its names for students; for families of one of the two."""
    record = dict(everything.kept)
    if policy().class_of(registration(client).role) == EDUCATION_RECORD:
        pairs = zip(record["people"], everything.references, strict=True)
        record["people"] = [{**person, "student_ref": reference} for person, reference in pairs]
    if (own := OWN_PERSON.get(client)) is not None:
        record["people"] = [
            person if person["person_number"] == own else {name: person[name] for name in SAID_OF_OTHERS}
            for person in record["people"]
        ]
        record |= {name: [record[name][own - 1]] for name in (*OF_ONE_PERSON, *OF_SEVERAL)}
    return record


def compare(client: str, record: Mapping[str, Any], kept: Mapping[str, Any], *, following: bool = True) -> None:
    """Hold a record that was answered against the page of viewers, and what is shown of it against what is kept."""
    for path, cell in matrix(client).items():
        if path[0] in FOLLOWING and not following:
            continue
        found = list(values(record, path))
        if cell.answer in (Answer.ABSENT, Answer.WITHHELD):
            assert not any(one is not None for one in found), (client, path)
        elif path[-1] == CHANGED_AT:
            assert None not in found, (client, path)
        elif path[0] not in FOLLOWING:
            assert found == list(values(kept, path)), (client, path)
        elif len(path) == 1:
            assert found != [None], (client, path)
    if following and client not in OWN_PERSON:
        readers = gets_the_record(client).readers
        assert all(not readers.isdisjoint(flag["seen_by"]) for flag in record["flags"])
        assert {judgement["side"] for judgement in record["judgements"]} == {"agency", "school"}


def entries(client: str, *place: str, following: bool = True) -> set[tuple[Path, str]]:
    """The entries that the page asks for: one for each field that is withheld, and none within one that is."""
    cells = matrix(client)
    return {
        ((*place, *path), cell.rule.name)
        for path, cell in cells.items()
        if cell.answer in (Answer.WITHHELD, Answer.OWN_CHILD)
        and (following or path[0] not in FOLLOWING)
        and not any(_has_entry(cells, path[:length]) for length in range(1, len(path)))
    }


def _has_entry(cells: Mapping[Path, Cell], path: Path) -> bool:
    return path in cells and cells[path].answer in (Answer.WITHHELD, Answer.OWN_CHILD)


def said(withheld: list[dict[str, Any]]) -> set[tuple[Path, str]]:
    """The entries of an answer; each cites the law and says who may."""
    assert all(entry["section"].startswith("34 CFR 99.") and entry["reason"] for entry in withheld)
    assert all(entry.get("who_may") or entry.get("whoMay") for entry in withheld)
    found = [(tuple(entry["path"]), entry["rule"]) for entry in withheld]
    assert len(set(found)) == len(found)
    return set(found)


def values(record: Any, path: Path) -> Iterator[Any]:
    """What stands at a path: a value for each element of the lists on the way, null for none."""
    if not path:
        yield type(record) if isinstance(record, dict | list) else record
    elif path[0] == EVERY_INDEX:
        for element in record or ():
            yield from values(element, path[1:])
    else:
        yield from values((record or {}).get(path[0]), path[1:])


def renamed(answer: Any) -> Any:
    """An answer of GraphQL with the names that REST has for its fields, in paths as well."""
    if isinstance(answer, list):
        return [renamed(one) for one in answer]
    if isinstance(answer, dict):
        return {
            SNAKE_OF.get(name, name): [SNAKE_OF.get(step, step) for step in one] if name == "path" else renamed(one)
            for name, one in answer.items()
        }
    return answer


def selection(tree: Mapping[str, Any]) -> str:
    """Every field of a tree, as GraphQL asks for them."""
    return " ".join(
        f"{to_camel_case(name)} {{ {selection(part)} }}" if part else to_camel_case(name) for name, part in tree.items()
    )


def tree_of_fields() -> dict[str, Any]:
    """Every field that any viewer is shown, each below the part in which it stands."""
    tree: dict[str, Any] = {}
    for field in SHOWN_ANYWHERE:
        place = tree
        for step in field.path:
            if step != EVERY_INDEX:
                place = place.setdefault(step, {})
    return tree


SELECTION = selection(tree_of_fields())
COUNTED = f'{{ incidents(filter: {{sourceSystem: "{SOURCE}"}}) {{ totalCount }} }}'
LISTED = f'{{ incidents(filter: {{sourceSystem: "{SOURCE}"}}) {{ edges {{ cursor node {{ id key {SELECTION} }} }} }} }}'
