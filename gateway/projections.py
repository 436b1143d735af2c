"""Turns the services' events into the gateway's documents and its change feed.

A repeat, a replay or an event out of its order changes nothing: the newest version of a record says what it is, the
newest version that was live says where it belongs. The district of an incident is a function of those and of the
directory, and what is said about an incident is placed with it; so both are placed again when a school comes or goes.
Nothing here looks at a clock or runs a rule.
"""

from collections.abc import Sequence

from gateway.erasure import forget
from gateway.kinds import CLOCK, CONCLUSION, INCIDENT, OFFICER_CONCLUSION, TRAINING
from gateway.rows import Row, columns, newest, rows_of
from gateway.statements import AT_SCHOOLS, DROP_CLOCKS, KEEP, MIRROR, PLACE_AGAIN, SCOPE_AGAIN, SHARE, STUDENTS
from shared.contracts.events import Event
from shared.records.database import Connection


async def apply(connection: Connection, events: Sequence[Event]) -> None:
    """Bring the documents and the change feed to what the events say, in the caller's transaction.

    Raises NotApplicable for an event of an unknown kind, version or shape; then nothing of the batch may be kept.
    """
    rows = newest(row for event in await forget(connection, events) for row in rows_of(event))
    about = [row for row in rows if row.about is not None]
    incidents = [row for row in about if row.kind == INCIDENT]
    schools = [row.key for row in rows if row.kind == "school"]
    await _keep(connection, [row for row in rows if row.about is None])
    if shared := [row.id for row in rows if row.kind in TRAINING]:
        await connection.execute(SHARE, shared)
    await _keep(connection, incidents)
    touched = {row.key for row in incidents}
    if schools:
        touched |= {row["about"] for row in await connection.fetch(AT_SCHOOLS, schools)}
    if touched:
        await connection.execute(SCOPE_AGAIN, sorted(touched))
    await _keep_around(connection, [row for row in about if row.kind != INCIDENT])
    if again := sorted(touched | {row.about for row in about if row.about is not None}):
        await connection.execute(PLACE_AGAIN, again)
        await connection.execute(MIRROR, again)
        await connection.execute(STUDENTS, again)


async def _keep(connection: Connection, rows: Sequence[Row]) -> None:
    if rows:
        await connection.execute(KEEP, *columns(rows))


async def _keep_around(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep what is about incidents and officers: a conclusion before its clocks, which are its newest version's."""
    await _keep(connection, [row for row in rows if row.kind != CLOCK])
    await _keep(connection, [row for row in rows if row.kind == CLOCK])
    if concluded := [row.about for row in rows if row.kind in (CONCLUSION, OFFICER_CONCLUSION)]:
        await connection.execute(DROP_CLOCKS, concluded)
