"""Reads what is compared, in one snapshot."""

from services.reporting.disparity.rules import FEWEST, compare, placed
from services.reporting.enrollment.rules import by_group
from services.reporting.rollup.counting import counting_rules
from services.reporting.rollup.rules import CONTACTS
from services.reporting.summary.rules import NOBODY_COLLECTS, NOTHING_REPORTED, UNKNOWN, months_of
from services.reporting.summary.store import calendar_of, enrolled_tables, where_counted
from shared.contracts.codes import code_list, code_lists
from shared.contracts.disparities import Comparison, Disparities, DisparityCall, GroupComparison
from shared.records.database import Connection, Database

PERCEIVED, ENROLLED = "perceived", "enrolled"
COUNTED, NOT_COLLECTED = "counted", "not_collected"
NO_FACETS = "No district has said of which group the students in these records are."
GROUPS = {
    dimension: tuple(
        code for code in code_list(dimension if dimension in code_lists() else "yes_no") if code != UNKNOWN
    )
    for dimension in code_list("disparity_dimension")
}
"""The groups of each dimension, by the codes in which officers say it."""


async def disparities(database: Database, call: DisparityCall) -> Disparities:
    """Each group against all others, as the read model stands now; with a reason where nothing can be compared."""
    if counting_rules().measures[call.measure].of is None:
        return _answer(call, NOT_COLLECTED, NOBODY_COLLECTS)
    if call.race_owner != PERCEIVED:
        return _answer(call, NOT_COLLECTED, NO_FACETS)
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        contacts = await _counts(connection, call, CONTACTS)
        counts = await _counts(connection, call, call.measure)
        enrolled = await _enrolled(connection, call)
    if not contacts:
        return _answer(call, UNKNOWN, NOTHING_REPORTED)
    groups = GROUPS[call.by]
    of_contacts, _ = placed(groups, contacts)
    counted, not_placed = placed(groups, counts)
    return _answer(call, COUNTED, None, not_placed=not_placed, groups=_compared(counted, of_contacts, enrolled))


def _compared(
    counted: dict[str, int], contacts: dict[str, int], enrolled: dict[str, int] | None
) -> tuple[GroupComparison, ...]:
    acted = compare(counted, contacts)
    called: dict[str, Comparison] = {} if enrolled is None else compare(contacts, enrolled)
    total: dict[str, Comparison] = {} if enrolled is None else compare(counted, enrolled)
    return tuple(
        GroupComparison(
            group=group, count=counted[group], acted=acted[group], called=called.get(group), total=total.get(group)
        )
        for group in counted
        if contacts[group] or (enrolled or {}).get(group)
    )


def _answer(
    call: DisparityCall,
    status: str,
    reason: str | None,
    *,
    not_placed: int = 0,
    groups: tuple[GroupComparison, ...] = (),
) -> Disparities:
    return Disparities(
        scope=call.scope,
        school_year=call.school_year,
        measure=call.measure,
        by=call.by,
        race_owner=call.race_owner,
        denominator_owner=ENROLLED,
        status=status,
        reason=reason,
        not_placed=not_placed,
        fewest=FEWEST,
        counting_rule=counting_rules().name,
        groups=groups,
    )


async def _counts(connection: Connection, call: DisparityCall, measure: str) -> dict[str, int]:
    calendar = await calendar_of(connection, call.scope, call.school_year)
    where, values = where_counted(call.scope, months_of(call.school_year, calendar))
    rows = await connection.fetch(
        f"select {call.by} as part, sum(value) as value from fact"
        f" where {where} and measure = ${len(values) + 1} group by 1",
        *values,
        measure,
    )
    return {row["part"]: row["value"] for row in rows}


async def _enrolled(connection: Connection, call: DisparityCall) -> dict[str, int] | None:
    """Students enrolled by group, of all the scope's schools; None where one of them does not say, or none does."""
    found: dict[str, int] = {}
    tables = await enrolled_tables(connection, call.scope, call.school_year)
    for cells in tables:
        groups = by_group(cells, call.by)
        if groups is None:
            return None
        for group, number in groups.items():
            found[group] = found.get(group, 0) + number
    wanted = {group: found[group] for group in GROUPS[call.by] if group in found}
    return wanted or None
