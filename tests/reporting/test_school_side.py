"""What a district says of its schools: calendars, enrolment, the schools' own figures and cases."""

from typing import Any

import httpx2
import orjson
import pytest

from tests.reporting.conftest import AGENCY, DISTRICT, OTHER_DISTRICT, OTHER_SCHOOL, SCHOOL, Speaker

CALENDAR: dict[str, Any] = {
    "first_day": "2026-08-10",
    "last_day": "2027-05-28",
    "time_zone": "Pacific/Honolulu",
    "days_off": ["2026-09-07"],
    "terms": [
        {"code": "1", "first_day": "2026-08-10", "last_day": "2026-12-18"},
        {"code": "2", "first_day": "2027-01-05", "last_day": "2027-05-28"},
    ],
}
COUNTED = {"value": 12, "status": "counted"}
ENROLLMENT: dict[str, Any] = {
    "counts": [
        {"value": 480, "status": "counted"},
        {"race_ethnicity": "two_or_more", "sex": "female", "grade": "09", **COUNTED},
        {"english_learner": "yes", "value": 0, "status": "zero_confirmed"},
        {"disability": "section_504", "value": None, "status": "not_collected"},
    ]
}
COUNT = {"counts": [{"sex": "male", **COUNTED}, {"value": None, "status": "suppressed"}]}
CASE = {"event": "referral", "occurred_on": "2026-10-05", "ori": AGENCY, "incident_number": "26-1"}

SAID: dict[str, dict[str, Any]] = {
    f"calendars/{DISTRICT}/2026-27": CALENDAR,
    f"enrollment/{SCHOOL}/2026-27/crdc": ENROLLMENT,
    f"school-counts/{SCHOOL}/2026-27/arrest_students": COUNT,
    f"school-cases/{SCHOOL}/C-17": CASE,
}
OF_STUDENTS = sorted(set(SAID) - {f"calendars/{DISTRICT}/2026-27"})


@pytest.fixture
def district(speaker: Speaker) -> httpx2.AsyncClient:
    """The district's own system."""
    return speaker("district_system", oris=[], lea_ids=[DISTRICT])


@pytest.mark.parametrize("path", sorted(SAID))
async def test_what_a_district_said_it_reads_back(district: httpx2.AsyncClient, path: str) -> None:
    pushed = await district.put(f"/v1/{path}", json=SAID[path])
    again = await district.put(f"/v1/{path}", json=SAID[path])
    read = await district.get(f"/v1/{path}")

    assert (pushed.status_code, again.headers["daylight-unchanged"]) == (201, "true")
    assert read.json().items() >= pushed.json().items()
    assert read.json()["lea_id"] == DISTRICT
    assert read.json()["withheld"] == []
    for name, value in SAID[path].items():
        if name != "counts":
            assert read.json()[name] == value


@pytest.mark.parametrize("path", OF_STUDENTS)
@pytest.mark.parametrize(
    ("role", "claims"),
    [
        ("district_system", {"oris": [], "lea_ids": [OTHER_DISTRICT]}),
        ("agency_system", {"oris": [AGENCY]}),
        ("supervisor", {"oris": [AGENCY], "lea_ids": [DISTRICT]}),
        ("state_system", {"oris": ["*"]}),
        ("administrator", {"oris": []}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_to_everybody_else_it_is_as_if_it_were_not_there(
    district: httpx2.AsyncClient, speaker: Speaker, path: str, role: str, claims: dict[str, Any]
) -> None:
    await district.put(f"/v1/{path}", json=SAID[path])
    other = speaker(role, **claims)
    plural = path.partition("/")[0]
    found = await other.get(f"/v1/{path}")
    listed = await other.get(f"/v1/{plural}?lea_id={DISTRICT}")

    assert (found.status_code, found.json()["code"]) == (404, "not-found")
    assert (listed.status_code, listed.json()["code"]) == (404, "not-found")


async def test_a_calendar_is_everybodys(district: httpx2.AsyncClient, public: httpx2.AsyncClient) -> None:
    path = f"/v1/calendars/{DISTRICT}/2026-27"
    await district.put(path, json=CALENDAR)
    read = await public.get(path)
    assert read.json()["days_off"] == ["2026-09-07"]
    assert read.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("role", "claims", "own"),
    [
        ("district_system", {"oris": [], "lea_ids": [DISTRICT]}, set(SAID)),
        ("district_system", {"oris": [], "lea_ids": [OTHER_DISTRICT]}, set()),
        ("agency_system", {"oris": [AGENCY], "lea_ids": [DISTRICT]}, set()),
        ("state_system", {"oris": ["*"]}, {f"calendars/{DISTRICT}/2026-27"}),
        ("administrator", {"oris": []}, set(SAID) - {f"school-cases/{SCHOOL}/C-17"}),
    ],
    ids=["district", "other district", "agency", "state", "administrator"],
)
async def test_each_role_writes_its_own_and_nothing_else(
    speaker: Speaker, role: str, claims: dict[str, Any], own: set[str]
) -> None:
    client = speaker(role, **claims)
    answers = {path: await client.put(f"/v1/{path}", json=sent) for path, sent in SAID.items()}
    assert {path for path, answer in answers.items() if answer.status_code == 201} == own
    assert {answer.json()["code"] for path, answer in answers.items() if path not in own} <= {"not-your-organisation"}


FAULTY: dict[str, tuple[str, dict[str, Any], set[tuple[str, str]]]] = {
    "an empty table": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": []},
        {("#/counts", "required-question-unanswered")},
    ),
    "a negative count": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": [{"value": -1, "status": "counted"}]},
        {("#/counts/0/value", "invalid-value")},
    ),
    "half a student": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": [{"value": 1.5, "status": "counted"}]},
        {("#/counts/0/value", "wrong-type")},
    ),
    "half an arrest": (
        f"school-counts/{SCHOOL}/2026-27/arrest_instances",
        {"counts": [{"value": 1.5, "status": "counted"}]},
        {("#/counts/0/value", "invalid-value")},
    ),
    "three decimals of an officer": (
        f"school-counts/{SCHOOL}/2026-27/sworn_officer_fte",
        {"counts": [{"value": 0.125, "status": "counted"}]},
        {("#/counts/0/value", "invalid-value")},
    ),
    "a number that nobody collects": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": [{"value": 0, "status": "not_collected"}]},
        {("#/counts/0/value", "invalid-value")},
    ),
    "a count without a number": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": [{"value": None, "status": "counted"}]},
        {("#/counts/0/value", "invalid-value")},
    ),
    "more than a confirmed zero": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": [{"value": 4, "status": "zero_confirmed"}]},
        {("#/counts/0/status", "invalid-value")},
    ),
    "a group that stands twice": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": [{"sex": "male", **COUNTED}, {"sex": "male", "value": 3, "status": "counted"}]},
        {("#/counts/1", "invalid-value")},
    ),
    "a race that is perceived and not enrolled": (
        f"enrollment/{SCHOOL}/2026-27/crdc",
        {"counts": [{"race_ethnicity": "middle_eastern_north_african", **COUNTED}]},
        {("#/counts/0/race_ethnicity", "unknown-code")},
    ),
    "a year that ends before it begins": (
        f"calendars/{DISTRICT}/2026-27",
        CALENDAR | {"last_day": "2026-06-01", "terms": [], "days_off": []},
        {("#/last_day", "time-order"), ("#/first_day", "time-order")},
    ),
    "a year of another key": (
        f"calendars/{DISTRICT}/2025-26",
        CALENDAR,
        {("#/first_day", "invalid-value")},
    ),
    "a day off in the holidays, and a term that overlaps": (
        f"calendars/{DISTRICT}/2026-27",
        CALENDAR
        | {"days_off": ["2026-07-04"]}
        | {"terms": [CALENDAR["terms"][0], CALENDAR["terms"][1] | {"first_day": "2026-12-18"}]},
        {("#/days_off/0", "invalid-value"), ("#/terms/1/first_day", "time-order")},
    ),
    "a time zone that is none": (
        f"calendars/{DISTRICT}/2026-27",
        CALENDAR | {"time_zone": "Hawaii time"},
        {("#/time_zone", "invalid-value")},
    ),
    "a case of tomorrow, of nobody, with half a number": (
        f"school-cases/{SCHOOL}/C-17",
        CASE | {"occurred_on": "2199-01-01", "students": 0, "ori": None},
        {
            ("#/occurred_on", "in-the-future"),
            ("#/students", "invalid-value"),
            ("#/ori", "required-question-unanswered"),
        },
    ),
}


@pytest.mark.parametrize(("path", "sent", "faults"), FAULTY.values(), ids=FAULTY)
async def test_what_cannot_be_is_refused_with_its_place(
    district: httpx2.AsyncClient, path: str, sent: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    refused = await district.put(f"/v1/{path}", json=sent)
    assert refused.status_code == 422
    assert {(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]} == faults
    assert (await district.get(f"/v1/{path}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"enrollment/{SCHOOL}/2026-28/crdc",
        f"enrollment/{SCHOOL}/2026-2027/crdc",
        f"enrollment/{SCHOOL}/2026-27/2026-02-30",
        "enrollment/1.2E+11/2026-27/crdc",
        f"school-counts/{SCHOOL}/2026-27/kindness",
    ],
)
async def test_a_key_that_names_nothing_is_refused(district: httpx2.AsyncClient, path: str) -> None:
    refused = await district.put(f"/v1/{path}", json=ENROLLMENT)
    assert refused.status_code == 422
    assert path.split("/")[1] not in refused.text or path.split("/")[1] == SCHOOL


async def test_a_bulk_push_answers_each_line_and_a_bad_one_costs_only_itself(district: httpx2.AsyncClient) -> None:
    key = {"school_id": SCHOOL, "school_year": "2026-27"}
    lines = [
        key | {"snapshot": "crdc"} | ENROLLMENT,
        key | {"snapshot": "crdc", "counts": [{"value": -1, "status": "counted"}]} | {"school_id": OTHER_SCHOOL},
        key | {"snapshot": "cumulative"} | ENROLLMENT,
    ]
    answered = await district.post(
        "/v1/enrollment/bulk",
        content=b"\n".join(map(orjson.dumps, lines)),
        headers={"content-type": "application/x-ndjson"},
    )
    results = [orjson.loads(line).get("result") for line in answered.text.splitlines()]
    listed = await district.get(f"/v1/enrollment?lea_id={DISTRICT}&limit=1")
    rest = await district.get(f"/v1/enrollment?lea_id={DISTRICT}&limit=1&cursor={listed.json()['next']}")

    assert results == ["created", "rejected", "created", None]
    assert [one["snapshot"] for one in listed.json()["enrollment"] + rest.json()["enrollment"]] == [
        "crdc",
        "cumulative",
    ]
    assert rest.json()["next"] is None


async def test_a_line_whose_school_year_is_none_is_told_the_form(district: httpx2.AsyncClient) -> None:
    line = {"school_id": SCHOOL, "school_year": "0000-00", "snapshot": "crdc"} | ENROLLMENT
    answered = await district.post(
        "/v1/enrollment/bulk", content=orjson.dumps(line), headers={"content-type": "application/x-ndjson"}
    )
    [fault] = orjson.loads(answered.text.splitlines()[0])["problem"]["errors"]

    assert (fault["pointer"], fault["code"]) == ("#/school_year", "invalid-value")
    assert "2026-27" in fault["detail"]


async def test_what_is_void_is_gone_until_it_is_said_again(district: httpx2.AsyncClient) -> None:
    path = f"/v1/school-cases/{SCHOOL}/C-17"
    await district.put(path, json=CASE)
    await district.post(f"{path}/void", json={"reason_code": "entered_in_error"})
    gone = await district.get(path)
    back = await district.put(path, json=CASE)
    assert (gone.status_code, back.json()["version"]) == (404, 3)
