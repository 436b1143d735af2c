"""The directory in PostgreSQL: what a function returns has been committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import asyncpg

from services.reporting.directory import tables
from services.reporting.directory.keys import EntryKey
from services.reporting.directory.kinds import KINDS
from shared.contracts.contract import Contract
from shared.records import keep
from shared.records.database import Database
from shared.records.keep import Current
from shared.records.put import Outcome, Verdict, judge_record, judge_void, put_once, until_done

PUBLIC = "public"
"""Who owns the directory: its facts are everybody's."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is to become of one entry: the record as it now stands, or None for a void."""

    key: EntryKey
    record: Contract | None


async def put_entries(
    database: Database,
    incoming: Sequence[Incoming],
    *,
    by: str,
    at: datetime,
    expected: int | None = None,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    """Take in entries as they now stand: new, corrected, the same again, or void; what became of each, by key.

    Raises VersionConflict if `expected` is given and an entry is not at that version, and Contended if others changed
    the entries again and again meanwhile.
    """
    outcomes: dict[str, Outcome] = {}
    async with database.connection() as connection:
        for name, entries in KINDS.items():
            put = partial(
                put_once, connection, entries.kind, judge=_judge, by=by, at=at, expected=expected, dry_run=dry_run
            )
            keys = {one.key.natural: str(one.key) for one in incoming if one.key.kind == name}
            records = {one.key.natural: one.record for one in incoming if one.key.kind == name}
            outcomes |= {keys[key]: kept for key, kept in (await until_done(records, put)).items()}
    return outcomes


async def get_entry(database: Database, key: EntryKey) -> Current | None:
    """The entry as it stands, or None."""
    async with database.connection() as connection:
        return (await keep.find(connection, KINDS[key.kind].kind, [key.natural])).get(key.natural)


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


def _judge(key: str, record: Contract | None, current: Current | None) -> Verdict:
    if record is None:
        return judge_void(key, None, current)
    return judge_record(key, record, current, owner=PUBLIC)
