"""Rate limits: the requests a client may make in a window, said with every answer (draft-ietf-httpapi-ratelimit)."""

import time
from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 10_000


@dataclass(slots=True)
class Allowance:
    """What is left to one client in the current window."""

    remaining: int
    ends_at: float


class RateLimit:
    """Counts requests by client in windows of fixed length; forgets the longest unseen clients first."""

    def __init__(self, limit: int, window_seconds: int) -> None:
        self.limit = limit
        self.window_seconds = window_seconds
        self._allowances: OrderedDict[str, Allowance] = OrderedDict()

    def spend(self, client: str, cost: int = 1) -> Allowance:
        """Take `cost` from the client's allowance, which may become negative: then the request is refused."""
        now = time.monotonic()
        allowance = self._allowances.get(client)
        if allowance is None or allowance.ends_at <= now:
            allowance = self._allowances[client] = Allowance(self.limit, now + self.window_seconds)
            while len(self._allowances) > REMEMBERED:
                self._allowances.popitem(last=False)
        self._allowances.move_to_end(client)
        allowance.remaining -= cost
        return allowance

    def headers(self, allowance: Allowance) -> dict[str, str]:
        """The headers that tell a client what is left to it and for how many seconds."""
        reset = max(0, round(allowance.ends_at - time.monotonic()))
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={self.window_seconds}',
            "RateLimit": f'"default";r={max(0, allowance.remaining)};t={reset}',
        }
