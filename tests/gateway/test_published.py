"""Published tables at the gateway: JSON, CSV, GraphQL and pages, the same numbers in each, for everybody."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from gateway.pages.words import LANGUAGES, language_of, phrases
from services.reporting.publication.designs import designs, values_of
from shared.contracts.published_tables import PublishedTable
from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, DISTRICT, SCHOOL

TABLE = "9900001-district-contacts-2026-27"
OUTCOMES, RACES = ("arrested", "cited", "unknown"), ("black", "white", "unknown")
NUMBERS: dict[tuple[tuple[str, str], ...], int | None] = {
    (): 60,
    (("school", SCHOOL),): 60,
    (("school", "unknown"),): 0,
    (("outcome", "arrested"),): 20,
    (("outcome", "cited"),): 40,
    (("outcome", "unknown"),): 0,
    (("race_ethnicity", "black"),): None,
    (("race_ethnicity", "white"),): None,
    (("race_ethnicity", "unknown"),): 0,
    (("school", SCHOOL), ("outcome", "arrested")): 20,
    (("school", SCHOOL), ("outcome", "cited")): 40,
    (("school", SCHOOL), ("outcome", "unknown")): 0,
    **{(("school", "unknown"), ("outcome", outcome)): 0 for outcome in OUTCOMES},
    **{
        (("race_ethnicity", race), ("outcome", outcome)): 0 if "unknown" in (race, outcome) else None
        for race in RACES
        for outcome in OUTCOMES
    },
}


def cells(numbers: dict[tuple[tuple[str, str], ...], int | None]) -> Iterator[dict[str, Any]]:
    for place, number in numbers.items():
        at = [{"dimension": dimension, "value": value} for dimension, value in place]
        status = "suppressed" if number is None else "counted"
        yield {"at": at, "measure": "contacts", "status": status} | ({} if number is None else {"value": number})


def table(version: int = 1, **changes: Any) -> dict[str, Any]:
    """A version of a table as the service publishes it."""
    document = {
        "table_id": TABLE,
        "table_version": version,
        "design": "district_contacts",
        "title": "Contacts of officers with students",
        "scope": {"lea_id": DISTRICT},
        "school_year": "2026-27",
        "published_at": "2026-11-24T10:00:00Z",
        "counts": "incidents",
        "dimensions": [
            {"name": "school", "values": [SCHOOL, "unknown"]},
            {"name": "race_ethnicity", "values": list(RACES), "race_owner": "perceived"},
            {"name": "outcome", "values": list(OUTCOMES)},
        ],
        "printed": [["school", "outcome"], ["race_ethnicity", "outcome"]],
        "measures": [{"name": "contacts", "unit": "contacts"}],
        "cells": list(cells(NUMBERS)),
        "mark": {"text": "Hidden.", "n": 10, "hidden": 6, "of": len(NUMBERS)},
        "method": "Made up for a test.",
        "counting_rule": "made-up-1",
        "data_version": "incidents:1.1.1",
        **({"supersedes": version - 1} if version > 1 else {}),
        **changes,
    }
    PublishedTable.model_validate(document, strict=False)
    return document


@pytest.fixture
async def shown(gateway: Gateway) -> Gateway:
    """A gateway with two versions of one table."""
    services = gateway.view.services
    directory = (services.school(), services.district(), services.agency())
    versions = [services.record("published_table", f"{TABLE}/{n}", "public", table(n)) for n in (1, 2)]
    await gateway.view.apply(*directory, *versions)
    return gateway


async def test_everybody_may_know_which_tables_there_are(shown: Gateway) -> None:
    answer = await shown.http.get("/tables.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    listed = answer.json()["tables"]
    assert [(one["id"], one["version"], one["latest"], one["supersedes"]) for one in listed] == [
        (TABLE, 1, False, None),
        (TABLE, 2, True, 1),
    ]
    assert "cells" not in listed[0]
    assert listed[1]["n"] == 10


@pytest.mark.parametrize(
    ("query", "versions"),
    [
        ("latest=true", [2]),
        (f"lea_id={DISTRICT}", [1, 2]),
        ("lea_id=9900002", []),
        ("school_year=2026-27&latest=true", [2]),
        ("school_year=2025-26", []),
    ],
)
async def test_tables_are_found_by_district_and_year(shown: Gateway, query: str, versions: list[int]) -> None:
    found = (await shown.http.get(f"/tables.json?{query}")).json()["tables"]
    assert [one["version"] for one in found] == versions


async def test_a_version_never_changes_and_the_table_leads_to_its_newest(shown: Gateway) -> None:
    first = await shown.http.get(f"/tables/{TABLE}.json", params={"version": 1})
    assert "immutable" in first.headers["cache-control"]
    assert first.json()["version"] == 1
    newest = await shown.http.get(f"/tables/{TABLE}.json")
    assert (newest.status_code, newest.headers["location"]) == (307, f"/tables/{TABLE}.json?version=2")


async def test_json_and_csv_have_the_same_numbers_and_a_hidden_one_in_neither(shown: Gateway) -> None:
    whole = (await shown.http.get(f"/tables/{TABLE}.json?version=2")).json()
    as_json = {frozenset(cell["at"].items()): (cell["value"], cell["status"]) for cell in whole["cells"]}
    assert as_json == {
        frozenset(place): (number, "suppressed" if number is None else "counted") for place, number in NUMBERS.items()
    }
    lines = csv.DictReader(io.StringIO((await shown.http.get(f"/tables/{TABLE}.csv?version=2")).text))
    dimensions = [one["name"] for one in whole["dimensions"]]
    as_csv = {
        frozenset((name, line[name]) for name in dimensions if line[name]): (
            int(line["value"]) if line["value"] else None,
            line["status"],
        )
        for line in lines
    }
    assert as_csv == as_json


async def test_graphql_tells_the_same_to_everybody(shown: Gateway) -> None:
    query = """query ($id: String!) {
      publishedTables(filter: {leaId: "9900001", schoolYear: "2026-27"}) { totalCount }
      newest: publishedTable(id: $id) { tableVersion cells { at { dimension value } value status } mark { hidden of } }
      first: publishedTable(id: $id, version: 1) { tableVersion }
      none: publishedTable(id: "none") { tableVersion }
    }"""
    data = (await shown.graphql(query, None, id=TABLE))["data"]
    assert data["publishedTables"]["totalCount"] == 2
    assert (data["newest"]["tableVersion"], data["first"]["tableVersion"], data["none"]) == (2, 1, None)
    assert {
        tuple((at["dimension"], at["value"]) for at in cell["at"]): cell["value"] for cell in data["newest"]["cells"]
    } == NUMBERS


@pytest.mark.parametrize("path", ["/tables/none.json", "/tables/none.csv?version=1", "/tables/none", "/schools/1"])
async def test_what_is_not_published_is_not_there(shown: Gateway, path: str) -> None:
    assert (await shown.http.get(path)).status_code in (404, 422)


def numbers_on(page: str) -> list[str]:
    return [unescape(re.sub("<[^>]*>", "", cell)).strip() for cell in re.findall("<td[^>]*>.*?</td>", page)]


async def test_the_page_of_a_table_prints_its_numbers_and_says_why_some_are_hidden(shown: Gateway) -> None:
    page = await shown.http.get(f"/tables/{TABLE}")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert numbers_on(page.text) == ["20", "40", "60"] * 2 + ["hidden"] * 6 + ["20", "40", "60"]
    assert "from 1 to 9" in page.text
    assert "<script" not in page.text


async def test_the_page_of_a_school_has_the_numbers_of_that_school(shown: Gateway) -> None:
    page = (await shown.http.get(f"/schools/{SCHOOL}")).text
    assert numbers_on(page) == ["20", "40", "60"]
    assert "Made-up School" in page
    assert f"/tables/{TABLE}" in page


async def test_the_first_page_leads_to_every_table_and_school(shown: Gateway) -> None:
    page = (await shown.http.get("/")).text
    assert f'href="/tables/{TABLE}?lang=en"' in page
    assert f'href="/schools/{SCHOOL}?lang=en"' in page
    assert "Made-up District" in page


async def test_without_tables_the_first_page_says_so(gateway: Gateway) -> None:
    page = await gateway.http.get("/")
    assert page.status_code == 200
    assert "No table has been published yet." in page.text


@pytest.mark.parametrize("path", ["/", f"/tables/{TABLE}", f"/schools/{SCHOOL}"])
async def test_every_page_is_there_in_spanish(shown: Gateway, path: str) -> None:
    page = await shown.http.get(path, headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
    assert '<html lang="es">' in page.text
    assert page.headers["content-language"] == "es"
    assert "Accept-Language" in page.headers["vary"]
    assert '<html lang="en">' in (await shown.http.get(f"{path}?lang=en", headers={"Accept-Language": "es"})).text


async def test_an_agencys_table_has_a_page_of_its_own_name(gateway: Gateway) -> None:
    services = gateway.view.services
    of_agency = table(table_id="xx", design="agency_contacts", scope={"ori": AGENCY})
    await gateway.view.apply(services.agency(), services.record("published_table", "xx/1", "public", of_agency))
    page = (await gateway.http.get("/tables/xx")).text
    assert "Contacts recorded at no named school" in page
    assert "Made-up Police Department" in page


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, None, "en"),
        ("es", "en", "es"),
        ("fr", "es", "es"),
        (None, "fr, es;q=0.5, en;q=0.4", "es"),
        (None, "en;q=0.1, es;q=0", "en"),
        (None, "es;q=many", "en"),
    ],
)
def test_a_page_speaks_the_language_that_is_asked_for(asked: str | None, accepted: str | None, language: str) -> None:
    assert language_of(asked, accepted) == language


def test_everything_that_is_published_has_words_in_every_language() -> None:
    words = phrases()
    assert words.titles.keys() == designs().keys()
    for design in designs().values():
        for dimension in design.dimensions:
            assert words.dimensions[dimension].keys() == set(LANGUAGES)
            known = words.codes.get(dimension, {}).keys() | words.codes["any"].keys()
            assert dimension == "school" or set(values_of(dimension)) <= known
