"""Locks a client out of asking for tokens after repeated wrong secrets (CJIS Security Policy AC-7: 5 in 15 minutes)."""

import math
import time
from collections import OrderedDict, deque

ATTEMPTS = 5
WINDOW_SECONDS = 900
REMEMBERED = 10_000


class Lockout:
    """Counts wrong secrets by client and network, in the memory of this process, and forgets the longest unseen."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def seconds_left(self, client: str, network: str) -> int:
        """How long this client is locked out from this network; 0 if it is not."""
        failures = self._failures.get((client, network), deque())
        while failures and failures[0] <= time.monotonic() - WINDOW_SECONDS:
            failures.popleft()
        if len(failures) < ATTEMPTS:
            return 0
        return math.ceil(failures[0] + WINDOW_SECONDS - time.monotonic())

    def failed(self, client: str, network: str) -> None:
        """Note a wrong secret."""
        failures = self._failures.setdefault((client, network), deque(maxlen=ATTEMPTS))
        failures.append(time.monotonic())
        self._failures.move_to_end((client, network))
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, client: str, network: str) -> None:
        """Forget the wrong secrets that came before the right one."""
        self._failures.pop((client, network), None)
