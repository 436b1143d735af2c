"""Daylight's public API as any integrator uses it; a push is sent again until it is answered as a whole."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from daylight.importing.stack import StackAddress
from shared.secrets import MissingSecret, Secrets

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds to wait after each failed attempt: half a minute in all, in which a killed service is back."""
LATER = frozenset({429, 502, 503, 504})
TOKEN_MARGIN_SECONDS = 30
TIMEOUT = httpx2.Timeout(60, connect=5)
ROWS_PER_PAGE = 1_000
LINES_PER_PUSH = 2_500
"""The service takes up to 10,000 lines; fewer at once show progress and are sent again at less cost."""

Answered = TypeVar("Answered")


class Unreachable(Exception):
    """Daylight did not answer, again and again; the message says where and for how long."""


class Refused(Exception):
    """Daylight answered that it will not do this; the message says why."""


class _NotNow(Exception):
    """The answer was "later", or it broke off. `seconds` is how long the service asks to wait, 0 where it does not."""

    def __init__(self, why: str, seconds: float = 0) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one line: created, changed, unchanged, stale, voided or rejected with its problem."""

    result: str
    problem: Mapping[str, Any] | None = None


class PublicApi:
    """Calls the services of a running Daylight as one client. Use it in a `with` statement."""

    def __init__(self, stack: StackAddress, client: str, *, dry_run: bool = False) -> None:
        self._stack = stack
        self._client = client
        self._dry_run = dry_run
        self._http = httpx2.Client(timeout=TIMEOUT, trust_env=False)
        self._token = ""
        self._token_until = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def push_incidents(self, lines: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Put or void incidents, one answer a line in order. Raises Unreachable and Refused."""
        return self._push(f"{self._stack.incidents}/v1/incidents/bulk", lines)

    def push_training(self, plural: str, lines: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Put records of one kind of the training service, one answer a line in order. Raises as above."""
        return self._push(f"{self._stack.training}/v1/{plural}/bulk", lines)

    def push_directory(self, lines: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Put agencies, districts, schools and partnerships, one answer a line in order. Raises as above."""
        return self._push(f"{self._stack.reporting}/v1/directory/bulk", lines)

    def push_reporting(self, plural: str, lines: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Put what districts say of their schools, of one kind, one answer a line in order. Raises as above."""
        return self._push(f"{self._stack.reporting}/v1/{plural}/bulk", lines)

    def push_guardianships(self, lines: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Say who holds the rights over students' records, one answer a line in order. Raises as above."""
        return self._push(f"{self._stack.gateway}/v1/guardianships/bulk", lines)

    def put(self, url: str, report: Mapping[str, Any]) -> None:
        """Put one record under its key. Raises Unreachable and Refused."""
        self._patiently(partial(self._request, "PUT", url, json=report), url)

    def publish(self, request: Mapping[str, Any]) -> None:
        """Publish a table, if no version of it is published yet. Raises Unreachable and Refused."""
        url = f"{self._stack.reporting}/v1/publications"
        begun = self._patiently(partial(self._request, "POST", url, json=request), url).json()
        if begun["version"] == 1:
            for step in ("certify", "publish"):
                self._patiently(partial(self._request, "POST", f"{url}/{begun['id']}/{step}"), url)

    def inventory(self, ori: str) -> Iterator[Mapping[str, Any]]:
        """One row for each incident that Daylight has of an agency. Raises Unreachable and Refused."""
        yield from self._pages(f"{self._stack.incidents}/v1/incidents/{ori}?limit={ROWS_PER_PAGE}", "incidents")

    def people_to_match(self, lea_id: str) -> Iterator[Mapping[str, Any]]:
        """One row for each person in the records that were delivered to a district. Raises Unreachable and Refused."""
        url = f"{self._stack.incidents}/v1/matches?lea_id={lea_id}&limit={ROWS_PER_PAGE}"
        yield from self._pages(url, "matches")

    def incident(self, ori: str, number: str) -> Mapping[str, Any]:
        """One incident as it is kept. Raises Unreachable and Refused."""
        return self._read(f"{self._stack.incidents}/v1/incidents/{ori}/{number}")

    def _pages(self, url: str, name: str) -> Iterator[Mapping[str, Any]]:
        """The rows of all pages of a list, which each page has under this name."""
        following = ""
        while following is not None:
            page = self._read(url + following)
            yield from page[name]
            following = page["next"] and f"&cursor={page['next']}"

    def _read(self, url: str) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self._patiently(partial(self._request, "GET", url), url).json()
        return said

    def _push(self, url: str, lines: Sequence[Mapping[str, Any]]) -> list[Answer]:
        answers: dict[int, Answer] = {}
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        self._patiently(partial(self._push_once, url, body, answers), url)
        return [answers[number] for number in range(1, len(lines) + 1)]

    def _push_once(self, url: str, body: bytes, answers: dict[int, Answer]) -> None:
        """One attempt. What was answered before it broke off holds: sent again, the same lines are `unchanged`."""
        headers = self._headers() | {"Content-Type": "application/x-ndjson"}
        if self._dry_run:
            headers["Daylight-Dry-Run"] = "true"
        with self._http.stream("POST", url, content=body, headers=headers) as response:
            self._check(response)
            for line in response.iter_lines():
                said = _json(line)
                if "complete" in said:
                    if said["complete"]:
                        return
                    raise _NotNow("it could not read all of what was sent")
                answer = Answer(said["result"], said.get("problem"))
                if answer.result != "unchanged" or said["line"] not in answers:
                    answers[said["line"]] = answer
        raise _NotNow("the answer broke off before its last line")

    def _request(self, method: str, url: str, **content: Any) -> httpx2.Response:
        response = self._http.request(method, url, headers=self._headers(), **content)
        self._check(response)
        return response

    def _headers(self) -> dict[str, str]:
        if time.monotonic() >= self._token_until:
            self._fetch_token()
        return {"Authorization": f"Bearer {self._token}"}

    def _fetch_token(self) -> None:
        try:
            secret = Secrets(self._stack.secrets_directory).client_secret(self._client)
        except MissingSecret as error:
            raise Refused(f"There is no client {self._client} here: {error}") from error
        url = f"{self._stack.gateway}/oauth/token"
        response = self._http.post(url, data={"grant_type": "client_credentials"}, auth=(self._client, secret))
        self._check(response)
        said = response.json()
        self._token = said["access_token"]
        self._token_until = time.monotonic() + said["expires_in"] - TOKEN_MARGIN_SECONDS

    def _check(self, response: httpx2.Response) -> None:
        if response.status_code in LATER:
            raise _NotNow(f"it answered {response.status_code}", _retry_after(response))
        if response.is_error:
            response.read()
            raise Refused(f"{response.url} answered {response.status_code}: {_said(response)}")

    def _patiently(self, ask: Callable[[], Answered], url: str) -> Answered:
        why: Exception | None = None
        for pause in (0.0, *PAUSES):
            time.sleep(max(pause, why.seconds if isinstance(why, _NotNow) else 0))
            try:
                return ask()
            except (httpx2.TransportError, _NotNow) as error:
                why = error
        raise Unreachable(
            f"{url} did not answer as it should in {sum(PAUSES):.0f} s: {why}. Run it again later: nothing doubles."
        ) from why


def _json(line: str) -> Mapping[str, Any]:
    """One line of an answer. A line that was cut off is an answer that broke off."""
    try:
        said: Mapping[str, Any] = json.loads(line)
    except ValueError as error:
        raise _NotNow("the answer broke off inside a line") from error
    return said


def _said(response: httpx2.Response) -> str:
    try:
        problem = response.json()
        return f"{problem['title']} {problem.get('detail') or ''}".strip()
    except (ValueError, TypeError, KeyError):
        return response.reason_phrase


def _retry_after(response: httpx2.Response) -> float:
    seconds = response.headers.get("Retry-After", "")
    return min(float(seconds), max(PAUSES)) if seconds.isdigit() else 0
