"""What every request passes first: its id, its limit, what it accepts; and every answer last: problems, headers."""

import logging
import time
from collections.abc import Callable
from http import HTTPMethod

import uuid_utils
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.contracts.fault import Fault
from shared.records.database import is_unavailable
from shared.records.positions import NotYetVisible
from shared.web.limits import RateLimit
from shared.web.problems import CODE_OF_STATUS, CONTENT_TYPE, Problem

logger = logging.getLogger("daylight.requests")

PRODUCED = {
    "*/*",
    "application/*",
    "application/json",
    CONTENT_TYPE,
    "application/x-ndjson",
    "application/graphql-response+json",
    "text/*",
    "text/html",
    "text/plain",
}
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}


class Edge:
    """Plain ASGI around the application: gives each request an id and each answer of 400 or above its problem."""

    def __init__(self, app: ASGIApp, *, public_url: str, limit: RateLimit, client_of: Callable[[Headers], str]) -> None:
        self.app = app
        self.public_url = public_url
        self.limit = limit
        self.client_of = client_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless it is over its limit or accepts nothing that is made here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = str(uuid_utils.uuid7())
        scope["daylight.request_id"] = request_id
        allowance = self.limit.spend(self.client_of(headers) or _network(scope))
        answer = _Answer(send, request_id, self.limit.headers(allowance), scope)
        asked = dict(scope)
        try:
            if allowance.remaining < 0:
                raise Problem("too-many-requests", headers={"Retry-After": str(self.limit.window_seconds)})
            if not _acceptable(headers.get("accept", "*/*")):
                raise Problem("not-acceptable")
            await self.app(scope, receive, answer.send)
            if answer.unexplained is not None:
                await self._say(Problem(answer.unexplained, headers=answer.kept_headers), asked, receive, answer)
        except Exception as error:
            problem = problem_of(error)
            if problem.status >= 500:
                logger.exception("%s", problem.code, exc_info=error, extra={"request_id": request_id})
            if answer.began:
                raise
            await self._say(problem, asked, receive, answer)
        finally:
            answer.log()

    async def _say(self, problem: Problem, asked: Scope, receive: Receive, answer: "_Answer") -> None:
        if problem.status == 405:
            problem.headers["Allow"] = ", ".join(allowed_methods(asked))
        response = problem.response(self.public_url, asked["daylight.request_id"])
        await response(asked, receive, answer.send_plain)


class _Answer:
    """The answer on its way out: adds headers, and holds back an error without a problem document."""

    def __init__(self, send: Send, request_id: str, limits: dict[str, str], scope: Scope) -> None:
        self._send = send
        self._headers = {"X-Request-ID": request_id, **limits}
        self._scope = scope
        self._began_at = time.perf_counter()
        self.began = False
        self.status = 500
        self.unexplained: str | None = None
        self.kept_headers: dict[str, str] = {}

    async def send(self, message: Message) -> None:
        """Pass a message on, or hold back the whole of an error that is not a problem document."""
        if message["type"] == "http.response.start" and message["status"] >= 400:
            headers = Headers(raw=message["headers"])
            if not headers.get("content-type", "").startswith((CONTENT_TYPE, "application/graphql-response+json")):
                self.unexplained = CODE_OF_STATUS.get(message["status"], "internal-error")
                self.kept_headers = {name: headers[name] for name in ("retry-after",) if name in headers}
        if self.unexplained is None:
            await self.send_plain(message)

    async def send_plain(self, message: Message) -> None:
        """Pass a message on with the headers that every answer bears."""
        if message["type"] == "http.response.start":
            self.began, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers[name] = value
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    def log(self) -> None:
        """One line for each refused or failed request, by its route, never by its path."""
        if self.status >= 400:
            route = self._scope.get("route")
            facts = {
                "request_id": self._scope["daylight.request_id"],
                "client": self._scope.get("daylight.client"),
                "route": getattr(route, "path", None),
                "method": self._scope["method"],
                "status": self.status,
                "milliseconds": round((time.perf_counter() - self._began_at) * 1000, 1),
            }
            logger.info("refused", extra=facts)


def problem_of(error: Exception) -> Problem:
    """The problem that an exception stands for; `internal-error` for one that nobody expected."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(CODE_OF_STATUS.get(error.status_code, "invalid-request"))
    if isinstance(error, RequestValidationError):
        return Problem.of_faults([_parameter_fault(one) for one in error.errors()])
    if isinstance(error, NotYetVisible):
        return Problem("not-yet-visible")
    if is_unavailable(error):
        return Problem("unavailable")
    return Problem("internal-error")


def allowed_methods(scope: Scope) -> list[str]:
    """The methods that the path of a request takes, in the order of the alphabet (`Allow`: RFC 9110, 10.2.1).

    The router itself names only those of the first route that it finds.
    """
    routes = scope["app"].routes
    return sorted(method for method in HTTPMethod if any(_takes(route, dict(scope, method=method)) for route in routes))


def _takes(route: BaseRoute, scope: Scope) -> bool:
    match, _ = route.matches(scope)
    # What is mounted are files.
    return match is Match.FULL and (not isinstance(route, Mount) or scope["method"] in {"GET", "HEAD"})


async def answer_exception(_: Request, error: Exception) -> Response:
    """FastAPI's way into the same problems, for what its own handlers would answer otherwise."""
    raise error


def _parameter_fault(error: dict[str, object]) -> Fault:
    place = [str(part) for part in error["loc"]]  # type: ignore[attr-defined]
    return Fault("#/" + "/".join(place[1:]), "invalid-value", f"The {place[0]} parameter cannot be taken as it is.")


def _acceptable(accept: str) -> bool:
    return any(part.partition(";")[0].strip().lower() in PRODUCED for part in accept.split(","))


def _network(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "unknown"
