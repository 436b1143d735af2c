"""`/tables.json`, and each version of a table as JSON or CSV: for everybody, for ever (P1.9)."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response

from gateway.published.reading import Wanted, find_table, latest_version, list_tables
from gateway.reading import Reading
from gateway.state import State
from gateway.viewer import VIEWER_PROBLEMS, Viewer, any_viewer
from shared.contracts.contract import LeaId, SchoolYear
from shared.web.caller import EVERY_SITE
from shared.web.problems import Problem, problems

JSON, CSV = "application/json", "text/csv; charset=utf-8"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=60"

WORD, NUMBER = {"type": "string"}, {"type": "integer"}
HEADLINE = {
    "type": "object",
    "required": ["id", "version", "title", "scope", "school_year", "published_at", "dimensions", "measures"],
    "properties": {
        **dict.fromkeys(("id", "title", "school_year", "published_at", "url", "csv"), WORD),
        **dict.fromkeys(("version", "n"), NUMBER),
        "supersedes": {"type": ["integer", "null"]},
        "latest": {"type": "boolean"},
        "scope": {"type": "object"},
        "dimensions": {"type": "array", "items": {"type": "object"}},
        "measures": {"type": "array", "items": {"type": "object"}},
    },
}
CELL = {
    "type": "object",
    "required": ["at", "measure", "value", "status"],
    "properties": {
        "at": {"type": "object", "additionalProperties": WORD},
        "measure": WORD,
        "value": {"type": ["integer", "null"]},
        "status": WORD,
    },
}
TABLES = {"type": "object", "required": ["tables"], "properties": {"tables": {"type": "array", "items": HEADLINE}}}
TABLE = {
    "allOf": [
        HEADLINE,
        {
            "required": ["cells", "mark", "method", "counts", "counting_rule", "data_version"],
            "properties": {
                "cells": {"type": "array", "items": CELL},
                "mark": {"type": "object"},
                **dict.fromkeys(("method", "counts", "counting_rule", "data_version"), WORD),
            },
        },
    ]
}


def _gives(description: str, media_type: str, schema: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {media_type: {"schema": schema}}}}


TO_NEWEST: dict[int | str, dict[str, Any]] = {307: {"description": "The newest version."}}
TABLE_PROBLEMS = problems(*VIEWER_PROBLEMS, "invalid-value", "not-found")

router = APIRouter(tags=["published tables"])


async def public_reading(viewer: Annotated[Viewer, Depends(any_viewer)], state: State) -> AsyncIterator[Reading]:
    """One snapshot for a request that needs no token."""
    async with Reading(viewer, state.database, state.cursors, state.student_names) as reading:
        yield reading


PublicReading = Annotated[Reading, Depends(public_reading)]
TableName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$", description="Table.")]
Version = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Version; left out: the newest.")]


@router.get(
    "/tables.json",
    responses=_gives("The tables, without their numbers.", JSON, TABLES) | problems(*VIEWER_PROBLEMS, "invalid-value"),
    response_class=Response,
)
async def get_tables(
    reading: PublicReading,
    latest: bool = False,
    lea_id: Annotated[LeaId | None, Query(description="Tables of this district.")] = None,
    school_year: Annotated[SchoolYear | None, Query(description="Tables of this year.")] = None,
) -> Response:
    """Which tables there are; `latest=true` leaves out versions that another supersedes."""
    found = await list_tables(reading, Wanted(lea_id=lea_id, school_year=school_year, latest=latest))
    return _answer(reading, orjson.dumps({"tables": [_headline(one) for one in found]}), JSON, FOR_NOW)


@router.get(
    "/tables/{table_id}.json",
    responses=_gives("The table.", JSON, TABLE) | TO_NEWEST | TABLE_PROBLEMS,
    response_class=Response,
)
async def get_table(reading: PublicReading, table_id: TableName, version: Version = None) -> Response:
    """A version of a table, which never changes; without a version, a redirect to the newest."""
    if version is None:
        return await _to_newest(reading, table_id, "json")
    return _answer(reading, orjson.dumps(_whole(await the_table(reading, table_id, version))), JSON, FOR_EVER)


@router.get(
    "/tables/{table_id}.csv",
    responses=_gives("A line a number.", CSV, WORD) | TO_NEWEST | TABLE_PROBLEMS,
    response_class=Response,
)
async def get_table_as_csv(reading: PublicReading, table_id: TableName, version: Version = None) -> Response:
    """The same as CSV: a dimension without a value is summed over, and a hidden number is empty with its status."""
    if version is None:
        return await _to_newest(reading, table_id, "csv")
    return _answer(reading, _lines(await the_table(reading, table_id, version)), CSV, FOR_EVER)


async def the_table(reading: Reading, table_id: str, version: int) -> dict[str, Any]:
    """A version of a table. Raises Problem `not-found`."""
    table = await find_table(reading, table_id, version)
    if table is None:
        raise Problem("not-found")
    return table


async def _to_newest(reading: Reading, table_id: str, form: str) -> Response:
    version = await latest_version(reading, table_id)
    if version is None:
        raise Problem("not-found")
    location = {"Location": f"/tables/{table_id}.{form}?version={version}"}
    return Response(status_code=307, headers=location | _headers(reading, FOR_NOW))


def _answer(reading: Reading, content: bytes, media_type: str, caching: str) -> Response:
    return Response(content, headers=_headers(reading, caching), media_type=media_type)


def _headers(reading: Reading, caching: str) -> dict[str, str]:
    """Everybody may keep an answer and read it from any page; one to a token is for nobody else."""
    return {} if reading.viewer.client else {"Cache-Control": caching} | EVERY_SITE


def _headline(table: Mapping[str, Any]) -> dict[str, Any]:
    address = f"/tables/{table['table_id']}"
    query = f"?version={table['table_version']}"
    return {
        **_named(table),
        "latest": table["latest"],
        "n": table["mark"]["n"],
        "dimensions": table["dimensions"],
        "measures": table["measures"],
        "url": f"{address}.json{query}",
        "csv": f"{address}.csv{query}",
    }


def _named(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": table["table_id"],
        "version": table["table_version"],
        "supersedes": table.get("supersedes"),
        **{name: table[name] for name in ("title", "scope", "school_year", "published_at")},
    }


def _whole(table: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("counts", "dimensions", "printed", "measures", "mark", "method", "counting_rule", "data_version")
    return {
        **_named(table),
        **{name: table[name] for name in kept},
        "cells": [
            {**cell, "at": {place["dimension"]: place["value"] for place in cell["at"]}, "value": cell.get("value")}
            for cell in table["cells"]
        ],
    }


def _lines(table: Mapping[str, Any]) -> bytes:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    names = [dimension["name"] for dimension in table["dimensions"]]
    writer.writerow(("table", "version", "school_year", *names, "measure", "value", "status"))
    for cell in table["cells"]:
        at = {place["dimension"]: place["value"] for place in cell["at"]}
        number = (cell["measure"], cell.get("value"), cell["status"])
        place = [at.get(name) for name in names]
        writer.writerow((table["table_id"], table["table_version"], table["school_year"], *place, *number))
    return content.getvalue().encode()
