"""What follows from a record is written at the turn that it was judged at, or not at all."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from uuid_utils.compat import uuid7

from services.incidents.app import DATABASE
from services.incidents.flag.tables import FLAG
from services.incidents.incident.tables import INCIDENT
from services.incidents.judgement.tables import JUDGEMENT
from shared.contracts.record import LIVE, VOID
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.keep import Draft, Follower
from shared.records.log import ensure_epoch
from shared.secrets import Secrets
from shared.settings import Settings
from tests.servers import Databases

NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
KEY, OWNER = "XX0000100/2026-1", "XX0000100"
INCIDENT_ID, FLAG_ID = UUID(int=7), UUID(int=8)
DOCUMENT = {"ori": OWNER, "incident_number": "2026-1", "occurred_at": "2026-10-05T08:00:00Z"}


@pytest.fixture
async def connection(settings: Settings, databases: Databases) -> AsyncIterator[Connection]:
    """A connection of the service's role to a fresh database of its own."""
    await databases.fresh(DATABASE)
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
    async with database.connection() as opened:
        await ensure_epoch(opened)
        yield opened
    await database.close()


def incident(version: int = 1, *, turn: int = 0, **says: Any) -> Draft:
    """A version of the incident."""
    document = orjson.dumps(DOCUMENT | says).decode()
    return Draft(INCIDENT_ID, KEY, OWNER, version, LIVE, keep.digest(document), document, turn=turn)


def flag(version: int = 1, *, flag_id: UUID = FLAG_ID, state: str = LIVE, **says: Any) -> Follower:
    """A version of a flag that follows from the incident."""
    document = orjson.dumps(DOCUMENT | says).decode()
    draft = Draft(flag_id, f"{KEY}/{flag_id}", OWNER, version, state, keep.digest(document), document)
    return Follower(INCIDENT_ID, FLAG, draft)


async def write(connection: Connection, draft: Draft, *followers: Follower) -> bool:
    """Whether the incident was written."""
    return bool(await keep.write(connection, INCIDENT, [draft], by="tests", at=NOW, followers=followers))


async def counts(connection: Connection) -> tuple[int, int]:
    """Rows of flags, and of the log."""
    row = await connection.fetchrow("select (select count(*) from flag), (select count(*) from log)")
    assert row is not None
    return row[0], row[1]


async def test_what_follows_is_written_with_its_record(connection: Connection) -> None:
    assert await write(connection, incident(), flag(), flag(flag_id=UUID(int=9)))
    assert await counts(connection) == (2, 3)
    assert await write(connection, incident(2), flag(2, state=VOID))
    events = await connection.fetch("select kind, version, change, document is null as gone from log order by id")
    assert [tuple(event) for event in events][3:] == [("flag", 2, "voided", True), ("incident", 2, "recorded", False)]


async def test_what_follows_from_a_record_that_is_not_written_is_not_written(connection: Connection) -> None:
    await write(connection, incident())
    assert not await write(connection, incident(3), flag())
    assert await counts(connection) == (0, 1)


async def test_a_record_that_was_judged_at_an_earlier_turn_is_not_written(connection: Connection) -> None:
    await write(connection, incident())
    seen = (await keep.find(connection, INCIDENT, [KEY]))[KEY]
    await keep.touch(connection, INCIDENT, [INCIDENT_ID])

    assert not await write(connection, incident(2, turn=seen.turn), flag())
    again = (await keep.find(connection, INCIDENT, [KEY]))[KEY]
    assert (again.version, again.turn) == (1, seen.turn + 1)
    assert await write(connection, incident(2, turn=again.turn), flag())


async def test_layers_are_noted_at_the_turn_that_they_were_judged_at_and_raise_it(connection: Connection) -> None:
    await write(connection, incident())
    seen = (await keep.find(connection, INCIDENT, [KEY]))[KEY]
    noted = incident(2, turn=seen.turn)._replace(layers='{"coded": {"/status": "closed"}}')

    assert await keep.note(connection, INCIDENT, [noted]) == {INCIDENT_ID}
    assert await keep.note(connection, INCIDENT, [noted._replace(layers=None)]) == set()
    assert not await write(connection, incident(2, turn=seen.turn))
    again = (await keep.find(connection, INCIDENT, [KEY]))[KEY]
    assert (again.version, again.turn, again.layers) == (1, seen.turn + 1, noted.layers)


async def test_what_follows_may_be_of_several_kinds(connection: Connection) -> None:
    document = orjson.dumps(DOCUMENT | {"side": "school"}).decode()
    judgement = Draft(uuid7(), f"{KEY}/school", OWNER, 1, LIVE, keep.digest(document), document)
    assert await write(connection, incident(), flag(), Follower(INCIDENT_ID, JUDGEMENT, judgement))
    kinds = await connection.fetch("select kind from log order by kind")
    assert [row["kind"] for row in kinds] == ["flag", "incident", "judgement"]
    places = await connection.fetch(
        "select position = epoch || '.' || transaction_id || '.' || log.id as same"
        " from log join (select id, position from flag union all select id, position from judgement"
        " union all select id, position from incident) as kept on kept.id = record_id"
    )
    assert [row["same"] for row in places] == [True, True, True]
