"""One entry of the disclosure record, and what binds it to the entry before it. Pure.

An entry is hashed in canonical form (RFC 8785), so that whoever reads it anew computes the same hash. What may have to
be destroyed one day, its details, is in the entry as a salted digest alone: without the salt, nothing can be guessed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import rfc8785

from shared.contracts.disclosures import DisclosureDetails, DisclosureEntry

BEFORE_THE_FIRST = "0" * 64
"""What the first entry of a chain has for the hash of the one before."""
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Salted:
    """The details of an entry with the salt of their digest."""

    details: DisclosureDetails
    salt: str

    @classmethod
    def fresh(cls, details: DisclosureDetails) -> "Salted":
        """The details with a new salt of 128 random bits."""
        return cls(details, secrets.token_hex(SALT_BYTES))

    @property
    def digest(self) -> str:
        """SHA-256 over details and salt in canonical form, in hexadecimal."""
        return _sha256(canonical(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """Details and salt as plain JSON."""
        return {"details": self.details.model_dump(mode="json"), "salt": self.salt}

    @classmethod
    def of_json(cls, plain: dict[str, Any]) -> "Salted":
        """Details and salt from plain JSON. Raises ValueError for what is neither."""
        if plain.keys() != {"details", "salt"} or not isinstance(plain["salt"], str):
            raise ValueError("not details with a salt")
        return cls(DisclosureDetails.model_validate_json(canonical(plain["details"])), plain["salt"])


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it is kept: its canonical form, its hash, and its details, None once they were destroyed."""

    content: bytes
    hash: str
    salted: Salted | None

    @classmethod
    def of(cls, entry: DisclosureEntry, salted: Salted) -> "Recorded":
        """The entry as it is kept. Its `details_digest` is that of the details."""
        content = canonical(entry.model_dump(mode="json"))
        return cls(content, hash_of(content), salted)

    @property
    def entry(self) -> DisclosureEntry:
        """The entry itself. Raises ValueError where the content is none."""
        return DisclosureEntry.model_validate_json(self.content)


def canonical(plain: Any) -> bytes:
    """JSON in the one form that RFC 8785 gives it."""
    return rfc8785.dumps(plain)


def hash_of(content: bytes) -> str:
    """Hash of an entry in canonical form, in hexadecimal."""
    return _sha256(content)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
