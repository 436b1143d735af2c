"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import ABOUT, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

OFFICER_FLAG = Kind(name="officer_flag", table="officer_flag")


class OfficerFlagRow(RecordColumns, TrainingTable, table=True):
    """A finding about an officer's records, with its life."""

    __tablename__ = OFFICER_FLAG.table
    __table_args__ = (Index("officer_flag_about", "about"),)

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
