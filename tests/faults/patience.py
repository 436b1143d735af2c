"""How a sender behaves that loses nothing: what was not acknowledged is sent again, unchanged."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2

AGAIN = {409, 503}
"""Under way, and not now: both are said to be sent again."""
PAUSE_SECONDS = 0.1


class Unexplained(AssertionError):
    """An answer that nothing in the promise explains."""


async def patiently(send: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
    """Send until it is acknowledged. Raises Unexplained for any other answer than success or `send it again`."""
    while True:
        try:
            answer = await send()
        except httpx2.TransportError:
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        if answer.is_success:
            return answer
        if answer.status_code not in AGAIN:
            raise Unexplained(f"{answer.status_code} {answer.text}")
        if answer.status_code == 503 and "retry-after" not in answer.headers:
            raise Unexplained("503 without Retry-After")
        await asyncio.sleep(PAUSE_SECONDS)
