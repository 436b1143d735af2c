"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import ABOUT, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

MEMBERSHIP = Kind(name="membership", table="membership")


class MembershipRow(RecordColumns, TrainingTable, table=True):
    """That an officer belongs to a professional organisation."""

    __tablename__ = MEMBERSHIP.table
    __table_args__ = (Index("membership_about", "about"),)

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
