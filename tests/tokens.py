"""Access tokens for tests, signed by an issuer of the tests' own."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

KEY = ECKey.generate_key("P-256", {"kid": "tests", "use": "sig", "alg": "ES256"})
KEYS: dict[str, Any] = dict(KeySet([KEY]).as_dict(private=False))

SCOPES = "incidents.write incidents.read training.write directory.write records.read changes.read"


def token(issuer: str, client: str = "rms", *, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """An access token as the gateway would issue it, with these claims instead of the usual ones."""
    now = int(time.time())
    usual = {
        "iss": issuer,
        "aud": "daylight",
        "sub": client,
        "client_id": client,
        "iat": now,
        "exp": now + 600,
        "role": "agency_system",
        "oris": ["XX0000100"],
        "scope": SCOPES,
    }
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": "tests"} | (header or {}), usual | claims, KEY)


def bearer(issuer: str, client: str = "rms", **claims: Any) -> dict[str, str]:
    """The Authorization header with such a token."""
    return {"Authorization": f"Bearer {token(issuer, client, **claims)}"}
