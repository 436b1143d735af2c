"""Matches in PostgreSQL: what a function returns has been committed.

A person is open until the district has said something. What it says is written while the incident is held, so that it
is never of somebody whom a report has just replaced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg
import orjson
from uuid_utils.compat import uuid7

from services.incidents.incident.tables import INCIDENT
from services.incidents.match.rules import finding_of, people_in
from services.incidents.match.tables import MATCH
from shared.contracts.contract import canonical
from shared.contracts.deliveries import Delivery
from shared.contracts.matches import Match, MatchReport, match_key
from shared.contracts.record import LIVE
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.keep import Current, Draft, Kept, Result
from shared.records.pseudonyms import Pseudonyms
from shared.records.put import Contended

PEOPLE = """
select lpad(person ->> 'person_number', 6, '0') as number, delivery.id, delivery.document, person,
       said.document as match, delivery.id || '/' || lpad(person ->> 'person_number', 6, '0') as key
from delivery
cross join lateral jsonb_array_elements(coalesce(delivery.document #> '{incident,people}', '[]')) as person
left join match as said
    on said.about = delivery.about and said.owner = delivery.owner and said.state = 'live'
   and said.document ->> 'person_number' = person ->> 'person_number'
where delivery.owner = $1 and delivery.state = 'live'
  and ($2::text is null or coalesce(said.document ->> 'finding', 'open') = $2)
  and ($3::uuid is null or (delivery.id, lpad(person ->> 'person_number', 6, '0')) > ($3, $4))
order by delivery.id, 1
limit $5
"""
COPIES = "select id, owner, about, document from delivery where id = any($1) and state = 'live'"
FINDING_OF_STATE = {"matched": "student"}


class NoSuchPerson(StrEnum):
    """Why nothing was kept: the district has no such copy, or nobody in it has that number."""

    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a district says of a person of the copy with this id. `lea_ids` are those that the caller acts for."""

    incident_id: UUID
    person_number: int
    report: MatchReport
    lea_ids: Sequence[str]

    @property
    def key(self) -> str:
        """What names it among others of one push."""
        return f"{self.incident_id}/{self.person_number}"


@dataclass(frozen=True, slots=True)
class _Copy:
    """A district's copy as it stands, with the people in it whom its agency's record has, by number."""

    delivery: Delivery
    about: str
    current: Current | None
    people: Mapping[int, str | None]


async def list_people(
    database: Database, lea_id: str, state: str | None, *, after_key: str, limit: int
) -> list[asyncpg.Record]:
    """One page of the people in a district's copies, with their `key`, and what the district said of each."""
    copy, _, number = after_key.partition("/")
    finding = FINDING_OF_STATE.get(state or "", state)
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            PEOPLE, lea_id, finding, UUID(copy) if copy else None, number, limit
        )
        return rows


async def put_matches(
    database: Database, pseudonyms: Pseudonyms, incoming: Sequence[Incoming], *, by: str, at: datetime
) -> dict[str, Kept | NoSuchPerson]:
    """Take in what a district says of people, by the key of each; the same again changes nothing.

    Raises Contended if the records were written by others meanwhile.
    """
    async with database.transaction() as connection:
        copies = await _held(connection, {one.incident_id for one in incoming})
        there = [one for one in incoming if _is_there(one, copies)]
        found = {one.key: _match(pseudonyms, one, copies[one.incident_id]) for one in there}
        outcomes: dict[str, Kept | NoSuchPerson] = {
            one.key: NoSuchPerson.NOT_FOUND for one in incoming if one.key not in found
        }
        outcomes |= await _write(connection, found, by=by, at=at)
        await keep.touch(connection, INCIDENT, [copy.current.id for copy in copies.values() if copy.current])
        return outcomes


async def _write(connection: Connection, found: Mapping[str, Match], *, by: str, at: datetime) -> dict[str, Kept]:
    """Write what differs from what stands; what became of each."""
    standing = await keep.find(connection, MATCH, [match_key(match) for match in found.values()], hold=True)
    drafts = {key: _draft(match, standing.get(match_key(match))) for key, match in found.items()}
    changed = {key: one for key, one in drafts.items() if _differs(standing.get(one.key), one)}
    written = await keep.write(connection, MATCH, list(changed.values()), by=by, at=at)
    if len(written) < len(changed):
        raise Contended
    return {
        key: _written(one, written[one.id]) if key in changed else _unchanged(standing[one.key])
        for key, one in drafts.items()
    }


async def _held(connection: Connection, ids: set[UUID]) -> dict[UUID, _Copy]:
    """The copies with these ids, and their incidents held until the transaction ends."""
    abouts = {row["about"] for row in await connection.fetch(COPIES, list(ids))}
    held = await keep.find(connection, INCIDENT, sorted(abouts), hold=True)
    copies = {}
    for row in await connection.fetch(COPIES, list(ids)):
        delivery = Delivery.model_validate_json(row["document"])
        current = None if delivery.apart else held.get(row["about"])
        source = orjson.loads(current.document) if current else {"people": _plain_people(delivery)}
        copies[row["id"]] = _Copy(delivery, row["about"], current, people_in(source))
    return copies


def _plain_people(delivery: Delivery) -> list[dict[str, object]]:
    """The people of a copy that stands apart: its agency's record tells of them no more."""
    return [{"person_number": one.person_number} for one in delivery.incident.people or ()]


def _is_there(one: Incoming, copies: Mapping[UUID, _Copy]) -> bool:
    copy = copies.get(one.incident_id)
    return copy is not None and copy.delivery.lea_id in one.lea_ids and one.person_number in copy.people


def _match(pseudonyms: Pseudonyms, one: Incoming, copy: _Copy) -> Match:
    lea_id, number = copy.delivery.lea_id, one.report.student_number
    incident = copy.delivery.incident
    return Match(
        ori=incident.ori,
        incident_number=incident.incident_number,
        lea_id=lea_id,
        person_number=one.person_number,
        finding=finding_of(one.report),
        how=one.report.how,
        student=None if number is None else pseudonyms.digest(lea_id, number),
        person=copy.people[one.person_number],
    )


def _draft(match: Match, current: Current | None) -> Draft:
    document = canonical(match.model_dump(exclude_none=True))
    return keep.draft(current, current.id if current else uuid7(), match_key(match), match.lea_id, document)


def _differs(current: Current | None, draft: Draft) -> bool:
    return keep.judge(current, draft) is not Result.UNCHANGED


def _written(draft: Draft, position: str) -> Kept:
    result = Result.CREATED if draft.version == 1 else Result.CHANGED
    return Kept(draft.id, draft.key, draft.version, draft.state, result, position, draft.document)


def _unchanged(current: Current) -> Kept:
    result = Result.UNCHANGED
    return Kept(current.id, current.key, current.version, LIVE, result, current.position, current.document)
