"""What is read for a district's file of the CRDC: every school of its directory, a part at a time."""

import orjson
import pytest
from fastapi import FastAPI

from services.reporting.crdc.store import SCHOOLS_AT_ONCE, crdc_part
from shared.contracts.crdc import CrdcCall, CrdcPart
from shared.contracts.summaries import SummaryScope
from tests.reporting.conftest import DISTRICT, LINCOLN, OTHER_SCHOOL, SCHOOL, Speaker

YEAR = "2025-26"
OFFICERS = "SCH_FTESECURITY_LEO"


async def part(app: FastAPI, after: str | None = None, school_year: str = YEAR) -> CrdcPart:
    call = CrdcCall(scope=SummaryScope(lea_id=DISTRICT), school_year=school_year, after=after)
    return await crdc_part(app.state.held.database, call)


def officers(found: CrdcPart) -> dict[str, tuple[float | None, str]]:
    return {
        school.school_id: (figure.value, figure.status)
        for school in found.schools
        for figure in school.figures
        if figure.column == OFFICERS
    }


@pytest.fixture
async def two_districts(speaker: Speaker) -> None:
    """A school of the district with a figure for each of two years, one that said nothing, one of others."""
    state, everybody = speaker("state_system", oris=["*"]), speaker("administrator")
    for school_id in (SCHOOL, f"{DISTRICT}00002", OTHER_SCHOOL):
        assert (await state.put(f"/v1/schools/{school_id}", json=LINCOLN)).status_code == 201
    for school_id, year, value in ((SCHOOL, YEAR, 1.5), (SCHOOL, "2024-25", 9.0), (OTHER_SCHOOL, YEAR, 4.0)):
        counts = {"counts": [{"value": value, "status": "counted"}]}
        put = await everybody.put(f"/v1/school-counts/{school_id}/{year}/sworn_officer_fte", json=counts)
        assert put.status_code == 201


async def test_each_school_of_the_directory_is_there_and_one_that_said_nothing_has_no_number(
    app: FastAPI, two_districts: None
) -> None:
    found = await part(app)
    assert officers(found) == {SCHOOL: (1.5, "counted"), f"{DISTRICT}00002": (None, "unknown")}
    assert found.is_last
    assert all(len(school.figures) == len(found.columns) for school in found.schools)


async def test_figures_that_were_taken_out_are_in_no_file(app: FastAPI, two_districts: None, speaker: Speaker) -> None:
    void = {"reason_code": "entered_in_error"}
    gone = await speaker("administrator").post(f"/v1/school-counts/{SCHOOL}/{YEAR}/sworn_officer_fte/void", json=void)
    assert gone.status_code == 200
    assert officers(await part(app))[SCHOOL] == (None, "unknown")


async def test_a_year_whose_form_nobody_knows_has_schools_without_columns(app: FastAPI, two_districts: None) -> None:
    found = await part(app, school_year="2010-11")
    assert (found.counting_rule, found.columns) == (None, ())
    assert [school.figures for school in found.schools] == [(), ()]


async def test_the_parts_of_a_large_district_are_all_its_schools_once(app: FastAPI, speaker: Speaker) -> None:
    ids = [f"{DISTRICT}{number:05}" for number in range(1, SCHOOLS_AT_ONCE + 2)]
    lines = b"\n".join(
        orjson.dumps({"kind": "school", "op": "put", "school_id": school_id, **LINCOLN}) for school_id in ids
    )
    state = speaker("state_system", oris=["*"])
    pushed = await state.post("/v1/directory/bulk", content=lines, headers={"Content-Type": "application/x-ndjson"})
    assert pushed.status_code == 200
    first = await part(app)
    second = await part(app, after=first.schools[-1].school_id)
    assert (len(first.schools), first.is_last, second.is_last) == (SCHOOLS_AT_ONCE, False, True)
    assert [school.school_id for school in (*first.schools, *second.schools)] == ids
