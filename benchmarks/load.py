"""A load of prepared HTTP/1.1 requests over kept connections, cheap enough not to be what is measured."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import uvloop


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], seconds: list[float], statuses: dict[int, int]) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self._requests, self._seconds, self._statuses = requests, seconds, statuses
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(rest) >= length:
            status = int(head[9:12])
            self._statuses[status] = self._statuses.get(status, 0) + 1
            self._seconds.append(time.perf_counter() - self._began)
            self._received = b""
            self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))


def request(method: str, path: str, body: bytes, token: str, media_type: str = "application/json") -> bytes:
    """The bytes of one request."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(port: int, requests: Sequence[bytes], connections: int) -> tuple[float, list[float], dict[int, int]]:
    """Send all requests over `connections` connections; seconds in all, seconds of each, and a count by status."""

    async def whole() -> tuple[float, list[float], dict[int, int]]:
        loop = asyncio.get_running_loop()
        queue, seconds, statuses = iter(requests), list[float](), dict[int, int]()
        began = time.perf_counter()
        opened = [
            await loop.create_connection(lambda: _Connection(queue, seconds, statuses), "127.0.0.1", port)
            for _ in range(connections)
        ]
        await asyncio.gather(*(connection.done for _, connection in opened))
        return time.perf_counter() - began, seconds, statuses

    return uvloop.run(whole())
