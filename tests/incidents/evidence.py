"""What a database holds, counted over every table: how tests see that nothing was stored.

The relay's numbering is left out: it follows by itself what was stored before.
"""

import asyncpg

TABLES = """
select format('%I.%I', schemaname, tablename) from pg_tables
where schemaname not in ('pg_catalog', 'information_schema') and tablename not in ('log_sequence', 'relay') order by 1
"""


async def rows_by_table(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[str, int]:
    """The number of rows of every table of the database."""
    tables = [row[0] for row in await connection.fetch(TABLES)]
    return {table: await connection.fetchval(f"select count(*) from {table}") for table in tables}
