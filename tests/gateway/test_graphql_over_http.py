"""GraphQL over HTTP: media types, statuses, costs, and that no error repeats a value."""

from typing import Any

import orjson
import pytest

from gateway.execution import Budget
from shared.web.problems import Problem
from tests.gateway.conftest import Gateway

MODERN = "application/graphql-response+json"
SECRET = "Quillon Vastergaard"
FINE = {"query": "{ viewer { role } }"}


async def post(gateway: Gateway, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
    return await gateway.http.post("/graphql", content=content, headers=headers)


@pytest.mark.parametrize(
    ("accept", "media_type", "refused"),
    [
        (MODERN, MODERN, 400),
        (f"{MODERN}, application/json;q=0.9", MODERN, 400),
        ("application/json", "application/json", 200),
        ("*/*", "application/json", 200),
    ],
)
async def test_the_media_type_decides_the_status_of_a_query_that_is_not_run(
    gateway: Gateway, accept: str, media_type: str, refused: int
) -> None:
    run = await post(gateway, FINE, accept=accept)
    assert (run.status_code, run.headers["content-type"]) == (200, media_type)
    answer = await post(gateway, {"query": "{ nothing }"}, accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (refused, media_type)
    assert "data" not in answer.json()
    assert answer.json()["errors"][0]["extensions"]["code"] == "invalid-query"


@pytest.mark.parametrize(("client", "sites"), [(None, "*"), ("demo-rms", None)])
async def test_pages_of_any_site_may_read_what_was_asked_without_a_token(
    gateway: Gateway, client: str | None, sites: str | None
) -> None:
    answer = await gateway.http.post("/graphql", json=FINE, headers=await gateway.headers(client))
    assert (answer.status_code, answer.headers.get("access-control-allow-origin")) == (200, sites)


async def test_a_browser_is_told_that_a_page_may_send_json_and_no_token(gateway: Gateway) -> None:
    asked = {"Origin": "https://school.example", "Access-Control-Request-Method": "POST"}
    told = await gateway.http.options("/graphql", headers=asked)
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (204, "*")
    assert told.headers["access-control-allow-methods"] == "POST"
    assert told.headers["access-control-allow-headers"] == "Content-Type"
    assert "access-control-allow-credentials" not in told.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid-json"),
        (b'{"query": "{viewer{role}}", "query": "x"}', 400, "duplicate-key"),
        (b'"text"', 422, "wrong-type"),
        (b"{}", 422, "wrong-type"),
        ({"query": 1}, 422, "wrong-type"),
        ({"query": "{viewer{role}}", "variables": []}, 422, "wrong-type"),
        ({"query": "{viewer{role}}", "operationName": 7}, 422, "wrong-type"),
        ([], 400, "query-too-costly"),
        ([FINE] * 11, 400, "query-too-costly"),
        (b"[" * 100_000, 400, "invalid-json"),
        (b'{"query": "' + b"x" * 300_000 + b'"}', 413, "body-too-large"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_is_no_graphql_request_is_a_problem(gateway: Gateway, body: Any, status: int, code: str) -> None:
    answer = await post(gateway, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_taken_so_that_no_foreign_page_can_send_a_query(gateway: Gateway, media_type: str) -> None:
    answer = await gateway.http.post("/graphql", content=orjson.dumps(FINE), headers={"Content-Type": media_type})
    assert answer.status_code == 415


async def test_a_batch_is_answered_in_order(gateway: Gateway) -> None:
    answer = await post(gateway, [FINE, {"query": "{ nothing }"}, {"query": "{ rateLimit { cost } }"}])
    first, second, third = answer.json()
    assert first["data"] == {"viewer": {"role": "public"}}
    assert second["errors"][0]["extensions"]["code"] == "invalid-query"
    assert third["data"] == {"rateLimit": {"cost": 1}}


ECHOES = [
    {"query": f'{{ incidents(first: "{SECRET}") {{ totalCount }} }}'},
    {"query": f'{{ incidents(filter: {{occurredFrom: "{SECRET}"}}) {{ totalCount }} }}'},
    {"query": f'{{ incidents(after: "{SECRET}") {{ totalCount }} }}'},
    {"query": f'{{ schools(after: "{SECRET}") {{ totalCount }} }}'},
    {"query": f'{{ incident(ori: "{SECRET}", incidentNumber: "{SECRET}") {{ id }} }}'},
    {"query": "query ($f: Int) { schools(first: $f) { totalCount } }", "variables": {"f": SECRET}},
    {
        "query": "query ($f: DateTime) { incidents(filter: {occurredTo: $f}) { totalCount } }",
        "variables": {"f": SECRET},
    },
    {
        "query": "query ($f: IncidentFilter) { incidents(filter: $f) { totalCount } }",
        "variables": {"f": {"ori": [SECRET]}},
    },
    {"query": "query ($f: IncidentFilter) { incidents(filter: $f) { totalCount } }", "variables": {"f": {SECRET: 1}}},
    {"query": f'{{ viewer "{SECRET}" }}'},
    {"query": "{ viewer { role } }", "operationName": SECRET},
    {"query": "{ viewer { role } }", "extensions": {"persistedQuery": SECRET}},
]


@pytest.mark.parametrize("body", ECHOES, ids=lambda body: body["query"][:60])
async def test_no_value_comes_back_in_an_error_or_stands_in_a_log(
    gateway: Gateway, body: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await post(gateway, body)
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert SECRET not in "".join(capfd.readouterr())


async def test_the_cost_of_a_query_is_said_and_taken_from_the_budget(gateway: Gateway) -> None:
    query = "{ schools(first: 30) { totalCount } viewer { role } rateLimit { cost limit remaining resetAt } }"
    first = (await post(gateway, {"query": query})).json()["data"]["rateLimit"]
    second = (await post(gateway, {"query": query})).json()["data"]["rateLimit"]
    assert first["cost"] == 30 + 10 + 1 + 1
    assert first["remaining"] - second["remaining"] == first["cost"]
    assert first["limit"] > first["remaining"]


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{ schools { edges { cursor } } }", {}, 50),
        ("query ($n: Int = 7) { schools(first: $n) { edges { cursor } } rateLimit { cost } }", {}, 8),
        ("query ($n: Int = 7) { schools(first: $n) { edges { cursor } } rateLimit { cost } }", {"n": 9}, 10),
        ("{ ...s rateLimit { cost } } fragment s on Query { schools(first: 5) { totalCount } }", {}, 16),
        ("{ ... on Query { schools(first: 5) { edges { cursor } } } rateLimit { cost } }", {}, 6),
    ],
)
async def test_cost_is_counted_through_variables_and_fragments(
    gateway: Gateway, query: str, variables: dict[str, int], cost: int
) -> None:
    before = (await post(gateway, {"query": "{ rateLimit { remaining } }"})).json()["data"]["rateLimit"]["remaining"]
    answer = await post(gateway, {"query": query, "variables": variables})
    assert "errors" not in answer.json()
    after = (await post(gateway, {"query": "{ rateLimit { remaining } }"})).json()["data"]["rateLimit"]["remaining"]
    assert before - after == cost + 1


def test_a_query_over_the_budget_is_refused_with_cost_and_budget_and_costs_nothing() -> None:
    budget = Budget(100)
    budget.spend("demo-sis", 70)
    with pytest.raises(Problem) as refused:
        budget.spend("demo-sis", 40)
    assert (refused.value.code, refused.value.members["cost"], refused.value.members["budget"]) == (
        "query-too-costly",
        40,
        30,
    )
    assert budget.spend("demo-sis", 30).remaining == 0
    assert budget.spend("demo-rms", 30).remaining == 70
