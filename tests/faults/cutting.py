"""A proxy before PostgreSQL that can drop a connection at the one moment that hurts: the commit is done, and unsaid.

Source: PostgreSQL's documentation of the frontend/backend protocol 3.0. A write is done when ReadyForQuery says that
no transaction is open; until that passes, the client does not know.
"""

import asyncio
import random
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.waiting import eventually

NO_ENCRYPTION = {80877103, 80877104}
"""SSLRequest and GSSENCRequest: answered by a single byte before anything else is said."""
WRITES_LOG = re.compile(rb"insert into log\b")
SHARE_CUT = 0.5


@dataclass
class CuttingProxy:
    """Passes everything on, and while `cutting`, half of the answers to commits that wrote to the log are cut off."""

    host: str
    port: int
    chance: random.Random
    writes: re.Pattern[bytes] = WRITES_LOG
    url: str = ""
    cutting: bool = False
    cuts: int = 0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def before(
        cls, url: str, chance: random.Random, writes: re.Pattern[bytes] = WRITES_LOG
    ) -> AsyncIterator["CuttingProxy"]:
        """A proxy before the server of `url`; its own URL is `.url`."""
        parts = urlsplit(url)
        proxy = cls(parts.hostname or "127.0.0.1", parts.port or 5432, chance, writes)
        server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        user = parts.netloc.rpartition("@")[0]
        proxy.url = parts._replace(netloc=f"{user}@127.0.0.1:{port}" if user else f"127.0.0.1:{port}").geturl()
        try:
            yield proxy
        finally:
            server.close()
            for task in proxy._tasks:
                task.cancel()
            await asyncio.gather(*proxy._tasks, return_exceptions=True)

    async def cut(self, times: int, *, seconds: float) -> None:
        """Cut off so many answers, then pass everything on again."""
        enough = self.cuts + times

        async def reached() -> bool:
            return self.cuts >= enough

        self.cutting = True
        try:
            await eventually(reached, seconds=seconds)
        finally:
            self.cutting = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        server_writer: asyncio.StreamWriter | None = None
        try:
            server_reader, server_writer = await asyncio.open_connection(self.host, self.port)
            await _introduce(reader, writer, server_reader, server_writer)
            line = _Line(self)
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(line.from_client(reader, server_writer))
                pumps.create_task(line.from_server(server_reader, writer))
        except* (OSError, asyncio.IncompleteReadError, _Cut):
            pass
        finally:
            self._tasks.discard(task)
            for end in (writer, server_writer):
                if end is not None:
                    end.transport.abort()


class _Cut(Exception):
    """The line is dropped."""


class _Line:
    """One connection: which of its prepared statements write, and whether such a one has run unanswered."""

    def __init__(self, proxy: CuttingProxy) -> None:
        self._proxy = proxy
        self._writing: set[bytes] = set()
        self._wrote = False

    async def from_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            kind, content = await _message(reader)
            if kind == b"P":
                name, _, rest = content.partition(b"\0")
                if self._proxy.writes.search(rest):
                    self._writing.add(name)
            elif kind == b"B" and content.split(b"\0", 2)[1] in self._writing:
                self._wrote = True
            await _send(writer, kind, content)

    async def from_server(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            kind, content = await _message(reader)
            if kind == b"Z" and content == b"I" and self._wrote:
                self._wrote = False
                if self._proxy.cutting and self._proxy.chance.random() < SHARE_CUT:
                    self._proxy.cuts += 1
                    raise _Cut
            await _send(writer, kind, content)


async def _introduce(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    server_reader: asyncio.StreamReader,
    server_writer: asyncio.StreamWriter,
) -> None:
    """Pass on what comes before the first message with a type."""
    while True:
        length = await reader.readexactly(4)
        content = await reader.readexactly(struct.unpack("!I", length)[0] - 4)
        server_writer.write(length + content)
        if struct.unpack_from("!I", content)[0] not in NO_ENCRYPTION:
            return
        writer.write(await server_reader.readexactly(1))


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind = await reader.readexactly(1)
    (length,) = struct.unpack("!I", await reader.readexactly(4))
    return kind, await reader.readexactly(length - 4)


async def _send(writer: asyncio.StreamWriter, kind: bytes, content: bytes) -> None:
    if writer.is_closing():
        raise ConnectionResetError
    writer.write(kind + struct.pack("!I", len(content) + 4) + content)
    await writer.drain()
