"""Builds a read model anew from the services' logs beside the live one, and says or mends where they differ.

The new one stands in temporary tables of the same names, so that the projection's own code fills it: an unqualified
name means the temporary table in this session. Nothing holds a transaction open that writes, since that would keep
the relays from reading on; the live rows are read in one snapshot, at the sequences that the new ones were built to.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from nats.aio.client import Client

from shared.records import bus
from shared.records.consumer import LOCK, Apply, events_of, reason_of
from shared.records.database import Connection, Database, is_unavailable
from shared.records.replay import Numbered, replay_whole
from shared.secrets import Secrets
from shared.settings import Settings

logger = logging.getLogger(__name__)

PAGE = 5_000

POSITIONS = "select service, sequence from projection_position"
"""How far the live read model has come."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is compared row by row, with its primary key, all of it text in code point order."""

    name: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A read model: its reader, the services it follows, its projection, and the tables it fills.

    `tables` are compared and mended; `others` are filled on the way and neither. `announce` is a statement that tells
    readers of the rows that will be mended; None where nobody follows them.
    """

    reader: str
    services: tuple[str, ...]
    apply: Apply
    tables: tuple[Table, ...]
    others: tuple[str, ...]
    announce: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that the live read model and the rebuilt one do not have alike; which of them lacks it, if one does."""

    table: str
    key: tuple[str, ...]
    kind: str


@dataclass(slots=True)
class Comparison:
    """What a rebuild found: rows compared, events applied, and every difference."""

    rows: int
    events: int
    differences: list[Difference]


async def compare(model: ReadModel, database: Database, settings: Settings, secrets: Secrets) -> Comparison:
    """Build the read model beside the live one and compare them row by row; changes nothing that lives.

    Raises NoRespondersError and MissingEvents where a service does not give its log.
    """
    async with (
        bus.connected(settings, secrets, model.reader) as client,
        database.direct(patient=True) as live,
        database.direct(patient=True) as beside,
    ):
        await _prepare(model, beside)
        async with live.transaction(isolation="repeatable_read", readonly=True):
            await live.execute("set local idle_in_transaction_session_timeout = 0")
            reached = {row["service"]: row["sequence"] for row in await live.fetch(POSITIONS)}
            events = await _replay_all(model, client, beside, dict.fromkeys(reached, 0), reached, settings)
            rows, differences = await _differences(model, live, beside)
            return Comparison(rows, events, differences)


async def rebuild(model: ReadModel, database: Database, settings: Settings, secrets: Secrets) -> Comparison:
    """Build the read model beside the live one, then let the live one be as the rebuilt, in one short transaction.

    The projector waits while that transaction catches up with what it has applied meanwhile. Raises NoRespondersError
    and MissingEvents where a service does not give its log; then nothing was changed.
    """
    async with bus.connected(settings, secrets, model.reader) as client, database.direct(patient=True) as beside:
        await _prepare(model, beside)
        first = {row["service"]: row["sequence"] for row in await beside.fetch(POSITIONS)}
        events = await _replay_all(model, client, beside, dict.fromkeys(first, 0), first, settings)
        async with beside.transaction():
            await beside.execute("set local idle_in_transaction_session_timeout = 0")
            await beside.execute(LOCK)
            last = {row["service"]: row["sequence"] for row in await beside.fetch(POSITIONS)}
            events += await _replay_all(model, client, beside, first, last, settings)
            rows, differences = await _differences(model, beside, beside)
            await _mend(model, beside)
        return Comparison(rows, events, differences)


async def _prepare(model: ReadModel, beside: Connection) -> None:
    for table in (*(table.name for table in model.tables), *model.others):
        await beside.execute(f"create temporary table {table} (like public.{table} including all)")


async def _replay_all(
    model: ReadModel,
    client: Client,
    beside: Connection,
    after: dict[str, int],
    last: dict[str, int],
    settings: Settings,
) -> int:
    applied = 0
    for service, end in last.items():
        done = after.get(service, 0)
        while done < end:
            upto = min(end, done + settings.projector_batch)
            events = await replay_whole(client, service, done + 1, upto)
            await _apply(model, beside, events)
            applied += len(events)
            done = upto
    return applied


async def _apply(model: ReadModel, beside: Connection, events: Sequence[Numbered]) -> None:
    """Apply a batch; where one of it cannot be applied it is halved, and that one left out, as the projector does."""
    try:
        async with beside.transaction():
            await model.apply(beside, events_of(events))
    except Exception as error:
        if is_unavailable(error):
            raise
        if len(events) > 1:
            middle = len(events) // 2
            await _apply(model, beside, events[:middle])
            await _apply(model, beside, events[middle:])
        else:
            logger.warning("left out: %s %s: %s", events[0].subject, events[0].number, reason_of(error))


async def _differences(model: ReadModel, live: Connection, beside: Connection) -> tuple[int, list[Difference]]:
    rows, found = 0, list[Difference]()
    for table in model.tables:
        walked, differ = await _walk(table, live, beside)
        rows += walked
        found += differ
    return rows, found


async def _walk(table: Table, live: Connection, beside: Connection) -> tuple[int, list[Difference]]:
    """Walk a table in both in the order of its keys and note each row that is not the same."""
    standing, rebuilt = _digests(table, live, "public"), _digests(table, beside, "pg_temp")
    left, right = await anext(standing, None), await anext(rebuilt, None)
    rows, found = 0, []
    while left is not None or right is not None:
        rows += 1
        if right is None or (left is not None and left[0] < right[0]):
            found.append(Difference(table.name, left[0], "only-live"))  # type: ignore[index]
            left = await anext(standing, None)
        elif left is None or right[0] < left[0]:
            found.append(Difference(table.name, right[0], "only-rebuilt"))
            right = await anext(rebuilt, None)
        else:
            if left[1] != right[1]:
                found.append(Difference(table.name, left[0], "differs"))
            left, right = await anext(standing, None), await anext(rebuilt, None)
    return rows, found


async def _digests(table: Table, connection: Connection, schema: str) -> AsyncIterator[tuple[tuple[str, ...], str]]:
    keys = ", ".join(table.key)
    after = ("",) * len(table.key)
    marks = ", ".join(f"${number}" for number in range(1, len(table.key) + 1))
    statement = (
        f"select {keys}, md5(one::text) from {schema}.{table.name} as one"
        f" where ({keys}) > ({marks}) order by {keys} limit {PAGE}"
    )
    while rows := await connection.fetch(statement, *after):
        for row in rows:
            *key, digest = row
            yield tuple(key), digest
        after = tuple(rows[-1][: len(table.key)])


async def _mend(model: ReadModel, beside: Connection) -> None:
    """Let the live tables be as the rebuilt ones; rows that are alike are not touched."""
    if model.announce is not None:
        await beside.execute(model.announce)
    for table in model.tables:
        same = " and ".join(f"rebuilt.{name} = live.{name}" for name in table.key)
        await beside.execute(
            f"delete from public.{table.name} as live where not exists"
            f" (select from pg_temp.{table.name} as rebuilt where {same} and rebuilt::text = live::text)"
        )
        await beside.execute(
            f"insert into public.{table.name} select * from pg_temp.{table.name} on conflict do nothing"
        )
