"""The search for schools, in PostgreSQL."""

import asyncpg

from services.reporting.directory import tables
from shared.records.database import Database


async def list_schools(
    database: Database, *, name: str | None, lea_id: str | None, ori: str | None, after: str, limit: int
) -> list[asyncpg.Record]:
    """Schools by id after `after`: id, key, version, document. What is None does not narrow the search."""
    sought = ((tables.NAMED, name), (tables.IN_DISTRICT, lea_id), (tables.SERVED_BY, ori))
    arguments: list[str | int] = [after, limit]
    conditions = ""
    for condition, value in sought:
        if value is not None:
            arguments.append(value)
            conditions += " and " + condition.format(f"${len(arguments)}")
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(tables.SCHOOLS.format(conditions=conditions), *arguments)
        return rows
