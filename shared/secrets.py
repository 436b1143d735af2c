"""The secrets of an installation: a folder with one file each, readable by its owner alone."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

MASTER_KEY = "master.key"
CURSOR_KEY = "cursor.key"
DISCLOSURE_KEY = "disclosure.key"
PSEUDONYM_KEY = "pseudonym.key"
SIGNING_KEY = "signing.pem"
WEBHOOK_KEY = "webhook.key"


class MissingSecret(Exception):
    """A secret that this process needs is not in the secrets directory; the message names the file."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Reads secrets from `directory`, and makes those that are missing where `create` is called."""

    directory: Path

    def create(self, *, roles: Iterable[str], bus_users: Iterable[str], clients: Iterable[str] = ()) -> None:
        """Make every missing secret; what exists is never changed, since the vault would be lost with its key."""
        self._make(MASTER_KEY, secrets.token_bytes(32))
        self._make(CURSOR_KEY, secrets.token_bytes(32))
        self._make(DISCLOSURE_KEY, secrets.token_bytes(32))
        self._make(PSEUDONYM_KEY, secrets.token_bytes(32))
        self._make(WEBHOOK_KEY, secrets.token_bytes(32))
        self._make(SIGNING_KEY, _signing_key())
        for role in roles:
            self._make(f"database/{role}", secrets.token_urlsafe(32).encode())
        for user in bus_users:
            self._make(f"nats/{user}", secrets.token_urlsafe(32).encode())
        for client in clients:
            self._make(f"client/{client}", secrets.token_urlsafe(32).encode())

    def database_password(self, role: str) -> str:
        """Password of a PostgreSQL role. Raises MissingSecret."""
        return self._read(f"database/{role}").decode()

    def nats_password(self, user: str) -> str:
        """Password of a NATS user. Raises MissingSecret."""
        return self._read(f"nats/{user}").decode()

    def client_secret(self, client: str) -> str:
        """Secret of an OAuth client of the demo. Raises MissingSecret."""
        return self._read(f"client/{client}").decode()

    def master_key(self) -> bytes:
        """The vault's master key, 32 bytes (AES-256). Raises MissingSecret."""
        return self._read(MASTER_KEY)

    def cursor_key(self) -> bytes:
        """Key that cursors are sealed with, 32 bytes. Raises MissingSecret."""
        return self._read(CURSOR_KEY)

    def disclosure_key(self) -> bytes:
        """Key that the details of disclosures are sealed with, 32 bytes (AES-256). Raises MissingSecret."""
        return self._read(DISCLOSURE_KEY)

    def pseudonym_key(self) -> bytes:
        """Key that the districts' names for their students are derived from, 32 bytes. Raises MissingSecret."""
        return self._read(PSEUDONYM_KEY)

    def signing_key(self) -> bytes:
        """The issuer's ES256 private key as PEM. Raises MissingSecret."""
        return self._read(SIGNING_KEY)

    def webhook_key(self) -> bytes:
        """Key that the secrets of webhooks are sealed with, 32 bytes (AES-256). Raises MissingSecret."""
        return self._read(WEBHOOK_KEY)

    def _read(self, name: str) -> bytes:
        try:
            return (self.directory / name).read_bytes()
        except OSError as error:
            raise MissingSecret(f"The secret {name} cannot be read in {self.directory}.") from error

    def _make(self, name: str, content: bytes) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def _signing_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
