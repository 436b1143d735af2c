"""The order of the log under writers who commit late: dense numbers, no row passed over, no event changed."""

import asyncio
import random
from contextlib import AbstractAsyncContextManager

import orjson
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.incidents.app import DATABASE
from shared.records import bus
from shared.records.database import Connection
from shared.records.replay import replay, replay_whole
from tests.records.conftest import READER, ROWS, SERVICE, Moving, until
from tests.servers import Databases

WRITERS, WRITES = 8, 25


async def write_late(connection: Connection, first: int, last: int, seconds: float) -> None:
    """Rows of the log, written at once and committed later."""
    async with connection.transaction():
        await connection.execute(ROWS, first, last, "{}")
        await asyncio.sleep(seconds)


async def read_by_id(connection: Connection, seen: set[str], done: asyncio.Event) -> None:
    """What a reader sees that goes on behind the highest id it has seen."""
    last = 0
    while not done.is_set():
        for row in await connection.fetch("select id, key from log where id > $1 order by id", last):
            last = row["id"]
            seen.add(row["key"])
        await asyncio.sleep(0.001)


async def test_of_eight_writers_who_commit_late_no_row_is_passed_over_and_numbers_are_dense(
    moving: Moving, databases: Databases
) -> None:
    chance, done, seen = random.Random(8), asyncio.Event(), set[str]()

    async def writer(number: int) -> None:
        connection = await databases.connect(DATABASE)
        for turn in range(WRITES):
            first = (number * WRITES + turn) * 2
            await write_late(connection, first, first + 1, chance.random() / 50)
        await connection.close()

    reader = await databases.connect(DATABASE)
    async with moving.set(relay_poll_seconds=0.005).relaying():
        reading = asyncio.create_task(read_by_id(reader, seen, done))
        await asyncio.gather(*(writer(number) for number in range(WRITERS)))
        await moving.numbered(WRITERS * WRITES * 2, seconds=20)
        done.set()
        await reading
    rows = await reader.fetch(
        "select sequence, key from log_sequence join log using (epoch, transaction_id, id) order by sequence"
    )
    await reader.close()

    assert [row["sequence"] for row in rows] == list(range(1, WRITERS * WRITES * 2 + 1))
    assert {row["key"] for row in rows} == {f"KEY-{number}" for number in range(WRITERS * WRITES * 2)}
    assert len(seen) < len(rows), "a reader by id alone would have done"


async def test_a_row_that_is_committed_late_is_numbered_where_a_reader_by_id_passes_it_over(
    moving: Moving, databases: Databases
) -> None:
    slow, other = await databases.connect(DATABASE), await databases.connect(DATABASE)
    by_id, done = set[str](), asyncio.Event()
    async with moving.relaying():
        late = slow.transaction()
        await late.start()
        await slow.execute(ROWS, 1, 1, "{}")
        await other.execute(ROWS, 2, 2, "{}")
        reading = asyncio.create_task(read_by_id(other, by_id, done))
        await until(lambda: "KEY-2" in by_id)
        assert await slow.fetchval("select count(*) from log_sequence") == 0, "it does not go past who still writes"
        await late.commit()
        await moving.numbered(2)
        done.set()
        await reading
    rows = await slow.fetch("select key from log_sequence join log using (epoch, transaction_id, id) order by sequence")
    await slow.close()
    await other.close()

    assert [row["key"] for row in rows] == ["KEY-1", "KEY-2"]
    assert by_id == {"KEY-2"}


async def test_what_is_rolled_back_takes_no_number(moving: Moving, databases: Databases) -> None:
    connection = await databases.connect(DATABASE)
    async with moving.relaying():
        await moving.write(1, 2)
        given_up = connection.transaction()
        await given_up.start()
        await connection.execute(ROWS, 3, 4, "{}")
        await given_up.rollback()
        await moving.write(5, 5)
        await moving.numbered(3)
    rows = await connection.fetch("select sequence from log_sequence order by 1")
    await connection.close()
    assert [row["sequence"] for row in rows] == [1, 2, 3]


async def test_however_often_a_relay_is_ended_every_event_comes_and_always_under_its_number(moving: Moving) -> None:
    heard: dict[int, set[str]] = {}

    async def hear(message: Msg) -> None:
        event = orjson.loads(message.data)
        heard.setdefault(int(event["sequence"]), set()).add(event["data"]["key"])

    chance = random.Random(5)
    quick = moving.set(relay_batch=20, relay_poll_seconds=0.005)
    async with moving.bus.entered() as client:
        await client.subscribe(bus.event_subjects(SERVICE), cb=hear)
        for turn in range(12):
            async with quick.relaying():
                await moving.write(turn * 30, turn * 30 + 29)
                await asyncio.sleep(chance.random() / 20)
        async with quick.relaying():
            await until(lambda: len(heard) == 360, seconds=20)

    assert sorted(heard) == list(range(1, 361))
    assert all(len(keys) == 1 for keys in heard.values())


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(1, 1, [1]), (3, 7, [3, 4, 5, 6, 7]), (9, 99, [9, 10]), (11, 20, []), (7, 3, []), (-5, 2, [1, 2])],
    ids=["one", "a range", "beyond the end", "behind the end", "backwards", "before the beginning"],
)
async def test_a_service_answers_for_the_range_it_is_asked_for(
    moving: Moving, first: int, last: int, expected: list[int]
) -> None:
    async with moving.relaying(), reading(moving) as client:
        await moving.write(1, 10)
        await moving.numbered(10)
        assert [event.number for event in await replay(client, SERVICE, first, last)] == expected


async def test_a_range_too_large_for_one_message_comes_whole_and_in_order(moving: Moving) -> None:
    document = orjson.dumps({"text": "x" * 20_000}).decode()
    async with moving.relaying(), reading(moving) as client:
        await moving.write(1, 120, document)
        await moving.numbered(120)
        events = await replay_whole(client, SERVICE, 1, 120)
    assert [event.number for event in events] == list(range(1, 121))
    assert all(event.event and event.event.data.document == {"text": "x" * 20_000} for event in events)


def reading(moving: Moving) -> AbstractAsyncContextManager[Client]:
    """The connection of a read model, with its own rights."""
    return bus.connected(moving.settings, moving.secrets, READER)
