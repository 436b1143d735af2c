"""Idempotency keys: an answer is stored in its write's transaction (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson

from shared.records.database import Connection, Database

KEPT_DAYS = 7


class KeyReused(Exception):
    """The key was used for another request."""


class InProgress(Exception):
    """A request with this key is under way."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was given: its status, and its body and headers as JSON."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's key with a digest of the request that it stands for."""

    client: str
    key: str
    digest: bytes

    @classmethod
    def of(cls, client: str, key: str, *request: str | bytes) -> "IdempotencyKey":
        """The key of a request, given by the parts that make it this request and no other."""
        digest = hashlib.sha256()
        for part in request:
            digest.update(part if isinstance(part, bytes) else part.encode())
            digest.update(b"\0")
        return cls(client, key, digest.digest())

    async def earlier(self, connection: Connection) -> Answer | None:
        """The answer that was given to this request before, if any; holds the key until the transaction ends.

        Raises KeyReused where it stood for another request, InProgress where that is being answered now.
        """
        if not await connection.fetchval(
            "select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 7))", self.client, self.key
        ):
            raise InProgress
        row = await connection.fetchrow(
            "select request_digest, status, body from idempotency_key where client = $1 and key = $2",
            self.client,
            self.key,
        )
        if row is None:
            return None
        if row["request_digest"] != self.digest:
            raise KeyReused
        return Answer(row["status"], **orjson.loads(row["body"]))

    async def remember(self, connection: Connection, answer: Answer) -> None:
        """Store the answer, in the transaction of the write that it answers."""
        body = orjson.dumps({"body": answer.body, "headers": answer.headers}).decode()
        await connection.execute(
            "insert into idempotency_key (client, key, request_digest, status, body) values ($1, $2, $3, $4, $5)",
            self.client,
            self.key,
            self.digest,
            answer.status,
            body,
        )


async def once(
    connection: Connection, idempotency: IdempotencyKey | None, act: Callable[[], Awaitable[Answer]]
) -> tuple[Answer, bool]:
    """Do what a request asks for, in the caller's transaction; the answer, and whether it was given before.

    A request that was answered before is not done again. Raises KeyReused and InProgress.
    """
    if idempotency is not None and (earlier := await idempotency.earlier(connection)):
        return earlier, True
    answer = await act()
    if idempotency is not None:
        await idempotency.remember(connection, answer)
    return answer, False


async def forget_expired(database: Database) -> None:
    """Delete the keys that are older than they are kept."""
    async with database.connection() as connection:
        await connection.execute(f"delete from idempotency_key where created_at < now() - interval '{KEPT_DAYS} days'")
