"""Others' records, asked for by every node of GraphQL as every role: each answers as one that never was.

Source: OWASP API Security Top 10 (2023), API1, broken object level authorization.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_leaf_type,
    is_required_argument,
)
from strawberry.utils.str_converters import to_snake_case

from tests.attacks.house import ATTACKERS, OWNERS, House
from tests.attacks.records import CANARY, HOME, NEVER_KEPT, NEVER_WAS, OTHER, Place, value_of

SDL = Path(__file__).parents[2] / "docs" / "schema.graphql"
QUERY: GraphQLObjectType = build_schema(SDL.read_text(encoding="utf-8")).type_map["Query"]  # type: ignore[assignment]
PUBLIC = ("agencies", "districts", "schools")
"""Nodes of facts that are everybody's."""
PUBLISHED = ("publishedTables", "publishedTable")
"""Nodes of numbers that were published for everybody: what protects them is in the numbers themselves."""
DEEPEST = 8
PLACES = ("ori", "leaId", "schoolId", "incidentNumber")
WORDS = ("sourceSystem", "studentRef", "flag", "code", "initiatedBy", "outcome", "action")
"""Members that name something of a record; where a list of codes is closed, no record has the word."""
CODES = {"measure": "arrests", "by": "sex", "raceOwner": "perceived", "event": "arrest"}
"""Arguments of closed lists."""


@dataclass(frozen=True, slots=True)
class Question:
    """A root field, and what names whose records are asked for: arguments, or one member of the argument `inside`."""

    node: str
    arguments: tuple[str, ...] = ()
    inside: str | None = None
    member: str | None = None

    @property
    def name(self) -> str:
        """As the SDL writes it."""
        return f"{self.node}({', '.join(self.arguments) or (f'{self.inside}.{self.member}' if self.member else '')})"

    @property
    def names_a_place(self) -> bool:
        """Whether it says whose records are asked for."""
        return self.member is not None or any(name in PLACES for name in self.arguments)

    def text(self) -> str:
        """The query, for all that the node has."""
        field = QUERY.fields[self.node]
        named = (*self.arguments, self.inside) if self.inside else self.arguments
        if not named:
            return f"{{ {self.node} {selection(field)} }}"
        declared = ", ".join(f"${name}: {field.args[name].type}" for name in named)
        passed = ", ".join(f"{name}: ${name}" for name in named)
        return f"query ({declared}) {{ {self.node}({passed}) {selection(field)} }}"

    def variables(self, place: Place) -> dict[str, Any]:
        """What names this place."""
        named: dict[str, Any] = {
            name: CODES.get(name) or value_of(to_snake_case(name), place) for name in self.arguments
        }
        if self.inside and self.member:
            named[self.inside] = {self.member: word(self.member, place)}
        return named


def word(member: str, place: Place) -> str:
    """What a filter's member is of this place."""
    return place.word if member in WORDS else value_of(to_snake_case(member), place)


def selection(field: GraphQLField, depth: int = 1) -> str:
    """Every field below this one, as far as a document may go."""
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ""
    assert isinstance(kind, GraphQLObjectType)
    below = [
        f"{name} {selection(one, depth + 1)}"
        for name, one in kind.fields.items()
        if not any(is_required_argument(argument) for argument in one.args.values())
        and (depth < DEEPEST or is_leaf_type(get_named_type(one.type)))
    ]
    return f"{{ {' '.join(below)} }}"


def questions() -> Iterator[Question]:
    """For each root field: all of it, and by each member that names whose records are asked for."""
    for node, field in QUERY.fields.items():
        if node in PUBLISHED:
            continue
        needed = [name for name, argument in field.args.items() if is_required_argument(argument)]
        objects = [name for name, argument in field.args.items() if is_input_object_type(_kind(argument))]
        arguments = tuple(name for name in needed if name not in objects)
        if not set(needed) & set(objects):
            yield Question(node, arguments)
        if node in PUBLIC:
            continue
        yield from (Question(node, (*arguments, name)) for name in field.args if name in PLACES and name not in needed)
        for inside in objects:
            members = _kind(field.args[inside]).fields
            yield from (Question(node, arguments, inside, one) for one in members if one in PLACES + WORDS)


def _kind(argument: GraphQLArgument) -> Any:
    return get_nullable_type(argument.type)


QUESTIONS = [(question, role) for question in questions() for role in sorted(ATTACKERS)]


async def ask(house: House, question: Question, role: str, place: Place, **more: Any) -> str:
    """The answer about this place's records, with whatever names the place taken out."""
    body = {"query": question.text(), "variables": question.variables(place)}
    said = await house.send("gateway", "POST", "/graphql", role, json=body, **more)
    assert said.status_code == 200, said.text
    text = said.text
    for name in (place.number, place.school_id, place.lea_id, place.ori):
        text = text.replace(name, "…") if question.node not in PUBLIC else text
    return text


@pytest.mark.parametrize(
    ("question", "role"), QUESTIONS, ids=[f"{role}: {question.name}" for question, role in QUESTIONS]
)
async def test_a_node_of_another_is_as_one_that_never_was(house: House, question: Question, role: str) -> None:
    theirs = await ask(house, question, role, OTHER)
    assert CANARY not in theirs
    if question.names_a_place:
        assert theirs == await ask(house, question, role, NEVER_KEPT)
        assert theirs == await ask(house, question, role, NEVER_WAS)
    codes = {error["extensions"]["code"] for error in json.loads(theirs).get("errors", ())}
    assert codes <= {"individual-file-not-allowed"}


@pytest.mark.parametrize(
    "question",
    [question for question in questions() if question.member not in WORDS or question.member == "sourceSystem"],
    ids=lambda question: question.name,
)
async def test_the_others_themselves_are_answered(house: House, question: Question) -> None:
    """So that an answer of nothing to everybody would not pass for a wall."""
    said = [await ask(house, question, role, OTHER, claims=claims) for role, claims in OWNERS]
    found = [json.loads(one)["data"][question.node] for one in said]
    assert any(one and one.get("edges") != [] for one in found), said


@pytest.mark.parametrize("role", sorted(ATTACKERS))
async def test_a_place_in_anothers_list_is_no_place_here(house: House, role: str) -> None:
    query = "query ($after: String) { incidents(after: $after) { edges { cursor } pageInfo { endCursor } } }"
    theirs = await house.send(
        "gateway", "POST", "/graphql", "agency_system", claims={"oris": [OTHER.ori]}, json={"query": query}
    )
    cursor = theirs.json()["data"]["incidents"]["pageInfo"]["endCursor"]
    assert cursor
    answers = [
        await house.send("gateway", "POST", "/graphql", role, json={"query": query, "variables": {"after": after}})
        for after in (cursor, "bmV2ZXI")
    ]
    assert answers[0].json() == answers[1].json()
    assert not (answers[0].json()["data"]["incidents"] or {}).get("edges")


@pytest.mark.parametrize("role", sorted(ATTACKERS))
async def test_two_records_asked_for_at_once_stay_apart(house: House, role: str) -> None:
    """Aliases, fragments and a batch do not carry one answer into another."""
    query = (
        "query ($ours: String!, $theirs: String!, $own: String!, $number: String!) {"
        " ours: incident(ori: $ours, incidentNumber: $own) { ...all }"
        " theirs: incident(ori: $theirs, incidentNumber: $number) { ...all } }"
        " fragment all on Incident { key sourceSystem officers { officerNumber } }"
    )
    named = {"ours": HOME.ori, "own": HOME.number, "theirs": OTHER.ori, "number": OTHER.number}
    body = {"query": query, "variables": named}
    said = await house.send("gateway", "POST", "/graphql", role, json=[body, body])
    assert CANARY not in said.text
    assert [one["data"]["theirs"] for one in said.json()] == [None, None]
