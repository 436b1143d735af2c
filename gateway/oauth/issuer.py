"""Makes access tokens: RFC 9068, signed with ES256, short-lived."""

import time
from collections.abc import Iterable
from typing import Any

import uuid_utils
from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.oauth.clients import Registration
from shared.settings import Settings
from shared.web.caller import ALGORITHMS, TOKEN_TYPE


class Issuer:
    """Signs access tokens under one key, and says which key that is."""

    def __init__(self, settings: Settings, signing_key: bytes) -> None:
        self._settings = settings
        self._key = ECKey.import_key(signing_key, {"use": "sig", "alg": ALGORITHMS[0]})
        self._header = {"alg": ALGORITHMS[0], "typ": TOKEN_TYPE, "kid": self._key.thumbprint()}

    @property
    def keys(self) -> dict[str, Any]:
        """The public keys (JWKS, RFC 7517)."""
        return {"keys": [{**self._key.as_dict(private=False), "kid": self._header["kid"]}]}

    def issue(self, client: Registration, *, scopes: Iterable[str], purpose: str) -> str:
        """An access token for a client. Its claims are those of RFC 9068 and what a Caller is made from."""
        now = int(time.time())
        claims = {
            "iss": self._settings.public_url,
            "sub": client.client,
            "client_id": client.client,
            "aud": self._settings.token_audience,
            "iat": now,
            "exp": now + self._settings.token_seconds,
            "jti": str(uuid_utils.uuid7()),
            "scope": " ".join(scopes),
            "role": client.role,
            "oris": list(client.oris),
            "lea_ids": list(client.lea_ids),
            "school_ids": list(client.school_ids),
            "officer_number": client.officer_number,
            "purposes": list(client.purposes),
            "purpose": purpose,
        }
        return jwt.encode(self._header, claims, self._key, algorithms=ALGORITHMS)
