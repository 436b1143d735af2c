"""Reads a token request: who asks, with which secret, for what (RFC 6749, sections 2.3.1 and 4.4)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NoReturn
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Depends, Request

from gateway.documents import storable
from shared.web import body
from shared.web.problems import Problem

FORM = "application/x-www-form-urlencoded"
BODY_BYTES = 10_000
MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A well-formed request for a token. `scopes` and `purpose` are None where the request names none."""

    client: str
    secret: str
    scopes: tuple[str, ...] | None
    purpose: str | None


def refuse(
    error: str, detail: str, *, code: str = "invalid-request", headers: Mapping[str, str] | None = None
) -> NoReturn:
    """Raise the OAuth error as a problem that also has the members of RFC 6749, section 5.2."""
    raise Problem(code, detail, headers=headers, error=error, error_description=detail)


def refuse_client(headers: Mapping[str, str] | None = None) -> NoReturn:
    """Raise `invalid_client`, the same for an unknown client and for a wrong secret."""
    challenge = {"WWW-Authenticate": 'Basic realm="daylight"', **(headers or {})}
    refuse("invalid_client", "The client or its secret is not right.", code="unauthenticated", headers=challenge)


async def token_request(request: Request) -> TokenRequest:
    """The request for a token. Raises the OAuth error that names what is wrong with its form."""
    form = _form(await body.read(request, most=BODY_BYTES, media_types=(FORM,)))
    client, secret = _credentials(request.headers.get("authorization"), form)
    grant = form.get("grant_type")
    if grant is None:
        refuse("invalid_request", "grant_type is missing.")
    if grant != "client_credentials":
        refuse("unsupported_grant_type", "The grant is client_credentials.")
    scopes = form.get("scope")
    return TokenRequest(client, secret, tuple(scopes.split()) if scopes else None, form.get("purpose"))


def _form(content: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(content.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        refuse("invalid_request", "The body is not a form in UTF-8.")
    form: dict[str, str] = {}
    for name, value in pairs:
        if not storable(value):
            refuse("invalid_request", "A parameter holds a character that it cannot have.")
        if name in form:
            refuse("invalid_request", "A parameter stands twice.")
        form[name] = value
    return {name: value for name, value in form.items() if value}


def _credentials(authorization: str | None, form: Mapping[str, str]) -> tuple[str, str]:
    in_body = form.get("client_id"), form.get("client_secret")
    if authorization is None:
        client, secret = in_body
        if client is None or secret is None:
            refuse_client()
        return client, secret
    if in_body[1] is not None:
        refuse("invalid_request", "Send the secret in one way: in the header or in the body.")
    scheme, _, encoded = authorization.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        refuse_client()
    client, colon, secret = text.partition(":")
    client, secret = unquote_plus(client), unquote_plus(secret)
    if scheme.lower() != "basic" or not colon or not storable(client + secret):
        refuse_client()
    return client, secret


Asked = Annotated[TokenRequest, Depends(token_request)]
