"""Reads both sides of a tie-out, in one snapshot."""

from datetime import date
from typing import Any

import orjson

from services.reporting.figure import total
from services.reporting.summary.rules import months_of
from services.reporting.summary.store import calendar_of, district_of
from services.reporting.tie_out.rules import Case, Recorded, RecordKey, recorded, tie
from shared.contracts.incidents import Incident
from shared.contracts.tie_outs import SchoolTieOut, TieOut, TieOutCall
from shared.records.database import Connection, Database

RECORDS = """
select school_id, month, document::text as document from counted
where kind = 'incident' and state = 'live' and school_id between $1 and $2
"""
CASES = """
select document::text as document from school_case
where state = 'live' and owner = $1 and ($2::text is null or document ->> 'school_id' = $2)
"""
FIGURES = """
select document::text as document from school_count
where state = 'live' and owner = $1 and ($2::text is null or document ->> 'school_id' = $2)
  and document ->> 'school_year' = $3 and document ->> 'measure' = $4
"""
FIGURE_OF = {"referral": "referral_students", "arrest": "arrest_students"}
NO_FIGURE = "unknown"
"""What a figure is that nobody has given."""


async def tie_out(database: Database, call: TieOutCall) -> TieOut:
    """The schools of the scope at which either side counts something, as both stand now."""
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        calendar = await calendar_of(connection, call.scope, call.school_year)
        months = months_of(call.school_year, calendar)
        records = await _records(connection, call, months)
        cases = await _cases(connection, call, months)
        figures = await _figures(connection, call)
    schools = tuple(
        school
        for school_id in sorted(records.keys() | cases.keys() | figures.keys())
        if (school := _school(school_id, call, records, cases, figures)) is not None
    )
    return TieOut(scope=call.scope, school_year=call.school_year, event=call.event, schools=schools)


Records = dict[str, dict[RecordKey, Recorded]]
Cases = dict[str, list[Case]]
Figures = dict[str, tuple[float | None, str]]


def _school(school_id: str, call: TieOutCall, records: Records, cases: Cases, figures: Figures) -> SchoolTieOut | None:
    """One school; None where neither side counts anything in the year."""
    tied = tie(call.event, records.get(school_id, {}), cases.get(school_id, []))
    figure, status = figures.get(school_id, (None, NO_FIGURE))
    if not (tied.agency or tied.school or tied.unmatched or school_id in figures):
        return None
    return SchoolTieOut(
        school_id=school_id,
        agency=tied.agency,
        school=tied.school,
        figure=figure,
        figure_status=status,
        difference=tied.agency - tied.school,
        reasons=tied.reasons,
        figure_difference=None if figure is None else figure - tied.school,
        unmatched=tied.unmatched,
    )


async def _records(connection: Connection, call: TieOutCall, months: tuple[str, str]) -> Records:
    lea_id = district_of(call.scope) or ""
    bounds = (call.scope.school_id or f"{lea_id}00000", call.scope.school_id or f"{lea_id}99999")
    found: Records = {}
    for row in await connection.fetch(RECORDS, *bounds):
        record = Incident.model_validate_json(row["document"])
        in_year = months[0] <= row["month"] <= months[1]
        said = recorded(record, call.event, in_year=in_year)
        found.setdefault(row["school_id"], {})[record.ori, record.incident_number] = said
    return found


async def _cases(connection: Connection, call: TieOutCall, months: tuple[str, str]) -> Cases:
    found: Cases = {}
    for row in await connection.fetch(CASES, district_of(call.scope), call.scope.school_id):
        said = _document(row)
        ori, number = said.get("ori"), said.get("incident_number")
        month = f"{date.fromisoformat(said['occurred_on']):%Y-%m}"
        case = Case(
            number=said["case_number"],
            event=said["event"],
            students=said.get("students", 1),
            record=(ori, number) if ori and number else None,
            ori=ori,
            in_year=months[0] <= month <= months[1],
        )
        found.setdefault(said["school_id"], []).append(case)
    return found


async def _figures(connection: Connection, call: TieOutCall) -> Figures:
    """The schools' own figures of the year."""
    rows = await connection.fetch(
        FIGURES, district_of(call.scope), call.scope.school_id, call.school_year, FIGURE_OF[call.event]
    )
    return {said["school_id"]: total(said["counts"]) for said in map(_document, rows)}


def _document(row: Any) -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(row["document"])
    return said
