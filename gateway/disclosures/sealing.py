"""Seals the details of disclosures: AES-256-GCM, each bound to its place in its chain (FIPS 197, NIST SP 800-38D)."""

import os

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.disclosures.entry import Salted, canonical

NONCE_BYTES = 12


class Unreadable(Exception):
    """What is sealed is not what was sealed in this place, under this key."""


class DetailsSeal:
    """Seals and opens details under the installation's key for them."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, custodian: str, number: int, salted: Salted) -> bytes:
        """The details of an entry, sealed: nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, canonical(salted.as_json()), _place(custodian, number))

    def open(self, custodian: str, number: int, sealed: bytes) -> Salted:
        """The details of an entry again. Raises Unreadable for what was changed or moved, or is of another key."""
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return Salted.of_json(orjson.loads(self._cipher.decrypt(nonce, ciphertext, _place(custodian, number))))
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error


def _place(custodian: str, number: int) -> bytes:
    return f"{custodian}/{number}".encode()
