"""The gateway's tables: documents of the read model, the change feed, the disclosure record, clients and webhooks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Column, Date, DateTime, Index, Integer, LargeBinary, Sequence, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class GatewayTable(SQLModel, registry=registry()):
    """Keeps the gateway's tables apart from those of the services, which have names of their own."""


def _words(**options: Any) -> Column[Any]:
    return Column(ARRAY(Text), **options)


class Document(GatewayTable, table=True):
    """A record as its newest version says, with the columns by which it is scoped, filtered and ordered.

    `district` is the first seven digits of the school's id while that school is live in the directory, else null.
    `scope_version` is the version that the scope columns come from: the newest one that was live. `about` is the key
    of the incident that it is, or is about; `code` is the flag's, or the clock's kind. `students` are the digests of
    those whom a district has matched in its copy, and `matched` the numbers that these people have in it.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index(
            "document_by_custodian",
            "custodian",
            text("occurred_at desc"),
            text("id desc"),
            postgresql_where=text("kind = 'incident'"),
        ),
        Index(
            "document_by_time",
            text("occurred_at desc"),
            text("id desc"),
            postgresql_where=text("kind = 'incident'"),
        ),
        Index("document_by_school", "school_id", postgresql_where=text("kind = 'incident'")),
        Index("document_by_id", "id"),
        Index("document_about", "about", "kind", "custodian", postgresql_where=text("about is not null")),
        Index(
            "document_flags",
            "custodian",
            text("raised_at desc"),
            text("id desc"),
            postgresql_where=text("kind = 'flag'"),
        ),
        Index("document_clocks", "custodian", "over_at", "id", postgresql_where=text("kind = 'clock'")),
    )

    custodian: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text, primary_key=True)
    key: str = Field(sa_type=Text, primary_key=True)
    id: UUID
    version: int
    state: str = Field(sa_type=Text)
    record_class: str = Field(sa_type=Text)
    scope_version: int
    lea_id: str | None = Field(sa_type=Text)
    school_id: str | None = Field(sa_type=Text)
    district: str | None = Field(sa_type=Text)
    occurred_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    initiated_by: str | None = Field(sa_type=Text)
    source_system: str | None = Field(sa_type=Text)
    actions: list[str] | None = Field(sa_column=_words())
    outcomes: list[str] | None = Field(sa_column=_words())
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    document: dict[str, Any] | None = Field(sa_type=JSON)
    about: str | None = Field(sa_type=Text)
    code: str | None = Field(sa_type=Text)
    flag_state: str | None = Field(sa_type=Text)
    severity: str | None = Field(sa_type=Text)
    seen_by: list[str] | None = Field(sa_column=_words())
    raised_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    started_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    over_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    due_on: date | None = Field(sa_type=Date)
    met_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    students: list[str] | None = Field(sa_column=_words())
    matched: list[int] | None = Field(sa_column=Column(ARRAY(Integer)))


CHANGE_NUMBER = Sequence("change_number", metadata=GatewayTable.metadata)


class Change(GatewayTable, table=True):
    """That a record changed for an audience: `agency:<ori>`, `district:<lea_id>`, `state` or `public`.

    One row per audience and record; its number rises with every change. `schools` are those that the record was ever
    at while this audience saw it. No read model: a rebuild leaves it as it is.
    """

    __tablename__ = "change"
    __table_args__ = (Index("change_by_record", "audience", "kind", "id", unique=True),)

    audience: str = Field(sa_type=Text, primary_key=True)
    number: int = Field(
        sa_column=Column(BigInteger, CHANGE_NUMBER, primary_key=True, server_default=CHANGE_NUMBER.next_value())
    )
    kind: str = Field(sa_type=Text)
    id: UUID
    custodian: str = Field(sa_type=Text)
    schools: list[str] = Field(sa_column=_words(nullable=False))


class Client(GatewayTable, table=True):
    """A program that may ask for tokens: what it is, for whom it acts, what it may do and why."""

    __tablename__ = "client"

    client: str = Field(sa_type=Text, primary_key=True)
    secret_digest: bytes = Field(sa_type=LargeBinary)
    role: str = Field(sa_type=Text)
    oris: list[str] = Field(sa_column=_words(nullable=False))
    lea_ids: list[str] = Field(sa_column=_words(nullable=False))
    school_ids: list[str] = Field(sa_column=_words(nullable=False))
    officer_number: str | None = Field(sa_type=Text)
    scopes: list[str] = Field(sa_column=_words(nullable=False))
    purposes: list[str] = Field(sa_column=_words(nullable=False))
    default_purpose: str = Field(sa_type=Text)
    active: bool


class GuardianshipRow(GatewayTable, table=True):
    """How a person stands to a student from a day on, as the student's district says; no read model.

    `student` is the digest that stands for the student's number. Of what is in force on a day the newest counts.
    """

    __tablename__ = "guardianship"
    __table_args__ = (Index("guardianship_person", "custodian", "issuer", "subject"),)

    custodian: str = Field(sa_type=Text, primary_key=True)
    student: str = Field(sa_type=Text, primary_key=True)
    issuer: str = Field(sa_type=Text, primary_key=True)
    subject: str = Field(sa_type=Text, primary_key=True)
    valid_from: date = Field(sa_type=Date, primary_key=True)
    id: UUID
    version: int
    relationship: str = Field(sa_type=Text)
    rights: str = Field(sa_type=Text)
    revoked_by: str | None = Field(sa_type=Text)
    valid_to: date | None = Field(sa_type=Date)
    rights_pass_on: date | None = Field(sa_type=Date)
    dependent_for_tax: bool
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    changed_by: str = Field(sa_type=Text)


class AccessReviewRow(GatewayTable, table=True):
    """What a privacy officer found of reads that were out of the usual, by the task's id."""

    __tablename__ = "access_review"

    custodian: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(primary_key=True)
    finding: str = Field(sa_type=Text)
    reviewed_at: datetime = Field(sa_type=DateTime(timezone=True))
    reviewed_by: str = Field(sa_type=Text)


class DisclosureRow(GatewayTable, table=True):
    """One entry of a custodian's chain. Nothing is ever changed here but by an order that erases.

    `content` is the entry in canonical form, and `hash` its SHA-256. What stands in the columns behind them is erased
    with the record: `about`, the key of the incident, and `record_id`, by which entries are found, and the sealed
    details.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        Index("disclosure_about", "custodian", "about", postgresql_where=text("about is not null")),
        Index("disclosure_record", "record_id", postgresql_where=text("record_id is not null")),
    )

    custodian: str = Field(sa_type=Text, primary_key=True)
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    content: str = Field(sa_type=Text)
    hash: bytes = Field(sa_type=LargeBinary)
    about: str | None = Field(sa_type=Text)
    record_id: UUID | None
    details: bytes | None = Field(sa_type=LargeBinary)


class DisclosureHeadRow(GatewayTable, table=True):
    """The root of the Merkle tree over a chain's first `size` entries, as it was then."""

    __tablename__ = "disclosure_head"

    custodian: str = Field(sa_type=Text, primary_key=True)
    size: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = Field(sa_type=DateTime(timezone=True))


class WebhookRow(GatewayTable, table=True):
    """Where a client wants to be told of changes. Its secrets are sealed; a former one signs until its time is over."""

    __tablename__ = "webhook"
    __table_args__ = (Index("webhook_address", "client", "url", unique=True),)

    id: UUID = Field(primary_key=True)
    client: str = Field(sa_type=Text)
    purpose: str = Field(sa_type=Text)
    url: str = Field(sa_type=Text)
    changes: list[str] = Field(sa_column=_words(nullable=False))
    secret: bytes = Field(sa_type=LargeBinary)
    former_secret: bytes | None = Field(sa_type=LargeBinary)
    former_secret_until: datetime | None = Field(sa_type=DateTime(timezone=True))
    state: str = Field(sa_type=Text)
    disabled_by: str | None = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=DateTime(timezone=True))


class WebhookToldRow(GatewayTable, table=True):
    """What a webhook knows of a clock or a flag: the change told last, or what stood when the webhook was made."""

    __tablename__ = "webhook_told"

    custodian: str = Field(sa_type=Text, primary_key=True)
    webhook: UUID = Field(primary_key=True)
    record_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    change: str = Field(sa_type=Text)
    raised_at: datetime | None = Field(sa_type=DateTime(timezone=True))


class WebhookMessageRow(GatewayTable, table=True):
    """A message of a webhook: what it says, how often it was sent, and when it is sent next."""

    __tablename__ = "webhook_message"
    __table_args__ = (
        Index("webhook_message_newest", "webhook", text("id desc")),
        Index("webhook_message_waiting", "webhook", "next_at", postgresql_where=text("next_at is not null")),
    )

    custodian: str = Field(sa_type=Text, primary_key=True)
    webhook: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    record_id: UUID
    kind: str = Field(sa_type=Text)
    change: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    attempts: int
    next_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    last_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    last_status: int | None
    last_failure: str | None = Field(sa_type=Text)
