"""The tables of publications: those on their way, which are nobody's but their owner's, and the frozen ones."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, DateTime, Index, Text
from sqlmodel import Field

from services.reporting.tables import ReportingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

PUBLISHED_TABLE = Kind(name="published_table", table="published_table")


class PublishedTableRow(RecordColumns, ReportingTable, table=True):
    """One version of a published table; it never changes."""

    __tablename__ = PUBLISHED_TABLE.table


class PublicationRow(ReportingTable, table=True):
    """A version of a table on its way to be published.

    `counted` are the true numbers, `certified` what will be printed of them with the proof that it is protected: both
    are private. The months are those that were counted. `seed` decides in secret what is hidden among equals.
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index("publication_version", "table_id", "version", unique=True),
        Index("publication_owner", "owner", "table_id"),
    )

    id: UUID = Field(primary_key=True)
    owner: str = Field(sa_type=Text)
    table_id: str = Field(sa_type=Text)
    version: int
    state: str = Field(sa_type=Text)
    request: dict[str, Any] = Field(sa_type=JSON)
    first_month: str | None = Field(sa_type=Text)
    last_month: str | None = Field(sa_type=Text)
    seed: int = Field(sa_type=BigInteger)
    counted: str | None = Field(sa_type=Text)
    certified: str | None = Field(sa_type=Text)
    data_version: str | None = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    changed_by: str = Field(sa_type=Text)
