"""A small issuer over real HTTP: it gives its keys as it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Issuer:
    """Answers each request with the first of `answers` (status, body) and drops it; the last one stays."""

    answers: list[tuple[int, bytes]]
    asked: int = 0
    url: str = ""
    turn: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> tuple[int, bytes]:
        """The next answer."""
        with self.turn:
            self.asked += 1
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running_issuer(*answers: tuple[int, object]) -> Iterator[Issuer]:
    """An issuer on a port of its own; what is not bytes is said as JSON."""
    issuer = Issuer(
        [(status, said if isinstance(said, bytes) else json.dumps(said).encode()) for status, said in answers]
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = issuer.next()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}/oauth/jwks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
