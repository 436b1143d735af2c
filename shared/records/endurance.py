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
    try:
        yield
    except Exception as error:
        causes = list(_causes(error))
        if all(is_unavailable(cause) or isinstance(cause, NatsError) for cause in causes):
            logger.warning("%s pauses: %s", what, ", ".join(sorted({type(cause).__name__ for cause in causes})))
        else:
            logger.exception("%s pauses", what)
        await asyncio.sleep(PAUSE_SECONDS)


def _causes(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for cause in error.exceptions:
            yield from _causes(cause)
    else:
        yield error
