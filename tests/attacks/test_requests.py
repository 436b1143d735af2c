"""Requests that are bent to reach what is others', to break what reads them, or to speak through an answer.

Sources: OWASP API Security Top 10 (2023), API4, API5 and API8; OWASP cheat sheets on injection and on HTTP headers.
"""

import json
from typing import Any

import pytest

from tests.attacks.house import ATTACKERS, SERVICES, House
from tests.attacks.operations import NDJSON, Operation, operations
from tests.attacks.records import CANARY, HOME, NEVER_KEPT, OTHER, PARAMETER, address

SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
ALL = operations()
LISTS = [one for one in ALL if one.method == "GET" and not PARAMETER.search(one.path)]
WRITES = [one for one in ALL if one.media_type and one.service != "gateway"]
SQL = (
    "' or '1'='1",
    "1'; drop table document; --",
    "1) union select document from document --",
    "$1",
    "\\'; select pg_sleep(9); --",
    "%",
    "_________",
    "*",
)
"""Words that a careless statement would obey."""
BENT = (
    f"{HOME.ori}/../{OTHER.ori}/{OTHER.number}",
    f"{HOME.ori}/..%2f{OTHER.ori}%2f{OTHER.number}",
    f"{HOME.ori}%2f..%2f{OTHER.ori}/{OTHER.number}",
    f"{HOME.ori}/%2e%2e/{OTHER.ori}/{OTHER.number}",
    f"{OTHER.ori}%00{HOME.ori}/{OTHER.number}",
    f"{OTHER.ori.lower()}/{OTHER.number}",
    f"{OTHER.ori}%20/{OTHER.number}",
    f"%20{OTHER.ori}/{OTHER.number}",
    f"{OTHER.ori}/{OTHER.number.lower()}",
    f"{OTHER.ori}/{OTHER.number}%20",
    f"{OTHER.ori}/{OTHER.number}/",
    f"/{OTHER.ori}/{OTHER.number}",
    f"{OTHER.ori}//{OTHER.number}",
    f"{OTHER.ori};{HOME.ori}/{OTHER.number}",
    f"{OTHER.ori}/{OTHER.number};a=b",
    f"{OTHER.ori}/{OTHER.number}.json",
    f"{OTHER.ori}/{OTHER.number}%2fversions",
    f"{OTHER.ori}%252f{OTHER.number}",
    f"{OTHER.ori}/{OTHER.number}?ori={HOME.ori}",
    f"{HOME.ori}/{OTHER.number}?ori={OTHER.ori}",
    f"{HOME.ori}/{OTHER.number}?ori={HOME.ori}&ori={OTHER.ori}",
    f"{OTHER.ori}/{OTHER.number}#{HOME.ori}",
    f"%EF%BC%B8X0000200/{OTHER.number}",
    f"{OTHER.ori}/%EF%BC%BAQX-1",
)
"""Paths of others' record in disguise."""
CARRIED: dict[str, dict[str, str]] = {
    "an address that a proxy rewrites": {"X-Original-URL": f"/v1/incidents/{OTHER.ori}/{OTHER.number}"},
    "another method": {"X-HTTP-Method-Override": "PUT", "X-Method-Override": "DELETE"},
    "another agency": {"X-ORI": OTHER.ori, "X-Tenant": OTHER.ori, "X-Organization": OTHER.ori},
    "another role": {"X-Role": "administrator", "X-User": "demo-state"},
    "another purpose": {"Daylight-Purpose": "emergency"},
    "a proxy on this machine": {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=localhost"},
    "a debugger": {"X-Debug": "1", "X-Debug-Mode": "true", "Cookie": "debug=1"},
    "another version": {"If-None-Match": "*", "If-Match": "*"},
}
ODD_JSON = {
    "nothing": b"",
    "a text": b'"x"',
    "a list": b"[]",
    "null": b"null",
    "a key twice": b'{"name":"a","name":"b"}',
    "no number": b'{"hours":NaN}',
    "an infinite number": b'{"hours":1e400}',
    "ten thousand digits": b'{"hours":' + b"9" * 10_000 + b"}",
    "a deep list": b"[" * 50_000,
    "a deep object": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "bytes that are no UTF-8": b'{"name":"\xff"}',
    "half a surrogate pair": b'{"name":"\\ud800"}',
    "a null byte": b'{"name":"a\\u0000b","title":"a\\u0000b","reason_code":"\\u0000"}',
    "UTF-16": '{"name":"a"}'.encode("utf-16"),
    "ten thousand keys": json.dumps({f"k{number}": 1 for number in range(10_000)}).encode(),
    "XML with an entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a pickle": b"cos\nsystem\n(S'id'\ntR.",
}


def _unharmed(answer: Any) -> None:
    """Nothing of others', no failure of ours, no trace of how it is made."""
    assert answer.status_code < 500, answer.text
    assert CANARY not in answer.text + str(answer.headers)
    assert not any(trace in answer.text for trace in ("Traceback", "asyncpg", "psycopg", "sqlalchemy", "site-packages"))


@pytest.mark.parametrize("service", ["incidents", "gateway"])
@pytest.mark.parametrize("path", BENT)
async def test_a_path_in_disguise_reaches_nothing(house: House, path: str, service: str) -> None:
    answer = await house.send(service, "GET", f"/v1/incidents/{path}", "agency_system")
    _unharmed(answer)
    assert answer.status_code in (400, 404, 422)


@pytest.mark.parametrize("carried", CARRIED.values(), ids=CARRIED)
async def test_a_header_makes_nobody_more_than_its_token(house: House, carried: dict[str, str]) -> None:
    for service in SERVICES:
        for path in (f"/v1/incidents/{OTHER.ori}/{OTHER.number}", f"/v1/officers/{OTHER.ori}/{OTHER.number}"):
            answer = await house.send(service, "GET", path, "agency_system", headers=carried)
            _unharmed(answer)
            assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    ("operation", "role"),
    [(operation, role) for operation in LISTS for role in sorted(ATTACKERS)],
    ids=[f"{role}: {operation.name}" for operation in LISTS for role in sorted(ATTACKERS)],
)
async def test_no_list_holds_anything_of_others(house: House, operation: Operation, role: str) -> None:
    since = {"since": "start"} if "since" in operation.query else {}
    _unharmed(await house.send(operation.service, "GET", operation.path, role, params=since))


@pytest.mark.parametrize(
    "operation",
    [one for one in ALL if one.query and not PARAMETER.search(one.path)],
    ids=lambda operation: operation.name,
)
async def test_no_parameter_is_obeyed(house: House, operation: Operation) -> None:
    for word in (*SQL, "a\0b", "\r\nSet-Cookie: a=b", "../../etc/passwd", "x" * 5_000, "＇ or 1=1", "{{7*7}}"):
        params = dict.fromkeys(operation.query, word)
        answer = await house.send(operation.service, "GET", operation.path, "agency_system", params=params)
        _unharmed(answer)
        assert "set-cookie" not in answer.headers
        assert "49" not in answer.headers.get("link", "")
        for name in operation.query:
            _unharmed(await house.send(operation.service, "GET", operation.path, "agency_system", params={name: word}))


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.name)
async def test_a_body_that_is_none_is_refused(house: House, operation: Operation) -> None:
    path = address(operation.path, HOME, house.ids_for("supervisor", NEVER_KEPT))
    asked = {"headers": {"Content-Type": operation.media_type or ""}}
    for name, content in ODD_JSON.items():
        for role in ("agency_system", "district_system"):
            answer = await house.send(operation.service, operation.method, path, role, content=content, **asked)
            _unharmed(answer)
            if operation.media_type == NDJSON and answer.status_code == 200:
                lines = [json.loads(line) for line in answer.text.splitlines()]
                assert {line["result"] for line in lines if "result" in line} <= {"rejected"}, name
            else:
                assert answer.status_code >= 400, name


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.name)
async def test_every_answer_bears_its_headers_and_no_page_reads_it_with_a_token(
    house: House, operation: Operation
) -> None:
    path = address(operation.path, HOME, house.ids_for("supervisor", NEVER_KEPT))
    headers = {"Origin": "https://evil.example", "Daylight-Dry-Run": "true"}
    answer = await house.send(operation.service, operation.method, path, "agency_system", headers=headers)
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    kept = answer.headers["cache-control"]
    # What has an entity tag may be kept by whom it was given to, who asks each time whether it still holds.
    asked_again = kept == "private, no-cache" and "etag" in answer.headers
    assert "no-store" in kept or asked_again or operation.path.startswith(("/oauth", "/.well-known"))
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
