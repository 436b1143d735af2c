"""A district says who its students' parents are, a line each."""

from typing import Any

import httpx2
import orjson
import pytest

from tests.gateway.conftest import Gateway
from tests.gateway.events import DISTRICT, OTHER_DISTRICT
from tests.gateway.guardianships.families import ISSUER

NDJSON = {"Content-Type": "application/x-ndjson"}
LINE: dict[str, Any] = {
    "lea_id": DISTRICT,
    "student_number": "S-0042",
    "person": {"issuer": "https://accounts.example", "subject": "mother"},
    "relationship": "parent",
    "rights": "full",
    "valid_from": "2020-08-01",
}
BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("revoked by nothing", {"rights": "revoked"}, "#/revoked_by", "required-question-unanswered"),
    ("full and revoked", {"revoked_by": "statute"}, "#/revoked_by", "invalid-value"),
    ("ends before it begins", {"valid_to": "2020-07-31"}, "#/valid_to", "time-order"),
    ("a student without a day", {"relationship": "self"}, "#/rights_pass_on", "required-question-unanswered"),
    ("an aunt", {"relationship": "aunt"}, "#/relationship", "unknown-code"),
    ("another district's student", {"lea_id": OTHER_DISTRICT}, "", "not-your-organisation"),
    ("an issuer that is none", {"person": {"issuer": "mother", "subject": "x"}}, "#/person/issuer", "invalid-value"),
    ("a number that is none", {"student_number": "/"}, "#/student_number", "invalid-value"),
]


async def push(gateway: Gateway, *lines: dict[str, Any], client: str = "demo-sis") -> httpx2.Response:
    """Send lines as a client of the demo."""
    content = b"\n".join(orjson.dumps(line) for line in lines)
    headers = await gateway.headers(client) | NDJSON
    return await gateway.http.post("/v1/guardianships/bulk", content=content, headers=headers)


def answers(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.content.splitlines()][:-1]


async def test_a_line_is_answered_with_the_districts_reference_and_repeats_freely(gateway: Gateway) -> None:
    [new] = answers(await push(gateway, LINE))
    [again] = answers(await push(gateway, LINE | {"student_number": "s 0042"}))
    [changed] = answers(await push(gateway, LINE | {"valid_to": "2027-06-30"}))
    assert [one["result"] for one in (new, again, changed)] == ["created", "unchanged", "changed"]
    assert {one["student_ref"] for one in (new, again, changed)} == {new["student_ref"]}
    assert [one["version"] for one in (new, again, changed)] == [1, 1, 2]


async def test_both_parents_stand_beside_each_other(gateway: Gateway) -> None:
    father = {"person": {"issuer": "https://accounts.example", "subject": "father"}}
    both = answers(await push(gateway, LINE, LINE | father))
    assert [one["result"] for one in both] == ["created", "created"]


@pytest.mark.parametrize(("_", "change", "pointer", "code"), BAD, ids=[case[0] for case in BAD])
async def test_a_line_that_cannot_be_costs_itself_and_says_why(
    gateway: Gateway, _: str, change: dict[str, Any], pointer: str, code: str
) -> None:
    refused, taken = answers(await push(gateway, LINE | change, LINE))
    said = [(fault["pointer"], fault["code"]) for fault in refused["problem"].get("errors", [])]
    assert (pointer, code) in said or (not pointer and refused["problem"]["code"] == code)
    assert taken["result"] == "created"


@pytest.mark.parametrize("client", ["demo-rms", "demo-principal", "demo-supervisor", "demo-admin", "demo-dashboard"])
async def test_nobody_but_a_district_says_who_a_parent_is(gateway: Gateway, client: str) -> None:
    assert (await push(gateway, LINE, client=client)).status_code == 403


async def test_no_number_of_a_student_is_answered_or_kept(gateway: Gateway) -> None:
    answer = await push(gateway, LINE | {"student_number": "QUILLNUMBER"}, LINE | {"student_number": "QUILLNUMBER/"})
    assert "QUILLNUMBER" not in answer.text
    owner = await gateway.view.owner()
    kept = await owner.fetch("select one::text as said from guardianship as one")
    await owner.close()
    assert len(kept) == 1
    assert "QUILLNUMBER" not in kept[0]["said"]


async def test_an_account_of_the_installation_goes_on_when_its_address_changes(gateway: Gateway) -> None:
    [own] = answers(await push(gateway, LINE | {"person": {"issuer": ISSUER, "subject": "demo-parent"}}))
    [slashed] = answers(await push(gateway, LINE | {"person": {"issuer": f"{ISSUER}/", "subject": "demo-parent"}}))
    assert (own["result"], slashed["result"]) == ("created", "unchanged")
    owner = await gateway.view.owner()
    assert [row["issuer"] for row in await owner.fetch("select issuer from guardianship")] == ["daylight"]
    await owner.close()
