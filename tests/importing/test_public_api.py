"""Against a server that fails as servers do: cut off, overloaded, refusing."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from daylight.importing import public_api
from daylight.importing.public_api import Answer, PublicApi, Refused, Unreachable
from daylight.importing.stack import StackAddress
from shared.secrets import Secrets

DONE: dict[str, Any] = {"summary": {}, "position": None, "complete": True}
LINES = [
    {"op": "put", "ori": "XX0000100", "incident_number": "1"},
    {"op": "put", "ori": "XX0000100", "incident_number": "2"},
]
CREATED = [{"line": 1, "result": "created"}, {"line": 2, "result": "created"}]
UNCHANGED = [{"line": 1, "result": "unchanged"}, {"line": 2, "result": "unchanged"}]

Reply = tuple[int, list[Any] | dict[str, Any] | bytes]
"""Status, and an NDJSON body, a JSON body, or raw bytes after which the connection breaks."""


@dataclass
class Server:
    """Answers each request but the one for a token with the next reply, and keeps what was asked."""

    replies: list[Reply]
    url: str = ""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def address(self, secrets: Path) -> StackAddress:
        return StackAddress(self.url, self.url, self.url, self.url, secrets)


@pytest.fixture
def server() -> Iterator[Server]:
    said = Server([])

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/oauth/token":
                self._send(200, json.dumps({"access_token": "t", "expires_in": 900}).encode())
                return
            said.asked.append((self.path, dict(self.headers), body))
            status, content = said.replies.pop(0)
            if isinstance(content, bytes):
                self._send(status, content, missing=100)
            elif isinstance(content, dict):
                self._send(status, json.dumps(content).encode())
            else:
                self._send(status, b"".join(json.dumps(line).encode() + b"\n" for line in content))

        def _send(self, status: int, content: bytes, *, missing: int = 0) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content) + missing))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any, **more: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as running:
        said.url = f"http://127.0.0.1:{running.server_port}"
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield said
        running.shutdown()


@pytest.fixture
def api(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PublicApi]:
    monkeypatch.setattr(public_api, "PAUSES", (0.01, 0.01, 0.01))
    Secrets(tmp_path).create(roles=[], bus_users=[], clients=["demo-rms"])
    with PublicApi(server.address(tmp_path), "demo-rms") as connected:
        yield connected


BROKEN = [  # first answer, before the whole one
    ("cut off between lines", (200, json.dumps(UNCHANGED[0]).encode() + b"\n")),
    ("cut off inside a line", (200, b'{"line": 1, "resu')),
    ("without its last line", (200, UNCHANGED)),
    ("saying that it is not complete", (200, [*UNCHANGED, DONE | {"complete": False}])),
    ("overloaded", (503, {})),
    ("too many requests", (429, {})),
    ("nothing at all", (200, b"")),
]


@pytest.mark.parametrize("reply", [case[1] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_push_that_is_not_answered_to_its_end_is_sent_again(server: Server, api: PublicApi, reply: Reply) -> None:
    server.replies = [reply, (200, [*CREATED, DONE])]
    assert api.push_incidents(LINES) == [Answer("created")] * 2
    first, second = server.asked
    assert first[2] == second[2] == b"".join(json.dumps(line).encode() + b"\n" for line in LINES)


def test_what_was_answered_before_it_broke_off_holds(server: Server, api: PublicApi) -> None:
    server.replies = [(200, CREATED[:1]), (200, [*UNCHANGED, DONE])]
    assert api.push_incidents(LINES) == [Answer("created"), Answer("unchanged")]


def test_a_service_that_never_answers_is_named(server: Server, api: PublicApi) -> None:
    server.replies = [(503, {})] * 4
    with pytest.raises(Unreachable, match=r"/v1/incidents/bulk.*503.*nothing doubles"):
        api.push_incidents(LINES)


def test_a_refusal_is_not_asked_again(server: Server, api: PublicApi) -> None:
    server.replies = [(403, {"title": "The token does not allow this.", "detail": "It lacks incidents.write."})]
    with pytest.raises(Refused, match="does not allow this"):
        api.push_incidents(LINES)


def test_a_client_without_a_secret_is_refused_before_anything_is_sent(server: Server, tmp_path: Path) -> None:
    with PublicApi(server.address(tmp_path), "nobody") as api, pytest.raises(Refused, match="no client nobody"):
        api.push_incidents(LINES)
    assert server.asked == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_says_so(server: Server, api: PublicApi, tmp_path: Path, dry_run: bool) -> None:
    server.replies = [(200, [*CREATED, DONE])]
    with PublicApi(server.address(tmp_path), "demo-rms", dry_run=dry_run) as connected:
        connected.push_incidents(LINES)
    ((_, headers, _),) = server.asked
    assert headers.get("Daylight-Dry-Run") == ("true" if dry_run else None)
    assert headers["Authorization"] == "Bearer t"
