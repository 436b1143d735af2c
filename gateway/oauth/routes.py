"""OAuth 2.0 at the gateway: tokens, keys, discovery, and what a client may know of itself."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from gateway.oauth.clients import SCOPES, Registration, find
from gateway.oauth.token_request import FORM, Asked, TokenRequest, refuse, refuse_client
from gateway.policy import PURPOSES
from gateway.state import GatewayState, State
from shared.web.caller import ALGORITHMS, RequiredCaller
from shared.web.problems import Problem, problems

router = APIRouter(tags=["clients"])

TEXT: dict[str, Any] = {"type": "string"}
WORDS: dict[str, Any] = {"type": "array", "items": TEXT}
TOKEN_REQUEST = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"const": "client_credentials"},
                        "client_id": TEXT,
                        "client_secret": TEXT,
                        "scope": {"type": "string", "description": "Some of the client's scopes; left out: all."},
                        "purpose": {"enum": list(PURPOSES)},
                    },
                }
            }
        },
    },
    "security": [{"clientSecret": []}],
}
TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": TEXT,
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer", "description": "Life of the token, in seconds."},
        "scope": TEXT,
    },
}
CLIENT = {
    "type": "object",
    "required": ["client", "role", "oris", "lea_ids", "school_ids", "officer_number", "scopes", "purposes"],
    "properties": {
        "client": TEXT,
        "role": TEXT,
        "oris": WORDS,
        "lea_ids": WORDS,
        "school_ids": WORDS,
        "officer_number": {"type": ["string", "null"]},
        "scopes": WORDS,
        "purposes": WORDS,
        "default_purpose": TEXT,
    },
}


def _answer(description: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "/oauth/token",
    openapi_extra=TOKEN_REQUEST,
    responses=_answer("The token.", TOKEN)
    | problems("invalid-request", "purpose-not-allowed", "unknown-code", "unsupported-media-type", "body-too-large"),
)
async def post_token(request: Request, asked: Asked, state: State) -> JSONResponse:
    """Give a client an access token (client_credentials; secret in the header or in the body)."""
    network = request.client.host if request.client else "unknown"
    client = await _authenticated(asked, network, state)
    scopes = client.scopes if asked.scopes is None else asked.scopes
    if not set(scopes) <= set(client.scopes):
        refuse("invalid_scope", "The client is not allowed every scope that it asks for.")
    token = state.issuer.issue(client, scopes=scopes, purpose=_purpose(asked, client))
    content = {"access_token": token, "token_type": "Bearer", "expires_in": state.settings.token_seconds}
    return JSONResponse(content | {"scope": " ".join(scopes)})


@router.get("/oauth/jwks", responses=_answer("The keys.", {"type": "object"}))
async def get_keys(state: State) -> JSONResponse:
    """The public keys that tokens are verified with (JWKS, RFC 7517)."""
    return JSONResponse(state.issuer.keys)


@router.get("/.well-known/openid-configuration", responses=_answer("The configuration.", {"type": "object"}))
async def get_configuration(state: State) -> JSONResponse:
    """Where the issuer's parts are (OpenID Connect Discovery 1.0)."""
    url = state.settings.public_url
    return JSONResponse(
        {
            "issuer": url,
            "token_endpoint": f"{url}/oauth/token",
            "jwks_uri": f"{url}/oauth/jwks",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": list(SCOPES),
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ALGORITHMS,
        }
    )


@router.get("/v1/clients/self", responses=_answer("The client.", CLIENT) | problems("not-found"))
async def get_self(caller: RequiredCaller, state: State) -> JSONResponse:
    """What the calling client is registered as."""
    async with state.database.connection() as connection:
        known = await find(connection, caller.client)
    if known is None:
        raise Problem("not-found", "This client is not registered here.")
    registration = known.registration
    return JSONResponse(
        {
            "client": registration.client,
            "role": registration.role,
            "oris": registration.oris,
            "lea_ids": registration.lea_ids,
            "school_ids": registration.school_ids,
            "officer_number": registration.officer_number,
            "scopes": registration.scopes,
            "purposes": registration.purposes,
            "default_purpose": registration.default_purpose,
        }
    )


async def _authenticated(asked: TokenRequest, network: str, state: GatewayState) -> Registration:
    """The client that asks. Raises `invalid_client`, or `too-many-requests` after repeated wrong secrets."""
    if seconds := state.lockout.seconds_left(asked.client, network):
        headers = {"Retry-After": str(seconds)}
        refuse("invalid_client", "Too many wrong secrets; wait.", code="too-many-requests", headers=headers)
    async with state.database.connection() as connection:
        known = await find(connection, asked.client)
    if known is None or not known.has_secret(asked.secret):
        state.lockout.failed(asked.client, network)
        refuse_client()
    state.lockout.succeeded(asked.client, network)
    return known.registration


def _purpose(asked: TokenRequest, client: Registration) -> str:
    if asked.purpose is None:
        return client.default_purpose
    if asked.purpose not in PURPOSES:
        refuse("invalid_request", f"A purpose is one of {', '.join(PURPOSES)}.", code="unknown-code")
    if asked.purpose not in client.purposes:
        refuse("invalid_request", "The client is not allowed this purpose.", code="purpose-not-allowed")
    return asked.purpose
