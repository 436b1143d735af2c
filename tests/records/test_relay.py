"""The relay: every row numbered once, densely and in order, and published through whatever NATS does."""

import asyncio
import gc
import signal

import orjson
import pytest
from nats.aio.msg import Msg

from shared.records import bus as buses
from shared.records import relay as relays
from shared.records.relay import Relay
from tests.records.conftest import SERVICE, USERS, Moving, until
from tests.waiting import eventually

CUT_OFF = """
select pg_terminate_backend(pid) from pg_stat_activity
where application_name = 'daylight_incidents' and query like any (array['%relay%', '%log_sequence%'])
"""
MANY = 1_500
"""More rows than a relay publishes at once."""


async def stored(moving: Moving) -> int:
    """How many messages the stream holds."""
    async with moving.bus.entered() as client:
        return int((await client.jetstream().stream_info(buses.stream_name(SERVICE))).state.messages)


async def test_what_nats_took_with_it_unacknowledged_is_published_as_soon_as_it_is_back(moving: Moving) -> None:
    async with moving.relaying() as relay:
        await moving.write(1, 1)
        await until(lambda: relay.published == 1)
        moving.bus.signal(signal.SIGSTOP)
        await moving.write(2, MANY)
        await until(lambda: relay.sequenced == MANY)
        moving.bus.signal(signal.SIGKILL)
        moving.bus.start()
        await until(lambda: relay.published == MANY, seconds=relays.ACKNOWLEDGE_SECONDS - 1)
    assert await stored(moving) == MANY


async def test_a_wiped_stream_gets_every_later_event(moving: Moving) -> None:
    async with moving.relaying() as relay:
        await moving.write(1, 10)
        await until(lambda: relay.published == 10)
        moving.bus.wipe()
        await moving.write(11, 30)
        await until(lambda: relay.published == 30)
    assert await stored(moving) == 20


async def test_while_publishing_goes_on_no_reader_is_told_of_what_is_on_its_way(moving: Moving) -> None:
    heads: list[tuple[int, int]] = []
    async with moving.set(relay_batch=20).relaying() as relay, moving.bus.entered() as client:

        async def hear(message: Msg) -> None:
            heads.append((orjson.loads(message.data)["sequence"], relay.published))

        await client.subscribe(buses.head_subject(SERVICE), cb=hear)
        await moving.write(1, 2 * MANY)
        await until(lambda: heads[-1:] == [(2 * MANY, 2 * MANY)], seconds=20)
    assert len(heads) > 3
    assert all(said <= published for said, published in heads)


async def test_numbering_goes_on_while_the_stream_takes_nothing(moving: Moving) -> None:
    async with moving.set(stream_bytes=20_000, relay_batch=50).relaying() as relay:
        await moving.write(1, 500)
        await until(lambda: relay.sequenced == 500 and relay.published > 0)
        await moving.write(501, 600)
        await until(lambda: relay.sequenced == 600)
        assert relay.published < 100


@pytest.mark.filterwarnings("ignore:unclosed <StreamWriter:ResourceWarning")
async def test_a_relay_that_nats_has_turned_away_comes_back(moving: Moving) -> None:
    async with moving.relaying() as relay:
        await moving.write(1, 10)
        await until(lambda: relay.published == 10)
        moving.bus.signal(signal.SIGKILL)
        moving.bus.start([user for user in USERS if user.name != SERVICE])
        await eventually(lambda: _says(moving, "authentication error"))
        moving.bus.signal(signal.SIGKILL)
        moving.bus.start()
        await moving.write(11, 20)
        await until(lambda: relay.published == 20)
    # The client leaves the connection on which it was turned away to the garbage.
    gc.collect()


async def _says(moving: Moving, words: str) -> bool:
    return words in moving.bus.server.log.read_text()


async def test_of_two_relays_one_is_active_and_the_other_takes_over(moving: Moving) -> None:
    async with moving.relaying() as second:
        async with moving.relaying() as first:
            await until(lambda: first.active != second.active)
            await moving.write(1, 100)
            await moving.numbered(100)
            assert {first.active, second.active} == {True, False}
        await until(lambda: second.active)
        await moving.write(101, 200)
        await moving.numbered(200)


async def test_a_relay_that_wakes_up_behind_another_numbers_nothing(moving: Moving) -> None:
    """As after a freeze so long that PostgreSQL has given its lock to another."""
    await moving.write(1, 10)
    frozen = Relay(SERVICE, moving.service, moving.settings, moving.secrets)
    async with moving.service.direct() as connection:
        frozen._epoch = 1
        await frozen._find_cursor(connection)
        async with moving.relaying():
            await moving.numbered(10)
        with pytest.raises(Exception, match="duplicate key"):
            await frozen._number(connection)
        await moving.write(11, 20)
        with pytest.raises(Exception, match="duplicate key"):
            await frozen._number(connection)
        assert await connection.fetchval("select count(*) from log_sequence") == 10


async def test_a_relay_goes_on_each_time_that_it_loses_its_database(moving: Moving) -> None:
    async with moving.relaying() as relay:
        for first in range(1, 200, 10):
            await until(lambda: relay.active)
            await moving.write(first, first + 9)
            await moving.log.execute(CUT_OFF)
        await moving.numbered(200)
        await until(lambda: relay.published == 200)


async def test_what_was_acknowledged_without_a_gap_needs_no_second_time() -> None:
    """Else a batch that takes longer than its time would begin anew for ever."""
    done, open_, failed = (asyncio.get_running_loop().create_future() for _ in range(3))
    done.set_result(None)
    failed.set_exception(ConnectionResetError())
    assert relays._leading([done, done, open_, done]) == 2
    assert relays._leading([done, failed, done]) == 1
    assert relays._leading([done, done]) == 2


async def test_a_relay_ends_when_it_is_cancelled_while_nats_is_frozen(moving: Moving) -> None:
    async with asyncio.timeout(10):
        async with moving.relaying() as relay:
            await until(lambda: relay.active)
            moving.bus.signal(signal.SIGSTOP)
            await moving.write(1, MANY)
            await until(lambda: relay.sequenced == MANY)
