"""The tables that migrations make alike in several databases: columns of every kind, the log, the vault, projections.

They declare; statements are written out where they are used. Each set has a registry of its own, so that a database is
held against the sets that it has.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name in SQL."""
        return "xid8"


class RecordColumns(SQLModel):
    """The current row of a record of any kind: its newest version, and where that stands in the log."""

    id: UUID = Field(primary_key=True)
    key: str = Field(sa_type=Text, unique=True)
    owner: str = Field(sa_type=Text)
    version: int
    state: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    document: dict[str, Any] = Field(sa_type=JSONB)
    source_version: int | None = Field(sa_type=BigInteger)
    source_updated_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    position: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    changed_by: str = Field(sa_type=Text)


class LayeredColumns(SQLModel):
    """What a layered kind has besides: the layers below the document, its turn, and when it was first accepted."""

    layers: dict[str, Any] | None = Field(sa_type=JSON)
    turn: int = Field(sa_column_kwargs={"server_default": text("0")})
    accepted_at: datetime = Field(sa_type=DateTime(timezone=True))


class LogTable(SQLModel, registry=registry()):
    """The tables by which a service keeps its log, relays it, and answers repeated requests."""


class LogRow(LogTable, table=True):
    """One version of one record. Nothing is ever changed here but by an order that erases."""

    __tablename__ = "log"
    __table_args__ = (Index("log_record_version", "record_id", "version", unique=True),)

    epoch: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    transaction_id: str = Field(
        sa_column=Column(TransactionId, primary_key=True, server_default=text("pg_current_xact_id()"))
    )
    id: int = Field(sa_column=Column(BigInteger, Identity(always=False), primary_key=True))
    event_id: UUID = Field(sa_column=Column(Uuid, nullable=False, server_default=text("uuidv7()")))
    kind: str = Field(sa_type=Text)
    change: str = Field(sa_type=Text)
    record_id: UUID
    key: str = Field(sa_type=Text)
    owner: str = Field(sa_type=Text)
    version: int
    schema_version: int
    document: dict[str, Any] | None = Field(sa_type=JSON)
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    changed_by: str = Field(sa_type=Text)
    traceparent: str | None = Field(sa_type=Text)


class LogEpoch(LogTable, table=True):
    """A stretch of the log written in one cluster, on one timeline, in one database."""

    __tablename__ = "log_epoch"

    epoch: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    cluster: str = Field(sa_type=Text)
    began_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")})


class LogSequence(LogTable, table=True):
    """The dense number that the relay gave to a row of the log."""

    __tablename__ = "log_sequence"

    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    epoch: int
    transaction_id: str = Field(sa_type=TransactionId)
    id: int = Field(sa_type=BigInteger)


class RelayCursor(LogTable, table=True):
    """How far the relay is: one row."""

    __tablename__ = "relay"
    __table_args__ = (CheckConstraint("only_one", name="relay_only_one_check"),)

    only_one: bool = Field(sa_column=Column(Boolean, primary_key=True, server_default=text("true")))
    epoch: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    transaction_id: str = Field(sa_column=Column(TransactionId, nullable=False, server_default=text("'0'")))
    id: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    sequenced: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    published: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class IdempotencyRow(LogTable, table=True):
    """An answer that was given to a request with an idempotency key."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("idempotency_key_age", "created_at"),)

    client: str = Field(sa_type=Text, primary_key=True)
    key: str = Field(sa_type=Text, primary_key=True)
    request_digest: bytes = Field(sa_type=LargeBinary)
    status: int
    body: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")})


class VaultTable(SQLModel, registry=registry()):
    """The tables in which a service keeps names and sentences, encrypted."""


class CustodianKey(VaultTable, table=True):
    """A custodian's key, wrapped by the master key."""

    __tablename__ = "custodian_key"
    __table_args__ = {"schema": "vault"}

    custodian: str = Field(sa_type=Text, primary_key=True)
    wrapped: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")})


class SealedRow(VaultTable, table=True):
    """What is sealed of a subject, with its key wrapped by the custodian's: without that it cannot be read."""

    __tablename__ = "sealed"
    __table_args__ = {"schema": "vault"}

    record_id: UUID = Field(primary_key=True)
    subject: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    pointer: str = Field(sa_type=Text, primary_key=True)
    custodian: str = Field(sa_type=Text)
    wrapped: bytes = Field(sa_type=LargeBinary)
    ciphertext: bytes = Field(sa_type=LargeBinary)


class ClosedRow(VaultTable, table=True):
    """A record, or one person of it, that an order of a court keeps out.

    `digest` is that of the record's key, under its custodian's key. `subject` is the vault's: 0 for the record, else
    the person's number. Under `order_id` the vault has what the order says.
    """

    __tablename__ = "closed"
    __table_args__ = {"schema": "vault"}

    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    subject: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    order_id: UUID


class ProjectionTable(SQLModel, registry=registry()):
    """The tables by which a read model knows how far it is, and what it could not apply."""


class ProjectionPosition(ProjectionTable, table=True):
    """The last event of a service that is in the read model, with all before it."""

    __tablename__ = "projection_position"

    service: str = Field(sa_type=Text, primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    position: str = Field(sa_type=Text)


class DeadLetter(ProjectionTable, table=True):
    """An event that could not be applied, and why."""

    __tablename__ = "dead_letter"

    service: str = Field(sa_type=Text, primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    subject: str = Field(sa_type=Text)
    event_id: UUID | None
    record_id: UUID | None
    reason: str = Field(sa_type=Text)
    attempts: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
    died_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")})
