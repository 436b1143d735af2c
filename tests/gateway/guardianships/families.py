"""Two families at a made-up school: what their district has said of them, and a record that tells of both."""

from typing import Any

from gateway.guardianships.store import Incoming, put_guardianships
from shared.contracts.guardianships import GuardianshipLine
from shared.records.pseudonyms import Pseudonyms
from shared.settings import Settings
from tests.gateway.conftest import Gateway
from tests.gateway.events import DISTRICT, START

MINE, THEIRS, NUMBER, OTHER_NUMBER = "2026-1", "2026-2", "S1", "S2"
CHILD: dict[str, Any] = {
    "person_number": 1,
    "involvement": ["subject"],
    "is_enrolled": "yes",
    "perceived": {"sex": "female", "age": 14, "disability": "yes", "basis": "observation"},
    "identity": "given",
}
ANOTHER = CHILD | {"person_number": 2, "involvement": ["victim"], "perceived": {"sex": "male", "age": 11}}
SHARED: dict[str, Any] = {
    "people": [CHILD, ANOTHER],
    "actions": [
        {"action_number": 1, "type": "detention", "person_number": 1},
        {"action_number": 2, "type": "search_person", "person_number": 2},
        {"action_number": 3, "type": "conversation"},
    ],
    "outcomes": [{"type": "returned_to_school", "person_number": 1}, {"type": "arrested", "person_number": 2}],
    "charges": [{"charge_number": 1, "person_number": 2, "code": {"scheme": "nibrs", "code": "13B"}}],
    "conduct": [
        {"conduct_number": 1, "scheme": "nibrs", "code": "13B", "person_numbers": [2]},
        {"conduct_number": 2, "scheme": "code_of_conduct", "code": "profanity", "person_numbers": [1, 2]},
    ],
    "detention_documentation": [
        {"documentation_number": 1, "action_numbers": [1], "basis": "given"},
        {"documentation_number": 2, "action_numbers": [2], "basis": "given"},
    ],
}
FULL: dict[str, Any] = {"relationship": "parent", "rights": "full", "valid_from": "2020-08-01"}
REVOKED = FULL | {"rights": "revoked", "revoked_by": "court_order"}
SELF: dict[str, Any] = FULL | {"relationship": "self"}
FUTURE, PAST = {"rights_pass_on": "2199-01-01"}, {"rights_pass_on": "2020-01-01"}
ISSUER = Settings().public_url


def names(gateway: Gateway) -> Pseudonyms:
    """The names that the gateway has for students."""
    return Pseudonyms(gateway.secrets.pseudonym_key(), {})


def digest(gateway: Gateway, number: str = NUMBER) -> str:
    """What is kept in place of a student's number."""
    return names(gateway).digest(DISTRICT, number)


async def say(gateway: Gateway, client: str, line: dict[str, Any] = FULL, number: str = NUMBER) -> None:
    """Let the district say how the person behind a client of the demo stands to a student."""
    person = {"issuer": ISSUER, "subject": client}
    whole = {"lea_id": DISTRICT, "student_number": number, "person": person, **line}
    read = GuardianshipLine.model_validate(whole, strict=False)
    incoming = Incoming.of(read, names(gateway), ISSUER)
    await put_guardianships(gateway.view.reader, {"one": incoming}, by="sis", at=START)


async def two_families(gateway: Gateway) -> None:
    """A record of one child, another of both children, a third of the other child alone; parents with full rights."""
    services = gateway.view.services
    await gateway.view.apply(services.school())
    await gateway.view.apply(*services.accepted("2026-0", people=[CHILD]))
    await gateway.view.apply(*services.accepted(MINE, **SHARED), services.flag(), services.conclusion(MINE))
    await gateway.view.apply(*services.accepted(THEIRS, people=[CHILD]))
    await gateway.view.apply(
        services.match(digest(gateway), 1, "2026-0"),
        services.match(digest(gateway), 1, MINE),
        services.match(digest(gateway, OTHER_NUMBER), 2, MINE),
        services.match(digest(gateway, OTHER_NUMBER), 1, THEIRS),
    )
    await say(gateway, "demo-parent")
