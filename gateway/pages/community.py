"""`/`, `/schools/{id}` and `/tables/{id}`: what everybody may know, in plain words, in English and Spanish (P1.9)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway import documents
from gateway.connections import AGENCIES, DISTRICTS, SCHOOLS, Listing
from gateway.documents import BY_KEY, Condition
from gateway.pages.grids import SCHOOL, Grid, Numbers, grid_of, grid_within
from gateway.pages.words import LANGUAGES, Words, language_of
from gateway.policy import Rule
from gateway.published.reading import Wanted, find_table, latest_version, list_tables
from gateway.published.routes import PublicReading, TableName, Version, the_table
from gateway.reading import Reading
from gateway.viewer import VIEWER_PROBLEMS
from shared.contracts.contract import LEA_ID_DIGITS, SchoolId
from shared.web.problems import Problem, problems

TEMPLATES = Path(__file__).parent / "templates"
PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
MOST_SCHOOLS = 2_000
PAIR = 2

Asked = Annotated[str | None, Query(alias="lang", description=f"Language: {' or '.join(LANGUAGES)}.", max_length=20)]
Accepted = Annotated[str | None, Header(alias="Accept-Language", max_length=500)]

router = APIRouter(tags=["pages"])


@router.get("/", response_class=HTMLResponse, responses=problems(*VIEWER_PROBLEMS))
async def home_page(reading: PublicReading, lang: Asked = None, accept_language: Accepted = None) -> HTMLResponse:
    """Which tables are published, and of which schools."""
    words = Words(language_of(lang, accept_language))
    names = await _names(reading, AGENCIES) | await _names(reading, DISTRICTS)
    places: dict[str, dict[str, Any]] = {}
    for table in await list_tables(reading, Wanted(latest=True)):
        owner = _owner(table)
        place = places.setdefault(
            owner, {"id": f"of-{owner}", "name": names.get(owner, owner), "tables": [], "schools": []}
        )
        place["tables"].append(table)
        if not place["schools"] and table["scope"].get("lea_id"):
            known = await _names(reading, SCHOOLS, owner)
            place["schools"] = [{"id": school_id, "name": name} for school_id, name in known.items()]
    return _page("home.html", words, {}, places=sorted(places.values(), key=lambda one: str(one["name"])))


@router.get("/tables/{table_id}", response_class=HTMLResponse, responses=problems(*VIEWER_PROBLEMS, "not-found"))
async def table_page(
    reading: PublicReading,
    table_id: TableName,
    version: Version = None,
    lang: Asked = None,
    accept_language: Accepted = None,
) -> HTMLResponse:
    """A published table with charts of its totals; without a version the newest. Raises Problem `not-found`."""
    words = Words(language_of(lang, accept_language))
    newest = await latest_version(reading, table_id)
    if newest is None:
        raise Problem("not-found")
    table = await the_table(reading, table_id, version or newest)
    names = await _names_of(reading, table)

    def name_of(dimension: str, value: str) -> str:
        return names.get(value) or words.code(dimension, value)

    numbers = Numbers(table)
    crossings = [one for one in table["printed"] if len(one) == PAIR]
    return _page(
        "table.html",
        words,
        {} if version is None else {"version": version},
        title=words.title(table["design"]),
        place=names.get(_owner(table), _owner(table)),
        table=table,
        newest=newest,
        grids=[grid_of(numbers, crossing, words, name_of) for crossing in crossings],
    )


@router.get("/schools/{school_id}", response_class=HTMLResponse, responses=problems(*VIEWER_PROBLEMS, "not-found"))
async def school_page(
    reading: PublicReading, school_id: SchoolId, lang: Asked = None, accept_language: Accepted = None
) -> HTMLResponse:
    """What is published of a school, the newest year first. Raises Problem `not-found` for one that is none."""
    words = Words(language_of(lang, accept_language))
    lea_id = school_id[:LEA_ID_DIGITS]
    schools = await _names(reading, SCHOOLS, lea_id)
    if school_id not in schools:
        raise Problem("not-found")
    names = await _names(reading, DISTRICTS)
    headlines = await list_tables(reading, Wanted(lea_id=lea_id, latest=True))
    shown = []
    for headline in sorted(headlines, key=lambda one: str(one["school_year"]), reverse=True):
        table = await find_table(reading, headline["table_id"], headline["table_version"])
        if table is not None and (grid := _of_school(table, school_id, words)) is not None:
            shown.append({"table": table, "grid": grid})
    return _page(
        "school.html",
        words,
        {},
        school={"id": school_id, "name": schools[school_id]},
        place=names.get(lea_id, lea_id),
        shown=shown,
    )


def _of_school(table: Mapping[str, Any], school_id: str, words: Words) -> Grid | None:
    """What a table prints of a school; None where it does not divide by schools, or had not this one."""
    numbers = Numbers(table)
    values = next((one["values"] for one in table["dimensions"] if one["name"] == SCHOOL), ())
    crossing = next((one for one in table["printed"] if len(one) == PAIR and one[0] == SCHOOL), None)
    if crossing is None or school_id not in values:
        return None
    heading = f"{words('school_year')} {table['school_year']}"
    return grid_within(numbers, (SCHOOL, school_id), crossing[1], heading, words, words.code)


def _owner(table: Mapping[str, Any]) -> str:
    scope = table["scope"]
    return str(scope.get("lea_id") or scope.get("ori"))


async def _names_of(reading: Reading, table: Mapping[str, Any]) -> dict[str, str]:
    """The names of whose table it is, and of the schools in it."""
    lea_id = table["scope"].get("lea_id")
    if lea_id is None:
        return await _names(reading, AGENCIES)
    return await _names(reading, DISTRICTS) | await _names(reading, SCHOOLS, lea_id)


async def _names(reading: Reading, listing: Listing, lea_id: str | None = None) -> dict[str, str]:
    """The names of organisations in the directory, by their ids."""
    scope = listing.scope(reading)
    if isinstance(scope, Rule):
        return {}
    conditions = [] if lea_id is None else [Condition("lea_id = {}", [lea_id])]
    found = await reading.read(
        lambda snapshot: documents.page(
            snapshot, scope, listing.kind, conditions, order=BY_KEY, after=None, first=MOST_SCHOOLS
        )
    )
    return {stored.key: str(orjson.loads(stored.document)["name"]) for stored in found}


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _page(template: str, words: Words, query: Mapping[str, object], **values: Any) -> HTMLResponse:
    page = (
        _templates()
        .get_template(template)
        .render(words=words, query="".join(f"{name}={value}&" for name, value in query.items()), **values)
    )
    headers = {
        "Content-Security-Policy": PAGE_POLICY,
        "Content-Language": words.language,
        "Vary": "Accept-Language",
    }
    return HTMLResponse(page, headers=headers)
