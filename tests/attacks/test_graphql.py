"""GraphQL under attack: each is refused, quickly, without repeating a value, and without a trace of ours.

Sources: OWASP GraphQL cheat sheet; the tests of graphql-cop, each of which stands here under a name of our own.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import psutil
import pytest
from graphql import get_introspection_query

from gateway.limits import TOKENS
from tests.attacks.house import House

MOST_SECONDS, MOST_BYTES = 0.05, 20_000_000
"""Time of the processor, and memory that is still held, for one attack."""
SECRET = "Quillon Vastergaard"
MODERN = {"Accept": "application/graphql-response+json", "Content-Type": "application/json"}
FINE = "{ viewer { role } }"
LEAKS = ("Traceback", 'File "', "graphql.", "asyncpg", "select ", "gateway/", "Did you mean", SECRET)


NAMES = ("key", "id", "ori", "narrative", "status", "version", "schoolId", "custodian", "occurredAt", "contactType")


def fragments(count: int, one: Callable[[int], str], spread: str = "SPREAD", on: str = "Query") -> str:
    """So many fragments, and a query that spreads them all, unless it says which."""
    spread = spread.replace("SPREAD", " ".join(f"...f{number}" for number in range(count)))
    return f"{{ {spread} }} " + " ".join(f"fragment f{number} on {on} {{ {one(number)} }}" for number in range(count))


DOCUMENTS: dict[str, Callable[[], str]] = {
    "a thousand aliases": lambda: "{" + " ".join(f"a{n}: viewer {{ role }}" for n in range(1_000)) + "}",
    "three hundred aliases": lambda: "{" + " ".join(f"a{n}: viewer {{ role }}" for n in range(300)) + "}",
    "aliases of __typename": lambda: "{" + " ".join(f"a{n}: __typename" for n in range(400)) + "}",
    "aliases that guess numbers": lambda: (
        "{" + " ".join(f'a{n}: incident(ori: "XX0000200", incidentNumber: "{n}") {{ id }}' for n in range(150)) + "}"
    ),
    "the same field ten thousand times": lambda: "{ viewer {" + "role " * 10_000 + "} }",
    "the same field a thousand times": lambda: "{ viewer {" + "role " * 1_000 + "} }",
    "__typename two thousand times": lambda: "{" + "__typename " * (TOKENS - 2) + "}",
    "the same field in inline fragments": lambda: "{" + "... on Query { viewer { role } }" * 200 + "}",
    "the same list in inline fragments": lambda: (
        "{" + "... on Query { incidents { edges { node { key } } } } " * 110 + "}"
    ),
    "the same field in fragments": lambda: fragments(150, lambda _: "viewer { role }"),
    "fragments of few repeats": lambda: fragments(
        150, lambda n: NAMES[n % 10], "incidents { edges { node { SPREAD } } }", "Incident"
    ),
    "fields that multiply when merged": lambda: "{" + ("viewer {" + "role " * 20 + "} ") * 20 + "}",
    "lists that multiply when merged": lambda: "{" + ("incidents {" + "edges { node { key } } " * 4 + "} ") * 20 + "}",
    "typenames in inline fragments": lambda: "{" + "... { __typename } " * 400 + "}",
    "arguments that differ": lambda: (
        "{" + "".join(f"... on Query {{ incidents(first: {n}) {{ totalCount }} }} " for n in range(120)) + "}"
    ),
    "a thousand directives": lambda: "{ viewer { role" + " @a" * 1_000 + " } }",
    "five directives on one field": lambda: "{ viewer { role" + " @skip(if: false)" * 5 + " } }",
    "directives on many fields": lambda: (
        "{" + "...f @skip(if: false) " * 31 + "} fragment f on Query { viewer { role } }"
    ),
    "directives on the operation": lambda: "query" + " @skip(if: false)" * 300 + FINE,
    "a directive of no schema": lambda: "{ viewer { role @deprecated(reason: 1) } }",
    "deep nesting": lambda: "{ incidents { edges { node { " + "people { " * 50 + "x" + " }" * 54,
    "deeper nesting": lambda: "{a" * 900 + "}" * 900,
    "deep nesting in inline fragments": lambda: "{" + "... on Query {" * 200 + "viewer { role }" + "}" * 201,
    "deep nesting in fragments": lambda: (
        fragments(240, lambda n: f"...f{n + 1}", "...f0")[:-1].replace("...f240", "x") + "}"
    ),
    "fragments that double": lambda: fragments(21, lambda n: f"...f{n + 1} ...f{n + 1}" if n < 20 else FINE[1:-1]),
    "fragments that double to nothing": lambda: fragments(21, lambda n: f"...f{min(n + 1, 20)} ...f{min(n + 1, 20)}"),
    "fragments in a circle": lambda: fragments(2, lambda n: f"...f{1 - n}"),
    "a fragment in itself": lambda: fragments(1, lambda _: "viewer { role } ...f0"),
    "a fragment in itself, below": lambda: (
        '{ ...f } fragment f on Query { __type(name: "Query") { ...g } } fragment g on __Type { ofType { ...g } }'
    ),
    "a fragment of no type": lambda: "{ ... on Nothing { role } }",
    "a fragment of another type": lambda: "{ viewer { ... on Incident { narrative } } }",
    "circular introspection": lambda: "{ __schema { types " + "{ fields { type " * 10 + "{ name }" + "} }" * 10 + "} }",
    "introspection by fields and types": lambda: (
        "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
    ),
    "many introspections": lambda: "{" + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(31)) + "}",
    "a million tokens": lambda: "{" + "a " * 1_000_000 + "}",
    "twice as many tokens as there may be": lambda: "{" + "a " * TOKENS * 2 + "}",
    "a huge comment": lambda: "# " + "x" * 100_000 + "\n" + FINE,
    "nothing but commas": lambda: "," * 150_000,
    "unknown fields": lambda: "{" + " ".join(f"x{n}" for n in range(1_900)) + "}",
    "more points than a query may cost": lambda: (
        "{" + "".join(f"a{n}: incidents(first: 200) {{ totalCount }} " for n in range(26)) + "}"
    ),
    "every kind at once, with its lists": lambda: (
        "{"
        + "".join(
            f"a{n}: incidents(first: 200) {{ totalCount edges {{ node {{ flags {{ id }} clocks {{ id }} }} }} }} "
            for n in range(9)
        )
        + "}"
    ),
    "a mutation": lambda: "mutation { incident }",
    "a subscription": lambda: "subscription { incident }",
    "a flood of subscriptions": lambda: " ".join(f"subscription s{n} {{ incident }}" for n in range(300)),
    "a flood of operations": lambda: " ".join(f"query q{n} {FINE}" for n in range(300)),
    "operations that share a fragment": lambda: (
        " ".join(f"query q{n} {{ ...f }}" for n in range(300)) + " fragment f on Query { viewer { role } }"
    ),
    "two operations and no name": lambda: f"query a {FINE} query b {FINE}",
    "two operations of one name": lambda: f"query a {FINE} query a {FINE}",
    "variables that nobody uses": lambda: "query (" + " ".join(f"$v{n}: Int" for n in range(480)) + ")" + FINE,
    "a variable twice": lambda: "query ($a: Int, $a: Int) { schools(first: $a) { totalCount } }",
    "a variable of no type": lambda: "query ($a: Nothing) { schools(first: $a) { totalCount } }",
    "a variable of another type": lambda: "query ($a: [String]) { schools(first: $a) { totalCount } }",
    "a variable that is not there": lambda: "{ schools(first: $a) { totalCount } }",
    "one argument many times": lambda: "{ incidents(" + "first: 1 " * 500 + ") { totalCount } }",
    "one member of a filter many times": lambda: "{ incidents(filter: {" + 'ori: "a" ' * 500 + "}) { totalCount } }",
    "an argument that is not there": lambda: '{ incidents(where: "1=1") { totalCount } }',
    "lists in lists": lambda: "{ incidents(filter: " + "[" * 900 + "]" * 900 + ") { totalCount } }",
    "a long list for a text": lambda: "{ incidents(filter: {ori: [" + "1," * 900 + "]}) { totalCount } }",
    "defer": lambda: "{ ... @defer { viewer { role } } }",
    "a flood of defers": lambda: "{" + "... @defer { viewer { role } } " * 200 + "}",
    "a stream": lambda: "{ incidents { edges @stream(initialCount: 0) { node { id } } } }",
    "a node of another": lambda: '{ node(id: "018f6d2e-0000-7000-8000-000000000000") { id } }',
    "entities of a federation": lambda: '{ _entities(representations: [{__typename: "Incident"}]) { __typename } }',
    "the service of a federation": lambda: "{ _service { sdl } }",
    "a string that never ends": lambda: '{ viewer(a: "' + "x" * 1_000,
    "a block string that never ends": lambda: '{ viewer(a: """' + "x" * 1_000,
    "an escape that is none": lambda: '{ incident(ori: "\\u{110000}", incidentNumber: "") { id } }',
    "half a surrogate pair": lambda: '{ incident(ori: "\\ud800", incidentNumber: "") { id } }',
    "a number of nineteen thousand digits": lambda: "{ incidents(first: " + "9" * 19_000 + ") { totalCount } }",
    "an exponent of nineteen thousand digits": lambda: "{ incidents(first: 1e" + "9" * 19_000 + ") { totalCount } }",
    "two to the 53rd and one": lambda: "{ incidents(first: 9007199254740993) { totalCount } }",
    "another alphabet for a field": lambda: "{ vıewer { role } }",
    "a schema of one's own": lambda: "type Query { incident: String } " + FINE,
    "an extension of the schema": lambda: "extend type Query { secrets: String } " + FINE,
    "nothing": lambda: "",
    "an empty selection": lambda: "{ viewer { } }",
}
"""Documents that are not run."""


@pytest.fixture(scope="module")
async def ready(house: House) -> House:
    """The house, once the gateway has answered GraphQL, so that nothing is loaded while an attack is measured."""
    await house.send("gateway", "POST", "/graphql", "public", json={"query": get_introspection_query()})
    return house


async def attack(house: House, content: bytes, headers: dict[str, str] | None = None, role: str = "public") -> Any:
    """The answer to a body, which cost little: the better of two, since others work beside."""
    before = psutil.Process().memory_info().rss
    moments, answers = [time.process_time()], []
    for _ in range(2):
        answers.append(
            await house.send("gateway", "POST", "/graphql", role, content=content, headers=headers or MODERN)
        )
        moments.append(time.process_time())
    answer = answers[-1]
    assert min(moments[1] - moments[0], moments[2] - moments[1]) < MOST_SECONDS
    assert psutil.Process().memory_info().rss - before < MOST_BYTES
    assert not any(leak in answer.text for leak in LEAKS), answer.text
    return answer


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_a_document_is_refused_before_it_runs(ready: House, document: Callable[[], str]) -> None:
    answer = await attack(ready, json.dumps({"query": document()}).encode())
    assert answer.status_code in (400, 413)
    assert "data" not in answer.json()
    errors = answer.json().get("errors", ())
    assert all(
        error["extensions"]["code"] in ("query-too-costly", "invalid-query", "invalid-value") for error in errors
    )


BY_FIRST = "query ($first: Int!) { schools(first: $first) { totalCount } }"
BY_FILTER = "query ($filter: IncidentFilter) { incidents(filter: $filter) { totalCount } }"
BY_KEY = "query ($ori: String!, $number: String!) { incident(ori: $ori, incidentNumber: $number) { id } }"
VARIABLES: dict[str, tuple[str, dict[str, Any]]] = {
    "a page of a thousand million": (BY_FIRST, {"first": 10**9}),
    "a page of less than none": (BY_FIRST, {"first": -1}),
    "a page of two to the 31st": (BY_FIRST, {"first": 2**31}),
    "a page of two to the 53rd and one": (BY_FIRST, {"first": 2**53 + 1}),
    "a page of a half": (BY_FIRST, {"first": 1.5}),
    "a page of words": (BY_FIRST, {"first": SECRET}),
    "a page of true": (BY_FIRST, {"first": True}),
    "a page of a list": (BY_FIRST, {"first": [1]}),
    "a page of null": (BY_FIRST, {"first": None}),
    "no page at all": (BY_FIRST, {}),
    "a filter that is a text": (BY_FILTER, {"filter": SECRET}),
    "a filter that is a list": (BY_FILTER, {"filter": [{"ori": "a"}, {"ori": "b"}]}),
    "a member of a filter that is not there": (BY_FILTER, {"filter": {SECRET: 1}}),
    "a member of a filter that is a list": (BY_FILTER, {"filter": {"ori": [SECRET]}}),
    "a member of a filter that is an object": (BY_FILTER, {"filter": {"ori": {"ne": None}}}),
    "a member of a filter that is a number": (BY_FILTER, {"filter": {"ori": 1}}),
    "the prototype of a filter": (BY_FILTER, {"filter": {"__proto__": {"ori": "*"}}}),
    "the class of a filter": (BY_FILTER, {"filter": {"__class__": "x"}}),
    "a filter deep in itself": (BY_FILTER, {"filter": json.loads('{"ori":' * 150 + "1" + "}" * 150)}),
    "a time that is none": (BY_FILTER, {"filter": {"occurredFrom": SECRET}}),
    "a time before all times": (BY_FILTER, {"filter": {"occurredFrom": "0001-01-01T00:00:00+14:00"}}),
    "a time after all times": (BY_FILTER, {"filter": {"occurredTo": "9999-12-31"}}),
}
"""Values that are taken for none."""


@pytest.mark.parametrize(("query", "variables"), VARIABLES.values(), ids=VARIABLES)
async def test_a_value_that_is_none_is_an_error_and_no_record(
    ready: House, query: str, variables: dict[str, Any]
) -> None:
    content = json.dumps({"query": query, "variables": variables}).encode()
    answer = await attack(ready, content, role="agency_system")
    said = answer.json()
    assert answer.status_code in (200, 400, 422)
    assert said.get("errors") or said.get("code")
    assert not any((said.get("data") or {}).values())
    assert all(
        error["extensions"]["code"] != "internal-error" for error in said.get("errors") or () if "extensions" in error
    )


KEYS: dict[str, dict[str, str]] = {
    "a key with a null byte": {"ori": "XX0000100\x00", "number": "1"},
    "a key of half a surrogate pair": {"ori": "XX0000100", "number": "\ud800"},
    "a key of other letters": {"ori": "ХХ0000100", "number": "1"},
    "a key that runs right to left": {"ori": "XX0000100", "number": "\u202e1"},
    "a key of a hundred thousand letters": {"ori": "X" * 100_000, "number": "1"},
    "a key that is a pattern": {"ori": "%", "number": "%"},
    "a key that is SQL": {"ori": "' or '1'='1", "number": "1"},
    "a key that ends a statement": {"ori": "XX0000100", "number": "1'; drop table document; --"},
    "a key of a path": {"ori": "XX0000100", "number": "../XX0000200/ZQX-1"},
}
"""Keys that no record has."""


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_a_key_that_is_none_names_no_record(ready: House, key: dict[str, str]) -> None:
    answer = await attack(ready, json.dumps({"query": BY_KEY, "variables": key}).encode(), role="agency_system")
    assert answer.status_code in (200, 400, 422)
    said = answer.json()
    assert not (said.get("data") or {}).get("incident")
    assert said.get("code", "invalid-json") == "invalid-json"
    assert {error.get("extensions", error)["code"] for error in said.get("errors", ())} <= {"invalid-value"}


BY_FIRST_JSON = (
    b'{"query": "query ($first: Int!) { schools(first: $first) { totalCount } }", "variables": {"first": %b}}'
)
BODIES: dict[str, bytes] = {
    "a batch of a thousand": json.dumps([{"query": FINE}] * 1_000).encode(),
    "a batch of eleven": json.dumps([{"query": FINE}] * 11).encode(),
    "a batch of none": b"[]",
    "a batch in a batch": json.dumps([[{"query": FINE}]]).encode(),
    "variables of ten million bytes": json.dumps({"query": FINE, "variables": {"a": "x" * 10_000_000}}).encode(),
    "a hundred thousand variables": json.dumps(
        {"query": FINE, "variables": {f"{n}": 1 for n in range(100_000)}}
    ).encode(),
    "brackets without end": b"[" * 190_000,
    "braces without end": b'{"a":' * 30_000,
    "a number of a hundred thousand digits": b'{"query": "{viewer{role}}", "variables": {"a": '
    + b"9" * 100_000
    + b"}}",
    "a page of ten thousand digits": BY_FIRST_JSON % (b"9" * 10_000),
    "a page that is infinite": BY_FIRST_JSON % b"1e400",
    "no number": b'{"query": "{viewer{role}}", "variables": {"a": NaN}}',
    "the query twice": b'{"query": "{viewer{role}}", "query": "{incidents{totalCount}}"}',
    "a query that is a list": json.dumps({"query": [FINE]}).encode(),
    "a query that is null": b'{"query": null}',
    "no query": b'{"id": "sha256:0"}',
    "a persisted query and no text": json.dumps(
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    ).encode(),
    "variables that are a list": json.dumps({"query": FINE, "variables": [1]}).encode(),
    "a name that is a number": json.dumps({"query": FINE, "operationName": 7}).encode(),
    "another operation's name": json.dumps({"query": f"query a {FINE}", "operationName": SECRET}).encode(),
    "the name of a fragment": json.dumps(
        {"query": "query a { ...b } fragment b on Query { viewer { role } }", "operationName": "b"}
    ).encode(),
    "bytes that are no UTF-8": b'{"query": "\xff\xfe"}',
    "UTF-16": '{"query": "{viewer{role}}"}'.encode("utf-16"),
    "nothing": b"",
}
"""Bodies that ask nothing."""


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_that_asks_nothing_is_refused(ready: House, body: bytes) -> None:
    answer = await attack(ready, body)
    assert answer.status_code in (400, 413, 422)
    assert "data" not in answer.json()


async def test_a_hash_of_another_query_is_passed_over_and_never_looked_up(ready: House) -> None:
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    body = json.dumps({"query": FINE, "extensions": extensions}).encode()
    assert (await attack(ready, body)).json()["data"] == {"viewer": {"role": "public"}}


FORMS = {
    "a form": "application/x-www-form-urlencoded",
    "plain text": "text/plain",
    "a form of several parts": "multipart/form-data; boundary=x",
    "GraphQL itself": "application/graphql",
    "JSON in a parameter": "text/plain; x=application/json",
    "no type": "",
}


@pytest.mark.parametrize("media_type", FORMS.values(), ids=FORMS)
async def test_what_a_foreign_page_can_send_without_asking_is_refused(ready: House, media_type: str) -> None:
    answer = await attack(ready, json.dumps({"query": FINE}).encode(), {"Content-Type": media_type})
    assert answer.status_code == 415


@pytest.mark.parametrize("query", [FINE, "mutation { incident }", f'{{ viewer(a: "{SECRET}") }}'])
async def test_a_query_in_an_address_is_not_run(ready: House, query: str) -> None:
    answer = await ready.send("gateway", "GET", "/graphql", "agency_system", params={"query": query})
    assert answer.headers["content-type"].startswith("text/html")
    assert query not in answer.text
    assert "agency_system" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
async def test_another_method_runs_no_query(ready: House, method: str) -> None:
    answer = await ready.send("gateway", method, "/graphql", "agency_system", json={"query": FINE})
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")


async def test_a_method_in_a_header_changes_nothing(ready: House) -> None:
    headers = {"X-HTTP-Method-Override": "POST"}
    answer = await ready.send("gateway", "GET", "/graphql", "agency_system", params={"query": FINE}, headers=headers)
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_session_in_a_cookie_is_none(ready: House) -> None:
    token = ready.headers("agency_system")["Authorization"].removeprefix("Bearer ")
    headers = {"Cookie": f"token={token}; access_token={token}; Authorization=Bearer {token}"}
    answer = await ready.send("gateway", "POST", "/graphql", "nobody", json={"query": FINE}, headers=headers)
    assert answer.json()["data"] == {"viewer": {"role": "public"}}


async def test_introspection_is_open_in_the_form_that_tools_send(ready: House) -> None:
    answer: httpx2.Response = await ready.send(
        "gateway", "POST", "/graphql", "nobody", json={"query": get_introspection_query()}
    )
    assert "errors" not in answer.json()
    assert any(kind["name"] == "Incident" for kind in answer.json()["data"]["__schema"]["types"])


@pytest.mark.parametrize(
    "query", ["{ viewer { rol } }", "{ incidnts { totalCount } }", "{ schools(frst: 1) { totalCount } }"]
)
async def test_a_misspelt_name_is_refused_without_a_suggestion(ready: House, query: str) -> None:
    answer = await attack(ready, json.dumps({"query": query}).encode())
    (error,) = answer.json()["errors"]
    assert not any(name in error["message"] for name in ("role", "incidents", "first", "Did you mean"))
