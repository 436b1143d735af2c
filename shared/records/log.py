"""The append-only log of a service: its order, its epochs, and its rows as events.

The order is (epoch, transaction id, id), read below the oldest running transaction: a reader that resumes by id alone
skips rows which a slower writer commits later.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import asyncpg
import orjson

from shared.contracts.events import ERASED
from shared.records.database import Connection

CLUSTER = """
select (select system_identifier from pg_control_system()) || '/' ||
       (select timeline_id from pg_control_checkpoint()) || '/' ||
       (select oid from pg_database where datname = current_database())
"""

EVENTS = """
select s.sequence, l.epoch || '.' || l.transaction_id || '.' || l.id as position, l.event_id, l.kind, l.change,
       l.record_id, l.key, l.owner, l.version, l.schema_version, l.document, l.changed_at, l.traceparent
from log_sequence s join log l using (epoch, transaction_id, id)
where s.sequence between $1 and $2
order by s.sequence
"""


class Position(NamedTuple):
    """A place in a service's log; later places compare as greater."""

    epoch: int
    transaction: int
    id: int

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read `epoch.transaction.id`. Raises ValueError for anything else."""
        epoch, transaction, identifier = (int(part) for part in text.split("."))
        return cls(epoch, transaction, identifier)

    def __str__(self) -> str:
        return f"{self.epoch}.{self.transaction}.{self.id}"


class Outgoing(NamedTuple):
    """An event on its way out: where to, its id for the stream, its bytes, its number; the record that it erases."""

    subject: str
    event_id: str
    content: bytes
    sequence: int
    position: str
    erases: str | None = None


class Writes(Protocol):
    """Anything that a service wrote with a log position."""

    @property
    def position(self) -> str:
        """Its place in the log."""


async def ensure_epoch(connection: Connection) -> int:
    """The epoch in force: a new one where the database is now in another cluster, timeline or database.

    Transaction ids begin anew there, so that without a new epoch later rows would sort before earlier ones. Before
    there is a new one, everybody who writes in the old one has ended: what the relay passes by would never be sent.
    """
    cluster = await connection.fetchval(CLUSTER)
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('log_epoch'))")
        last = await connection.fetchrow("select epoch, cluster from log_epoch order by epoch desc limit 1")
        if last is not None and last["cluster"] == cluster:
            return int(last["epoch"])
        await connection.execute("lock table log_epoch in access exclusive mode")
        epoch = 1 if last is None else last["epoch"] + 1
        await connection.execute("insert into log_epoch (epoch, cluster) values ($1, $2)", epoch, cluster)
        return epoch


async def outgoing(connection: Connection, service: str, first: int, last: int) -> list[Outgoing]:
    """The events numbered `first` to `last`, both included, in order."""
    rows = await connection.fetch(EVENTS, first, last)
    return [_outgoing(service, row) for row in rows]


def _outgoing(service: str, row: asyncpg.Record) -> Outgoing:
    event_type = f"daylight.{service}.{row['kind']}.{row['change']}"
    record_id, event_id = str(row["record_id"]), str(row["event_id"])
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/services/{service}",
        "type": event_type,
        "subject": record_id,
        "time": row["changed_at"],
        "datacontenttype": "application/json",
        "sequence": str(row["sequence"]),
        "position": row["position"],
        "data": {
            "id": record_id,
            "key": row["key"],
            "owner": row["owner"],
            "version": row["version"],
            "schema_version": row["schema_version"],
            "document": orjson.Fragment(row["document"]) if row["document"] else None,
        },
    }
    if row["traceparent"]:
        envelope["traceparent"] = row["traceparent"]
    content = orjson.dumps(envelope)
    erases = record_id if row["change"] == ERASED else None
    return Outgoing(f"{event_type}.{record_id}", event_id, content, row["sequence"], row["position"], erases)


def latest(kept: Sequence[Writes]) -> str | None:
    """The latest log position among what was written; None where nothing was."""
    places = [Position.parse(one.position) for one in kept]
    return str(max(places)) if places else None
