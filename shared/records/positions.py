"""How far a read model has come, for reads that must see a write: `Daylight-After` waits here."""

import asyncio
import contextlib
from typing import Any

from shared.records.database import Connection, Database
from shared.records.endurance import enduring
from shared.records.log import Position

REFRESH_SECONDS = 1


class NotYetVisible(Exception):
    """The read model has not come as far as the write in time."""


class Positions:
    """The log position up to which each service's events are in the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reached: dict[str, Position] = {}
        self._moved = asyncio.Condition()
        self._moving: set[asyncio.Future[None]] = set()

    async def run(self) -> None:
        """Follow the projector until cancelled: it notifies, and once a second the table is read."""
        while True:
            async with enduring("following of the projector"), self._database.direct() as connection:
                await connection.add_listener("projected", self._hear)
                while not connection.is_closed():
                    await self._refresh(connection)
                    await asyncio.sleep(REFRESH_SECONDS)

    async def wait(self, service: str, position: Position, seconds: float) -> None:
        """Return once the position is in the read model. Raises NotYetVisible after `seconds`."""
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self._reached.get(service, Position(0, 0, 0)) >= position)
        except TimeoutError:
            raise NotYetVisible(service) from None

    async def next_move(self, seconds: float) -> None:
        """Return when the read model may have moved on, at least once a second, and at the latest after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait()

    async def _refresh(self, connection: Connection) -> None:
        for row in await connection.fetch("select service, position from projection_position"):
            await self._move(row["service"], row["position"])

    def _hear(self, *notification: Any) -> None:
        service, position = str(notification[-1]).split(" ")
        moving = asyncio.ensure_future(self._move(service, position))
        self._moving.add(moving)
        moving.add_done_callback(self._moving.discard)

    async def _move(self, service: str, position: str) -> None:
        async with self._moved:
            self._reached[service] = max(self._reached.get(service, Position(0, 0, 0)), Position.parse(position))
            self._moved.notify_all()
