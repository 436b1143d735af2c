"""Secrets of webhooks, kept sealed, and the headers by which a receiver knows that a message is ours.

Source: Standard Webhooks 1.0.0 (`whsec_` secrets, `webhook-id`, `webhook-timestamp`, `webhook-signature`); AES-256-GCM
(FIPS 197, NIST SP 800-38D).
"""

import base64
import os
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from standardwebhooks import Webhook as Signer

NONCE_BYTES, SECRET_BYTES = 12, 32


def new_secret() -> str:
    """A secret of 256 random bits, as receivers' libraries take it."""
    return f"whsec_{base64.b64encode(os.urandom(SECRET_BYTES)).decode()}"


class SecretSeal:
    """Seals the secrets of webhooks under the installation's key for them, each bound to its webhook."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, webhook: UUID, secret: str) -> bytes:
        """A secret, sealed: nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), webhook.bytes)

    def open(self, webhook: UUID, sealed: bytes) -> str:
        """A secret again. Raises cryptography's InvalidTag for what was changed, moved, or is of another key."""
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self._cipher.decrypt(nonce, ciphertext, webhook.bytes).decode()


def headers(message: UUID, content: str, secrets: Iterable[str], at: datetime) -> dict[str, str]:
    """The headers of one attempt; a signature by each secret, so that a receiver can change from one to the next."""
    signatures = [Signer(secret).sign(str(message), at, content) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": str(message),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
