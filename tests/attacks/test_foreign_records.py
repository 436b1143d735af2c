"""Another organisation's record, asked for by every route as every role: it answers as one that never was.

Source: OWASP API Security Top 10 (2023), API1, broken object level authorization.
"""

import json

import pytest

from services.reporting.record.kinds import KINDS
from tests.attacks.house import ATTACKERS, OWNERS, House
from tests.attacks.operations import NDJSON, Operation, operations
from tests.attacks.records import BODIES, NEIGHBOUR, NEVER_KEPT, NEVER_THERE, NEVER_WAS, OTHER, Place

PUBLIC_FACTS = ("/v1/agencies/", "/v1/districts/", "/v1/schools", "/v1/partnerships/", "/v1/calendars/")
"""What anybody may read of any organisation."""
NOT_READ = ("school-codes", "judgements")
"""Records that no route reads back by themselves."""
OF_EACH_REQUEST = {"x-request-id", "ratelimit", "ratelimit-policy", "content-length"}


def is_public(operation: Operation) -> bool:
    """Whether it reads facts that are everybody's."""
    return operation.method == "GET" and operation.service == "reporting" and operation.path.startswith(PUBLIC_FACTS)


def writes_everything(operation: Operation, role: str) -> bool:
    """Whether the role writes the records of every organisation, by the rules of the reporting service."""
    plural = operation.path.split("/")[2]
    if plural == "publications":
        return role == "administrator"
    return operation.service == "reporting" and any(
        role in kind.write_everything for kind in KINDS.values() if plural in (kind.plural, "directory")
    )


ASKED = [operation for operation in operations() if operation.names_a_record and not is_public(operation)]
ATTACKS = [
    (operation, role) for operation in ASKED for role in sorted(ATTACKERS) if not writes_everything(operation, role)
]


async def answer(house: House, operation: Operation, role: str, place: Place) -> tuple[int, str, dict[str, str]]:
    """What is answered about a record of this place, with whatever names the place taken out."""
    ids = house.ids_for(role, place)
    path, asked = operation.request(place, ids)
    said = await house.send(operation.service, operation.method, path, role, **asked)
    assert not any(word in said.text + str(said.headers) for word in (OTHER.word, NEIGHBOUR.word))
    assert said.status_code < 500, said.text
    headers = {name: text for name, text in said.headers.items() if name not in OF_EACH_REQUEST}
    text = said.text.replace(said.headers["x-request-id"], "")
    for name in (*ids.values(), place.number, place.school_id, place.lea_id, place.ori):
        text = text.replace(name, "…")
    return said.status_code, text, headers


@pytest.mark.parametrize(
    ("operation", "role"), ATTACKS, ids=[f"{role}: {operation.name}" for operation, role in ATTACKS]
)
async def test_anothers_record_is_as_one_that_never_was(house: House, operation: Operation, role: str) -> None:
    theirs = await answer(house, operation, role, OTHER)
    assert theirs == await answer(house, operation, role, NEVER_KEPT)
    assert theirs == await answer(house, operation, role, NEVER_WAS)
    assert operation.method == "GET" or not accepted(operation, theirs[0], theirs[1])


def accepted(operation: Operation, status: int, text: str) -> bool:
    """Whether anything that was sent was taken."""
    if operation.media_type == NDJSON and status == 200:
        results = [json.loads(line).get("result", "rejected") for line in text.splitlines()]
        return set(results) != {"rejected"}
    return status < 300


OF_OFFICERS = ("/v1/officers/{", "/v1/completions/{", "/v1/assignments/{")
NEXT_DOOR = [(operation, "school_leader") for operation in ASKED]
NEXT_DOOR += [
    (operation, "officer")
    for operation in ASKED
    if operation.service == "training"
    and operation.method == "GET"
    and (operation.path.startswith(OF_OFFICERS) or "officer_number" in operation.query)
]
"""What a leader of one school asks of another school of the district, and an officer of another officer."""


@pytest.mark.parametrize(
    ("operation", "role"), NEXT_DOOR, ids=[f"{role}: {operation.name}" for operation, role in NEXT_DOOR]
)
async def test_a_neighbours_record_is_as_one_that_never_was(house: House, operation: Operation, role: str) -> None:
    theirs = await answer(house, operation, role, NEIGHBOUR)
    assert theirs == await answer(house, operation, role, NEVER_THERE)
    assert operation.method == "GET" or not accepted(operation, theirs[0], theirs[1])


@pytest.mark.parametrize(
    "operation",
    [operation for operation in ASKED if operation.method in ("GET", "PUT") or operation.media_type == NDJSON],
    ids=lambda operation: operation.name,
)
async def test_the_others_themselves_are_answered(house: House, operation: Operation) -> None:
    """So that a refusal of everybody, or of what is sent, would not pass for a wall."""
    path, asked = operation.request(OTHER, house.ids[OTHER])
    headers = {**asked.pop("headers", {}), "Daylight-Dry-Run": "true"}
    said = [
        await house.send(operation.service, operation.method, path, role, claims=claims, headers=headers, **asked)
        for role, claims in OWNERS
    ]
    assert any(one.status_code == 200 and accepted(operation, 200, one.text) for one in said), [
        one.text for one in said
    ]


async def test_every_record_of_the_others_stands_as_it_stood(house: House) -> None:
    assert len(house.stood) >= len(BODIES) - len(NOT_READ)
    assert await house.standing() == house.stood
