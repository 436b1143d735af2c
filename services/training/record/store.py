"""What agencies send, in PostgreSQL: what a function returns has been committed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import asyncpg
import orjson

from services.training.assignment.tables import ASSIGNMENT
from services.training.completion.tables import OF_COURSES
from services.training.conclusion import store as conclusions
from services.training.conclusion.rules import day_of
from services.training.course.tables import COURSE
from services.training.officer.tables import OFFICER
from services.training.principles.limits import Limits
from services.training.record.keys import RecordKey
from services.training.record.kinds import RecordKind
from services.training.staff_training.tables import OF_SCHOOLS, STAFF_TRAINING
from shared.contracts.contract import Contract
from shared.contracts.record import VOID
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.keep import Current, Draft, Follower, Kept
from shared.records.put import WRITTEN, Follow, Outcome, Verdict, judge_record, judge_void, put_once, until_done

NUMBERS = ("officer_number", "supervisor_number", "officer_numbers")
"""Fields by which a record names the officers on whom it bears."""
OF_AGENCIES = "select key from officer_conclusion where owner = any($1) and state = 'live'"
LIST = (
    "select id, key, version, document from {} where owner = $1 and state = 'live' and key > $2 order by key limit $3"
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is to become of one record: the record as it now stands, or None for a void."""

    key: RecordKey
    record: Contract | None


@dataclass(slots=True)
class Judging:
    """Judges records one by one, and remembers of whom they spoke and speak, where anything is to be written."""

    officers: set[str] = field(default_factory=set)

    def __call__(self, key: str, one: Incoming, current: Current | None) -> Verdict:
        """What a change makes of the record as it stands."""
        if one.record is None:
            verdict = judge_void(key, None, current)
        else:
            verdict = judge_record(key, one.record, current, owner=one.key.ori)
        if verdict[1] in WRITTEN:
            self.officers |= _officers(one, current)
        return verdict


async def put_records(
    database: Database,
    kind: RecordKind,
    limits: Limits,
    incoming: Sequence[Incoming],
    *,
    by: str,
    at: datetime,
    expected: int | None = None,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    """Take in records as they now stand: new, corrected, the same again, or void; what became of each, by key.

    What follows for their officers by the rules is written with them. Where a course or a plan bears on many officers,
    they are judged again at the next sweep.

    Raises VersionConflict if `expected` is given and a record is not at that version, and Contended if others changed
    the records again and again meanwhile.
    """

    async def attempt(pending: Mapping[str, Incoming], hold: bool) -> dict[str, Outcome]:
        async with database.transaction() as connection:
            judging = Judging()
            if not dry_run:
                await conclusions.hold(connection, await _officers_of(connection, kind, pending, day_of(at, limits)))
            outcomes = await put_once(
                connection,
                kind.kind,
                pending,
                hold,
                judge=judging,
                by=by,
                at=at,
                expected=expected,
                dry_run=dry_run,
            )
            after = None if dry_run else await _judge(connection, kind, judging, outcomes, limits, by=by, at=at)
        return {key: _waited_for(one, after) for key, one in outcomes.items()}

    return await until_done({str(one.key): one for one in incoming}, attempt)


def following(kind: RecordKind, limits: Limits, at: datetime) -> Follow:
    """Drafts what follows for the officers of a record that is about to be void."""

    async def follow(connection: Connection, drafts: Sequence[tuple[Draft, Current | None]]) -> Sequence[Follower]:
        ((draft, _),) = drafts
        if not kind.is_of_an_officer:
            await conclusions.hold(connection, await _concerned(connection, kind, [draft.key]))
            return []
        document = orjson.loads(draft.document)
        officers = {f"{document['ori']}/{number}" for number in _named(document)}
        officers |= await _bound_up(connection, kind, officers, day_of(at, limits))
        await conclusions.hold(connection, officers)
        found = await conclusions.known(connection, officers, day_of(at, limits), without=draft.id)
        await connection.execute("delete from judge_again where about = any($1)", list(officers))
        return [Follower(draft.id, of_kind, one) for of_kind, one in conclusions.follow(found, limits, at)]

    return follow


async def get_record(database: Database, kind: RecordKind, key: RecordKey) -> Current | None:
    """The record as it stands, None where there is none or it is void."""
    async with database.connection() as connection:
        current = (await keep.find(connection, kind.kind, [str(key)])).get(str(key))
    return None if current is None or current.state == VOID else current


async def list_records(
    database: Database, kind: RecordKind, ori: str, *, after: str, limit: int
) -> list[asyncpg.Record]:
    """An agency's live records by key after `after`: id, key, version, document."""
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(LIST.format(kind.kind.table), ori, after, limit)
        return rows


def _officers(one: Incoming, current: Current | None) -> set[str]:
    """Keys of the officers of whom a record speaks, or spoke before: who it is about, and who leads them."""
    before = orjson.loads(current.document) if current else {}
    now = one.record.model_dump(include={*NUMBERS, "candidates"}) if one.record else {}
    return {f"{one.key.ori}/{number}" for document in (now, before) for number in _named(document)}


def _named(document: Mapping[str, Any]) -> Iterator[str]:
    """The numbers of the officers whom a record names."""
    for name in NUMBERS:
        said = document.get(name)
        yield from [said] if isinstance(said, str) else said or ()
    for candidate in document.get("candidates") or ():
        if candidate.get("officer_number") is not None:
            yield candidate["officer_number"]


async def _bound_up(connection: Connection, kind: RecordKind, officers: Collection[str], day: date) -> set[str]:
    """Keys of those on whom a record of other officers bears: who leads an SRO (P6), and who is the only one (P12)."""
    if kind.kind not in (OFFICER, ASSIGNMENT):
        return set()
    return await conclusions.leaders(connection, officers) | await conclusions.few_sros(connection, officers, day)


async def _officers_of(
    connection: Connection, kind: RecordKind, pending: Mapping[str, Incoming], day: date
) -> set[str]:
    """The officers of whom records speak that are to be written.

    They are held before the records are: whoever judges takes them in this order, and waits for nobody in a circle.
    """
    trial, found = Judging(), await keep.find(connection, kind.kind, list(pending))
    for key, one in pending.items():
        trial(key, one, found.get(key))
    return trial.officers | await _bound_up(connection, kind, trial.officers, day)


async def _judge(
    connection: Connection,
    kind: RecordKind,
    judging: Judging,
    outcomes: Mapping[str, Outcome],
    limits: Limits,
    *,
    by: str,
    at: datetime,
) -> str | None:
    """Judge the officers of what was written, or have those judged at the next sweep on whom it bears.

    The answer is where in the log the last of what followed stands, None where nothing did.
    """
    written = [key for key, one in outcomes.items() if isinstance(one, Kept) and one.result in WRITTEN]
    if not kind.is_of_an_officer:
        await conclusions.hold(connection, await _concerned(connection, kind, written))
        return None
    officers = judging.officers | await _bound_up(connection, kind, judging.officers, day_of(at, limits))
    await conclusions.hold(connection, officers)
    return await conclusions.judge_held(connection, officers, limits, by=by, at=at)


async def _concerned(connection: Connection, kind: RecordKind, keys: Sequence[str]) -> list[str]:
    """Keys of the officers on whom courses bear, by their completions, plans, by their agency, or a school's staff."""
    if not keys:
        return []
    if kind.kind is COURSE:
        parts = [key.partition("/") for key in keys]
        rows = await connection.fetch(OF_COURSES, [ori for ori, _, _ in parts], [code for _, _, code in parts])
    elif kind.kind is STAFF_TRAINING:
        rows = await connection.fetch(OF_SCHOOLS, list(keys))
    else:
        rows = await connection.fetch(OF_AGENCIES, list(keys))
    return [row[0] for row in rows]


def _waited_for(outcome: Outcome, after: str | None) -> Outcome:
    """What became of a record; a read that waits for its place in the log sees what was written `after` it, too."""
    if not isinstance(outcome, Kept) or outcome.result not in WRITTEN or after is None:
        return outcome
    return outcome._replace(position=after)
