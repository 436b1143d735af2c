"""A gateway whose clients may have webhooks, a messenger whose time the test says, and a real HTTP receiver."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.webhooks.messenger import Messenger
from gateway.webhooks.signing import SecretSeal
from shared.settings import Settings
from tests.gateway.conftest import Gateway
from tests.servers import Servers

NEVER_SECONDS = 3_600
WITHOUT = "demo-state"
"""The client that keeps the scopes it has."""


@dataclass
class Receiver:
    """An HTTP server that keeps what it is sent; it answers with these statuses in turn, and then with 204."""

    url: str
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Kind and change of every message that was sent here."""
        payloads = [json.loads(content) for _, content in self.requests]
        return [(payload["kind"], payload["change"]) for payload in payloads]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and close."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        raw = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        content = await reader.readexactly(int(headers["content-length"]))
        self.requests.append(({name.lower(): value for name, value in raw.items()}, content))
        status = self.statuses.pop(0) if self.statuses else 204
        location = f"Location: {self.url}elsewhere\r\n" if status in range(300, 400) else ""
        writer.write(f"HTTP/1.1 {status} said\r\n{location}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver on this machine."""
    made = Receiver("")
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        yield made


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Settings:
    """Settings under which webhooks may come to this machine, and are told only when a test says so."""
    return servers.settings.model_copy(update={"webhooks_on_this_machine": True, "webhook_seconds": NEVER_SECONDS})


@dataclass
class Hooks:
    """The webhooks of the gateway, over HTTP, and the messenger that tells them at the moment `at`."""

    gateway: Gateway
    settings: Settings
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def ask(self, method: str, path: str = "", client: str = "demo-supervisor", **options: Any) -> Any:
        """The answer to a request about webhooks."""
        headers = await self.gateway.headers(client)
        return await self.gateway.http.request(method, f"/v1/webhooks{path}", headers=headers, **options)

    async def make(
        self, url: str, client: str = "demo-supervisor", changes: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """A new webhook with its secret."""
        asked = {"url": url, "changes": None if changes is None else list(changes)}
        answer = await self.ask("POST", client=client, json=asked)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def tell(self, webhook: dict[str, Any], later: timedelta = timedelta()) -> None:
        """Let the messenger look and send, so much later than before."""
        self.at += later
        seal = SecretSeal(self.gateway.secrets.webhook_key())
        await Messenger(self.gateway.view.reader, seal, self.settings, lambda: self.at).tell(UUID(webhook["id"]))

    async def log(self, webhook: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
        """The webhook's messages, the newest first."""
        answer = await self.ask("GET", f"/{webhook['id']}/deliveries", params=asked)
        messages: list[dict[str, Any]] = answer.raise_for_status().json()["deliveries"]
        return messages

    async def state(self, webhook: dict[str, Any]) -> tuple[str, str | None]:
        """The webhook's state, and what disabled it."""
        found = (await self.ask("GET")).json()["webhooks"]
        return next((one["state"], one["disabled_by"]) for one in found if one["id"] == webhook["id"])


@pytest.fixture
async def hooks(gateway: Gateway, settings: Settings) -> Hooks:
    """The gateway's webhooks; every client of the demo may have some."""
    owner = await gateway.view.owner()
    await owner.execute("update client set scopes = scopes || '{webhooks.write}' where client <> $1", WITHOUT)
    await owner.close()
    return Hooks(gateway, settings)
