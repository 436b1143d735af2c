"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.incidents.tables import ABOUT, IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

OPENING = Kind(name="opening", table="opening")


class OpeningRow(RecordColumns, IncidentsTable, table=True):
    """That a side has opened the report of an incident."""

    __tablename__ = OPENING.table
    __table_args__ = (Index("opening_about", "about"),)

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
