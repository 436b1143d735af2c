"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.incidents.tables import ABOUT, IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

MATCH = Kind(name="match", table="match")


class MatchRow(RecordColumns, IncidentsTable, table=True):
    """What a district says of one person of an incident."""

    __tablename__ = MATCH.table
    __table_args__ = (Index("match_about", "about"),)

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
