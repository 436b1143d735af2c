"""Judges incidents again whose clocks ran out, whose rules or limits changed, or that another incident bears on."""

from datetime import UTC, datetime

import orjson

from services.incidents.conclusion import store
from services.incidents.conclusion.neighbours import neighbours
from services.incidents.conclusion.rules import Rulebook, Subject
from services.incidents.conclusion.store import Incoming
from services.incidents.incident.tables import INCIDENT
from shared.contracts.record import VOID
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.relay import Relay
from shared.records.sweeping import Sweeping

AT_ONCE = 500
BY = "daylight"
DUE = """
(select about, marks from judge_again limit $3)
union
(select about, 0 from conclusion where state = 'live' and judge_again_at <= $1 limit $3)
union
(select about, 0 from conclusion where state = 'live' and (rules_version < $2 or rules_version > $2) limit $3)
limit $3
"""
DONE = """
delete from judge_again as done using unnest($1::text[], $2::bigint[]) as seen (about, marks)
where done.about = seen.about and done.marks = seen.marks
"""
"""A mark that was set meanwhile stays: whoever set it may not have been there when this sweep looked."""


async def sweep_on(database: Database, relay: Relay, rulebook: Rulebook) -> None:
    """Sweep once a minute until cancelled."""

    async def due() -> int:
        return await sweep(database, rulebook, datetime.now(UTC))

    await Sweeping(due, relay).run()


async def sweep(database: Database, rulebook: Rulebook, now: datetime) -> int:
    """Judge again what is due at this moment, at most `AT_ONCE` incidents; how many there were."""
    async with database.transaction() as connection:
        rows = await connection.fetch(DUE, now, rulebook.version, AT_ONCE)
        keys = list(dict.fromkeys(row["about"] for row in rows))
        if keys:
            await judge_standing(connection, keys, rulebook, by=BY, at=now)
            await connection.execute(DONE, *zip(*rows, strict=True))
        return len(keys)


async def judge_standing(
    connection: Connection, keys: list[str], rulebook: Rulebook, *, by: str, at: datetime
) -> list[str]:
    """Judge incidents again as they stand, and hold them until the transaction ends; where in the log that stands."""
    found = await keep.find(connection, INCIDENT, keys, hold=True)
    documents = {key: orjson.loads(one.document) for key, one in found.items()}
    near = await neighbours(connection, {key: documents[key] for key, one in found.items() if one.state != VOID})
    incoming = [
        Incoming(
            key,
            one.owner,
            one.state == VOID,
            Subject(
                id=one.id,
                version=one.version,
                document=documents[key],
                accepted_at=one.accepted_at or at,
                neighbours=near.get(key),
            ),
        )
        for key, one in found.items()
    ]
    standing = await store.around(connection, list(found))
    followers = store.follow(incoming, standing, rulebook, at)
    positions = await store.write(connection, followers, by=by, at=at)
    await keep.touch(connection, INCIDENT, [one.id for one in found.values()])
    return positions
