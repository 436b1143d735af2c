"""Every answer of 400 and above is a problem document (RFC 9457), whatever was asked of the service."""

from typing import Any

import httpx2
import pytest

from shared.web.problems import PROBLEMS
from tests.incidents.conftest import HALLWAY, Clients

JSON = {"Content-Type": "application/json"}
RECORD = "/v1/incidents/XX0000100/REFUSED"

REFUSED: list[tuple[str, str, str, dict[str, Any], int, str]] = [
    # what, method, path, more, status, code
    ("an unknown route", "GET", "/v2/incidents", {}, 404, "not-found"),
    ("the root", "GET", "/", {}, 404, "not-found"),
    ("a path that climbs", "GET", "/docs/static/..%2f..%2fapp.py", {}, 404, "not-found"),
    ("no such file of the docs", "GET", "/docs/static/none.js", {}, 404, "not-found"),
    ("a slash at the end", "GET", f"{RECORD}/", {}, 404, "not-found"),
    ("a method of another route", "DELETE", RECORD, {}, 405, "method-not-allowed"),
    ("DELETE, which is not taken", "DELETE", RECORD, {"json": {}}, 405, "method-not-allowed"),
    ("a method nobody knows", "BREW", RECORD, {}, 405, "method-not-allowed"),
    ("TRACE", "TRACE", RECORD, {}, 405, "method-not-allowed"),
    ("OPTIONS", "OPTIONS", RECORD, {}, 405, "method-not-allowed"),
    ("GET of bulk, a number that is none", "GET", "/v1/incidents/bulk", {}, 422, "invalid-value"),
    ("POST of the operations", "POST", "/livez", {}, 405, "method-not-allowed"),
    ("an Accept that nothing fits", "GET", RECORD, {"headers": {"Accept": "image/png"}}, 406, "not-acceptable"),
    ("an Accept of rubbish", "GET", RECORD, {"headers": {"Accept": ";;,"}}, 406, "not-acceptable"),
    ("no Content-Type", "PUT", RECORD, {"content": b"{}"}, 415, "unsupported-media-type"),
    ("a form", "PUT", RECORD, {"data": {"a": "b"}}, 415, "unsupported-media-type"),
    ("XML", "PUT", RECORD, {"content": b"<a/>", "headers": {"Content-Type": "text/xml"}}, 415,
     "unsupported-media-type"),
    ("JSON for bulk", "POST", "/v1/incidents/bulk", {"json": {}}, 415, "unsupported-media-type"),
    ("NDJSON for one", "PUT", RECORD, {"content": b"{}", "headers": {"Content-Type": "application/x-ndjson"}}, 415,
     "unsupported-media-type"),
    ("an ORI that is none", "PUT", "/v1/incidents/nowhere/1", {"json": HALLWAY}, 422, "invalid-value"),
    ("a number that is none", "PUT", "/v1/incidents/XX0000100/a%3Fb", {"json": HALLWAY}, 422, "invalid-value"),
    ("NUL in a path", "PUT", "/v1/incidents/XX0000100/a%00b", {"json": HALLWAY}, 422, "invalid-value"),
    ("broken UTF-8 in a path", "PUT", "/v1/incidents/XX0000100/a%ff", {"json": HALLWAY}, 422, "invalid-value"),
    ("a school code with blanks", "PUT", "/v1/school-codes/XX0000100/the%20school", {"json": {}}, 422,
     "invalid-value"),
    ("a dry run that is neither", "PUT", RECORD, {"json": HALLWAY, "headers": {"Daylight-Dry-Run": "perhaps"}}, 422,
     "invalid-value"),
    ("an empty idempotency key", "POST", f"{RECORD}/void",
     {"json": {"reason_code": "other"}, "headers": {"Idempotency-Key": ""}}, 422, "invalid-value"),
    ("an endless idempotency key", "POST", f"{RECORD}/void",
     {"json": {"reason_code": "other"}, "headers": {"Idempotency-Key": "k" * 201}}, 422, "invalid-value"),
    ("no token", "GET", RECORD, {"headers": {"Authorization": ""}}, 401, "unauthenticated"),
    ("another scheme", "GET", RECORD, {"headers": {"Authorization": "Basic cm1zOnJtcw=="}}, 401, "unauthenticated"),
    ("two tokens", "GET", RECORD, {"headers": {"Authorization": "Bearer a Bearer b"}}, 401, "unauthenticated"),
    ("an endless token", "GET", RECORD, {"headers": {"Authorization": "Bearer " + "a" * 9_000}}, 401,
     "unauthenticated"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "method", "path", "more", "status", "code"), REFUSED, ids=[case[0] for case in REFUSED]
)
async def test_refused(
    client: httpx2.AsyncClient, what: str, method: str, path: str, more: dict[str, Any], status: int, code: str
) -> None:
    answer = await client.request(method, path, **more)
    problem = answer.json()

    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"http://127.0.0.1:8000/problems/{code}"
    assert problem["title"] == PROBLEMS[code].title
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "ratelimit" in answer.headers
    if status == 405:
        assert method not in answer.headers["allow"].split(", ")
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (RECORD, "GET, PATCH, PUT"),
        (f"{RECORD}/void", "POST"),
        ("/v1/incidents/XX0000100", "GET"),
        ("/v1/school-codes/XX0000100/LHS", "PUT"),
        ("/readyz", "GET"),
        ("/docs/static/swagger-ui.css", "GET, HEAD"),
    ],
)
async def test_allow_names_every_method_of_the_path(client: httpx2.AsyncClient, path: str, allowed: str) -> None:
    answer = await client.request("TRACE", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_head_of_what_is_not_there_has_no_body(client: httpx2.AsyncClient) -> None:
    answer = await client.head("/v2/incidents")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("scopes", "method", "path"),
    [
        ("incidents.read", "PUT", RECORD),
        ("incidents.read", "POST", f"{RECORD}/void"),
        ("incidents.read", "POST", "/v1/incidents/bulk"),
        ("incidents.read", "PUT", "/v1/school-codes/XX0000100/LHS"),
        ("incidents.write", "GET", RECORD),
        ("incidents.write", "GET", f"{RECORD}/versions"),
        ("incidents.write", "GET", "/v1/incidents/XX0000100"),
        ("incidents.writer incidents.reader", "PUT", RECORD),
        ("", "GET", RECORD),
    ],
)
async def test_a_token_without_the_scope_is_refused_and_told_which(
    clients: Clients, scopes: str, method: str, path: str
) -> None:
    answer = await clients(scope=scopes).request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")
    assert answer.json()["detail"] == (f"The scope incidents.{'read' if method == 'GET' else 'write'} is needed.")


async def test_request_ids_are_our_own_and_each_another(client: httpx2.AsyncClient) -> None:
    answers = [await client.get("/none", headers={"X-Request-ID": "theirs"}) for _ in range(2)]
    ids = {answer.json()["request_id"] for answer in answers}
    assert len(ids) == 2
    assert "theirs" not in ids
