"""Tasks that go on through every failure, and end for certain when they are told to."""

import asyncio
import contextlib

import pytest

from shared.records.endurance import end, enduring, together


async def for_ever() -> None:
    """Wait until cancelled."""
    await asyncio.Event().wait()


async def fail() -> None:
    """Fail as a connection does that is cut off."""
    raise ConnectionResetError


async def lose_cancellations(times: int) -> None:
    """Work on through so many cancellations, as what connects with asyncio.wait_for may do in its last moment."""
    for _ in range(times):
        with contextlib.suppress(asyncio.CancelledError):
            await for_ever()
    await for_ever()


async def begun(*tasks: "asyncio.Task[None]") -> None:
    """Let tasks come to their first wait."""
    await asyncio.wait(tasks, timeout=0)


async def test_a_task_that_loses_cancellations_is_ended() -> None:
    tasks = [asyncio.create_task(lose_cancellations(times)) for times in range(3)]
    await begun(*tasks)
    await end(*tasks)
    assert all(task.done() for task in tasks)


async def test_whoever_ends_tasks_and_is_cancelled_leaves_none_behind() -> None:
    task = asyncio.create_task(lose_cancellations(2))
    ending = asyncio.create_task(end(task))
    await begun(task, ending)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert task.done()


async def test_ending_what_has_failed_raises_nothing() -> None:
    task = asyncio.create_task(fail())
    await begun(task)
    await end(task)
    assert isinstance(task.exception(), ConnectionResetError)


async def test_what_one_part_raises_is_raised_once_the_others_have_ended() -> None:
    others: list[asyncio.Task[None] | None] = []

    async def other() -> None:
        others.append(asyncio.current_task())
        await lose_cancellations(1)

    with pytest.raises(ConnectionResetError):
        await together(other(), other(), fail())
    assert all(task is not None and task.done() for task in others)
    assert len(others) == 2


async def test_a_part_that_was_cancelled_by_its_driver_is_a_failure_like_others() -> None:
    async def await_what_was_given_up() -> None:
        answer = asyncio.get_running_loop().create_future()
        answer.cancel()
        await answer

    with pytest.raises(ConnectionResetError):
        await together(for_ever(), await_what_was_given_up())


async def test_failures_leave_no_cancellation_on_the_task_that_endures_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.records.endurance.PAUSE_SECONDS", 0.01)

    async def endure() -> int:
        for _ in range(3):
            async with enduring("a test"):
                await together(for_ever(), fail())
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling()

    assert await asyncio.create_task(endure()) == 0


async def test_a_task_that_endures_everything_ends_when_it_is_cancelled() -> None:
    async def endure() -> None:
        while True:
            async with enduring("a test"):
                await together(for_ever(), lose_cancellations(1))

    task = asyncio.create_task(endure())
    await begun(task)
    await end(task)
    assert task.cancelled()
