"""What Daylight never keeps is refused wherever it stands, by its own code, and nothing of it is said back."""

from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incidents.incident.unstorable import unstorable_faults
from shared.contracts.incidents import IncidentReport
from shared.contracts.never_kept import faults_of_code, faults_of_text
from tests.incidents.conftest import HALLWAY, Connection
from tests.incidents.evidence import rows_by_table

NOT_STORED, NO_FILE, NOT_VOLUNTEERED = "must-not-be-stored", "individual-file-not-allowed", "not-volunteered"
SAID = "Zebulon"
PERSON: dict[str, Any] = HALLWAY["people"][0]
ACTION: dict[str, Any] = HALLWAY["actions"][0]


def officer(number: str) -> dict[str, Any]:
    return {"officers": [{"officer_number": number}]}


def action(**differs: Any) -> dict[str, Any]:
    return {"actions": [ACTION | differs]}


def person(**differs: Any) -> dict[str, Any]:
    return {"people": [PERSON | differs]}


UNSTORABLE: list[tuple[str, dict[str, Any], str, str]] = [
    # what it is, how the report differs, where, which code
    ("a field for a photo", {"photo": SAID}, "#/photo", NOT_STORED),
    ("a field for a photo of a person", person(mugShot=SAID), "#/people/0/…", NOT_STORED),
    ("a yearbook page", person(identity={"name": SAID, "yearbook_image": SAID}),
     "#/people/0/identity/yearbook_image", NOT_STORED),
    ("attachments", {"attachments": [{"name": SAID}]}, "#/attachments", NOT_STORED),
    ("a gang", person(gang=SAID), "#/people/0/gang", NO_FILE),
    ("a gang affiliation", person(gang_affiliation=SAID), "#/people/0/gang_affiliation", NO_FILE),
    ("a watch list", {"watchlist": True}, "#/watchlist", NO_FILE),
    ("a risk score", person(risk_score=87), "#/people/0/risk_score", NO_FILE),
    ("a threat level", person(perceived={"threat_level": 3}), "#/people/0/perceived/threat_level", NO_FILE),
    ("immigration status", person(immigration_status=SAID), "#/people/0/immigration_status", NOT_STORED),
    ("citizenship", person(identity={"name": SAID, "citizenship": SAID}),
     "#/people/0/identity/citizenship", NOT_STORED),
    ("perceived gender identity", person(perceived={"gender_identity": SAID}),
     "#/people/0/perceived/gender_identity", NOT_VOLUNTEERED),
    ("perceived LGBT", person(perceived={"perceived_lgbt": True}),
     "#/people/0/perceived/perceived_lgbt", NOT_VOLUNTEERED),
    ("an orientation of one's own making", person(sexual_orientation=SAID),
     "#/people/0/sexual_orientation", NOT_VOLUNTEERED),
    ("a field for a social security number", person(ssn="123456789"), "#/people/0/ssn", NOT_STORED),
    ("a birth date beside the identity", person(date_of_birth="2012-03-04"), "#/people/0/date_of_birth", NOT_STORED),
    ("a telephone of a person", person(phone=SAID), "#/people/0/phone", NOT_STORED),
    ("an e-mail for an officer's number", officer("zebulon@example.org"), "#/officers/0/officer_number", NOT_STORED),
    ("a social security number for an officer's", officer("123-45-6789"), "#/officers/0/officer_number", NOT_STORED),
    ("a telephone for an officer's number", officer("619-555-0100"), "#/officers/0/officer_number", NOT_STORED),
    ("a telephone with blanks", officer("(619) 555-0100"), "#/officers/0/officer_number", NOT_STORED),
    ("a birth date for a reason", {"request_reason": "2012-03-04"}, "#/request_reason", NOT_STORED),
    ("an American birth date for a reason", {"request_reason": "3-4-2012"}, "#/request_reason", NOT_STORED),
    ("a social security number for an arrest's", action(type="arrest", arrest_number="123-45-6789"),
     "#/actions/0/arrest_number", NOT_STORED),
    ("a social security number of another system", {"other_numbers": [{"kind": "cad", "number": "123-45-6789"}]},
     "#/other_numbers/0/number", NOT_STORED),
    ("a gang label for an alternative", action(alternatives_tried=["talked", "gang_member"]),
     "#/actions/0/alternatives_tried/1", NO_FILE),
    ("a watch list for a reason", {"request_reason": "on:watch-list"}, "#/request_reason", NO_FILE),
    ("immigration status for a reason", {"request_reason": "immigrationStatus"}, "#/request_reason", NOT_STORED),
    ("a social security number in a sentence", {"narrative": f"{SAID}, 123-45-6789, was there."},
     "#/narrative", NOT_STORED),
    ("one with typographic dashes", {"narrative": f"{SAID} 123\u201345\u20136789"}, "#/narrative", NOT_STORED),
    ("one in nine digits", {"narrative": f"{SAID} SSN: 123456789"}, "#/narrative", NOT_STORED),
    ("a data URI in a reason", action(legal_basis={"text": f"{SAID} data:image/png;base64,iVBORw0KGgo="}),
     "#/actions/0/legal_basis/text", NOT_STORED),
    ("a picture without its address", {"narrative": SAID + " iVBORw0KGgo" + "A" * 80}, "#/narrative", NOT_STORED),
    ("a picture of HTML", {"narrative": f"{SAID} <img src='x'>"}, "#/narrative", NOT_STORED),
    ("a printed gang field", {"narrative": f"Subject: {SAID}\nGang affiliation: none"}, "#/narrative", NO_FILE),
    ("a printed risk score", {"narrative": f"{SAID}. Risk score = 7"}, "#/narrative", NO_FILE),
    ("a printed immigration status", {"narrative": f"{SAID}; IMMIGRATION STATUS: none"}, "#/narrative", NOT_STORED),
    ("a printed perception", {"narrative": f"{SAID}\nPerceived LGBT: no"}, "#/narrative", NOT_VOLUNTEERED),
    ("a social security number among what was volunteered",
     person(self_reported={"volunteered": True, "gender_identity": "123-45-6789"}),
     "#/people/0/self_reported/gender_identity", NOT_STORED),
]  # fmt: skip


@pytest.mark.parametrize(("story", "differs", "pointer", "code"), UNSTORABLE, ids=[case[0] for case in UNSTORABLE])
async def test_refused(
    client: httpx2.AsyncClient,
    url: str,
    kept: Connection,
    story: str,
    differs: dict[str, Any],
    pointer: str,
    code: str,
) -> None:
    before = await rows_by_table(kept)
    answer = await client.put(url, json=HALLWAY | differs)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    assert all(fault["detail"] for fault in answer.json()["errors"])
    assert not any(said in answer.text for said in (SAID, SAID.lower(), "123-45", "6789", "555-0100", "03-04"))
    assert await rows_by_table(kept) == before


TAKEN: list[tuple[str, dict[str, Any]]] = [
    ("an officer's number of nine digits", officer("123456789")),
    ("an officer's number with hyphens", officer("SRO-4471-B")),
    ("an officer's number like a year", officer("2012-03")),
    ("a number of another system like a telephone's", {"other_numbers": [{"kind": "cad", "number": "226-510-1234"}]}),
    ("a recording's id like a date", {"body_worn_camera": {"reference": "2026-10-05"}}),
    ("an arrest number with the year", action(type="arrest", arrest_number="2026-000123")),
    ("no area of a social security number", {"other_numbers": [{"kind": "cad", "number": "926-45-6789"}]}),
    ("a conduct that names a gang", {"conduct": [{"scheme": "code_of_conduct", "code": "gang_activity"}]}),
    ("an immigration officer's request", {"request_reason": "immigration_enforcement"}),
    ("a sentence about risk", {"narrative": "He was at risk: a score of witnesses saw a gang of friends."}),
    ("a sentence about what was not asked", {"narrative": "Nobody was asked about immigration status."}),
    ("a telephone in a sentence", {"narrative": "Mother reached at 619-555-0100."}),
    ("metadata", {"narrative": "See metadata: the recording is kept."}),
    ("what was volunteered", person(self_reported={"volunteered": True, "gender_identity": "gender identity: open"})),
]  # fmt: skip


@pytest.mark.parametrize(("story", "differs"), TAKEN, ids=[case[0] for case in TAKEN])
async def test_taken(client: httpx2.AsyncClient, url: str, story: str, differs: dict[str, Any]) -> None:
    answer = await client.put(url, json=HALLWAY | differs)
    assert answer.status_code == 201, answer.text


async def test_in_bulk_it_costs_only_its_own_line(client: httpx2.AsyncClient, number: str) -> None:
    key = {"ori": "XX0000100"}
    lines = [
        HALLWAY | key | {"incident_number": f"{number}-1"},
        HALLWAY | key | {"incident_number": f"{number}-2", "risk_score": 9},
        HALLWAY | key | {"incident_number": f"{number}-3", "narrative": "123-45-6789"},
        HALLWAY | key | {"incident_number": f"{number}-4"},
    ]
    answer = await client.post(
        "/v1/incidents/bulk",
        content=b"\n".join(map(orjson.dumps, lines)),
        headers={"Content-Type": "application/x-ndjson"},
    )
    said = [orjson.loads(line) for line in answer.content.splitlines()[:-1]]
    assert [line["result"] for line in said] == ["created", "rejected", "rejected", "created"]
    assert [line["problem"]["code"] for line in said if "problem" in line] == [NO_FILE, NOT_STORED]


async def test_everything_is_named_at_once(client: httpx2.AsyncClient, url: str) -> None:
    differs = {"photo": SAID, "gang": SAID, "narrative": "123-45-6789", "request_reason": "2012-03-04"}
    answer = await client.put(url, json=HALLWAY | differs)
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("#/photo", NOT_STORED),
        ("#/gang", NO_FILE),
        ("#/narrative", NOT_STORED),
        ("#/request_reason", NOT_STORED),
    }


def test_every_free_field_of_a_report_is_looked_at() -> None:
    """A report in which every text and free identifier, at any depth, is a social security number."""
    number = "123-45-6789"
    reason = {"code": number, "text": number}
    report = IncidentReport.model_validate_json(
        orjson.dumps(
            HALLWAY
            | {
                "school_code": number,
                "request_reason": number,
                "source_system": number,
                "narrative": number,
                "conduct": [{"code": number}],
                "officers": [{"officer_number": number}],
                "charges": [{"code": {"code": number}}],
                "body_worn_camera": {"reference": number},
                "other_numbers": [{"kind": number, "number": number}],
                "detention_documentation": [
                    {"basis": number, "at_school_factors": number, "probable_cause_factors": number}
                ],
                "people": [
                    {
                        "involvement": ["subject"],
                        "identity": {"name": number, "student_number": number, "student_number_source": "id_shown"},
                        "self_reported": {
                            "volunteered": True,
                            "sexual_orientation": number,
                            "gender_identity": number,
                            "intersex": number,
                        },
                    }
                ],
                "actions": [
                    {
                        "type": "detention",
                        "officer_number": number,
                        "arrest_number": number,
                        "alternatives_tried": [number],
                        "legal_basis": reason,
                        "alternatives_not_possible_reason": reason,
                        "view_not_possible_reason": reason,
                        "modifications": {"made": [number], "reason_none": reason},
                    }
                ],
            }
        )
    )
    found = {fault.pointer for fault in unstorable_faults(report)}
    assert len(found) == report.model_dump_json().count(number)


@given(st.text(max_size=200))
def test_no_fault_ever_says_a_value_back(value: str) -> None:
    planted = f"{value} 123-45-6789 gang affiliation: {value}"
    for fault in [*faults_of_text("#/narrative", planted), *faults_of_code("#/request_reason", planted)]:
        assert "123-45" not in fault.detail + fault.pointer


@given(st.from_regex(r"[A-Z]{0,3}[0-9]{2}-?[0-9]{4,8}", fullmatch=True))
def test_no_number_that_an_agency_would_give_its_officers_is_refused(number: str) -> None:
    assert list(faults_of_code("#/officers/0/officer_number", number)) == []


@pytest.mark.parametrize("piece", ["1", "123-45-", "gang ", "data:", "ssn ", " ", ":", "\n", "/9j/4A", "<"])
@pytest.mark.timeout(5)
def test_no_text_takes_long(piece: str) -> None:
    list(faults_of_text("#/narrative", piece * (100_000 // len(piece))))
