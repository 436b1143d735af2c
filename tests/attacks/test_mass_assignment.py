"""What the server says of a record, sent by a client that may write it: refused by name, wherever it stands.

Source: OWASP API Security Top 10 (2023), API3, broken object property level authorization.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from tests.attacks.house import SCOPES, House
from tests.attacks.operations import NDJSON, Operation, operations
from tests.attacks.records import HOME, NEVER_KEPT, NO_ID, OTHER, address

SET_BY_THE_SERVER = (
    "id",
    "key",
    "version",
    "etag",
    "owner",
    "custodian",
    "tenant",
    "record_class",
    "position",
    "changed_at",
    "changed_by",
    "received_at",
    "accepted_at",
    "delivered_at",
    "flags",
    "undetermined",
    "open_questions",
    "superseded_answers",
    "classification",
    "sealed_digest",
    "student_ref",
    "district_id",
    "published",
    "reviewed_by",
    "actor_role",
    "decided_at",
    "seen_by",
    "rule_version",
    "is_sro",
    "withheld",
)
GRAPHQL_AND_OAUTH = ("/graphql", "/oauth/token")
"""Bodies of other protocols, which pass over what they do not know."""
WRITES = [
    operation
    for operation in operations()
    if operation.media_type and operation.path not in GRAPHQL_AND_OAUTH and operation.method != "GET"
]
WRITERS = ("agency_system", "district_system", "supervisor", "school_leader", "administrator")


async def faults(house: House, operation: Operation, body: Any) -> dict[str, str]:
    """The faults of a body by their pointers, as whoever may send it hears them."""
    path = address(operation.path, HOME, house.ids_for("supervisor", NEVER_KEPT))
    lines = body if operation.media_type == NDJSON else [body]
    content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    headers = {"Content-Type": operation.media_type or ""}
    said = [
        await house.send(operation.service, operation.method, path, role, content=content, headers=headers)
        for role in WRITERS
    ]
    assert not any(one.status_code in (201, 204) for one in said), [one.text for one in said]
    found: dict[str, str] = {}
    for one in said:
        for problem in _problems(one.text):
            found |= {fault["pointer"]: fault["code"] for fault in problem.get("errors", ())}
    return found


def _problems(text: str) -> Iterator[dict[str, Any]]:
    """The problem of an answer, or that of each of its lines."""
    for line in text.splitlines():
        said = json.loads(line)
        yield said.get("problem") or said


def _sent(operation: Operation) -> Any:
    """A good body, about the attacker's own record."""
    _, asked = operation.request(HOME, {"incident_id": NO_ID})
    lines = [json.loads(line) for line in asked["content"].splitlines()]
    return lines if operation.media_type == NDJSON else lines[0]


def _objects(body: Any, pointer: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a body below the topmost, by its pointer."""
    parts = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, part in parts:
        if isinstance(part, dict):
            yield f"{pointer}/{name}", part
        yield from _objects(part, f"{pointer}/{name}")


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.name)
async def test_no_field_of_the_servers_is_taken(house: House, operation: Operation) -> None:
    body = _sent(operation)
    lines = body if isinstance(body, list) else [body]
    names = [name for name in SET_BY_THE_SERVER if not any(name in line for line in lines)]
    more = [line | dict.fromkeys(names, "1") for line in lines]
    found = await faults(house, operation, more if isinstance(body, list) else more[0])
    assert {name: found.get(f"#/{name}") for name in names} == dict.fromkeys(names, "unknown-field")


NESTED = [operation for operation in WRITES if operation.media_type != NDJSON and any(_objects(_sent(operation)))]


@pytest.mark.parametrize("operation", NESTED, ids=lambda operation: operation.name)
async def test_no_field_of_the_servers_is_taken_inside_a_body(house: House, operation: Operation) -> None:
    for pointer, _ in _objects(_sent(operation)):
        body = deepcopy(_sent(operation))
        inside = dict(_objects(body))[pointer]
        inside |= dict.fromkeys(SET_BY_THE_SERVER, "1")
        found = await faults(house, operation, body)
        assert {f"{pointer}/{name}" for name in SET_BY_THE_SERVER} <= found.keys(), pointer


MORE: Mapping[str, str] = {
    "role": "administrator",
    "oris": "*",
    "lea_ids": OTHER.lea_id,
    "school_ids": OTHER.school_id,
    "officer_number": "1",
    "client": "demo-state",
    "client_id": "demo-state",
    "sub": "demo-state",
    "aud": "another",
    "exp": "99999999999",
    "scopes": SCOPES,
    "purposes": "emergency",
    "subject_token": "x",
    "assertion": "x",
    "resource": "x",
}
"""Parameters of a request for a token that would make more of its client."""


@pytest.mark.parametrize("name", sorted(MORE))
async def test_a_client_is_what_it_is_registered_as_whatever_its_request_says(house: House, name: str) -> None:
    form = {"grant_type": "client_credentials", name: MORE[name]}
    given = [
        (await house.http["gateway"].post("/oauth/token", data=one, auth=house.client)).json()["access_token"]
        for one in ({"grant_type": "client_credentials"}, form)
    ]
    plain, widened = (_claims(token) for token in given)
    assert widened == plain


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ({"scope": SCOPES}, 400, "invalid_scope"),
        ({"scope": "clients.write"}, 400, "invalid_scope"),
        ({"purpose": "emergency"}, 403, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange"}, 400, "unsupported_grant_type"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
async def test_a_client_is_given_no_more_than_it_is_registered_for(
    house: House, asked: dict[str, str], status: int, error: str
) -> None:
    form = {"grant_type": "client_credentials", **asked}
    answer = await house.http["gateway"].post("/oauth/token", data=form, auth=house.client)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def _claims(token: str) -> dict[str, Any]:
    """What a token says, but when it was given and its own id."""
    content = token.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    return {name: value for name, value in said.items() if name not in ("iat", "exp", "nbf", "jti")}


async def test_the_attackers_own_records_stand_as_they_stood(house: House) -> None:
    for path in (f"/v1/incidents/{HOME.ori}/{HOME.number}",):
        read = await house.send("incidents", "GET", path, "agency_system")
        assert read.headers["etag"] == '"1"'
