"""Access tokens: who gets one, what is in it, and every way in which asking can go wrong."""

import base64
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.gateway.conftest import Gateway

GRANT = {"grant_type": "client_credentials"}


def secret(gateway: Gateway, client: str = "demo-sis") -> str:
    return gateway.secrets.client_secret(client)


async def claims(gateway: Gateway, **form: str) -> dict[str, Any]:
    answer = await gateway.http.post("/oauth/token", data=GRANT | form, auth=("demo-sis", secret(gateway)))
    keys = KeySet.import_key_set((await gateway.http.get("/oauth/jwks")).json())
    decoded = jwt.decode(answer.raise_for_status().json()["access_token"], keys, algorithms=["ES256"])
    assert decoded.header["typ"] == "at+jwt"
    return dict(decoded.claims)


async def test_a_token_says_who_the_client_is_for_whom_and_why(gateway: Gateway) -> None:
    found = await claims(gateway)
    assert found["exp"] - found["iat"] == 900
    assert {name: found[name] for name in ("iss", "sub", "client_id", "aud", "role", "lea_ids", "oris", "purpose")} == {
        "iss": "http://127.0.0.1:8000",
        "sub": "demo-sis",
        "client_id": "demo-sis",
        "aud": "daylight",
        "role": "district_system",
        "lea_ids": ["9900001"],
        "oris": [],
        "purpose": "sis_sync",
    }
    assert {"jti", "scope", "school_ids", "officer_number", "purposes"} <= found.keys()


async def test_two_tokens_never_have_the_same_id(gateway: Gateway) -> None:
    assert (await claims(gateway))["jti"] != (await claims(gateway))["jti"]


async def test_the_secret_may_stand_in_the_header_or_in_the_body(gateway: Gateway) -> None:
    in_body = GRANT | {"client_id": "demo-sis", "client_secret": secret(gateway)}
    answer = await gateway.http.post("/oauth/token", data=in_body)
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert answer.headers["cache-control"] == "no-store"


async def test_fewer_scopes_and_another_allowed_purpose_can_be_asked_for(gateway: Gateway) -> None:
    found = await claims(gateway, scope="changes.read", purpose="crdc")
    assert (found["scope"], found["purpose"]) == ("changes.read", "crdc")


@pytest.mark.parametrize(
    ("form", "status", "error", "code"),
    [
        ({"scope": "incidents.write"}, 400, "invalid_scope", "invalid-request"),
        ({"scope": "all.of.it"}, 400, "invalid_scope", "invalid-request"),
        ({"purpose": "audit"}, 403, "invalid_request", "purpose-not-allowed"),
        ({"purpose": "surveillance"}, 422, "invalid_request", "unknown-code"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "invalid-request"),
        ({"grant_type": ""}, 400, "invalid_request", "invalid-request"),
        ({"client_secret": "x"}, 400, "invalid_request", "invalid-request"),
        ({"client_id": "a\0b"}, 400, "invalid_request", "invalid-request"),
    ],
)
async def test_a_refusal_is_an_oauth_error_and_a_problem(
    gateway: Gateway, form: dict[str, str], status: int, error: str, code: str
) -> None:
    answer = await gateway.http.post("/oauth/token", data=GRANT | form, auth=("demo-sis", secret(gateway)))
    said = answer.json()
    assert (answer.status_code, said["error"], said["code"]) == (status, error, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["error_description"]
    assert said["request_id"]
    assert said["type"].endswith(f"/problems/{code}")


@pytest.mark.parametrize(
    "header",
    [
        "Basic " + base64.b64encode(b"demo-sis:wrong").decode(),
        "Basic " + base64.b64encode(b"nobody:wrong").decode(),
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic not-base64!",
        "Basic " + base64.b64encode(b"demo%00sis:wrong").decode(),
        "Basic /w==",
        "Bearer abc",
    ],
)
async def test_a_wrong_secret_and_an_unknown_client_get_the_same_answer(gateway: Gateway, header: str) -> None:
    answer = await gateway.http.post("/oauth/token", data=GRANT, headers={"Authorization": header})
    said = answer.json()
    assert (answer.status_code, said["error"], said["detail"]) == (
        401,
        "invalid_client",
        "The client or its secret is not right.",
    )
    assert answer.headers["www-authenticate"] == 'Basic realm="daylight"'


async def test_a_parameter_that_stands_twice_is_refused(gateway: Gateway) -> None:
    answer = await gateway.http.post(
        "/oauth/token",
        content=b"grant_type=client_credentials&scope=changes.read&scope=records.read",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=("demo-sis", secret(gateway)),
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_json_is_not_taken_where_a_form_is_due(gateway: Gateway) -> None:
    answer = await gateway.http.post("/oauth/token", json=GRANT, auth=("demo-sis", secret(gateway)))
    assert answer.status_code == 415


async def test_five_wrong_secrets_lock_the_client_out_and_no_other(gateway: Gateway) -> None:
    for _ in range(5):
        assert (await gateway.http.post("/oauth/token", data=GRANT, auth=("demo-sis", "no"))).status_code == 401
    locked = await gateway.http.post("/oauth/token", data=GRANT, auth=("demo-sis", secret(gateway)))
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 900
    other = await gateway.http.post("/oauth/token", data=GRANT, auth=("demo-rms", secret(gateway, "demo-rms")))
    assert other.status_code == 200


async def test_the_right_secret_forgets_the_wrong_ones_before_it(gateway: Gateway) -> None:
    right = secret(gateway)
    statuses = [
        (await gateway.http.post("/oauth/token", data=GRANT, auth=("demo-sis", given))).status_code
        for given in ["no"] * 4 + [right] + ["no"] * 4 + [right]
    ]
    assert statuses == [401] * 4 + [200] + [401] * 4 + [200]


async def test_an_inactive_client_gets_no_token(gateway: Gateway) -> None:
    owner = await gateway.view.owner()
    await owner.execute("update client set active = false where client = 'demo-sis'")
    await owner.close()
    answer = await gateway.http.post("/oauth/token", data=GRANT, auth=("demo-sis", secret(gateway)))
    assert answer.status_code == 401


async def test_no_secret_stands_in_the_database(gateway: Gateway) -> None:
    owner = await gateway.view.owner()
    rows = await owner.fetch("select client::text as row, client.client from client")
    await owner.close()
    assert not [row["client"] for row in rows if secret(gateway, row["client"]) in row["row"]]


async def test_discovery_names_the_token_endpoint_and_the_keys(gateway: Gateway) -> None:
    found = (await gateway.http.get("/.well-known/openid-configuration")).json()
    assert found["token_endpoint"] == f"{found['issuer']}/oauth/token"
    assert found["jwks_uri"] == f"{found['issuer']}/oauth/jwks"


async def test_the_published_key_has_no_private_part(gateway: Gateway) -> None:
    (key,) = (await gateway.http.get("/oauth/jwks")).json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_a_client_learns_what_it_is_registered_as(gateway: Gateway) -> None:
    answer = await gateway.http.get("/v1/clients/self", headers=await gateway.headers("demo-rms"))
    assert answer.json() == {
        "client": "demo-rms",
        "role": "agency_system",
        "oris": ["XX0000100", "HI0020000"],
        "lea_ids": [],
        "school_ids": [],
        "officer_number": None,
        "scopes": [
            "incidents.write",
            "incidents.read",
            "judgements.write",
            "training.write",
            "orders.write",
            "records.read",
            "changes.read",
        ],
        "purposes": ["agency_operations", "supervision"],
        "default_purpose": "agency_operations",
    }


@pytest.mark.parametrize(
    ("client", "registered"),
    [
        ("demo-supervisor", {"role": "supervisor", "oris": ["XX0000100"], "officer_number": "2100", "school_ids": []}),
        ("demo-officer", {"role": "officer", "oris": ["XX0000100"], "officer_number": "4471", "school_ids": []}),
        ("demo-principal", {"role": "school_leader", "oris": [], "school_ids": ["990000100001"]}),
    ],
)
async def test_a_person_of_the_demo_stands_for_an_officers_number_or_a_school(
    gateway: Gateway, client: str, registered: dict[str, Any]
) -> None:
    told = (await gateway.http.get("/v1/clients/self", headers=await gateway.headers(client))).json()
    assert {name: told[name] for name in registered} == registered


async def test_without_a_token_nobody_is_anyone(gateway: Gateway) -> None:
    answer = await gateway.http.get("/v1/clients/self")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
