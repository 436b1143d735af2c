"""Judges officers again for whom a day has turned something, or whose rules, course or plan changed."""

from datetime import UTC, datetime
from functools import partial

from services.training.conclusion.store import hold, judge_held
from services.training.principles.findings import rules_version
from services.training.principles.limits import Limits
from shared.records.database import Database
from shared.records.relay import Relay
from shared.records.sweeping import Sweeping

AT_ONCE = 500
BY = "daylight"
DUE = """
(select about from judge_again limit $3)
union
(select about from officer_conclusion where state = 'live' and judge_again_at <= $1 limit $3)
union
(select about from officer_conclusion where state = 'live' and (rules_version < $2 or rules_version > $2) limit $3)
limit $3
"""


def sweeping(database: Database, relay: Relay, limits: Limits) -> Sweeping:
    """What sweeps this service's officers once a minute, and when it is woken."""
    return Sweeping(partial(sweep, database, limits), relay)


async def sweep(database: Database, limits: Limits, now: datetime | None = None) -> int:
    """Judge again who is due at this moment, at most `AT_ONCE` officers; how many there were."""
    now = now or datetime.now(UTC)
    async with database.transaction() as connection:
        rows = await connection.fetch(DUE, now, rules_version(limits), AT_ONCE)
        officers = sorted(row["about"] for row in rows)
        if officers:
            await hold(connection, officers)
            await judge_held(connection, officers, limits, by=BY, at=now)
        return len(officers)
