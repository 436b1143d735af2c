"""A parent, or a student of age, learns what is sealed of the own child, and who else was told of it."""

from typing import Any

import orjson
import pytest

from tests.gateway.events import AGENCY, DISTRICT
from tests.gateway.reveals.conftest import BASIS, NAME, OTHER_NAME, REPORT, URL, House
from tests.tokens import bearer

NDJSON = {"Content-Type": "application/x-ndjson"}
PARENTAL = {"purpose": "guardian_access", "basis": "99.10"}
SCOPE = "matches.write"


async def push(house: House, where: str, **line: Any) -> None:
    """Let the district say one thing in bulk."""
    at = house.gateway if where == "guardianships" else house.incidents
    headers = await house.headers("sis", scope=SCOPE) | NDJSON
    answer = await at.post(f"/v1/{where}/bulk", content=orjson.dumps(line), headers=headers)
    assert orjson.loads(answer.content.splitlines()[0])["result"] in ("created", "changed"), answer.text


async def match(house: House, person: int, number: str | None) -> None:
    """Let the district say who a person is."""
    headers = await house.headers("sis", scope=SCOPE)
    listed = await house.incidents.get("/v1/matches", params={"lea_id": DISTRICT}, headers=headers)
    incident_id = listed.json()["matches"][0]["incident_id"]
    said = {"student_number": number} if number else {"not_a_student": True}
    await push(house, "matches", incident_id=incident_id, person_number=person, **said)
    await house.project()


async def parent(house: House, client: str = "mother", number: str = "S1", **line: Any) -> None:
    """Let the district say how somebody stands to a student."""
    person = {"issuer": house.issuer, "subject": client}
    usual = {"relationship": "parent", "rights": "full", "valid_from": "2020-08-01"}
    await push(house, "guardianships", lea_id=DISTRICT, student_number=number, person=person, **usual | line)


async def family(house: House) -> None:
    """The first person is the mother's child, the second somebody else's."""
    await match(house, 1, "S1")
    await match(house, 2, "S2")
    await parent(house)


async def test_a_parent_learns_the_own_childs_identity_and_it_is_recorded(house: House) -> None:
    await family(house)
    answer = await house.reveal_copy("mother", **PARENTAL)
    assert answer.json()["identities"][0]["identity"]["name"] == NAME
    assert OTHER_NAME not in answer.text
    assert await house.recorded(DISTRICT) == [("granted", "REVEAL-OWN-CHILD")]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("another's child", {"person_numbers": [2]}, "ANOTHER-STUDENT"),
    ("the own child and another", {"person_numbers": [1, 2]}, "ANOTHER-STUDENT"),
    ("a witness whom nobody has matched", {"person_numbers": [3]}, "ANOTHER-STUDENT"),
    ("documentation, where it may tell of others", {"what": "documentation"}, "ANOTHER-STUDENT"),
    ("the narrative", {"what": "narrative", "person_numbers": None}, "NARRATIVE-STAYS"),
    ("the agency's own record", {"custodian": AGENCY, "basis": None}, "FAMILY-NO-CHILD"),
    ("as if an official", {"basis": "99.31(a)(1)(i)(A)"}, "NOTHING-PERMITS"),
    ("for another purpose", {"purpose": "school_duty"}, "NOTHING-PERMITS"),
    ("in an emergency", {"purpose": "emergency", "basis": "99.31(a)(10)", "threat": "x", "recipients": "y"},
     "NOTHING-PERMITS"),
]  # fmt: skip


@pytest.mark.parametrize(("_", "asked", "rule"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_what_is_not_the_parents_is_refused_and_recorded(
    house: House, _: str, asked: dict[str, Any], rule: str
) -> None:
    await family(house)
    answer = await house.reveal_copy("mother", **PARENTAL | asked)
    assert (answer.status_code, answer.json()["withheld"][0]["rule"]) == (403, rule)
    assert NAME not in answer.text
    assert OTHER_NAME not in answer.text
    assert await house.recorded(asked.get("custodian", DISTRICT)) == [("refused", rule)]


async def test_a_corrected_match_ends_what_a_parent_may_learn_at_once(house: House) -> None:
    await family(house)
    assert (await house.reveal_copy("mother", **PARENTAL)).status_code == 200
    await match(house, 1, None)
    assert (await house.reveal_copy("mother", **PARENTAL)).status_code == 404


async def test_revoked_rights_end_it_at_once(house: House) -> None:
    await family(house)
    await parent(house, rights="revoked", revoked_by="court_order", valid_from="2026-01-01")
    answer = await house.reveal_copy("mother", **PARENTAL)
    assert (answer.status_code, answer.json()["withheld"][0]["rule"]) == (403, "RIGHTS-REVOKED")
    assert (await house.disclosures("mother", purpose="guardian_access")).status_code == 403


async def test_who_is_no_parent_learns_nothing(house: House) -> None:
    await family(house)
    answer = await house.reveal_copy("father", **PARENTAL)
    assert (answer.status_code, answer.json()["withheld"][0]["rule"]) == (403, "FAMILY-NO-CHILD")


async def test_a_student_of_age_learns_the_own_identity_and_the_parent_no_more(house: House) -> None:
    await family(house)
    await parent(house, "student", relationship="self", rights_pass_on="2020-09-01")
    assert (await house.reveal_copy("student", **PARENTAL)).status_code == 200
    answer = await house.reveal_copy("mother", **PARENTAL)
    assert answer.json()["withheld"][0]["rule"] == "RIGHTS-PASSED-ON"


async def test_a_parent_inspects_who_was_told_of_the_own_child_and_of_nobody_else(house: House) -> None:
    """What 99.32 exempts is not in it: school officials, and the parent's own requests."""
    await family(house)
    emergency = {"purpose": "emergency", "basis": "99.31(a)(10)", "threat": "A knife.", "recipients": "Police"}
    await house.reveal_copy("principal", **emergency, person_numbers=[1, 2])
    await house.reveal_copy("principal", **emergency, person_numbers=[2])
    await house.reveal_copy("principal")
    await house.reveal_copy("rms")
    await house.reveal_copy("mother", **PARENTAL)
    inspected = (await house.disclosures("mother", purpose="guardian_access")).json()
    found = [(one["entry"]["client"], one["details"]["person_numbers"]) for one in inspected["disclosures"]]
    assert found == [("principal", [1]), ("rms", [1])]
    first, second = inspected["disclosures"]
    assert (first["details"]["threat"], first["salt"]) == ("A knife.", None)
    assert second["salt"] is not None
    assert [entry["rule"] for entry in inspected["withheld"]] == ["ANOTHER-STUDENT"]
    assert [head["custodian"] for head in inspected["heads"]] == [DISTRICT]


async def test_a_parent_inspects_nothing_of_a_record_that_is_not_the_childs(house: House) -> None:
    await family(house)
    await match(house, 1, None)
    theirs = await house.disclosures("mother", purpose="guardian_access")
    none = await house.disclosures("mother", "NO-SUCH-1", purpose="guardian_access")
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() | {"request_id": ""} == none.json() | {"request_id": ""}


async def test_a_record_of_one_student_tells_the_parent_its_documentation(house: House) -> None:
    alone = REPORT | {"people": REPORT["people"][:1]}
    assert (await house.incidents.put(URL, json=alone, headers=bearer(house.issuer))).status_code == 200
    await match(house, 1, "S1")
    await parent(house)
    answer = await house.reveal_copy("mother", **PARENTAL, what="documentation", person_numbers=None)
    assert answer.json()["documentation"][0]["basis"] == BASIS
