"""Tasks that never end by themselves: whatever goes wrong in a turn is said, and the next turn comes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from nats.errors import Error as NatsError

from shared.records.database import is_unavailable

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25


@asynccontextmanager
async def enduring(what: str) -> AsyncIterator[None]:
    """Go on behind the block whatever was raised in it, after a pause; only a cancellation passes.

    That PostgreSQL or NATS is away is expected and said in a line; anything else is said with its place in the code.
    """
    heed_cancellation()
    try:
        yield
    except Exception as error:
        # A driver that is cancelled while it connects may raise an error of its own instead.
        heed_cancellation()
        causes = list(_causes(error))
        if all(is_unavailable(cause) or isinstance(cause, NatsError) for cause in causes):
            logger.warning("%s pauses: %s", what, ", ".join(sorted({type(cause).__name__ for cause in causes})))
        else:
            logger.exception("%s pauses", what)
        await asyncio.sleep(PAUSE_SECONDS)


def heed_cancellation() -> None:
    """Raise CancelledError in a task that was cancelled and goes on because a driver lost the cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def end(*tasks: "asyncio.Task[None]") -> None:
    """Cancel tasks until they have ended: a driver can lose a cancellation (asyncio.wait_for, python/cpython#86296)."""
    while alive := [task for task in tasks if not task.done()]:
        for task in alive:
            task.cancel()
        await asyncio.wait(alive, timeout=PAUSE_SECONDS)


def _causes(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for cause in error.exceptions:
            yield from _causes(cause)
    else:
        yield error
