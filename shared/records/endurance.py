"""Tasks that never end by themselves, and end for certain when they are told to."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from nats.errors import Error as NatsError

from shared.records.database import is_unavailable

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25


@asynccontextmanager
async def enduring(what: str) -> AsyncIterator[None]:
    """Go on behind the block whatever was raised in it, after a pause; only a cancellation passes.

    That PostgreSQL or NATS is away is expected and said in a line; anything else is said with its place in the code.
    """
    try:
        yield
    except Exception as error:
        if is_unavailable(error) or isinstance(error, NatsError):
            logger.warning("%s pauses: %s", what, type(error).__name__)
        else:
            logger.exception("%s pauses", what)
        await asyncio.sleep(PAUSE_SECONDS)


async def together(*parts: Coroutine[Any, Any, None]) -> None:
    """Run parts that belong together until one of them fails, and raise what it raised; the others end with it.

    Not an asyncio.TaskGroup, which tells its tasks to end only once, and on Python 3.11 leaves its own cancellation
    standing on the task that waits for it.
    """
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*tasks)
    failures = [error for task in ended if not task.cancelled() and (error := task.exception())]
    raise failures[0] if failures else ConnectionResetError("a part has ended by itself")


async def end(*tasks: "asyncio.Task[None]") -> None:
    """Cancel tasks until all of them have ended, whatever they raise; also if it is cancelled itself meanwhile.

    Once is not enough: a driver can lose a cancellation (asyncio.wait_for before Python 3.12, python/cpython#86296).
    """
    cancelled = False
    while alive := [task for task in tasks if not task.done()]:
        for task in alive:
            task.cancel()
        try:
            await asyncio.wait(alive, timeout=PAUSE_SECONDS)
        except asyncio.CancelledError:
            cancelled = True
    await asyncio.gather(*tasks, return_exceptions=True)
    if cancelled:
        raise asyncio.CancelledError
