"""Who calls: an access token (RFC 9068), verified offline against the issuer's keys, and what it lets its bearer do."""

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import httpx2
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.web.problems import Problem

logger = logging.getLogger(__name__)

ALGORITHMS = ["ES256"]
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of access tokens, RFC 9068
LEEWAY_SECONDS = 60
REFRESH_SECONDS = 300
RETRY_SECONDS = 0.25
REMEMBERED_TOKENS = 10_000
LONGEST_TOKEN = 8_192
EVERY_AGENCY = "*"


@dataclass(frozen=True, slots=True)
class Caller:
    """A client as its token describes it. `oris` of `*` means every agency of the installation."""

    client: str
    role: str
    oris: tuple[str, ...]
    lea_ids: tuple[str, ...]
    school_ids: tuple[str, ...]
    officer_number: str | None
    scopes: frozenset[str]
    purposes: tuple[str, ...]
    purpose: str | None
    expires_at: int

    def owns(self, ori: str) -> bool:
        """Whether the caller acts for this agency."""
        return ori in self.oris or EVERY_AGENCY in self.oris


class TokenVerifier:
    """Verifies access tokens without asking the issuer, whose keys it fetches at start and every five minutes."""

    def __init__(self, *, issuer: str, audience: str, keys_url: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys_url = keys_url
        self._keys: KeySet | None = None
        self._verified: OrderedDict[str, Caller] = OrderedDict()

    @property
    def ready(self) -> bool:
        """Whether the issuer's keys have been fetched once."""
        return self._keys is not None

    def trust(self, keys: dict[str, Any]) -> None:
        """Trust these keys (a JWKS); tokens verified under former keys are forgotten."""
        self._keys = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        self._verified.clear()

    async def run(self) -> None:
        """Fetch the keys again and again until cancelled; keep the last ones while the issuer is away."""
        async with httpx2.AsyncClient(timeout=5) as client:
            while True:
                with contextlib.suppress(httpx2.HTTPError, ValueError, KeyError):
                    self.trust((await client.get(self._keys_url)).raise_for_status().json())
                await asyncio.sleep(REFRESH_SECONDS if self.ready else RETRY_SECONDS)

    def verify(self, token: str) -> Caller:
        """The caller of a valid token. Raises Problem `unauthenticated`, or `unavailable` before the first keys."""
        if self._keys is None:
            raise Problem("unavailable", "The issuer's keys are not here yet.")
        caller = self._verified.get(token)
        if caller is None:
            caller = _caller(self._claims(token, self._keys))
            self._verified[token] = caller
            while len(self._verified) > REMEMBERED_TOKENS:
                self._verified.popitem(last=False)
        if caller.expires_at + LEEWAY_SECONDS < time.time():
            raise _unauthenticated("The token has expired.")
        return caller

    def _claims(self, token: str, keys: KeySet) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            iat={"essential": True},
            client_id={"essential": True},
            role={"essential": True},
        )
        try:
            if len(token) > LONGEST_TOKEN or not token.isascii():
                raise ValueError
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            if str(decoded.header.get("typ", "")).lower().removeprefix("application/") != TOKEN_TYPE:
                raise ValueError
            if str(decoded.header.get("kid", "")) not in {key.kid for key in keys}:
                raise ValueError
            registry.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise _unauthenticated("The token is not valid here.") from None
        return decoded.claims


def _caller(claims: dict[str, Any]) -> Caller:
    def several(name: str) -> tuple[str, ...]:
        return tuple(str(value) for value in claims.get(name) or ())

    return Caller(
        client=str(claims["client_id"]),
        role=str(claims["role"]),
        oris=several("oris"),
        lea_ids=several("lea_ids"),
        school_ids=several("school_ids"),
        officer_number=claims.get("officer_number"),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        purposes=several("purposes"),
        purpose=claims.get("purpose"),
        expires_at=int(claims["exp"]),
    )


def _unauthenticated(detail: str) -> Problem:
    return Problem("unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


async def optional_caller(request: Request) -> Caller | None:
    """The caller, or None for a request without a token. Raises Problem `unauthenticated` for a bad token."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthenticated("Send the token as a bearer token.")
    verifier: TokenVerifier = request.app.state.verifier
    caller = verifier.verify(token.strip())
    request.scope["daylight.client"] = caller.client
    return caller


async def required_caller(request: Request) -> Caller:
    """The caller. Raises Problem `unauthenticated` where there is none."""
    caller = await optional_caller(request)
    if caller is None:
        raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    return caller


def scoped(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: the caller, who must hold this scope. Raises Problem `insufficient-scope`."""

    async def with_scope(request: Request) -> Caller:
        caller = await required_caller(request)
        if scope not in caller.scopes:
            raise Problem("insufficient-scope", f"The scope {scope} is needed.")
        return caller

    return with_scope


OptionalCaller = Annotated[Caller | None, Depends(optional_caller)]
RequiredCaller = Annotated[Caller, Depends(required_caller)]
