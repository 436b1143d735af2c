"""Reads published tables: the list of them, without their numbers, and one version with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from gateway import documents
from gateway.connections import PUBLISHED_TABLES
from gateway.documents import Arguments
from gateway.policy import Rule
from gateway.reading import Reading
from gateway.viewer import Scope
from shared.records.database import Connection

LIST = """
select (document::jsonb - 'cells')::text as document from document
where custodian = 'public' and kind = 'published_table' and state = 'live'{conditions}
order by key
"""
VERSIONS = """
select document ->> 'table_version' as version from document
where custodian = 'public' and kind = 'published_table' and state = 'live' and key like $1 || '/%'
order by (document ->> 'table_version')::int desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tables."""

    lea_id: str | None = None
    ori: str | None = None
    school_year: str | None = None
    latest: bool = False


async def list_tables(reading: Reading, wanted: Wanted) -> list[dict[str, Any]]:
    """The tables by name and version, without their cells; each says whether it is the latest of its name."""
    arguments = Arguments()
    conditions = "".join(
        f" and {column} = {arguments.add(value)}"
        for column, value in (
            ("lea_id", wanted.lea_id),
            ("document -> 'scope' ->> 'ori'", wanted.ori),
            ("document ->> 'school_year'", wanted.school_year),
        )
        if value is not None
    )

    async def ask(connection: Connection) -> list[dict[str, Any]]:
        rows = await connection.fetch(LIST.format(conditions=conditions), *arguments)
        return [orjson.loads(row["document"]) for row in rows]

    found = await reading.read(ask)
    newest = latest_versions(found)
    listed = [{**one, "latest": newest[one["table_id"]] == one["table_version"]} for one in found]
    return [one for one in listed if one["latest"] or not wanted.latest]


def latest_versions(tables: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The latest version of each table."""
    newest: dict[str, int] = {}
    for one in tables:
        newest[one["table_id"]] = max(newest.get(one["table_id"], 0), one["table_version"])
    return newest


async def latest_version(reading: Reading, table_id: str) -> int | None:
    """The latest version of a table; None where there is none."""

    async def ask(connection: Connection) -> int | None:
        version = await connection.fetchval(VERSIONS, table_id) if documents.storable(table_id) else None
        return None if version is None else int(version)

    return await reading.read(ask)


async def find_table(reading: Reading, table_id: str, version: int) -> dict[str, Any] | None:
    """A version of a table, whole; None where there is none."""
    scope = PUBLISHED_TABLES.scope(reading)
    if isinstance(scope, Rule):
        return None
    return await _find(reading, scope, f"{table_id}/{version}")


async def _find(reading: Reading, scope: Scope, key: str) -> dict[str, Any] | None:
    stored = await reading.read(lambda snapshot: documents.one(snapshot, scope, PUBLISHED_TABLES.kind, key))
    if stored is None:
        return None
    table: dict[str, Any] = orjson.loads(stored.document)
    return table
