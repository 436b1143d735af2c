"""Waiting for a fact, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(fact: Callable[[], Awaitable[T]], *, seconds: float = 10) -> T:
    """What `fact()` gives as soon as that is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if found := await fact():
            return found
        assert time.monotonic() < deadline, f"not so after {seconds} s: {fact}"
        await asyncio.sleep(0.01)
