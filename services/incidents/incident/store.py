"""Incidents in PostgreSQL: what a function returns has been committed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg
import orjson

from services.incidents.conclusion import store as conclusions
from services.incidents.conclusion.neighbours import TELLS_NEAR, judge_again, neighbours
from services.incidents.conclusion.rules import Rulebook, Subject
from services.incidents.incident import tables
from services.incidents.incident.judging import Incoming, judge_change, judge_mapping, needs_school
from services.incidents.incident.keys import IncidentKey
from services.incidents.incident.receipts import Follows
from services.incidents.school_code import store as school_codes
from shared.contracts.incidents import SchoolCode
from shared.contracts.record import LIVE, VOID
from shared.records import closed as orders
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.keep import Current, Draft, Follower, Kept, Result
from shared.records.put import Follow, Outcome, Refused, put_once, standing, until_done
from shared.records.vault import Custodian, Vault

MAPPED_AT_ONCE = 1_000


async def put_incidents(
    database: Database,
    vault: Vault,
    rulebook: Rulebook,
    incoming: Sequence[Incoming],
    *,
    by: str,
    at: datetime,
    expected: int | None = None,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    """Take in incidents as they now stand: new, corrected, the same again, or void; what became of each, by key.

    What follows from them by the rules is written with them.

    Raises VersionConflict if `expected` is given and the record is not at that version, and Contended if others
    changed the records again and again meanwhile.
    """
    custodians = await _custodians(database, vault, incoming)
    push = _Push(database, vault, rulebook, custodians, by, at, expected, dry_run)

    async def attempt(pending: Mapping[str, Incoming], hold: bool) -> dict[str, Outcome]:
        try:
            return await _take_in(push, pending, hold)
        except asyncpg.UniqueViolationError:
            # A district's copy may stand though its record went by an order: who holds the records looks for it.
            if hold:
                raise
            return {}

    return await until_done({str(one.key): one for one in incoming}, attempt)


@dataclass(frozen=True, slots=True)
class _Push:
    """What is the same whenever a push of incidents is attempted."""

    database: Database
    vault: Vault
    rulebook: Rulebook
    custodians: Mapping[str, Custodian]
    by: str
    at: datetime
    expected: int | None
    dry_run: bool


async def _take_in(push: _Push, pending: Mapping[str, Incoming], hold: bool) -> dict[str, Outcome]:
    """Take in incidents, but for those that an order keeps out; what became of those that nobody came between."""
    codes, custodians = _school_codes(pending.values()), push.custodians
    keys = {key: custodians[one.key.ori] for key, one in pending.items()}
    looks = hold or push.dry_run or push.expected is not None
    async with push.database.transaction() if codes else push.database.connection() as connection:
        mapping = await school_codes.held_mapping(connection, codes)
        closed = await orders.find(connection, keys) if looks else orders.taken_to_be_open(keys)
        kept_out = [key for key, one in pending.items() if one.change is not None and closed[key].whole]
        outcomes = await put_once(
            connection,
            tables.INCIDENT,
            {key: one for key, one in pending.items() if key not in kept_out},
            hold,
            judge=partial(
                judge_change, custodians=custodians, vault=push.vault, mapping=mapping, closed=closed, at=push.at
            ),
            by=push.by,
            at=push.at,
            follow=following(push.rulebook, push.at, dry_run=push.dry_run, around_new=hold),
            expected=push.expected,
            dry_run=push.dry_run,
        )
    return outcomes | dict.fromkeys(kept_out, Refused.CLOSED_BY_ORDER)


def following(rulebook: Rulebook, at: datetime, *, dry_run: bool = False, around_new: bool = False) -> Follow:
    """Drafts what follows from incidents that are about to be written, by the rules, at this moment.

    `around_new` looks for what stands around an incident even where that is new.
    """

    async def follow(connection: Connection, drafts: Sequence[tuple[Draft, Current | None]]) -> Sequence[Follower]:
        documents = {draft.key: orjson.loads(draft.document) for draft, _ in drafts}
        live = {draft.key: documents[draft.key] for draft, _ in drafts if draft.state == LIVE}
        near = await neighbours(connection, live)
        left = _left(drafts, live)
        if not dry_run:
            near_before = await neighbours(connection, left)
            await judge_again(connection, _near(near, live) | _near(near_before, left))
        standing = await conclusions.around(
            connection, [draft.key for draft, current in drafts if current or around_new]
        )
        incoming = [_to_conclude(*draft, documents, near, at) for draft in drafts]
        return conclusions.follow(incoming, standing, rulebook, at)

    return follow


def _left(
    drafts: Sequence[tuple[Draft, Current | None]], live: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The documents, as they stood, of those that are void from now on, or at another place or time."""
    before = {
        draft.key: orjson.loads(current.document)
        for draft, current in drafts
        if current is not None and current.state == LIVE
    }
    return {
        key: document
        for key, document in before.items()
        if key not in live or any(document.get(name) != live[key].get(name) for name in TELLS_NEAR)
    }


def _near(near: Mapping[str, tuple[str, ...]], documents: Mapping[str, dict[str, Any]]) -> set[str]:
    """The keys of those neighbours that are not written now: each is as near to the other, so they are judged again."""
    keys = {f"{documents[key]['ori']}/{number}" for key, numbers in near.items() for number in numbers}
    return keys - documents.keys()


def _to_conclude(
    draft: Draft,
    current: Current | None,
    documents: Mapping[str, dict[str, Any]],
    near: Mapping[str, tuple[str, ...]],
    at: datetime,
) -> conclusions.Incoming:
    subject = Subject(
        id=draft.id,
        version=draft.version,
        document=documents[draft.key],
        accepted_at=current.accepted_at or at if current else at,
        before=orjson.loads(current.document) if current else None,
        neighbours=near.get(draft.key),
    )
    return conclusions.Incoming(draft.key, draft.owner, draft.state == VOID, subject)


async def what_follows(database: Database, kept: Kept) -> Follows:
    """What follows from an incident that was kept: as it was written with it, or as it stands."""
    if kept.result is Result.CREATED:
        return conclusions.follows(kept, {})
    async with database.connection() as connection:
        standing_around = await conclusions.around(connection, [kept.key])
    return conclusions.follows(kept, standing_around.get(kept.key, {}))


async def get_incident(database: Database, key: IncidentKey) -> Kept | None:
    """The incident as it stands, or None."""
    async with database.connection() as connection:
        current = (await keep.find(connection, tables.INCIDENT, [str(key)])).get(str(key))
    return standing(current, Result.UNCHANGED)


async def get_versions(database: Database, key: IncidentKey) -> list[Mapping[str, Any]]:
    """Every version of the incident, oldest first; empty where there is none."""
    async with database.connection() as connection:
        current = (await keep.find(connection, tables.INCIDENT, [str(key)])).get(str(key))
        return await keep.versions(connection, current.id) if current else []


async def list_incidents(
    database: Database,
    ori: str,
    *,
    after: str,
    occurred_from: datetime | None,
    occurred_to: datetime | None,
    changed_since: datetime | None,
    limit: int,
) -> list[asyncpg.Record]:
    """One page of an agency's inventory, by key after `after`: key, version, state, source_version, changed_at."""
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            tables.INVENTORY, ori, after, occurred_from, occurred_to, changed_since, limit
        )
        return rows


async def put_school_code(
    database: Database, rulebook: Rulebook, code: SchoolCode, *, by: str, at: datetime
) -> Outcome:
    """Take in an agency's school code, and give the records that bear it their school: all at once or not at all."""
    async with database.transaction() as connection:
        await school_codes.hold(connection, [(code.ori, code.code)], alone=True)
        outcome = await school_codes.put_school_code(connection, code, by=by, at=at)
        mapping = school_codes.Mapping({(code.ori, code.code): code})
        after = ""
        while keys := await _keys_with(connection, code, after):
            attempt = partial(
                put_once,
                connection,
                tables.INCIDENT,
                judge=partial(judge_mapping, at=at),
                by=by,
                at=at,
                follow=following(rulebook, at),
            )
            await until_done(dict.fromkeys(keys, mapping), attempt)
            after = keys[-1]
        return outcome


async def _keys_with(connection: Connection, code: SchoolCode, after: str) -> list[str]:
    rows = await connection.fetch(tables.WITH_SCHOOL_CODE, code.ori, code.code, after, MAPPED_AT_ONCE)
    return [row["key"] for row in rows]


async def _custodians(database: Database, vault: Vault, incoming: Sequence[Incoming]) -> dict[str, Custodian]:
    return {ori: await vault.custodian(database, ori) for ori in {one.key.ori for one in incoming}}


def _school_codes(incoming: Iterable[Incoming]) -> set[tuple[str, str]]:
    return {
        (one.key.ori, one.change.school_code)
        for one in incoming
        if one.change is not None and needs_school(one.change) and one.change.school_code is not None
    }
