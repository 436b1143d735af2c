"""Who calls: an access token (RFC 9068), verified offline against the issuer's keys, and what it lets its bearer do."""

import asyncio
import base64
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import httpx2
import jiter
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict

from shared.contracts.contract import LeaId, Ori, SchoolId
from shared.web.problems import Problem

logger = logging.getLogger(__name__)

ALGORITHMS = ["ES256"]
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of access tokens, RFC 9068
LEEWAY_SECONDS = 60
REFRESH_SECONDS = 300
RETRY_SECONDS = 0.25
REMEMBERED_TOKENS = 10_000
LONGEST_TOKEN = 8_192
LONGEST_LIFE_SECONDS = 86_400
EVERY_AGENCY = "*"
EVERY_SITE = {"Access-Control-Allow-Origin": "*"}
"""Header of an answer that was given without a token: pages of any site may read it, while they send no credential."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A client as its token describes it. `oris` of `*` means every agency of the installation.

    `issuer` and `subject` are the account that it came with.
    """

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
    issuer: str
    subject: str

    def owns(self, ori: str) -> bool:
        """Whether the caller acts for this agency."""
        return ori in self.oris or EVERY_AGENCY in self.oris


class AccessToken(BaseModel):
    """The claims of an access token that Daylight reads (RFC 9068), each of its type; others are passed over."""

    model_config = ConfigDict(strict=True, frozen=True)

    iss: str
    sub: str
    client_id: str
    role: str
    oris: list[Ori | Literal["*"]] = []
    lea_ids: list[LeaId] = []
    school_ids: list[SchoolId] = []
    officer_number: str | None = None
    scope: str = ""
    purposes: list[str] = []
    purpose: str | None = None
    iat: int
    exp: int


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
        """Trust these keys (a JWKS); tokens verified under former keys are forgotten.

        Raises ValueError, TypeError, KeyError, AttributeError or JoseError for what holds no keys.
        """
        read = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        if not read.keys:
            raise ValueError
        self._keys = read
        self._verified.clear()

    async def run(self) -> None:
        """Fetch the keys again and again until cancelled; keep the last ones while the issuer is away."""
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx2.HTTPError, JoseError, ValueError, TypeError, KeyError, AttributeError):
                    self.trust((await client.get(self._keys_url)).raise_for_status().json())
                await asyncio.sleep(REFRESH_SECONDS if self.ready else RETRY_SECONDS)

    def verify(self, token: str) -> Caller:
        """The caller of a valid token. Raises Problem `unauthenticated`, or `unavailable` before the first keys."""
        if self._keys is None:
            raise Problem("unavailable", "The issuer's keys are not here yet.")
        caller = self._verified.get(token)
        if caller is None:
            caller = _caller(self._read(token, self._keys))
            self._verified[token] = caller
            while len(self._verified) > REMEMBERED_TOKENS:
                self._verified.popitem(last=False)
        if caller.expires_at + LEEWAY_SECONDS < time.time():
            raise _unauthenticated("The token has expired.")
        return caller

    def _read(self, token: str, keys: KeySet) -> AccessToken:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
        )
        try:
            _refuse_ambiguous(token)
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            if str(decoded.header.get("typ", "")).lower().removeprefix("application/") != TOKEN_TYPE:
                raise ValueError
            if str(decoded.header.get("kid", "")) not in {key.kid for key in keys}:
                raise ValueError
            registry.validate(decoded.claims)
            read = AccessToken.model_validate(decoded.claims)
            if read.exp - read.iat > LONGEST_LIFE_SECONDS:
                raise ValueError
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise _unauthenticated("The token is not valid here.") from None
        return read


def _refuse_ambiguous(token: str) -> None:
    """Raise ValueError for a token that is too long, or whose JSON two readers could read differently."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise ValueError
    for part in token.split(".")[:2]:
        content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        jiter.from_json(content, allow_inf_nan=False, catch_duplicate_keys=True)


def _caller(token: AccessToken) -> Caller:
    return Caller(
        client=token.client_id,
        role=token.role,
        oris=tuple(token.oris),
        lea_ids=tuple(token.lea_ids),
        school_ids=tuple(token.school_ids),
        officer_number=token.officer_number,
        scopes=frozenset(token.scope.split()),
        purposes=tuple(token.purposes),
        purpose=token.purpose,
        expires_at=token.exp,
        issuer=token.iss,
        subject=token.sub,
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
