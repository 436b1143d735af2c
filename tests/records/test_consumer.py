"""The projector: in order, each event once, nothing lost, nothing stuck."""

import asyncio
import signal

import pytest

from gateway.database import PROJECTOR
from shared.records.bus import stream_name
from shared.records.progress import MOST_WAITING, Progress
from shared.records.replay import NotAnEvent, Numbered
from tests.records.conftest import READER, SERVICE, Moving, ReadModel, until
from tests.waiting import eventually

STREAM = stream_name(SERVICE)
CUT_OFF = "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1"


def keys(first: int, last: int) -> list[str]:
    return [f"KEY-{number}" for number in range(first, last + 1)]


async def test_events_are_applied_in_order_and_each_once(moving: Moving) -> None:
    model = ReadModel()
    async with moving.relaying(), moving.projecting(model):
        await moving.write(1, 1_200)
        await moving.reached(1_200)
    assert model.applied == keys(1, 1_200)


async def test_everything_comes_through_a_stream_that_takes_nothing(moving: Moving) -> None:
    model = ReadModel()
    full = moving.set(stream_bytes=5_000)
    async with full.relaying(), full.projecting(model):
        await moving.write(1, 300)
        await moving.reached(300)
    assert model.applied == keys(1, 300)


async def test_a_gap_is_asked_for_though_others_keep_coming(moving: Moving) -> None:
    model = ReadModel()
    async with moving.relaying() as relay:
        await moving.write(1, 3)
        await until(lambda: relay.published == 3)
        async with moving.bus.entered() as client:
            await client.jetstream().delete_msg(STREAM, 2)

        async def keep_coming() -> None:
            for number in range(4, 400):
                await moving.write(number, number)
                await asyncio.sleep(0.02)

        coming = asyncio.create_task(keep_coming())
        async with moving.projecting(model):
            await until(lambda: len(model.applied) > 10, seconds=5)
            assert not coming.done()
        coming.cancel()
    assert model.applied[:10] == keys(1, 10)


async def test_what_cannot_be_applied_is_put_aside_alone(moving: Moving) -> None:
    model = ReadModel(refused={"KEY-7", "KEY-8", "KEY-95"})
    await moving.write(1, 100)
    async with moving.relaying(), moving.projecting(model):
        await moving.reached(100)
    assert model.applied == [key for key in keys(1, 100) if key not in model.refused]
    assert await moving.letters() == dict.fromkeys((7, 8, 95), "refused")


@pytest.mark.parametrize("stream_bytes", [5_000, 1_000_000], ids=["asked for", "from the stream"])
async def test_an_event_that_cannot_be_read_is_put_aside_and_the_next_ones_come(
    moving: Moving, stream_bytes: int
) -> None:
    model = ReadModel()
    await moving.write(1, 100)
    await moving.write(101, 101, '"a document that is no object"')
    await moving.write(102, 200)
    moving = moving.set(stream_bytes=stream_bytes)
    async with moving.relaying(), moving.projecting(model):
        await moving.reached(200)
    assert model.applied == [*keys(1, 100), *keys(102, 200)]
    assert await moving.letters() == {101: "not-an-event"}


async def test_what_passes_by_itself_puts_nothing_aside(moving: Moving) -> None:
    model = ReadModel(raised=[TimeoutError(), ConnectionResetError(), OSError()])
    async with moving.relaying(), moving.projecting(model):
        await moving.write(1, 10)
        await moving.reached(10)
    assert (model.applied, await moving.letters()) == (keys(1, 10), {})


async def test_an_error_of_our_own_code_stops_one_event_and_not_the_rest(moving: Moving) -> None:
    model = ReadModel(raised=[ZeroDivisionError()])
    async with moving.relaying(), moving.projecting(model):
        await moving.write(1, 1)
        await moving.reached(1)
        await moving.write(2, 10)
        await moving.reached(10)
    assert (model.applied, await moving.letters()) == (keys(2, 10), {1: "ZeroDivisionError"})


async def test_a_projector_that_lost_its_database_leaves_nothing_unacknowledged(moving: Moving) -> None:
    model = ReadModel()
    async with moving.relaying(), moving.projecting(model):
        for first in range(1, 1_000, 100):
            await moving.write(first, first + 99)
            await moving.shown.execute(CUT_OFF, PROJECTOR)
        await moving.reached(1_000, seconds=20)
        async with moving.bus.entered() as client:

            async def all_acknowledged() -> bool:
                consumer = await client.jetstream().consumer_info(STREAM, READER)
                return (consumer.num_ack_pending, consumer.num_pending) == (0, 0)

            await eventually(all_acknowledged, seconds=40)
    assert list(dict.fromkeys(model.applied)) == keys(1, 1_000)


async def test_a_stream_that_is_wiped_while_the_projector_is_away_costs_nothing(moving: Moving) -> None:
    model = ReadModel()
    async with moving.relaying() as relay:
        await moving.write(1, 50)
        await until(lambda: relay.published == 50)
        moving.bus.wipe()
        async with moving.projecting(model):
            await moving.reached(50)
            await moving.write(51, 60)
            await moving.reached(60)
    assert model.applied == keys(1, 60)


async def test_a_projector_follows_after_nats_was_frozen_and_killed(moving: Moving) -> None:
    model = ReadModel()
    async with moving.relaying(), moving.projecting(model):
        await moving.write(1, 10)
        await moving.reached(10)
        moving.bus.signal(signal.SIGSTOP)
        await moving.write(11, 20)
        moving.bus.signal(signal.SIGCONT)
        await moving.reached(20)
        moving.bus.signal(signal.SIGKILL)
        await moving.write(21, 30)
        moving.bus.start()
        await moving.reached(30)
    assert model.applied == keys(1, 30)


async def test_of_two_projectors_one_projects(moving: Moving) -> None:
    first, second = ReadModel(), ReadModel()
    async with moving.relaying(), moving.projecting(second):
        async with moving.projecting(first):
            await moving.write(1, 100)
            await moving.reached(100)
        await moving.write(101, 200)
        await moving.reached(200)
    assert sorted([*first.applied, *second.applied]) == sorted(keys(1, 200))


def test_what_is_far_ahead_never_keeps_the_next_event_out() -> None:
    progress = Progress(SERVICE)
    for number in (MOST_WAITING + 1, *range(MOST_WAITING, 0, -1)):
        progress.take(Numbered(number, "1.1.1", "", None))
    assert [event.number for event in progress.ready(3)] == [1, 2, 3]
    assert len(progress.waiting) == MOST_WAITING


@pytest.mark.parametrize("content", [b"", b"no JSON", b"[]", b"{}", b'{"sequence": null}', b'{"sequence": "x"}'])
def test_what_has_no_number_is_no_event(content: bytes) -> None:
    with pytest.raises(NotAnEvent):
        Numbered.read(content)


def test_a_position_that_is_none_is_not_passed_on() -> None:
    read = Numbered.read(b'{"sequence": "7", "position": "nowhere", "type": "daylight.incidents.incident.recorded"}')
    assert read == Numbered(7, "", "daylight.incidents.incident.recorded", None)
