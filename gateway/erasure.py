"""How the gateway forgets a record that an order of a court has erased.

What stays is a tombstone of the record's id alone, in no viewer's scope: by it an event that comes late changes
nothing. The feed says `removed`, as it does of whatever a viewer can no longer see.
"""

from collections.abc import Mapping, Sequence

from gateway.kinds import CLOCK, CONCLUSION, MATCH
from gateway.statements import STUDENTS
from shared.contracts.events import ERASED, Event
from shared.records.database import Connection

NOBODY = ""
"""The custodian of tombstones: no viewer is ever of it."""
ANY_SCHOOL = "*"
"""Stands for the schools of a record that is forgotten: a reader of one school is told of it as the others are."""

CLOCKS_OF_IT = f"""
select clock.id from document as clock
join document as conclusion on conclusion.custodian = clock.custodian and conclusion.key = clock.about
where conclusion.id = any($1) and conclusion.kind = '{CONCLUSION}' and clock.kind = '{CLOCK}'
"""

FORGET: Mapping[str, str] = {
    **{
        table: f"delete from {table} where record_id = any($1) or record_id in ({CLOCKS_OF_IT})"
        for table in ("webhook_message", "webhook_told")
    },
    "disclosure": """
        update disclosure as asked set about = null, record_id = null, details = null
        where record_id = any($1) or exists (
            select from document
            where id = any($1) and document.custodian = asked.custodian and document.kind = 'incident'
              and document.key = asked.about
        )""",
    "document": f"""
        delete from document as known
        where id = any($1) and custodian <> '{NOBODY}'
           or kind = '{CLOCK}' and exists (
               select from document as conclusion
               where conclusion.id = any($1) and conclusion.kind = '{CONCLUSION}'
                 and conclusion.custodian = known.custodian and conclusion.key = known.about
           )""",
    "change": f"""
        update change set number = nextval('change_number'), custodian = '{NOBODY}', schools = '{{{ANY_SCHOOL}}}'
        where id = any($1) and custodian <> '{NOBODY}'""",
    "dead_letter": """
        delete from dead_letter
        where record_id = any($1) or split_part(subject, '.', 5) = any(select unnest($1)::text)""",
}
"""The one list of all that can hold a record's id, its key or a copy of it, by table: how it forgets the ids $1."""
HOLD_NOTHING = frozenset(
    {"access_review", "alembic_version", "client", "disclosure_head", "guardianship", "projection_position", "webhook"}
)
"""Tables that hold nothing of a record."""

BURY = f"""
insert into document (custodian, kind, key, id, version, state, record_class, scope_version, changed_at)
select '{NOBODY}', kind, id::text, id, 0, 'erased', 'erased', 0, 'epoch'
from unnest($1::uuid[], $2::text[]) as gone (id, kind)
on conflict do nothing
"""
MATCHED = f"select distinct about from document where id = any($1) and kind = '{MATCH}' and about is not null"
BURIED = f"select id from document where custodian = '{NOBODY}' and key = any($1::text[])"


async def forget(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """Forget what the events erase, in the caller's transaction; the events that are still to be applied.

    Those of an erased record are not, whenever they come, nor those whose content the log has forgotten.
    """
    erased = {event.data.id: event.kind for event in events if event.change == ERASED}
    if erased:
        matched = [row["about"] for row in await connection.fetch(MATCHED, list(erased))]
        for statement in FORGET.values():
            await connection.execute(statement, list(erased))
        await connection.execute(BURY, list(erased), list(erased.values()))
        if matched:
            await connection.execute(STUDENTS, matched)
    rows = await connection.fetch(BURIED, [str(event.data.id) for event in events])
    buried = {row["id"] for row in rows}
    return [event for event in events if event.data.key and event.data.id not in buried]
