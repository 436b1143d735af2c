"""Reads what is counted, in one snapshot."""

from collections.abc import Sequence
from typing import Any

import orjson

from services.reporting.enrollment.rules import total
from services.reporting.rollup.counting import counting_rules
from services.reporting.rollup.projection import SERVICES
from services.reporting.rollup.rules import CONTACTS
from services.reporting.summary.rules import Found, Tally, months_of, summarise
from shared.contracts.calendars import Calendar, CalendarReport
from shared.contracts.contract import LEA_ID_DIGITS
from shared.contracts.summaries import Summary, SummaryCall, SummaryScope
from shared.records.database import Connection, Database

SUMMED = frozenset({"initiated_by", "outcome", "month"})
"""Dimensions by which the sums are kept; for the others the facts are summed when they are asked for."""
TERM, MONTH = "term", "month"
CALENDAR = "select document::text from calendar where key = $1 and state = 'live'"
POSITION = "select position from projection_position where service = $1"
ENROLLED = """
select (document -> 'counts')::text as counts from enrollment
where owner = $1 and ($2::text is null or key like $2 || '/%') and key like '%/' || $3 || '/crdc' and state = 'live'
"""


async def summary(database: Database, call: SummaryCall) -> Summary:
    """What was counted of the scope in the school year, as the read model stands now."""
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        calendar = await calendar_of(connection, call.scope, call.school_year)
        months = months_of(call.school_year, calendar)
        found = await _found(connection, call, months, calendar)
    return summarise(call, months, found, counting_rules())


async def calendar_of(connection: Connection, scope: SummaryScope, school_year: str) -> CalendarReport | None:
    """The district's calendar of the year, where the scope is of one district."""
    lea_id = district_of(scope)
    if lea_id is None:
        return None
    document = await connection.fetchval(CALENDAR, f"{lea_id}/{school_year}")
    return None if document is None else Calendar.model_validate_json(document)


def district_of(scope: SummaryScope) -> str | None:
    """The one district whose schools are counted; None where it is not one."""
    return scope.lea_id or (scope.school_id[:LEA_ID_DIGITS] if scope.school_id else None)


async def _found(
    connection: Connection, call: SummaryCall, months: tuple[str, str], calendar: CalendarReport | None
) -> Found:
    where, values = where_counted(call.scope, months)
    totals = await connection.fetch(
        f"select measure, sum(value) as value, sum(open) as open from rollup where {where} group by measure", *values
    )
    tallies = {row["measure"]: Tally(row["value"], row["open"]) for row in totals}
    newest = await connection.fetchrow(
        f"""select max(changed_at) as as_of,
                   max(changed_at) filter (where version > 1 and to_char(changed_at, 'YYYY-MM') > $2) as revised_at
            from counted where {where}""",
        *values,
    )
    groups: dict[str, list[tuple[str, str, Tally]]] = {}
    for dimension in dict.fromkeys((*call.by, *((call.period,) if call.period in (TERM, MONTH) else ()))):
        for measure, value, tally in await _divided(connection, dimension, where, values, calendar):
            groups.setdefault(measure, []).append((dimension, value, tally))
    return Found(
        contacts=tallies.get(CONTACTS, Tally()).value,
        tallies=tallies,
        groups=groups,
        as_of=newest["as_of"],
        revised_at=newest["revised_at"],
        position=f"{SERVICES[0]}:{await connection.fetchval(POSITION, SERVICES[0]) or ''}",
        enrolled=await _enrolled(connection, call),
    )


def where_counted(scope: SummaryScope, months: tuple[str, str]) -> tuple[str, list[Any]]:
    """The condition that rows of the scope and the months meet, and its values."""
    conditions, values = ["month between $1 and $2"], list[Any](months)
    for column, value in (("ori", scope.ori), ("school_id", scope.school_id)):
        if value is not None:
            values.append(value)
            conditions.append(f"{column} = ${len(values)}")
    if scope.lea_id is not None:
        # A range, and not a prefix, so that the index by school serves it.
        values += [f"{scope.lea_id}00000", f"{scope.lea_id}99999"]
        conditions.append(f"school_id between ${len(values) - 1} and ${len(values)}")
    return " and ".join(conditions), values


async def _divided(
    connection: Connection, dimension: str, where: str, values: Sequence[Any], calendar: CalendarReport | None
) -> list[tuple[str, str, Tally]]:
    table = "rollup" if dimension in SUMMED else "fact"
    column, parameters = dimension, list(values)
    if dimension == TERM:
        terms = calendar.terms if calendar is not None else ()
        place = len(values)
        column = (
            f"coalesce((select code from unnest(${place + 1}::text[], ${place + 2}::date[], ${place + 3}::date[])"
            " as term (code, first_day, last_day) where day between first_day and last_day limit 1), 'unknown')"
        )
        parameters += [[one.code for one in terms], [one.first_day for one in terms], [one.last_day for one in terms]]
    rows = await connection.fetch(
        f"select measure, {column} as part, sum(value) as value, sum(open) as open from {table}"
        f" where {where} and measure <> '{CONTACTS}' group by 1, 2 order by 1, 2",
        *parameters,
    )
    return [(row["measure"], row["part"], Tally(row["value"], row["open"])) for row in rows]


async def _enrolled(connection: Connection, call: SummaryCall) -> int | None:
    """Students of the scope's schools on the day of the CRDC; None where nobody has said it, or one table does not."""
    totals = [total(cells) for cells in await enrolled_tables(connection, call.scope, call.school_year)]
    return sum(number for number in totals if number is not None) if totals and None not in totals else None


async def enrolled_tables(connection: Connection, scope: SummaryScope, school_year: str) -> list[Any]:
    """The cells of each school's enrolment on the day of the CRDC, where the scope is of one district."""
    lea_id = district_of(scope)
    if lea_id is None:
        return []
    rows = await connection.fetch(ENROLLED, lea_id, scope.school_id, school_year)
    return [orjson.loads(row["counts"]) for row in rows]
