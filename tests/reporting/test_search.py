"""Finding schools: by name, district and agency, page by page."""

import httpx2
import pytest

from tests.reporting.conftest import AGENCY, DISTRICT, OTHER_AGENCY, OTHER_DISTRICT, SERVES, Speaker

NAMES = {
    "990000100001": "Abraham Lincoln High School",
    "990000100002": "Lincoln K-8 Academy",
    "990000100003": "St. Mary's Elementary",
    "990000200001": "P.S. 118 École Lumière",
    "990000200002": "Lincoln Heights Middle School",
}


@pytest.fixture
async def schools(state: httpx2.AsyncClient) -> None:
    """Five schools in two districts, of which the agency serves one."""
    for school_id, name in NAMES.items():
        await state.put(f"/v1/schools/{school_id}", json={"name": name})
    await state.put(f"/v1/partnerships/{AGENCY}/{DISTRICT}", json=SERVES)


async def found(client: httpx2.AsyncClient, **sought: str | int) -> list[str]:
    answer = await client.get("/v1/schools", params=sought)
    assert answer.status_code == 200, answer.text
    return [school["school_id"] for school in answer.json()["schools"]]


SOUGHT = [  # what is sought, who is found
    ("lincoln", ["990000100001", "990000100002", "990000200002"]),
    ("LINC", ["990000100001", "990000100002", "990000200002"]),
    ("school lincoln", ["990000100001", "990000200002"]),
    ("incoln", []),
    ("k-8", ["990000100002"]),
    ("st mary", ["990000100003"]),
    ("ÉCOLE 118", ["990000200001"]),
    ("%", []),
    ("' | lincoln:*", ["990000100001", "990000100002", "990000200002"]),
]


@pytest.mark.parametrize(("name", "expected"), SOUGHT, ids=[name for name, _ in SOUGHT])
@pytest.mark.usefixtures("schools")
async def test_a_school_is_found_by_the_beginnings_of_words_of_its_name(
    public: httpx2.AsyncClient, name: str, expected: list[str]
) -> None:
    assert await found(public, name=name) == expected


@pytest.mark.usefixtures("schools")
async def test_schools_are_found_by_district_and_agency_and_all_of_it_together(public: httpx2.AsyncClient) -> None:
    of_the_district = ["990000100001", "990000100002", "990000100003"]
    assert await found(public) == list(NAMES)
    assert await found(public, lea_id=DISTRICT) == of_the_district
    assert await found(public, ori=AGENCY) == of_the_district
    assert await found(public, ori=OTHER_AGENCY) == []
    assert await found(public, ori=AGENCY, name="lincoln") == ["990000100001", "990000100002"]
    assert await found(public, ori=AGENCY, lea_id=OTHER_DISTRICT) == []


@pytest.mark.usefixtures("schools")
async def test_a_partnership_that_is_void_leads_to_no_school(state: httpx2.AsyncClient) -> None:
    await state.post(f"/v1/partnerships/{AGENCY}/{DISTRICT}/void", json={"reason_code": "entered_in_error"})
    assert await found(state, ori=AGENCY) == []


@pytest.mark.usefixtures("schools")
async def test_a_school_that_is_renamed_is_found_by_its_new_name_alone(state: httpx2.AsyncClient) -> None:
    await state.put("/v1/schools/990000100003", json={"name": "Made-up Lakeside"})
    assert await found(state, name="mary") == []
    assert await found(state, name="lakeside") == ["990000100003"]


@pytest.mark.usefixtures("schools")
async def test_pages_hold_every_school_once_and_keep_what_was_sought(public: httpx2.AsyncClient) -> None:
    url, pages = "/v1/schools?name=lincoln&limit=1", []
    while url:
        answer = await public.get(url)
        pages.append([school["school_id"] for school in answer.json()["schools"]])
        url = str(answer.url.join(answer.links["next"]["url"])) if "next" in answer.links else ""

    assert pages == [["990000100001"], ["990000100002"], ["990000200002"]]


@pytest.mark.usefixtures("schools")
async def test_a_cursor_is_for_the_client_and_the_list_that_it_was_given_for(
    public: httpx2.AsyncClient, state: httpx2.AsyncClient, speaker: Speaker
) -> None:
    cursor = (await public.get("/v1/schools", params={"limit": 2})).json()["next"]
    own = await public.get("/v1/schools", params={"cursor": cursor})
    foreign = await state.get("/v1/schools", params={"cursor": cursor})
    forged = await public.get("/v1/schools", params={"cursor": "AAAA" + cursor[4:]})

    assert [school["school_id"] for school in own.json()["schools"]] == list(NAMES)[2:]
    assert [answer.json()["code"] for answer in (foreign, forged)] == ["invalid-cursor"] * 2


WRONG = [
    {"limit": 0},
    {"limit": 1_001},
    {"lea_id": "99"},
    {"ori": "x"},
    {"name": ""},
    {"name": "a\0b"},
    {"cursor": "é"},
]


@pytest.mark.parametrize("params", WRONG, ids=str)
async def test_a_search_that_cannot_be_is_refused(public: httpx2.AsyncClient, params: dict[str, str | int]) -> None:
    refused = await public.get("/v1/schools", params=params)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
