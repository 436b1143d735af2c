"""Takes in records as they now stand, and tries again where somebody else came between.

A kind says by a function of its own what a change makes of a record; the rest is the same for every kind.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from enum import Enum
from functools import partial
from typing import TypeAlias, TypeVar
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.contracts.contract import Contract, canonical
from shared.contracts.record import VOID
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.idempotency import Answer, IdempotencyKey, once
from shared.records.keep import Current, Draft, Follower, Kept, Kind, Result

ATTEMPTS = 5
WRITTEN = (Result.CREATED, Result.CHANGED, Result.VOIDED)

T = TypeVar("T")
Verdict: TypeAlias = tuple[Draft | None, Result]
"""A draft, to write where the result is one that is written; None where there is nothing to write."""
Judge: TypeAlias = Callable[[str, T, Current | None], Verdict]
"""What a change makes of the record of a key, as that stands."""


class Refused(Enum):
    """Why a record was not taken in whatever it says, as the code of a problem."""

    CLOSED_BY_ORDER = "closed-by-order"


Outcome: TypeAlias = Kept | Refused | None
"""What became of a record; None where one that does not exist was to be void."""
Attempt: TypeAlias = Callable[[Mapping[str, T], bool], Awaitable[dict[str, Outcome]]]
"""Takes in changes by key, holding the records meanwhile or not; what became of those that nobody came between."""
Follow: TypeAlias = Callable[[Connection, Sequence[tuple[Draft, Current | None]]], Awaitable[Sequence[Follower]]]
"""What follows from drafts that are about to be written, each given with the record as it stands."""


class VersionConflict(Exception):
    """The record is not at the version that the sender expects; `version` is where it is, None where it is not."""

    def __init__(self, version: int | None) -> None:
        super().__init__(version)
        self.version = version


class Contended(Exception):
    """Others changed the record again and again while it was written."""


async def put_once(
    connection: Connection,
    kind: Kind,
    incoming: Mapping[str, T],
    hold: bool,
    *,
    judge: Judge[T],
    by: str,
    at: datetime,
    follow: Follow | None = None,
    expected: int | None = None,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    """Take in changes of records, by key, with what follows from them; what became of those nobody came between.

    `hold` lets nobody come between from when a record is found until it is written. Raises VersionConflict if
    `expected` is given and a record is not at that version. A dry run judges everything and writes nothing.
    """
    async with connection.transaction() if hold else nullcontext():
        found = await keep.find(connection, kind, list(incoming), hold=hold)
        if expected is not None:
            _refuse_other_versions(incoming, found, expected)
        judged = {key: judge(key, one, found.get(key)) for key, one in incoming.items()}
        drafts = {key: draft for key, (draft, result) in judged.items() if draft is not None and result in WRITTEN}
        followers = (
            await follow(connection, [(draft, found.get(key)) for key, draft in drafts.items()])
            if follow is not None and drafts
            else ()
        )
        if dry_run:
            written, overtaken = {draft.id: "" for draft in drafts.values()}, set[str]()
        else:
            written = await keep.write(connection, kind, list(drafts.values()), by=by, at=at, followers=followers)
            overtaken = await _note_unchanged(connection, kind, judged, found)
    return _done(judged, found, written, overtaken, followers)


async def until_done(incoming: Mapping[str, T], attempt: Attempt[T]) -> dict[str, Outcome]:
    """Attempt what is left again until nothing is: first without holding the records, then holding them.

    An attempt on many records is a transaction of its own: one that held its records while it tried for the rest
    could wait for another that waits for it. Raises Contended where others came between again and again.
    """
    pending = dict(incoming)
    done: dict[str, Outcome] = {}
    attempts = 0
    while pending:
        if attempts == ATTEMPTS:
            raise Contended
        done |= await attempt(pending, attempts > 0)
        pending = {key: one for key, one in pending.items() if key not in done}
        attempts += 1
    return done


async def void_record(
    database: Database,
    kind: Kind,
    key: str,
    *,
    by: str,
    at: datetime,
    idempotency: IdempotencyKey | None,
    answer: Callable[[Outcome], Answer],
    reason: str,
    judge: Judge[str] | None = None,
    follow: Follow | None = None,
) -> tuple[Answer, bool]:
    """Take a record out of views and counts; the answer, and whether it was given before to the same request.

    `judge` is the kind's own where it keeps the reason, a code of `void_reason`.
    """
    async with database.transaction() as connection:

        async def make_void() -> Answer:
            attempt = partial(put_once, connection, kind, judge=judge or judge_void, by=by, at=at, follow=follow)
            return answer((await until_done({key: reason}, attempt))[key])

        return await once(connection, idempotency, make_void)


def judge_void(key: str, _: object, current: Current | None) -> Verdict:
    """What a void makes of a record: again is unchanged, of a key never seen nothing."""
    if current is None or current.state == VOID:
        return None, Result.UNCHANGED
    version = current.version + 1
    draft = Draft(current.id, key, current.owner, version, VOID, current.digest, current.document)
    return draft._replace(layers=current.layers, turn=current.turn), Result.VOIDED


def judge_record(key: str, record: Contract, current: Current | None, *, owner: str) -> Verdict:
    """What a record that is sent as a whole, nothing of it sealed, is to the one that stands."""
    document = canonical(record.model_dump(exclude_none=True))
    draft = keep.draft(current, current.id if current else uuid7(), key, owner, document)
    return draft, keep.judge(current, draft)


def _refuse_other_versions(keys: Mapping[str, object], found: Mapping[str, Current], expected: int) -> None:
    for key in keys:
        version = found[key].version if key in found else None
        if version != expected:
            raise VersionConflict(version)


async def _note_unchanged(
    connection: Connection, kind: Kind, judged: Mapping[str, Verdict], found: Mapping[str, Current]
) -> set[str]:
    """Note what is new below an unchanged document; the keys of those records that were changed meanwhile after all."""
    same = [
        draft
        for key, (draft, result) in judged.items()
        if draft is not None and result is Result.UNCHANGED and keep.is_worth_noting(draft, found[key])
    ]
    noted = await keep.note(connection, kind, same)
    return {draft.key for draft in same if draft.id not in noted}


def _done(
    judged: Mapping[str, Verdict],
    found: Mapping[str, Current],
    written: Mapping[UUID, str],
    overtaken: set[str],
    followers: Sequence[Follower],
) -> dict[str, Outcome]:
    following: dict[UUID, list[Follower]] = {}
    for follower in followers:
        following.setdefault(follower.parent, []).append(follower)
    done: dict[str, Outcome] = {}
    for key, (draft, result) in judged.items():
        if draft is None or (result not in WRITTEN and key not in overtaken):
            stands = standing(found.get(key), result)
            done[key] = stands and stands._replace(left_out=draft.left_out if draft else ())
        elif draft.id in written:
            place, with_it = written[draft.id], tuple(following.get(draft.id, ()))
            done[key] = Kept(
                draft.id,
                key,
                draft.version,
                draft.state,
                result,
                place,
                draft.document,
                with_it,
                draft.layers,
                draft.left_out,
            )
    return done


def standing(current: Current | None, result: Result) -> Kept | None:
    """A record that stands as it is, as an outcome."""
    if current is None:
        return None
    return Kept(
        current.id,
        current.key,
        current.version,
        current.state,
        result,
        current.position,
        current.document,
        layers=current.layers,
    )
