"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.incidents.tables import ABOUT, IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

JUDGEMENT = Kind(name="judgement", table="judgement", sealed=True)


class JudgementRow(RecordColumns, IncidentsTable, table=True):
    """A side's newest judgement of an incident."""

    __tablename__ = JUDGEMENT.table
    __table_args__ = (Index("judgement_about", "about"),)

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
