"""Bodies that cannot be taken: every fault at once with its pointer, no value said back, nothing stored."""

from typing import Any

import httpx2
import orjson
import pytest

from tests.incidents.conftest import HALLWAY, Connection
from tests.incidents.evidence import rows_by_table

JSON = {"Content-Type": "application/json"}
SAID = "Zebulon"
"""Stands in every bad value: no answer may say it back."""

PERSON: dict[str, Any] = HALLWAY["people"][0]
ACTION: dict[str, Any] = HALLWAY["actions"][0]


def person(**differs: Any) -> dict[str, Any]:
    return {"people": [PERSON | differs]}


def identity(**differs: Any) -> dict[str, Any]:
    return person(identity=PERSON["identity"] | differs)


def action(**differs: Any) -> dict[str, Any]:
    return {"actions": [ACTION | differs]}


REQUIRED, UNKNOWN_FIELD, UNKNOWN_CODE = "required-question-unanswered", "unknown-field", "unknown-code"
WRONG_TYPE, INVALID, NOT_STORED = "wrong-type", "invalid-value", "must-not-be-stored"

FAULTS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    # what is wrong, how the report differs, each fault
    ("a text for a number", person(person_number="3"), [("#/people/0/person_number", WRONG_TYPE)]),
    ("false for a number", person(person_number=False), [("#/people/0/person_number", WRONG_TYPE)]),
    ("a fraction for a number", person(person_number=1.5), [("#/people/0/person_number", WRONG_TYPE)]),
    ("1.0 for a number", person(person_number=1.0), [("#/people/0/person_number", WRONG_TYPE)]),
    ("a number below", person(person_number=0), [("#/people/0/person_number", INVALID)]),
    ("a number beyond 32 bits", person(person_number=2**31), [("#/people/0/person_number", INVALID)]),
    ("a clock beyond 64 bits", {"source_version": 2**63}, [("#/source_version", INVALID)]),
    ("a number for a text", {"narrative": 7}, [("#/narrative", WRONG_TYPE)]),
    ("a list for a text", {"narrative": [SAID]}, [("#/narrative", WRONG_TYPE)]),
    ("an object for a list", {"people": {"1": PERSON}}, [("#/people", WRONG_TYPE)]),
    ("a text for an object", {"people": [SAID]}, [("#/people/0", WRONG_TYPE)]),
    ("a text for yes and no", action(in_public_view=True), [("#/actions/0/in_public_view", UNKNOWN_CODE)]),
    ("a number for true", {"detention_documentation": [{"no_arrest": 1}]},
     [("#/detention_documentation/0/no_arrest", WRONG_TYPE)]),
    ("an unknown field", {"pupil": SAID}, [("#/pupil", UNKNOWN_FIELD)]),
    ("an unknown field that is named for somebody", {"Zebulon Quist": 1}, [("#/…", UNKNOWN_FIELD)]),
    ("an unknown field within", identity(nickname=SAID), [("#/people/0/identity/nickname", UNKNOWN_FIELD)]),
    ("fields that are not the sender's", {"id": "1", "version": 3, "flags": [], "etag": SAID, "school_mapped": True},
     [("#/id", UNKNOWN_FIELD), ("#/version", UNKNOWN_FIELD), ("#/flags", UNKNOWN_FIELD), ("#/etag", UNKNOWN_FIELD),
      ("#/school_mapped", UNKNOWN_FIELD)]),
    ("a code that is not in its list", {"initiated_by": SAID}, [("#/initiated_by", UNKNOWN_CODE)]),
    ("one wrong code of several", person(involvement=["subject", SAID]), [("#/people/0/involvement/1", UNKNOWN_CODE)]),
    ("a name where an identifier goes", {"officers": [{"officer_number": "Zebulon Quist"}]},
     [("#/officers/0/officer_number", INVALID)]),
    ("a sentence where a code goes", action(legal_basis={"code": "Zebulon said so"}),
     [("#/actions/0/legal_basis/code", INVALID)]),
    ("a line end after an identifier", {"source_system": "Zebulon\n"}, [("#/source_system", INVALID)]),
    ("a school id of eleven digits", {"school_id": "99000010000"}, [("#/school_id", INVALID)]),
    ("a school id as a number", {"school_id": 990000100001}, [("#/school_id", WRONG_TYPE)]),
    ("a school id in other digits", {"school_id": "٩٩٠٠٠٠١٠٠٠٠١"}, [("#/school_id", INVALID)]),
    ("more elements than a record has", {"people": [{}] * 1_001, "actions": [], "outcomes": []},
     [("#/people", INVALID)]),
    ("a time at fault beside a fault of another", {"occurred_at": SAID, "ended_at": "2199-01-01T00:00:00Z"},
     [("#/occurred_at", INVALID), ("#/ended_at", "in-the-future")]),
    ("no officers", {"officers": []}, [("#/officers", REQUIRED)]),
    ("a time without its offset", {"occurred_at": "2026-10-05T10:12:00"}, [("#/occurred_at", INVALID)]),
    ("a time as a number", {"occurred_at": 1790000000}, [("#/occurred_at", WRONG_TYPE)]),
    ("a time as a number in quotes", {"occurred_at": "1790000000"}, [("#/occurred_at", INVALID)]),
    ("a day that does not exist", {"occurred_at": "2026-02-30T10:12:00Z"}, [("#/occurred_at", WRONG_TYPE)]),
    ("an offset that no place has", {"occurred_at": "2026-10-05T10:12:00+23:59"}, [("#/occurred_at", INVALID)]),
    ("a time before the years of clocks", {"source_updated_at": "0001-01-01T00:00:00+14:00"},
     [("#/source_updated_at", INVALID)]),
    ("a birth date as a number in quotes", identity(birth_date="1330819200"),
     [("#/people/0/identity/birth_date", INVALID)]),
    ("a time in the future", {"occurred_at": "2199-01-01T00:00:00Z"}, [("#/occurred_at", "in-the-future")]),
    ("an end before the beginning", {"ended_at": "2026-10-05T10:11:59-07:00"},
     [("#/ended_at", "time-order"), ("#/occurred_at", "time-order")]),
    ("NUL in a name", identity(name="Zebulon\0"), [("#/people/0/identity/name", INVALID)]),
    ("NUL in a code", {"source_system": "Zebulon\0"}, [("#/source_system", INVALID)]),
    ("a writing-direction override", {"narrative": "Zebulon \u202e"}, [("#/narrative", INVALID)]),
    ("an empty name", identity(name=""), [("#/people/0/identity/name", INVALID)]),
    ("an endless name", identity(name=SAID * 100), [("#/people/0/identity/name", INVALID)]),
    ("a number that stands twice", {"people": [PERSON, PERSON]}, [("#/people", "repeated-number")]),
    ("an action of nobody", action(person_number=9), [("#/actions/0/person_number", INVALID)]),
    ("an identity of a witness", person(involvement=["witness"]), [("#/people/0/identity", NOT_STORED)]),
    ("a student number that was asked for", identity(student_number=SAID),
     [("#/people/0/identity/student_number", NOT_STORED)]),
    ("what was not volunteered", person(self_reported={"gender_identity": SAID}),
     [("#/people/0/self_reported/volunteered", "not-volunteered")]),
    ("what was volunteered, they say no", person(self_reported={"volunteered": False, "gender_identity": SAID}),
     [("#/people/0/self_reported/volunteered", "not-volunteered")]),
    ("what was perceived and never may be", person(perceived={"gender_identity": SAID}),
     [("#/people/0/perceived/gender_identity", "not-volunteered")]),
    ("a social security number in a sentence", {"narrative": f"{SAID}, 123-45-6789, was there."},
     [("#/narrative", NOT_STORED)]),
    ("a social security number for a name", identity(name="123 45 6789"), [("#/people/0/identity/name", NOT_STORED)]),
    ("a picture in a reason", action(legal_basis={"text": "data:image/png;base64,iVBORw0KGgo="}),
     [("#/actions/0/legal_basis/text", NOT_STORED)]),
    ("documentation closed with parts empty",
     {"detention_documentation": [{"completed_at": "2026-10-05T11:00:00-07:00", "basis": SAID}]},
     [("#/detention_documentation/0/at_school_factors", REQUIRED),
      ("#/detention_documentation/0/probable_cause_factors", REQUIRED)]),
    ("another agency in the body", {"ori": "XX0000200"}, [("#/ori", "path-and-body-differ")]),
    ("another number in the body", {"incident_number": SAID}, [("#/incident_number", "path-and-body-differ")]),
    ("a number that is none in the body", {"incident_number": ""}, [("#/incident_number", INVALID)]),
    (
        "everything at once",
        {"incident_number": "?", "initiated_by": SAID, "ended_at": "2199-01-01T00:00:00Z", "pupil": SAID,
         "people": [PERSON | {"involvement": ["witness"], "perceived": {"age": "fourteen", "height": 7}}],
         "actions": [ACTION | {"person_number": 9, "type": SAID}], "outcomes": [{}]},
        [("#/initiated_by", UNKNOWN_CODE), ("#/outcomes/0/type", REQUIRED), ("#/pupil", UNKNOWN_FIELD),
         ("#/people/0/perceived/age", WRONG_TYPE), ("#/people/0/perceived/height", UNKNOWN_FIELD),
         ("#/actions/0/type", UNKNOWN_CODE), ("#/ended_at", "in-the-future"), ("#/people/0/identity", NOT_STORED),
         ("#/incident_number", INVALID)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("story", "differs", "expected"), FAULTS, ids=[case[0] for case in FAULTS])
async def test_faults(
    client: httpx2.AsyncClient,
    url: str,
    kept: Connection,
    story: str,
    differs: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    before = await rows_by_table(kept)
    answer = await client.put(url, json=HALLWAY | differs)

    assert answer.status_code == 422
    assert sorted((fault["pointer"], fault["code"]) for fault in answer.json()["errors"]) == sorted(expected)
    assert SAID not in answer.text
    assert await rows_by_table(kept) == before


@pytest.mark.parametrize("missing", ["occurred_at", "school_id", "initiated_by", "officers"])
async def test_each_required_question_is_asked_for(client: httpx2.AsyncClient, url: str, missing: str) -> None:
    answer = await client.put(url, json={name: value for name, value in HALLWAY.items() if name != missing})
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(f"#/{missing}", REQUIRED)]


async def test_unknown_is_an_answer_to_each_required_question(client: httpx2.AsyncClient, url: str) -> None:
    unknown: dict[str, Any] = {"school_id": None, "initiated_by": "unknown", "officers": [{}]}
    assert (await client.put(url, json=HALLWAY | unknown)).status_code == 201


DEEP = b'{"narrative":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
WHOLE = orjson.dumps(HALLWAY)
BODIES: list[tuple[str, bytes, int, str]] = [
    ("nothing", b"", 400, "invalid-json"),
    ("not JSON", b"Zebulon", 400, "invalid-json"),
    ("cut off", WHOLE[:-10], 400, "invalid-json"),
    ("two documents", WHOLE + WHOLE, 400, "invalid-json"),
    ("a comma too many", WHOLE[:-1] + b",}", 400, "invalid-json"),
    ("single quotes", b"{'narrative':'Zebulon'}", 400, "invalid-json"),
    ("a comment", WHOLE[:-1] + b"/*Zebulon*/}", 400, "invalid-json"),
    ("NaN", WHOLE[:-1] + b',"source_version":NaN}', 400, "invalid-json"),
    ("Infinity", WHOLE[:-1] + b',"source_version":-Infinity}', 400, "invalid-json"),
    ("a number without an end", WHOLE[:-1] + b',"source_version":' + b"9" * 100_000 + b"}", 400, "invalid-json"),
    ("a key that stands twice", WHOLE[:-1] + b',"narrative":"Zebulon"}', 400, "duplicate-key"),
    ("a key that stands twice within", b'{"officers":[{"role":"primary","role":"Zebulon"}]}', 400, "duplicate-key"),
    ("a key that stands twice by its escape", WHOLE[:-1] + b',"narrativ\\u0065":"Zebulon"}', 400, "duplicate-key"),
    ("100,000 deep", DEEP, 400, "invalid-json"),
    ("100,000 deep objects", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "invalid-json"),
    ("invalid UTF-8", WHOLE[:-1] + b',"narrative2":"\xff"}', 400, "invalid-json"),
    ("overlong UTF-8", WHOLE[:-1] + b',"narrative2":"\xc0\xaf"}', 400, "invalid-json"),
    ("UTF-16", b"\xff\xfe" + WHOLE.decode().encode("utf-16-le"), 400, "invalid-json"),
    ("a byte order mark", b"\xef\xbb\xbf" + WHOLE, 400, "invalid-json"),
    ("a bare NUL", WHOLE[:-1] + b',"narrative2":"\x00"}', 400, "invalid-json"),
    ("a lone surrogate", WHOLE[:-1] + b',"narrative2":"Zebulon\\ud800"}', 400, "invalid-json"),
    ("a lone low surrogate", WHOLE[:-1] + b',"narrative2":"Zebulon\\udc00"}', 400, "invalid-json"),
    ("20 MB", b'{"narrative":"' + b"a" * 20_000_000 + b'"}', 413, "body-too-large"),
    ("a list", b'["Zebulon"]', 422, "wrong-type"),
    ("a list of a number without an end", b"[" + b"9" * 1_000 + b"]", 422, "wrong-type"),
    ("a text", b'"Zebulon"', 422, "wrong-type"),
    ("null", b"null", 422, "wrong-type"),
    ("an exponent without an end", WHOLE[:-1] + b',"source_version":1e400}', 422, "wrong-type"),
    ("100,000 keys", orjson.dumps({f"key{number}": 1 for number in range(100_000)}), 413, "body-too-large"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "content", "status", "code"), BODIES, ids=[case[0] for case in BODIES])
async def test_bodies(
    client: httpx2.AsyncClient, url: str, kept: Connection, story: str, content: bytes, status: int, code: str
) -> None:
    before = await rows_by_table(kept)
    answer = await client.put(url, content=content, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert SAID not in answer.text
    assert len(answer.content) < 2_000
    assert await rows_by_table(kept) == before


async def test_ten_thousand_unknown_fields_are_refused_in_a_short_answer(client: httpx2.AsyncClient, url: str) -> None:
    answer = await client.put(url, json=HALLWAY | {f"key{number}": 1 for number in range(10_000)})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-field")
    assert len(answer.json()["errors"]) <= 1_000
