"""A district says which of its students the people in its copies are, and says it anew."""

from typing import Any

import httpx2
import orjson
import pytest

from tests.incidents.bulk import NDJSON, ndjson
from tests.incidents.conftest import Clients
from tests.incidents.matches.conftest import NUMBER, TWO, Listed
from tests.incidents.people import LEA, OFFICER, OTHER_DISTRICT, OTHER_LEA, PRINCIPAL, PUBLIC, RMS, STATE, SUPERVISOR

BAD: list[tuple[str, Any, str, str]] = [
    ("nothing is said", {}, "#/student_number", "required-question-unanswered"),
    ("two answers", NUMBER | {"unknown": True}, "#/unknown", "invalid-value"),
    ("a number that is none", {"student_number": "S/0042"}, "#/student_number", "invalid-value"),
    ("a number of blanks", {"student_number": "   "}, "#/student_number", "invalid-value"),
    ("a number that is a number", {"student_number": 42}, "#/student_number", "wrong-type"),
    ("no student, but not so", {"not_a_student": False}, "#/not_a_student", "unknown-code"),
    ("a way that is not in the list", NUMBER | {"how": "guessed"}, "#/how", "unknown-code"),
    ("a reference of the sender's own", NUMBER | {"student_ref": "1.abc"}, "#/student_ref", "unknown-field"),
]
SPELLINGS = ["S0042", "s-0042", " S 0042 ", "Ｓ００４２"]
OTHERS = {"S-0043", "S-042", "42"}
NOT_DISTRICTS = {
    "records system": RMS,
    "state program": STATE,
    "supervisor": SUPERVISOR,
    "officer": OFFICER,
    "principal": PRINCIPAL,
    "public": PUBLIC,
}


async def test_the_people_of_a_delivered_record_wait_for_the_district(copy: str, listed: Listed) -> None:
    first, second = await listed(state="open")
    assert (first["person_number"], first["involvement"], first["identity"]) == (1, ["subject"], "given")
    assert (second["person_number"], second["identity"], second["state"]) == (2, "none", "open")
    assert copy.endswith(first["incident_id"])


async def test_the_list_says_nobodys_name(copy: str, listed: Listed) -> None:
    said = orjson.dumps(await listed()).decode()
    assert copy
    assert "Quillon" not in said
    assert "2012-03-04" not in said


async def test_a_match_gives_the_districts_reference_and_is_asked_no_more(
    district: httpx2.AsyncClient, copy: str, listed: Listed
) -> None:
    new = await district.put(f"{copy}/1", json=NUMBER)
    assert (new.status_code, new.json()["state"]) == (201, "matched")
    assert [one["person_number"] for one in await listed(state="open")] == [2]
    [matched] = await listed(state="matched")
    assert (matched["student_ref"], matched["how"]) == (new.json()["student_ref"], "name_and_birth_date")


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_number_is_the_same_however_it_is_spelled(
    district: httpx2.AsyncClient, copy: str, spelling: str
) -> None:
    await district.put(f"{copy}/1", json=NUMBER)
    again = await district.put(f"{copy}/1", json=NUMBER | {"student_number": spelling})
    assert (again.status_code, again.headers["Daylight-Unchanged"]) == (200, "true")


@pytest.mark.parametrize("other", sorted(OTHERS))
async def test_another_number_is_another_student(district: httpx2.AsyncClient, copy: str, other: str) -> None:
    one = await district.put(f"{copy}/1", json=NUMBER)
    another = await district.put(f"{copy}/2", json={"student_number": other})
    assert one.json()["student_ref"] != another.json()["student_ref"]


async def test_the_same_student_has_one_reference_in_every_record(
    client: httpx2.AsyncClient, district: httpx2.AsyncClient, copy: str, url: str
) -> None:
    one = await district.put(f"{copy}/1", json=NUMBER)
    other = await district.put(f"{copy}/2", json=NUMBER)
    assert one.json()["student_ref"] == other.json()["student_ref"]


async def test_a_match_is_corrected_by_saying_it_anew(district: httpx2.AsyncClient, copy: str, listed: Listed) -> None:
    await district.put(f"{copy}/1", json=NUMBER)
    corrected = await district.put(f"{copy}/1", json={"not_a_student": True, "how": "staff_present"})
    assert (corrected.status_code, corrected.json()["version"], corrected.json()["student_ref"]) == (200, 2, None)
    [person] = await listed(state="not_a_student")
    assert (person["student_ref"], person["how"]) == (None, "staff_present")


@pytest.mark.parametrize(("_", "said", "pointer", "code"), BAD, ids=[case[0] for case in BAD])
async def test_what_cannot_be_understood_is_refused_with_its_place(
    district: httpx2.AsyncClient, copy: str, listed: Listed, _: str, said: Any, pointer: str, code: str
) -> None:
    refused = await district.put(f"{copy}/1", json=said)
    assert refused.status_code == 422, refused.text
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in refused.json()["errors"]]
    assert len(await listed(state="open")) == 2


@pytest.mark.parametrize("who", sorted(NOT_DISTRICTS))
async def test_nobody_but_a_district_matches_or_sees_matches(clients: Clients, copy: str, who: str) -> None:
    other = clients(who.replace(" ", "-"), **(NOT_DISTRICTS[who] | {"scope": "matches.write", "lea_ids": [LEA]}))
    answers = [
        await other.get("/v1/matches", params={"lea_id": LEA}),
        await other.put(f"{copy}/1", json=NUMBER),
        await other.post("/v1/matches/bulk", content=b"{}", headers=NDJSON),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "actor-may-not-act")] * 3


async def test_another_district_meets_a_copy_as_if_there_were_none(clients: Clients, copy: str) -> None:
    other = clients("other-sis", **(OTHER_DISTRICT | {"scope": "matches.write"}))
    theirs = await other.put(f"{copy}/1", json=NUMBER)
    none = await other.put("/v1/matches/0198c1d2-0000-7000-8000-000000000000/1", json=NUMBER)
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() | {"request_id": ""} == none.json() | {"request_id": ""}
    assert (await other.get("/v1/matches", params={"lea_id": LEA})).status_code == 403
    mine = await other.get("/v1/matches", params={"lea_id": OTHER_LEA})
    assert copy.rpartition("/")[2] not in mine.text


async def test_a_number_that_nobody_in_the_record_has_is_not_found(district: httpx2.AsyncClient, copy: str) -> None:
    assert (await district.put(f"{copy}/3", json=NUMBER)).status_code == 404


async def test_many_matches_are_taken_a_line_each_and_a_bad_line_costs_itself(
    district: httpx2.AsyncClient, copy: str, listed: Listed
) -> None:
    incident_id = copy.rpartition("/")[2]
    lines = [
        {"incident_id": incident_id, "person_number": 1, **NUMBER},
        {"incident_id": incident_id, "person_number": 2, "student_number": "S/1"},
        {"incident_id": incident_id, "person_number": 9, "unknown": True},
        {"person_number": 1},
    ]
    answer = await district.post("/v1/matches/bulk", content=ndjson(lines), headers=NDJSON)
    *answers, ending = [orjson.loads(line) for line in answer.content.splitlines()]
    assert [one["result"] for one in answers] == ["created", "rejected", "rejected", "rejected"]
    assert [one["problem"]["code"] for one in answers[1:]] == [
        "invalid-value",
        "not-found",
        "required-question-unanswered",
    ]
    assert ending["summary"] == {"lines": 4, "created": 1, "rejected": 3}
    assert [one["person_number"] for one in await listed(state="matched")] == [1]


async def test_the_list_goes_on_where_the_page_before_ended(
    district: httpx2.AsyncClient, copy: str, listed: Listed
) -> None:
    assert [one["person_number"] for one in await listed(limit=1)] == [1, 2]


async def test_the_agency_is_told_nothing_of_a_match(
    client: httpx2.AsyncClient, district: httpx2.AsyncClient, copy: str, url: str
) -> None:
    """Its record, versions and receipts are byte for byte what they were; nothing says that somebody was matched."""
    before = [(await client.get(path)).content for path in (url, f"{url}/versions")]
    receipt = await client.put(url, json=TWO)
    assert (await district.put(f"{copy}/1", json=NUMBER)).status_code == 201
    assert [(await client.get(path)).content for path in (url, f"{url}/versions")] == before
    assert (await client.put(url, json=TWO)).content == receipt.content
    assert b"student_ref" not in b"".join(before)


async def test_a_state_that_does_not_exist_is_refused(district: httpx2.AsyncClient) -> None:
    refused = await district.get("/v1/matches", params={"lea_id": LEA, "state": "closed"})
    assert refused.status_code == 422
