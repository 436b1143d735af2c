"""Requests made from Daylight's own descriptions, right and wrong, and what every answer to them must keep to.

`python -m tests.generated_requests --examples 150 --seed 7` is the long run: a stack of its own, every operation of the
OpenAPI documents and every GraphQL query with that many right and that many wrong requests, of a client that may write
everywhere and of a stranger to the others, whose records bear a canary. Prints a line an operation, and at the end how
many requests there were; exit code 1 if any answer breaks a rule, with the request that does it as a curl command.
"""

import argparse
import json
import sys
import time
import warnings
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import BaseSchema, Case, GenerationMode, Response, SerializationContext
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err
from schemathesis.schemas import APIOperation
from schemathesis.specs.graphql.schemas import GraphQLSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.secrets import Secrets
from tests.attacks.records import BODIES, CANARY, OTHER, address, of_place, value_of
from tests.running_stack import RunningStack, data_folder, running_stack
from tests.servers import wait_until

AnyOperation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]

DOCUMENTS = Path(__file__).parent.parent / "docs"
SERVICES = ("gateway", "incidents", "training", "reporting")
GRAPHQL = "/graphql"
TOKEN = "/oauth/token"
NOT_ASKED = {"/metrics", GRAPHQL}
"""Prometheus' own text; and GraphQL, whose queries are made from its own schema."""

WRITER, KNOCKING = "demo-state", "demo-dashboard"
"""Who writes and reads everywhere, and who asks for tokens (and may be locked out for it)."""
STRANGERS = {"gateway": "demo-sis", "incidents": "demo-rms", "training": "demo-rms", "reporting": "demo-sis"}
"""Who asks of each service and may see nothing of the others."""
VIEWERS = ("demo-rms", "demo-sis")
"""Who asks GraphQL: strangers to the others, of both classes of records."""
OTHERS = ("demo-other-rms", "demo-other-sis")
"""Who put and read the records that bear the canary."""

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""What is right or wrong beyond the schema stands in rules between fields: no check says what had to be refused."""

OTHER_ERRORS = {TOKEN, "/readyz"}
"""Errors of OAuth's own form, and what is not ready by name."""

KEPT = {
    "ori": "XX0000100",
    "incident_number": "26-000101",
    "lea_id": "9900001",
    "school_id": "990000100001",
    "code": "MUH",
    "officer_number": "4471",
    "course_code": "SRO-BASIC-1",
    "completion_number": "C-1",
    "assignment_number": "A-2023-01",
    "case_number": "C-1",
    "school_year": "2026-27",
    "snapshot": "crdc",
    "measure": "arrest_students",
    "side": "agency",
}
"""Keys of records of the demo."""
THEIRS = {name: value_of(name, OTHER) for name in KEPT}
"""Keys of the others' records."""

UNLIMITED = "100000000"
TIMEOUT_SECONDS = 30


@schemathesis.serializer("application/x-ndjson")
def _serialize_line(_: SerializationContext, value: Any) -> bytes:
    """A stream of one line; whatever is wrong with it, in JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of one of the documents; `name` tells it apart: "incidents GET /v1/incidents/{ori}"."""

    service: str
    described: AnyOperation

    @property
    def name(self) -> str:
        return f"{self.service} {self.described.label}"

    @property
    def is_graphql(self) -> bool:
        return isinstance(self.described.schema, GraphQLSchema)

    @property
    def modes(self) -> list[GenerationMode]:
        """Right and wrong requests; of GraphQL right ones alone."""
        return [GenerationMode.POSITIVE] if self.is_graphql else list(GenerationMode)

    @property
    def clients(self) -> tuple[str, ...]:
        """Who asks."""
        if self.described.path == TOKEN:
            return (KNOCKING,)
        return VIEWERS if self.is_graphql else (WRITER, STRANGERS[self.service])

    def keys(self, client: str) -> list[dict[str, str] | None]:
        """Keys of chance, and where a path has keys, those of a record: one of the demo, or to a stranger another's."""
        kept = KEPT if client == WRITER else THEIRS
        known = {name: value for name, value in kept.items() if f"{{{name}}}" in self.described.path}
        return [None, known] if known else [None]


def operations() -> Iterator[Operation]:
    """Every operation of the OpenAPI documents and every field of GraphQL's Query."""
    for service in SERVICES:
        document = schemathesis.openapi.from_path(DOCUMENTS / "openapi" / f"{service}.json")
        yield from (
            Operation(service, described) for described in _described(document) if described.path not in NOT_ASKED
        )
    queries = schemathesis.graphql.from_path(DOCUMENTS / "schema.graphql")
    yield from (Operation("gateway", described) for described in _described(queries))


def _described(document: BaseSchema) -> Iterator[AnyOperation]:
    """The operations of a document. Raises InvalidSchema at the first that is not well described."""
    for found in document.get_all_operations():
        if isinstance(found, Err):
            raise found.err()
        yield found.ok()


@dataclass(frozen=True, slots=True)
class Asker:
    """A client with its credentials; a stranger is one to whom nothing of the others' may be told."""

    headers: dict[str, str]
    is_stranger: bool


class Asking:
    """Asks a running stack with generated requests."""

    def __init__(self, stack: RunningStack, session: requests.Session) -> None:
        self._stack, self._session = stack, session
        self.statuses: dict[str, Counter[int]] = {}
        """How often each operation has answered with which status, by its name."""

    def ask(self, operation: Operation, *, examples: int, seed: int) -> None:
        """Send so many right and so many wrong requests of each client.

        Raises AssertionError or schemathesis' FailureGroup at the first answer that breaks a rule.
        """
        send = self._query if operation.is_graphql else self._send
        for client, mode in product(operation.clients, operation.modes):
            asker = Asker(self._headers(client), client != WRITER)
            for keys in operation.keys(client):
                cases = operation.described.as_strategy(mode, path_parameters=keys)
                # Of an operation that asks for nothing, no wrong request can be made.
                with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
                    _run(cases, partial(send, operation, asker), examples=examples, seed=seed)

    def _headers(self, client: str) -> dict[str, str]:
        if client == KNOCKING:
            secret = Secrets(self._stack.data / "secrets").client_secret(KNOCKING)
            return {"Authorization": "Basic " + b64encode(f"{KNOCKING}:{secret}".encode()).decode()}
        return {"Authorization": f"Bearer {self._stack.token(client)}"}

    def _send(self, operation: Operation, asker: Asker, case: AnyCase) -> None:
        answer = self._answer(operation, asker, case)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= HTTPStatus.BAD_REQUEST and operation.described.path not in OTHER_ERRORS:
            assert is_problem(answer), case.as_curl_command()

    def _query(self, operation: Operation, asker: Asker, case: AnyCase) -> None:
        answer = self._answer(operation, asker, case)
        codes = {error["extensions"]["code"] for error in json.loads(answer.content).get("errors", [])}
        assert "internal-error" not in codes, case.as_curl_command()

    def _answer(self, operation: Operation, asker: Asker, case: AnyCase) -> Response:
        """The answer, which is no failure of the server's and holds nothing of the others'."""
        address = self._stack.addresses[operation.service] + (GRAPHQL if operation.is_graphql else "")
        answer = case.call(
            address, session=self._session, headers=asker.headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        self.statuses.setdefault(operation.name, Counter())[answer.status_code] += 1
        busy = answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in answer.headers
        assert busy or answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, case.as_curl_command()
        foreign = asker.is_stranger and CANARY.encode() in answer.content + str(answer.headers).encode()
        assert not foreign, case.as_curl_command()
        return answer


def is_problem(answer: Response) -> bool:
    """Whether an answer is a problem (RFC 9457) with the code and the request's id that every one of ours has."""
    said = json.loads(answer.content)
    return answer.headers["content-type"] == ["application/problem+json"] and bool(said["code"] and said["request_id"])


def _run(cases: SearchStrategy[AnyCase], check: Callable[[AnyCase], None], *, examples: int, seed: int) -> None:
    """Draw cases until one fails; nothing is made smaller, for each try is a request."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(cases)
    def every(case: AnyCase) -> None:
        check(case)

    every()


@contextmanager
def asking() -> Iterator[Asking]:
    """A stack of its own with the demo's records and no limit of requests, and who asks it."""
    with (
        data_folder() as data,
        running_stack(data, demo=True, DAYLIGHT_RATE_LIMIT=UNLIMITED, DAYLIGHT_GRAPHQL_POINTS=UNLIMITED) as stack,
        requests.Session() as session,
    ):
        session.trust_env = False
        _plant(stack, session)
        yield Asking(stack, session)


def _plant(stack: RunningStack, session: requests.Session) -> None:
    """Put the others' records, as whoever may, and wait until the view shows them."""
    headers = [{"Authorization": f"Bearer {stack.token(client)}"} for client in (*OTHERS, WRITER)]
    for (service, path), body in BODIES.items():
        url = stack.addresses[service] + address(path, OTHER)
        said = [session.put(url, json=of_place(body, OTHER), headers=each, timeout=TIMEOUT_SECONDS) for each in headers]
        assert any(one.ok for one in said), (path, [one.text for one in said])
    shown = stack.addresses["gateway"] + address("/v1/incidents/{ori}/{incident_number}", OTHER)
    wait_until(lambda: all(CANARY in session.get(shown, headers=each, timeout=5).text for each in headers))


def main() -> int:
    """Ask every operation. Exit code 1 if any answer breaks a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated_requests", description="Generated requests.")
    parser.add_argument("--examples", type=int, default=150, help="how many of each sort (default: 150)")
    parser.add_argument("--seed", type=int, default=1, help="what chance begins with (default: 1)")
    parser.add_argument("--operation", default="", help="only operations whose name contains this")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    broken = 0
    with asking() as every:
        for operation in operations():
            if chosen.operation not in operation.name:
                continue
            began, fault = time.monotonic(), ""
            try:
                every.ask(operation, examples=chosen.examples, seed=chosen.seed)
            except (AssertionError, FailureGroup) as error:
                fault = str(error)
            broken += bool(fault)
            statuses = dict(sorted(every.statuses.get(operation.name, Counter()).items()))
            print(f"{operation.name}: {statuses}, {time.monotonic() - began:.1f} s", flush=True)  # noqa: T201
            if fault:
                print(fault, flush=True)  # noqa: T201
    asked = sum(counted.total() for counted in every.statuses.values())
    print(f"{asked} requests to {len(every.statuses)} operations, {broken} of which broke a rule")  # noqa: T201
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
