"""Records of this service in PostgreSQL: what a function returns has been committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import asyncpg

from services.reporting.record.keys import RecordKey
from services.reporting.record.kinds import KINDS, RecordKind
from shared.contracts.contract import Contract
from shared.contracts.record import VOID
from shared.records import keep
from shared.records.database import Database
from shared.records.keep import Current
from shared.records.put import Outcome, Verdict, judge_record, judge_void, put_once, until_done

LIST = (
    "select id, key, version, document from {} where owner = $1 and state = 'live' and key > $2 order by key limit $3"
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is to become of one record: the record as it now stands, or None for a void."""

    key: RecordKey
    record: Contract | None


async def put_records(
    database: Database,
    incoming: Sequence[Incoming],
    *,
    by: str,
    at: datetime,
    expected: int | None = None,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    """Take in records as they now stand: new, corrected, the same again, or void; what became of each, by key.

    Raises VersionConflict if `expected` is given and a record is not at that version, and Contended if others changed
    the records again and again meanwhile.
    """
    outcomes: dict[str, Outcome] = {}
    async with database.connection() as connection:
        for name, kind in KINDS.items():
            named = {one.key.natural: one for one in incoming if one.key.kind == name}
            put = partial(
                put_once,
                connection,
                kind.kind,
                judge=partial(_judge, kind),
                by=by,
                at=at,
                expected=expected,
                dry_run=dry_run,
            )
            outcomes |= {str(named[key].key): kept for key, kept in (await until_done(named, put)).items()}
    return outcomes


async def get_record(database: Database, key: RecordKey) -> Current | None:
    """The record as it stands, None where there is none or it is void."""
    async with database.connection() as connection:
        current = (await keep.find(connection, KINDS[key.kind].kind, [key.natural])).get(key.natural)
    return None if current is None or current.state == VOID else current


async def list_records(
    database: Database, kind: RecordKind, owner: str, *, after: str, limit: int
) -> list[asyncpg.Record]:
    """An owner's live records by key after `after`: id, key, version, document."""
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(LIST.format(kind.kind.table), owner, after, limit)
        return rows


def _judge(kind: RecordKind, key: str, one: Incoming, current: Current | None) -> Verdict:
    if one.record is None:
        return judge_void(key, None, current)
    return judge_record(key, one.record, current, owner=kind.owner_of(one.key))
