"""How far a read model has come with one service, and what waits for its turn."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from nats.aio.msg import Msg

from shared.records.replay import Numbered

MOST_WAITING = 20_000


@dataclass(slots=True)
class Progress:
    """The last number applied, the last one heard of, and the events between them that have arrived."""

    service: str
    sequence: int = 0
    head: int = 0
    waiting: dict[int, Numbered] = field(default_factory=dict)
    unacknowledged: Msg | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def lag(self) -> int:
        """Events that the service has numbered and this read model has not applied."""
        return max(0, self.head - self.sequence)

    def take(self, event: Numbered) -> None:
        """Let an event wait for its turn, unless its turn is over or far away: what is not taken is asked for again."""
        if self.sequence < event.number <= self.sequence + MOST_WAITING:
            self.head = max(self.head, event.number)
            self.waiting[event.number] = event

    def ready(self, most: int) -> list[Numbered]:
        """The next events in unbroken order, at most `most` of them."""
        run: list[Numbered] = []
        while len(run) < most and (event := self.waiting.get(self.sequence + 1 + len(run))) is not None:
            run.append(event)
        return run

    def passed(self, run: Sequence[Numbered]) -> None:
        """These events are in the read model, or among the dead letters."""
        self.sequence = run[-1].number
        for event in run:
            self.waiting.pop(event.number, None)
