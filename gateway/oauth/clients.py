"""The clients that may ask for tokens, and those of the demo."""

import csv
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gateway.policy import PURPOSES, ROLES
from shared.records.database import Connection
from shared.secrets import Secrets

DEMO_TABLE = Path(__file__).with_name("demo_clients.csv")

SCOPES = (
    "incidents.write",
    "incidents.read",
    "judgements.write",
    "matches.write",
    "orders.write",
    "directory.write",
    "records.read",
    "changes.read",
    "reveals.write",
    "clients.write",
    "training.write",
    "webhooks.write",
)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a client is, for whom it acts, what it may do, and for which purposes. `oris` of `*`: every agency."""

    client: str
    role: str
    oris: tuple[str, ...]
    lea_ids: tuple[str, ...]
    school_ids: tuple[str, ...]
    officer_number: str | None
    scopes: tuple[str, ...]
    purposes: tuple[str, ...]
    default_purpose: str

    def __post_init__(self) -> None:
        """Raise ValueError for a role, scope or purpose that does not exist."""
        known = self.role in ROLES and set(self.scopes) <= set(SCOPES) and set(self.purposes) <= set(PURPOSES)
        if not known or self.default_purpose not in self.purposes:
            raise ValueError(f"The registration of {self.client} names what does not exist.")


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client as it is kept: its registration, and the digest of its secret."""

    registration: Registration
    secret_digest: bytes

    def has_secret(self, secret: str) -> bool:
        """Whether this is the client's secret; the time it takes does not depend on the answer."""
        return hmac.compare_digest(self.secret_digest, digest(secret))


def digest(secret: str) -> bytes:
    """SHA-256 of a secret. Secrets are made by us, 256 random bits each, so there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()


REGISTER = """
insert into client as known (client, role, oris, lea_ids, school_ids, officer_number, scopes, purposes, default_purpose,
                             secret_digest, active)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true)
on conflict (client) do update
set role = excluded.role, oris = excluded.oris, lea_ids = excluded.lea_ids, school_ids = excluded.school_ids,
    officer_number = excluded.officer_number, scopes = excluded.scopes, purposes = excluded.purposes,
    default_purpose = excluded.default_purpose, secret_digest = excluded.secret_digest, active = true
"""

FIND = """
select client, role, oris, lea_ids, school_ids, officer_number, scopes, purposes, default_purpose, secret_digest
from client where client = $1 and active
"""


async def register(connection: Connection, registration: Registration, secret: str) -> None:
    """Register a client, or bring its registration to this. Repeat it freely."""
    await connection.execute(REGISTER, *astuple(registration), digest(secret))


async def find(connection: Connection, client: str) -> RegisteredClient | None:
    """The active client of this name."""
    row = await connection.fetchrow(FIND, client)
    if row is None:
        return None
    plain: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    return RegisteredClient(Registration(*plain[:-1]), plain[-1])


@cache
def demo_clients() -> tuple[Registration, ...]:
    """The clients of the demo, with made-up organisations; their secrets are made by each installation."""
    with DEMO_TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Registration(
                client=row["client"],
                role=row["role"],
                oris=tuple(row["oris"].split()),
                lea_ids=tuple(row["lea_ids"].split()),
                school_ids=tuple(row["school_ids"].split()),
                officer_number=row["officer_number"] or None,
                scopes=tuple(row["scopes"].split()),
                purposes=tuple(row["purposes"].split()),
                default_purpose=row["default_purpose"],
            )
            for row in csv.DictReader(file)
        )


async def register_all(connection: Connection, registrations: Iterable[Registration], secrets: Secrets) -> None:
    """Register clients whose secrets lie in the secrets directory. Raises MissingSecret."""
    for registration in registrations:
        await register(connection, registration, secrets.client_secret(registration.client))
