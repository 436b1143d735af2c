"""Reads what a district's schools say for the CRDC, in one snapshot."""

from collections.abc import Mapping
from typing import Any

import orjson

from services.reporting.crdc.layout import layout_of, whole
from services.reporting.crdc.rules import Cells, figure_of
from shared.contracts.crdc import CrdcCall, CrdcPart, CrdcSchool
from shared.records.database import Connection, Database

SCHOOLS_AT_ONCE = 100
"""So that an answer stays well below the largest message of NATS."""
SCHOOLS = """
select key from school where state = 'live' and lea_id = $1 and ($2::text is null or key > $2) order by key limit $3
"""
FIGURES = """
select document ->> 'school_id' as school_id, document ->> 'measure' as measure, (document -> 'counts')::text as counts
from school_count
where state = 'live' and owner = $1 and document ->> 'school_id' = any($2::text[]) and document ->> 'school_year' = $3
"""


async def crdc_part(database: Database, call: CrdcCall) -> CrdcPart:
    """The next schools of the district's directory, with a figure for every column of the year."""
    layout = layout_of(call.school_year)
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        rows = await connection.fetch(SCHOOLS, call.scope.lea_id, call.after, SCHOOLS_AT_ONCE + 1)
        school_ids = [row["key"] for row in rows[:SCHOOLS_AT_ONCE]]
        said = await _said(connection, call, school_ids)
    schools = tuple(
        CrdcSchool(
            school_id=school_id,
            figures=tuple(figure_of(column, said.get(school_id, {}), whole()) for column in layout.columns),
        )
        for school_id in school_ids
    )
    return CrdcPart(**dict(layout), schools=schools, is_last=len(rows) <= SCHOOLS_AT_ONCE)


async def _said(connection: Connection, call: CrdcCall, school_ids: list[str]) -> Mapping[str, Mapping[str, Cells]]:
    """By school and measure the school's own figures."""
    found: dict[str, dict[str, Any]] = {}
    for row in await connection.fetch(FIGURES, call.scope.lea_id, school_ids, call.school_year):
        found.setdefault(row["school_id"], {})[row["measure"]] = orjson.loads(row["counts"])
    return found
