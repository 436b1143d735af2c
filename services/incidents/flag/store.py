"""Flags in PostgreSQL, as people read them and act on them: what a function returns has been committed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

import asyncpg
import orjson

from services.incidents.conclusion.matter import Matter, look, say, unchanged
from services.incidents.conclusion.rules import Rulebook
from services.incidents.flag.rules import Act, after
from services.incidents.flag.tables import FLAG
from services.incidents.sides import IN_SIGHT, Sight
from shared.clocks.calendar import DAY
from shared.contracts.contract import canonical
from shared.contracts.flags import Flag, FlagStatement
from shared.contracts.record import LIVE
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.idempotency import Answer, IdempotencyKey, once
from shared.records.keep import Current, Draft, Kept, Result
from shared.records.vault import Custodian, Vault, seal

NOW = "select shown.version, shown.document"
ON_A_DAY = """
    select log.version, log.document::jsonb from log
    where log.record_id = shown.id and log.changed_at < $11 order by log.version desc limit 1
"""
FLAGS = """
select shown.key, shown.id, stood.version, stood.document::text as document
from flag as shown, lateral ({stood}) as stood (version, document)
where shown.state = 'live' and shown.key > $3 and {in_sight}
  and ($4::text is null or shown.owner = $4)
  and ($5::text is null or stood.document ->> 'incident_number' = $5)
  and ($6::text is null or stood.document ->> 'code' = $6)
  and ($7::text is null or stood.document ->> 'state' = $7)
  and ($8::text is null or stood.document ->> 'severity' = $8)
  and stood.document -> 'seen_by' ?| $9::text[]
order by shown.key
limit $10
"""
STATED = ("reason", "sealed_digest")
"""What a flag says of what was stated about it."""


class IllegalTransition(Exception):
    """The flag cannot become that from what it is; `allowed` is what can be done with it now."""

    def __init__(self, allowed: Sequence[Act]) -> None:
        super().__init__(allowed)
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Filter:
    """Which flags are asked for; None sets no bound. `as_of`: as they stood when this day (UTC) ended."""

    ori: str | None = None
    incident_number: str | None = None
    code: str | None = None
    state: str | None = None
    severity: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does with a flag, and says of it."""

    flag_id: UUID
    act: Act
    statement: FlagStatement
    by: str
    at: datetime


async def list_flags(
    database: Database, sight: Sight, readers: Sequence[str], asked: Filter, *, after_key: str, limit: int
) -> list[asyncpg.Record]:
    """One page of the flags in sight that are shown to these readers, by key: key, id, version and document.

    Flags of a record that is void are in no list, but those that say so.
    """
    stood = NOW if asked.as_of is None else ON_A_DAY
    arguments = [
        *(sight.organisations, sight.within, after_key, asked.ori, asked.incident_number),
        *(asked.code, asked.state, asked.severity, readers, limit),
        *([] if asked.as_of is None else [datetime.combine(asked.as_of + DAY, time.min, UTC)]),
    ]
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            FLAGS.format(stood=stood, in_sight=IN_SIGHT[sight.side]), *arguments
        )
        return rows


async def act_on_flag(
    database: Database,
    vault: Vault,
    rulebook: Rulebook,
    deed: Deed,
    *,
    admit: Callable[[Matter | None, Flag | None], None],
    idempotency: IdempotencyKey | None,
    answer: Callable[[Kept], Answer],
) -> tuple[Answer, bool]:
    """Do something with a flag; the answer, and whether it was given before to the same request.

    `admit` raises where it is not to be done. The reason's text goes to the vault of the agency that owns the record,
    in place of what was stated before. Raises IllegalTransition.
    """
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "select key, owner, about from flag where id = $1 and state = $2", deed.flag_id, LIVE
        )
    if row is None:
        admit(None, None)
        raise LookupError(deed.flag_id)
    custodian = await vault.custodian(database, row["owner"])
    async with database.transaction() as connection:

        async def done() -> Answer:
            matter = await look(connection, row["about"], hold=True)
            found = (await keep.find(connection, FLAG, [row["key"]])).get(row["key"])
            current = found if found and found.state == LIVE else None
            admit(matter, Flag.model_validate_json(current.document) if current else None)
            if matter is None or current is None:
                raise LookupError(deed.flag_id)
            return answer(await _do(connection, vault, rulebook, deed, matter, current, custodian))

        return await once(connection, idempotency, done)


async def _do(
    connection: Connection,
    vault: Vault,
    rulebook: Rulebook,
    deed: Deed,
    matter: Matter,
    current: Current,
    custodian: Custodian,
) -> Kept:
    document = orjson.loads(current.document)
    state = after(document["state"], deed.act)
    if state is None:
        raise IllegalTransition([act for act in Act if after(document["state"], act)])
    if deed.act is Act.CORRECT:
        return unchanged(current)
    draft = _draft(current, document | {"state": state}, deed.statement, vault, custodian)
    if keep.judge(current, draft) is Result.UNCHANGED:
        return unchanged(current)
    kept = await say(connection, matter, FLAG, draft, rulebook, by=deed.by, at=deed.at)
    stands = (await keep.find(connection, FLAG, [current.key]))[current.key]
    return kept._replace(version=stands.version, document=stands.document)


def _draft(
    current: Current, document: dict[str, object], statement: FlagStatement, vault: Vault, custodian: Custodian
) -> Draft:
    """The next version of a flag; what was stated before stands where nothing is stated now."""
    if statement.reason is None:
        return keep.draft(current, current.id, current.key, current.owner, canonical(document))
    facts = {name: value for name, value in document.items() if name not in STATED}
    sealed = seal(statement, Flag, record_id=current.id, custodian=custodian, facts=facts)
    draft = keep.draft(current, current.id, current.key, current.owner, sealed.document)
    return draft._replace(sealed=vault.encrypt(current.id, custodian, sealed.parts))
