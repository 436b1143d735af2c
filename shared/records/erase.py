"""Erases records by order of a court: what a service has of them is forgotten, and the forgetting is itself a row.

The log is append-only with this one exception: key and document of the records' rows are emptied. The row that is added
says `erased` and names nothing but the records' ids; by its event every reader forgets, and the relay purges the
stream.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from shared.contracts.contract import Contract, canonical
from shared.contracts.events import ERASED
from shared.records.database import Connection
from shared.records.log import Position

ERASE = f"""
insert into log (epoch, kind, change, record_id, key, owner, version, schema_version, document, changed_at, changed_by)
select (select max(epoch) from log_epoch), gone.kind, '{ERASED}', gone.id, '', '',
       1 + coalesce((select max(version) from log where record_id = gone.id), 0), 1, $3::json, $5, $4
from unnest($1::uuid[], $2::text[]) with ordinality as gone (id, kind, place)
order by gone.place
returning epoch || '.' || transaction_id || '.' || id
"""


@dataclass(frozen=True, slots=True)
class Going:
    """Records that are erased: the kind of each by its id, and the key that all of them are about."""

    kinds: Mapping[UUID, str]
    key: str

    @property
    def ids(self) -> list[UUID]:
        """Their ids."""
        return list(self.kinds)


Forget: TypeAlias = Callable[[Connection, Going], Awaitable[None]]
"""Lets one table forget records, in the caller's transaction."""


async def forget_in_log(connection: Connection, going: Going) -> None:
    """Empty key and document of every version."""
    await connection.execute("update log set key = '', document = null where record_id = any($1)", going.ids)


async def forget_in_vault(connection: Connection, going: Going) -> None:
    """Delete the keys and the texts of every person of the records, and of the records themselves."""
    await connection.execute("delete from vault.sealed where record_id = any($1)", going.ids)


async def forget_answers(connection: Connection, going: Going) -> None:
    """Delete the answers, kept for repeated requests, that name one of the records."""
    await connection.execute(
        "delete from idempotency_key as kept where exists ("
        " select from unnest($1::uuid[]) as gone (id) where position(gone.id::text in kept.body::text) > 0)",
        going.ids,
    )


def forget_rows(table: str) -> Forget:
    """What deletes the records' own rows of a table."""

    async def forget(connection: Connection, going: Going) -> None:
        await connection.execute(f"delete from {table} where id = any($1)", going.ids)

    return forget


EVERYWHERE: Mapping[str, Forget] = {
    "log": forget_in_log,
    "vault.sealed": forget_in_vault,
    "idempotency_key": forget_answers,
}
"""Every table that each service with a vault has and that can hold a record's id, its key or a copy of it."""
HOLD_NOTHING = frozenset(
    {"alembic_version", "log_epoch", "log_sequence", "relay", "vault.closed", "vault.custodian_key"}
)
"""The tables that each such service has and that hold nothing of a record but keyed digests."""


async def erase(
    connection: Connection, going: Going, places: Mapping[str, Forget], said: Contract, *, by: str, at: datetime
) -> str | None:
    """Let every place forget the records, and say so in the log; the last place in it, None where there are none.

    The caller holds the records, and sees to it that nobody writes them anew meanwhile. `said` is all that the event
    says besides the ids. Runs in the caller's transaction.
    """
    if not going.kinds:
        return None
    for forget in places.values():
        await forget(connection, going)
    rows = await connection.fetch(ERASE, going.ids, list(going.kinds.values()), canonical(said.model_dump()), by, at)
    return str(max(Position.parse(row[0]) for row in rows))
