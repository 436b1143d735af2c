"""Clocks in PostgreSQL: their facts stand in the conclusions, their states are computed when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from services.incidents.sides import IN_SIGHT, SCHOOL, Sight
from shared.clocks.calendar import DAY
from shared.clocks.engine import DueSoon, read
from shared.contracts.clocks import NOT_OF_THE_SCHOOL, Clock
from shared.records.database import Database

AT_ONCE = 1_000
NOT_YET_MET = (
    "(clock.facts ->> 'met_at' is null or instant(clock.facts ->> 'met_at') > asked.moment - interval '1 day')"
)
MAY_BE: Mapping[str | None, str] = {
    None: "true",
    "not_started": "(clock.facts ->> 'started_at' is null or "
    "instant(clock.facts ->> 'started_at') > asked.moment - interval '1 day')",
    "running": NOT_YET_MET,
    "due_soon": NOT_YET_MET,
    "overdue": f"{NOT_YET_MET} and coalesce(instant(clock.facts ->> 'due_at'), (clock.facts ->> 'due_on')::date) "
    "<= asked.moment + interval '1 day'",
    "met": "clock.facts ->> 'met_at' is not null",
    "met_late": "clock.facts ->> 'met_at' is not null",
}
"""In SQL which clocks may be in a state at the moment that is asked for; a day's slack stands for their offsets."""
CLOCKS = """
select shown.key || ' ' || clock.place as key, clock.facts::text as facts
from conclusion as shown,
     jsonb_array_elements(shown.document -> 'clocks') with ordinality as clock (facts, place),
     (select $8::timestamptz) as asked (moment)
where shown.state = 'live' and shown.key >= $3 and (shown.key, clock.place) > ($3, $4) and {in_sight}
  and ($5::text is null or shown.owner = $5)
  and ($6::text is null or shown.document ->> 'incident_number' = $6)
  and ($7::text is null or clock.facts ->> 'kind' = $7) and clock.facts ->> 'kind' <> all($9::text[])
  and {may_be}
order by shown.key, clock.place
limit $10
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which clocks are asked for; None sets no bound. `as_of`: as they stand when this day ends, else at `now`."""

    now: datetime
    ori: str | None = None
    kind: str | None = None
    state: str | None = None
    incident_number: str | None = None
    as_of: date | None = None


async def list_clocks(
    database: Database, sight: Sight, asked: Filter, due_soon: DueSoon, *, after: str, limit: int
) -> list[dict[str, Any]]:
    """One page of the clocks in sight, in the order of the incidents' keys, each with its `key` and as `clock` it read.

    They are told by the facts that are known now, also for a day that has passed.
    """
    if asked.state not in MAY_BE:
        return []
    moment = asked.now if asked.as_of is None else datetime.combine(asked.as_of + DAY, time.min, UTC)
    statement = CLOCKS.format(in_sight=IN_SIGHT[sight.side], may_be=MAY_BE[asked.state])
    hidden = NOT_OF_THE_SCHOOL if sight.side == SCHOOL else ()
    found: list[dict[str, Any]] = []
    async with database.connection() as connection:
        while len(found) < limit:
            key, _, place = after.rpartition(" ")
            rows = await connection.fetch(
                statement,
                *(sight.organisations, sight.within, key, int(place or 0)),
                *(asked.ori, asked.incident_number, asked.kind, moment, hidden, AT_ONCE),
            )
            for row in rows:
                clock = read(Clock.model_validate_json(row["facts"]), asked.as_of or asked.now, due_soon)
                if asked.state in (None, clock.state):
                    found.append({"key": row["key"], "clock": clock})
            if len(rows) < AT_ONCE:
                break
            after = rows[-1]["key"]
    return found[:limit]
