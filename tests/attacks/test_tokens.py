"""Access tokens: what a forger can send (RFC 7515, 7519, 8725, 9068), and the one form that is taken.

Source: OWASP API Security Top 10 (2023), API2, broken authentication.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from gateway.policy import PURPOSES
from shared.settings import Settings
from shared.web.caller import Caller, TokenVerifier
from shared.web.problems import Problem
from tests.attacks.house import SCOPES, SERVICES, House
from tests.attacks.records import CANARY
from tests.tokens import KEY, KEYS, bearer, token

ISSUER = Settings().public_url
THEIRS = ECKey.generate_key("P-256", {"kid": "tests"})
HEADER: dict[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": "tests"}


def seconds(ahead: int) -> int:
    """The time so many seconds from now: a claim of a test that may be begun minutes after this file was read."""
    return int(time.time()) + ahead


def encoded(content: bytes | dict[str, Any]) -> str:
    plain = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def claims(**differs: Any) -> dict[str, Any]:
    """The claims of a good token, with these instead; None leaves one out."""
    usual = {
        "iss": ISSUER,
        "aud": "daylight",
        "sub": "rms",
        "client_id": "rms",
        "iat": seconds(0),
        "exp": seconds(600),
        "role": "agency_system",
        "oris": ["XX0000100"],
        "scope": "incidents.write",
    }
    return {name: value for name, value in (usual | differs).items() if value is not None}


def signed(header: bytes | dict[str, Any], payload: bytes | dict[str, Any], key: ECKey = KEY) -> str:
    """A token of exactly these bytes, really signed (ES256) whatever its header says."""
    message = f"{encoded(header)}.{encoded(payload)}"
    der = key.get_op_key("sign").sign(message.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    return f"{message}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def with_signature(signature: bytes, header: dict[str, Any] = HEADER) -> str:
    return f"{encoded(header)}.{encoded(claims())}.{encoded(signature)}"


def signed_with_the_public_key(algorithm: str) -> str:
    """The old confusion: the public key, which everybody has, taken for the secret of an HMAC."""
    message = f"{encoded(HEADER | {'alg': algorithm})}.{encoded(claims())}"
    secret = KEY.as_pem(private=False)
    return f"{message}.{encoded(hmac.digest(secret, message.encode(), hashlib.sha256))}"


def signed_with_a_secret(secret: bytes) -> str:
    """A token of HMAC by a secret that a forger can guess."""
    message = f"{encoded(HEADER | {'alg': 'HS256'})}.{encoded(claims())}"
    return f"{message}.{encoded(hmac.digest(secret, message.encode(), hashlib.sha256))}"


def encrypted() -> str:
    header = {"alg": "dir", "enc": "A128GCM", "typ": "at+jwt", "kid": "tests"}
    return jwe.encrypt_compact(header, json.dumps(claims()), OctKey.generate_key(128))


def twice(name: str, value: object) -> bytes:
    """The claims with one of them standing twice, the bad one first."""
    return b'{"%b":%b,' % (name.encode(), json.dumps(value).encode()) + json.dumps(claims()).encode()[1:]


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the curve P-256."""

FORGED: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "no token": lambda: "Zebulon",
    "three dots": lambda: "...",
    "two parts": lambda: ".".join(token(ISSUER).split(".")[:2]),
    "four parts": lambda: token(ISSUER) + ".e30",
    "no base64": lambda: "🎒.🎒.🎒",
    "alg none": lambda: f"{encoded(HEADER | {'alg': 'none'})}.{encoded(claims())}.",
    "alg None": lambda: f"{encoded(HEADER | {'alg': 'None'})}.{encoded(claims())}.",
    "alg nOnE": lambda: f"{encoded(HEADER | {'alg': 'nOnE'})}.{encoded(claims())}.",
    "alg none, a signature kept": lambda: signed(HEADER | {"alg": "none"}, claims()),
    "no alg": lambda: signed({"typ": "at+jwt", "kid": "tests"}, claims()),
    "alg in a list": lambda: signed(HEADER | {"alg": ["ES256"]}, claims()),
    "HS256 with the public key": lambda: signed_with_the_public_key("HS256"),
    "ES256 with an HMAC of the public key": lambda: signed_with_the_public_key("ES256"),
    "alg in small letters": lambda: signed(HEADER | {"alg": "es256"}, claims()),
    "alg with a blank": lambda: signed(HEADER | {"alg": "ES256 "}, claims()),
    "alg of nothing": lambda: signed(HEADER | {"alg": ""}, claims()),
    "HS512 with the public key": lambda: signed_with_the_public_key("HS512"),
    "HS256 with an empty key": lambda: signed_with_a_secret(b""),
    "HS256 with a word that many choose": lambda: signed_with_a_secret(b"secret"),
    "RS256": lambda: signed(HEADER | {"alg": "RS256"}, claims()),
    "PS256": lambda: signed(HEADER | {"alg": "PS256"}, claims()),
    "EdDSA": lambda: signed(HEADER | {"alg": "EdDSA"}, claims()),
    "ES256K": lambda: signed(HEADER | {"alg": "ES256K"}, claims()),
    "ES384": lambda: signed(HEADER | {"alg": "ES384"}, claims()),
    "another key of the same kid": lambda: signed(HEADER, claims(), THEIRS),
    "a key in the header": lambda: signed(HEADER | {"jwk": THEIRS.as_dict(private=False)}, claims(), THEIRS),
    "an address of keys": lambda: signed(HEADER | {"jku": "http://127.0.0.1:9/keys"}, claims(), THEIRS),
    "an address of certificates": lambda: signed(HEADER | {"x5u": "http://127.0.0.1:9/x"}, claims(), THEIRS),
    "certificates in the header": lambda: signed(HEADER | {"x5c": ["AAAA"]}, claims(), THEIRS),
    "no kid": lambda: signed({"alg": "ES256", "typ": "at+jwt"}, claims()),
    "a kid that is a path": lambda: signed(HEADER | {"kid": "../../../../dev/null"}, claims()),
    "a kid that is SQL": lambda: signed(HEADER | {"kid": "tests' or '1'='1"}, claims()),
    "a kid that is an address": lambda: signed(HEADER | {"kid": "http://127.0.0.1:9/key"}, claims()),
    "a kid with a null byte": lambda: signed(HEADER | {"kid": "tests\x00"}, claims()),
    "a kid in capitals": lambda: signed(HEADER | {"kid": "TESTS"}, claims()),
    "a kid of nothing": lambda: signed(HEADER | {"kid": ""}, claims()),
    "a kid in a list": lambda: signed(HEADER | {"kid": ["tests"]}, claims()),
    "a kid of null": lambda: signed(HEADER | {"kid": None}, claims()),
    "an ID token": lambda: signed(HEADER | {"typ": "JWT"}, claims()),
    "a logout token": lambda: signed(HEADER | {"typ": "logout+jwt"}, claims()),
    "a type that begins alike": lambda: signed(HEADER | {"typ": "at+jwt+x"}, claims()),
    "a token in a token": lambda: signed(HEADER | {"cty": "JWT"}, token(ISSUER).encode()),
    "no typ": lambda: signed({"alg": "ES256", "kid": "tests"}, claims()),
    "critical extensions": lambda: signed(HEADER | {"crit": ["admin"], "admin": True}, claims()),
    "an unencoded payload": lambda: signed(HEADER | {"b64": False, "crit": ["b64"]}, claims()),
    "an encrypted token": encrypted,
    "padding": lambda: token(ISSUER) + "==",
    "a blank in it": lambda: token(ISSUER).replace(".", ". ", 1),
    "a line break in it": lambda: token(ISSUER).replace(".", ".\n", 1),
    "letters of common base64": lambda: token(ISSUER)[:-8] + "+/+/+/+/",
    "two tokens": lambda: f"{token(ISSUER)},{token(ISSUER)}",
    "a token as JSON": lambda: json.dumps(
        dict(zip(("protected", "payload", "signature"), token(ISSUER).split("."), strict=False))
    ),
    "an empty signature": lambda: with_signature(b""),
    "a signature of zeros": lambda: with_signature(bytes(64)),
    "r of the curve's order": lambda: with_signature(ORDER.to_bytes(32, "big") * 2),
    "a short signature": lambda: with_signature(bytes(32)),
    "a long signature": lambda: with_signature(bytes(65)),
    "a DER signature": lambda: with_signature(KEY.get_op_key("sign").sign(b"", ec.ECDSA(hashes.SHA256()))),
    "claims changed after signing": lambda: ".".join(
        [token(ISSUER).split(".")[0], encoded(claims(oris=["*"])), token(ISSUER).split(".")[2]]
    ),
    "another issuer": lambda: signed(HEADER, claims(iss="https://daylight.example.org")),
    "an issuer that begins alike": lambda: signed(HEADER, claims(iss=f"{ISSUER}/")),
    "no issuer": lambda: signed(HEADER, claims(iss=None)),
    "issuers in a list": lambda: signed(HEADER, claims(iss=[ISSUER])),
    "another audience": lambda: signed(HEADER, claims(aud="moonlight")),
    "no audience": lambda: signed(HEADER, claims(aud=None)),
    "audience of null in a list": lambda: signed(HEADER, claims(aud=[None])),
    "an audience that begins alike": lambda: signed(HEADER, claims(aud="daylight2")),
    "an audience in capitals": lambda: signed(HEADER, claims(aud="DAYLIGHT")),
    "an audience in an object": lambda: signed(HEADER, claims(aud={"daylight": True})),
    "an issuer in capitals": lambda: signed(HEADER, claims(iss=ISSUER.upper())),
    "expired": lambda: signed(HEADER, claims(exp=seconds(-61))),
    "no end": lambda: signed(HEADER, claims(exp=None)),
    "an end in words": lambda: signed(HEADER, claims(exp=str(seconds(600)))),
    "an end of true": lambda: signed(HEADER, claims(exp=True)),
    "an end in ages": lambda: signed(HEADER, claims(exp=10**30)),
    "an end of infinity": lambda: signed(HEADER, claims(exp=float("inf"))),
    "an end that is no number": lambda: signed(HEADER, claims(exp=float("nan"))),
    "an end in a year": lambda: signed(HEADER, claims(exp=seconds(365 * 86_400))),
    "not yet": lambda: signed(HEADER, claims(nbf=seconds(120))),
    "issued in the future": lambda: signed(HEADER, claims(iat=seconds(120))),
    "from a time in words": lambda: signed(HEADER, claims(nbf="now")),
    "issued in words": lambda: signed(HEADER, claims(iat="now")),
    "no time of issue": lambda: signed(HEADER, claims(iat=None)),
    "no client": lambda: signed(HEADER, claims(client_id=None)),
    "a client that is a number": lambda: signed(HEADER, claims(client_id=7)),
    "roles in a list": lambda: signed(HEADER, claims(role=["agency_system", "administrator"])),
    "no role": lambda: signed(HEADER, claims(role=None)),
    "agencies as a text": lambda: signed(HEADER, claims(oris="*")),
    "agencies as numbers": lambda: signed(HEADER, claims(oris=5)),
    "scopes in a list": lambda: signed(HEADER, claims(scope=["incidents.write"])),
    "an audience twice": lambda: signed(HEADER, twice("aud", "moonlight")),
    "an end twice": lambda: signed(HEADER, twice("exp", 1)),
    "an algorithm twice": lambda: signed(b'{"alg":"none",' + json.dumps(HEADER).encode()[1:], claims()),
    "claims that are a list": lambda: signed(HEADER, b"[]"),
    "claims that are no JSON": lambda: signed(HEADER, b"{"),
    "claims of NaN": lambda: signed(HEADER, json.dumps(claims()).encode()[:-1] + b',"x":NaN}'),
    "a header without an end": lambda: f"{encoded(b'[' * 5_000)}.{encoded(claims())}.{encoded(bytes(64))}",
    "claims without an end": lambda: signed(HEADER, b'{"a":' * 900 + b"1" + b"}" * 900),
    "a header that is a list": lambda: signed(b"[]", claims()),
    "an endless token": lambda: signed(HEADER, claims(scope="a" * 10_000)),
}


@pytest.fixture
def verifier() -> TokenVerifier:
    made = TokenVerifier(issuer=ISSUER, audience="daylight", keys_url="http://127.0.0.1:9/oauth/jwks")
    made.trust(KEYS)
    return made


def test_the_token_that_the_forgeries_differ_from_is_taken(verifier: TokenVerifier) -> None:
    caller = verifier.verify(signed(HEADER, claims()))
    assert isinstance(caller, Caller)
    assert (caller.client, caller.oris, caller.scopes) == ("rms", ("XX0000100",), frozenset({"incidents.write"}))


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_refused(verifier: TokenVerifier, forge: Callable[[], str]) -> None:
    with pytest.raises(Problem) as refused:
        verifier.verify(forge())
    assert (refused.value.code, refused.value.status) == ("unauthenticated", 401)
    assert refused.value.detail == "The token is not valid here."


PROTECTED = {
    "gateway": "/v1/incidents",
    "incidents": "/v1/incidents/XX0000100",
    "training": "/v1/officers/XX0000100",
    "reporting": "/v1/enrollment?lea_id=9900001",
}
"""A route of each service that needs a token."""


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_no_service_takes_a_forged_token(house: House, forge: Callable[[], str]) -> None:
    forged = forge().encode("utf-8", "replace").replace(b"\n", b" ")
    for service in SERVICES:
        answer = await house.http[service].get(PROTECTED[service], headers={b"Authorization": b"Bearer " + forged})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert "WWW-Authenticate" in answer.headers
        assert forged.decode("utf-8", "replace") not in answer.text or not forged


def good() -> str:
    return token(ISSUER, scope="incidents.read records.read training.write directory.write")


CARRIED: dict[str, Callable[[], dict[str, Any]]] = {
    "no header": dict,
    "a name and a password": lambda: {"headers": {"Authorization": "Basic cm1zOnJtcw=="}},
    "a scheme of its own": lambda: {"headers": {"Authorization": f"Token {good()}"}},
    "no scheme": lambda: {"headers": {"Authorization": good()}},
    "two schemes": lambda: {"headers": {"Authorization": f"Bearer Bearer {good()}"}},
    "in a parameter": lambda: {"params": {"access_token": good(), "lea_id": "9900001"}},
    "in a cookie": lambda: {"headers": {"Cookie": f"access_token={good()}"}},
    "in another header": lambda: {"headers": {"X-Access-Token": good(), "X-Authorization": f"Bearer {good()}"}},
    "said by a proxy": lambda: {
        "headers": {"X-Forwarded-User": "rms", "X-Remote-User": "rms", "X-Role": "administrator"}
    },
    "from this machine": lambda: {"headers": {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}},
    "for another address": lambda: {"headers": {"X-Original-URL": "/livez", "X-Rewrite-URL": "/livez"}},
    "by another host": lambda: {"headers": {"Host": "localhost", "X-Forwarded-Host": "localhost"}},
}


@pytest.mark.parametrize("carry", CARRIED.values(), ids=CARRIED)
async def test_what_is_carried_elsewhere_is_no_token(house: House, carry: Callable[[], dict[str, Any]]) -> None:
    for service, path in PROTECTED.items():
        answer = await house.http[service].get(path, **carry())
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


ODD = {
    "a role of nobody's": {"role": "root"},
    "a role of nothing": {"role": ""},
    "a role of two words": {"role": "agency_system administrator"},
    "every district": {"role": "district_system", "oris": [], "lea_ids": ["*"]},
    "every school": {"role": "school_leader", "oris": [], "school_ids": ["*"]},
    "every agency, by a pattern": {"oris": ["XX%", "XX000____", ".*"]},
    "agencies in one text": {"oris": ["XX0000100,XX0000200,*"]},
    "agencies that end a setting": {"oris": ["XX0000100', true), set_config('daylight.custodians', '*"]},
    "an agency of a null byte": {"oris": ["XX0000100\x00"]},
    "a public client with every district": {"role": "public", "oris": ["XX0000100"], "lea_ids": ["9900002"]},
    "a purpose of nobody's": {"purpose": "anything", "purposes": ["anything"]},
    "hundreds of agencies": {"oris": [f"X{number:08}" for number in range(500)]},
}
"""Claims that a trusted issuer should not have signed."""
CLAIMS: dict[str, Any] = {
    "scope": SCOPES,
    "purposes": list(PURPOSES),
    "purpose": "agency_operations",
    "oris": ["XX0000100"],
    "role": "agency_system",
}


@pytest.mark.parametrize("differs", ODD.values(), ids=ODD)
async def test_odd_claims_of_a_trusted_issuer_reach_nothing_of_others(house: House, differs: dict[str, Any]) -> None:
    headers = bearer(ISSUER, **CLAIMS | differs)
    query = {"query": "{ incidents { totalCount edges { node { key sourceSystem } } } }"}
    said = [await house.http[service].get(path, headers=headers) for service, path in PROTECTED.items()]
    said.append(await house.http["gateway"].post("/graphql", json=query, headers=headers))
    said.append(await house.http["gateway"].get("/v1/changes?since=start", headers=headers))
    for answer in said:
        assert answer.status_code < 500, answer.text
        assert CANARY not in answer.text


@pytest.mark.parametrize(
    "differs",
    [{"typ": "application/at+jwt"}, {"typ": "AT+JWT"}],
)
def test_the_type_is_compared_as_a_media_type(verifier: TokenVerifier, differs: dict[str, str]) -> None:
    assert verifier.verify(signed(HEADER | differs, claims())).client == "rms"


@pytest.mark.parametrize(
    "differing",
    [
        lambda: claims(aud=["daylight", "other"]),
        lambda: claims(exp=seconds(-30)),
        lambda: claims(nbf=seconds(0)),
        lambda: claims(iat=seconds(30)),
    ],
    ids=["one audience of two", "just expired", "from now", "a clock that is ahead"],
)
def test_what_the_standards_allow_is_taken(verifier: TokenVerifier, differing: Callable[[], dict[str, Any]]) -> None:
    assert verifier.verify(signed(HEADER, differing())).client == "rms"


def test_a_token_that_was_taken_once_is_refused_once_it_has_expired(
    verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = signed(HEADER, claims())
    verifier.verify(taken)
    later = seconds(700)
    monkeypatch.setattr("shared.web.caller.time.time", lambda: later)
    with pytest.raises(Problem) as refused:
        verifier.verify(taken)
    assert refused.value.detail == "The token has expired."


def test_a_token_of_a_key_that_is_no_longer_trusted_is_refused(verifier: TokenVerifier) -> None:
    taken = signed(HEADER, claims())
    verifier.verify(taken)
    verifier.trust(dict(KeySet([ECKey.generate_key("P-256", {"kid": "next"})]).as_dict(private=False)))
    with pytest.raises(Problem):
        verifier.verify(taken)


def test_a_symmetric_key_among_the_issuers_is_no_key_for_tokens(verifier: TokenVerifier) -> None:
    secret = OctKey.generate_key(256, {"kid": "shared"})
    verifier.trust({"keys": [*KEYS["keys"], secret.as_dict(private=True)]})
    forged = jwt.encode(HEADER | {"alg": "HS256", "kid": "shared"}, claims(), secret)
    with pytest.raises(Problem):
        verifier.verify(forged)
