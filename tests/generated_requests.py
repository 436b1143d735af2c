"""Requests made from Daylight's own descriptions, right and wrong, and what every answer to them must keep to.

`python -m tests.generated_requests --examples 500 --seed 7` is the long run: a stack of its own, every operation of the
OpenAPI documents and every GraphQL query with that many right and that many wrong requests. Prints a line an operation;
exit code 1 if any answer breaks a rule, with the request that does it as a curl command.
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
from tests.running_stack import RunningStack, data_folder, running_stack

AnyOperation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]

DOCUMENTS = Path(__file__).parent.parent / "docs"
SERVICES = ("gateway", "incidents", "training", "reporting")
GRAPHQL = "/graphql"
TOKEN = "/oauth/token"
NOT_ASKED = {"/metrics", GRAPHQL}
"""Prometheus' own text; and GraphQL, whose queries are made from its own schema."""

WRITER, READER, KNOCKING = "demo-state", "demo-rms", "demo-dashboard"
"""Who writes and reads over REST, who asks GraphQL, and who asks for tokens (and may be locked out for it)."""

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
}
"""Keys of records of the demo."""

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
    def keys(self) -> list[dict[str, str] | None]:
        """Keys of chance, and where a path has keys, those of a record that is kept."""
        known = {name: value for name, value in KEPT.items() if f"{{{name}}}" in self.described.path}
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


class Asking:
    """Asks a running stack with generated requests."""

    def __init__(self, stack: RunningStack, session: requests.Session) -> None:
        self._stack, self._session = stack, session
        self.statuses: dict[str, Counter[int]] = {}
        """How often each operation has answered with which status, by its name."""

    def ask(self, operation: Operation, *, examples: int, seed: int) -> None:
        """Send so many right and so many wrong requests.

        Raises AssertionError or schemathesis' FailureGroup at the first answer that breaks a rule.
        """
        send = self._query if operation.is_graphql else self._send
        headers = self._headers(operation)
        for mode in operation.modes:
            for keys in operation.keys:
                cases = operation.described.as_strategy(mode, path_parameters=keys)
                # Of an operation that asks for nothing, no wrong request can be made.
                with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
                    _run(cases, partial(send, operation, headers), examples=examples, seed=seed)

    def _headers(self, operation: Operation) -> dict[str, str]:
        if operation.described.path == TOKEN:
            secret = Secrets(self._stack.data / "secrets").client_secret(KNOCKING)
            return {"Authorization": "Basic " + b64encode(f"{KNOCKING}:{secret}".encode()).decode()}
        return {"Authorization": f"Bearer {self._stack.token(READER if operation.is_graphql else WRITER)}"}

    def _send(self, operation: Operation, headers: dict[str, str], case: AnyCase) -> None:
        answer = self._answer(operation, headers, case)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= HTTPStatus.BAD_REQUEST and operation.described.path not in OTHER_ERRORS:
            assert is_problem(answer), case.as_curl_command()

    def _query(self, operation: Operation, headers: dict[str, str], case: AnyCase) -> None:
        answer = self._answer(operation, headers, case)
        codes = {error["extensions"]["code"] for error in json.loads(answer.content).get("errors", [])}
        assert "internal-error" not in codes, case.as_curl_command()

    def _answer(self, operation: Operation, headers: dict[str, str], case: AnyCase) -> Response:
        """The answer, which is no failure of the server's."""
        address = self._stack.addresses[operation.service] + (GRAPHQL if operation.is_graphql else "")
        answer = case.call(
            address, session=self._session, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        self.statuses.setdefault(operation.name, Counter())[answer.status_code] += 1
        busy = answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in answer.headers
        assert busy or answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, case.as_curl_command()
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
        running_stack(data, demo=True, DAYLIGHT_RATE_LIMIT=UNLIMITED) as stack,
        requests.Session() as session,
    ):
        session.trust_env = False
        yield Asking(stack, session)


def main() -> int:
    """Ask every operation. Exit code 1 if any answer breaks a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated_requests", description="Generated requests.")
    parser.add_argument("--examples", type=int, default=500, help="how many of each sort (default: 500)")
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
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
