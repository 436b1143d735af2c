"""How a record is kept: what a new state is to the one that stands, and what is not written when it was overtaken."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from services.incidents.school_code.tables import SCHOOL_CODE
from shared.contracts.record import LIVE, VOID
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.keep import Current, Draft, Result

NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
RECORD = UUID(int=7)
KEY, OWNER = "XX0000100/LHS", "XX0000100"


def says(text: str, current: Current | None = None, **clock: object) -> Draft:
    """The next version of the record, which says `text`."""
    return keep.draft(current, current.id if current else RECORD, KEY, OWNER, f'{{"says": "{text}"}}', **clock)  # type: ignore[arg-type]


def standing(draft: Draft, *, state: str = LIVE) -> Current:
    """A draft as it stands once it is written."""
    return Current(
        id=draft.id,
        key=draft.key,
        owner=draft.owner,
        version=draft.version,
        state=state,
        digest=draft.digest,
        position="1.1.1",
        source_version=draft.source_version,
        source_updated_at=draft.source_updated_at,
        document=draft.document,
    )


JUDGED = [
    # what stands                           what is sent                              what it is
    ("nothing", None, says("a"), Result.CREATED),
    ("the same", standing(says("a")), says("a"), Result.UNCHANGED),
    ("another", standing(says("a")), says("b"), Result.CHANGED),
    ("the same, void", standing(says("a"), state=VOID), says("a"), Result.CHANGED),
    ("an older one", standing(says("a", source_version=1)), says("b", source_version=2), Result.CHANGED),
    ("one of the same clock", standing(says("a", source_version=2)), says("b", source_version=2), Result.CHANGED),
    ("a newer one", standing(says("a", source_version=3)), says("b", source_version=2), Result.STALE),
    ("the same, newer", standing(says("a", source_version=3)), says("a", source_version=2), Result.STALE),
    (
        "a newer one, void",
        standing(says("a", source_version=3), state=VOID),
        says("b", source_version=2),
        Result.STALE,
    ),
    ("one with a clock", standing(says("a", source_version=3)), says("b"), Result.CHANGED),
    ("one without a clock", standing(says("a")), says("b", source_version=0), Result.CHANGED),
    (
        "one of a later time",
        standing(says("a", source_updated_at=NOW)),
        says("b", source_updated_at=NOW - timedelta(seconds=1)),
        Result.STALE,
    ),
]


@pytest.mark.parametrize(("stands", "current", "draft", "expected"), JUDGED, ids=[case[0] for case in JUDGED])
def test_what_a_state_is_to_what_stands(stands: str, current: Current | None, draft: Draft, expected: Result) -> None:
    assert keep.judge(current, draft) is expected


async def written(connection: Connection, draft: Draft) -> bool:
    return bool(await keep.write(connection, SCHOOL_CODE, [draft], by="tests", at=NOW))


async def found(connection: Connection) -> Current:
    return (await keep.find(connection, SCHOOL_CODE, [KEY]))[KEY]


async def test_a_version_that_somebody_wrote_meanwhile_is_not_written_over(database: Database) -> None:
    async with database.connection() as connection:
        await written(connection, says("first"))
        seen = await found(connection)
        assert await written(connection, says("theirs", seen))
        assert not await written(connection, says("ours", seen))
        assert (await found(connection)).document == '{"says": "theirs"}'


async def test_a_key_that_appeared_meanwhile_is_not_created_again(database: Database) -> None:
    async with database.connection() as connection:
        assert await written(connection, says("theirs"))
        ours = keep.draft(None, uuid7(), KEY, OWNER, '{"says": "ours"}')
        assert not await written(connection, ours)
        assert await connection.fetchval("select count(*) from log") == 1


@pytest.mark.parametrize("clock", ["source_version", "source_updated_at"])
async def test_a_state_is_not_written_over_a_clock_that_was_noted_meanwhile(database: Database, clock: str) -> None:
    fifth, sixth, seventh = (
        {clock: number if clock == "source_version" else NOW + timedelta(seconds=number)} for number in (5, 6, 7)
    )
    async with database.connection() as connection:
        await written(connection, says("first", None, **fifth))
        seen = await found(connection)
        assert await keep.note(connection, SCHOOL_CODE, [says("first", seen, **seventh)]) == {RECORD}
        assert not await written(connection, says("late", seen, **sixth))


async def test_a_clock_is_not_noted_on_a_version_that_came_meanwhile(database: Database) -> None:
    async with database.connection() as connection:
        await written(connection, says("first", source_version=5))
        seen = await found(connection)
        await written(connection, says("second", seen, source_version=6))
        assert await keep.note(connection, SCHOOL_CODE, [says("first", seen, source_version=7)]) == set()
        assert (await found(connection)).source_version == 6


async def test_a_row_and_its_log_row_are_written_together_or_not_at_all(database: Database) -> None:
    async with database.connection() as connection:
        await written(connection, says("first"))
        transaction = connection.transaction()
        await transaction.start()
        await written(connection, says("second", await found(connection)))
        await transaction.rollback()
        assert (await found(connection)).version == 1
        assert [row["version"] for row in await connection.fetch("select version from log")] == [1]


async def test_the_position_of_a_row_is_the_place_of_its_log_row(database: Database) -> None:
    async with database.connection() as connection:
        await written(connection, says("first"))
        place = await connection.fetchval("select epoch || '.' || transaction_id || '.' || id from log")
        assert (await found(connection)).position == place


async def test_many_records_written_at_once_are_each_their_own(database: Database) -> None:
    keys = [f"XX0000100/{number:03}" for number in range(50)]
    drafts = [keep.draft(None, uuid7(), key, OWNER, f'{{"says": "{key}"}}') for key in keys]
    async with database.connection() as connection:
        assert len(await keep.write(connection, SCHOOL_CODE, drafts, by="tests", at=NOW)) == 50
        current = await keep.find(connection, SCHOOL_CODE, keys)
    assert {key: one.document for key, one in current.items()} == {draft.key: draft.document for draft in drafts}
