"""Inboxes in PostgreSQL: an item is there from its delivery; that it was opened is a record from the first time on.

An item of the agency's is named by the incident's id, one of the school's by that of the district's copy. A copy whose
record an order has taken away waits for nobody.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

import asyncpg
import orjson

from services.incidents.conclusion.matter import Matter, look, say, unchanged
from services.incidents.conclusion.rules import Rulebook, documentation_is_complete
from services.incidents.opening.rules import Act, after
from services.incidents.opening.tables import OPENING
from services.incidents.sides import AGENCY, IN_SIGHT, SCHOOL, Sight
from shared.contracts.contract import canonical
from shared.contracts.deliveries import InboxItem, Opening
from shared.contracts.incidents import Documentation
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.idempotency import Answer, IdempotencyKey, once
from shared.records.keep import Kept, Result

DELIVERED: Mapping[str, str] = {
    AGENCY: """
    select id, key as about, owner, state, version, accepted_at as delivered_at, document ->> 'ori' as ori,
           document ->> 'incident_number' as incident_number, document ->> 'school_id' as school_id,
           (document -> 'detention_documentation')::text as documentation, null as documented_at
    from incident
""",
    SCHOOL: """
    select id, about, owner, state, (document ->> 'incident_version')::integer as version,
           instant(document ->> 'delivered_at') as delivered_at, document #>> '{incident,ori}' as ori,
           document #>> '{incident,incident_number}' as incident_number, document ->> 'school_id' as school_id,
           null as documentation, document ->> 'documentation_delivered_at' as documented_at
    from delivery
    where exists (select from incident where incident.key = delivery.about)
""",
}
IS_ACKNOWLEDGED = """
    opening.document ->> 'acknowledged_at' is not null
    and (shown.documented_at is null or opening.document ->> 'documentation_acknowledged_at' is not null)
"""
IS_IN: Mapping[str | None, str] = {
    None: "true",
    "unopened": "opening.id is null",
    "opened": f"opening.id is not null and ({IS_ACKNOWLEDGED}) is not true",
    "acknowledged": IS_ACKNOWLEDGED,
}
"""In SQL whether an item is in a state. Documentation that comes later is to be acknowledged again (P4)."""
INBOX = """
select to_char(shown.delivered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || ' ' || shown.id as key,
       shown.*, opening.document::text as opening
from ({delivered}) as shown
left join opening on opening.about = shown.about and opening.owner = shown.owner and opening.state = 'live'
where shown.state = 'live' and {in_sight} and {is_in}
  and ($3::timestamp is null or (shown.delivered_at at time zone 'UTC', shown.id) > ($3, $4::uuid))
  and ($5::text is null or shown.incident_number = $5)
order by shown.delivered_at, shown.id
limit $6
"""
ABOUT = {
    AGENCY: "select key from incident where id = $1",
    SCHOOL: "select about from delivery where id = $1 and state = 'live'",
}


async def list_items(
    database: Database, sight: Sight, state: str | None, incident_number: str | None, *, after_key: str, limit: int
) -> list[asyncpg.Record]:
    """One page of what was delivered to the side in sight, oldest first, each with its `key` and its opening if any."""
    statement = INBOX.format(delivered=DELIVERED[sight.side], in_sight=IN_SIGHT[sight.side], is_in=IS_IN[state])
    moment, _, item_id = after_key.partition(" ")
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            statement,
            sight.organisations,
            sight.within,
            datetime.fromisoformat(moment) if moment else None,
            UUID(item_id) if item_id else None,
            incident_number,
            limit,
        )
        return rows


def item_of(row: asyncpg.Record) -> InboxItem:
    """The item that a row of an inbox says."""
    opening = Opening.model_validate_json(row["opening"]) if row["opening"] else None
    documentation = [
        Documentation.model_validate(one, strict=False) for one in orjson.loads(row["documentation"] or "null") or ()
    ]
    return InboxItem(
        id=row["id"],
        ori=row["ori"],
        incident_number=row["incident_number"],
        school_id=row["school_id"],
        delivered_at=row["delivered_at"],
        version=row["version"],
        opened_at=opening.opened_at if opening else None,
        acknowledged_at=opening.acknowledged_at if opening else None,
        documentation_acknowledged_at=opening.documentation_acknowledged_at if opening else None,
        documentation_complete=row["documented_at"] is not None or documentation_is_complete(documentation),
    )


async def act_on_item(
    database: Database,
    rulebook: Rulebook,
    side: str,
    item_id: UUID,
    act: Act,
    *,
    role: str,
    admit: Callable[[Matter | None], None],
    by: str,
    at: datetime,
    idempotency: IdempotencyKey | None,
    answer: Callable[[Kept, InboxItem], Answer],
) -> tuple[Answer, bool]:
    """Open or acknowledge a report; the answer, and whether it was given before to the same request.

    `admit` raises where it is not to be done.
    """
    async with database.transaction() as connection:

        async def done() -> Answer:
            about = await connection.fetchval(ABOUT[side], item_id)
            matter = await look(connection, about, hold=True) if about else None
            admit(matter)
            if matter is None:
                raise LookupError(item_id)
            kept = await _open(connection, rulebook, matter, side, act, role=role, by=by, at=at)
            return answer(kept, _item(matter, side, item_id, Opening.model_validate_json(kept.document)))

        return await once(connection, idempotency, done)


async def _open(
    connection: Connection, rulebook: Rulebook, matter: Matter, side: str, act: Act, *, role: str, by: str, at: datetime
) -> Kept:
    owner = matter.incident.ori if side == AGENCY or matter.delivery is None else matter.delivery.lea_id
    key = f"{matter.current.key}/{owner}"
    current = (await keep.find(connection, OPENING, [key])).get(key)
    standing = Opening.model_validate_json(current.document) if current else None
    about = {"ori": matter.incident.ori, "incident_number": matter.incident.incident_number, "side": side}
    opening = after(standing, act, about, role=role, documented=_is_documented(matter, side), at=at)
    document = canonical(opening.model_dump(exclude_none=True))
    draft = keep.draft(current, uuid5(matter.current.id, f"opening/{owner}"), key, owner, document)
    if current is not None and keep.judge(current, draft) is Result.UNCHANGED:
        return unchanged(current)
    return await say(connection, matter, OPENING, draft, rulebook, by=by, at=at)


def _is_documented(matter: Matter, side: str) -> bool:
    """Whether completed documentation has reached the side."""
    if side == SCHOOL:
        return matter.delivery is not None and matter.delivery.documentation_delivered_at is not None
    return documentation_is_complete(matter.incident.detention_documentation)


def _item(matter: Matter, side: str, item_id: UUID, opening: Opening) -> InboxItem:
    delivery = matter.delivery if side == SCHOOL else None
    return InboxItem(
        id=item_id,
        ori=matter.incident.ori,
        incident_number=matter.incident.incident_number,
        school_id=matter.incident.school_id,
        delivered_at=delivery.delivered_at if delivery else matter.current.accepted_at or opening.opened_at,
        version=delivery.incident_version if delivery else matter.current.version,
        opened_at=opening.opened_at,
        acknowledged_at=opening.acknowledged_at,
        documentation_acknowledged_at=opening.documentation_acknowledged_at,
        documentation_complete=_is_documented(matter, side),
    )
