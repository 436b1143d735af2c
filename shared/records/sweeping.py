"""Once a minute, or when it is woken: do what has become due, until nothing is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from shared.records.endurance import enduring
from shared.records.relay import Relay

SWEEP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Sweeping:
    """Sweeps by `sweep`, which does a part of what is due and answers how much that was; `wake` begins it at once."""

    sweep: Callable[[], Awaitable[int]]
    relay: Relay
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            self.wake.clear()
            async with enduring("sweeping"):
                while await self.sweep():
                    self.relay.wake.set()
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self.wake.wait()
            except TimeoutError:
                continue
