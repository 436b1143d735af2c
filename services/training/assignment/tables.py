"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import ABOUT, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

ASSIGNMENT = Kind(name="assignment", table="assignment")


class AssignmentRow(RecordColumns, TrainingTable, table=True):
    """That an officer is assigned to schools."""

    __tablename__ = ASSIGNMENT.table
    __table_args__ = (Index("assignment_about", "about"), Index("assignment_start_on", "owner", "start_on"))

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
    start_on: str | None = Field(sa_column=Column(Text, Computed("document ->> 'start_on'", persisted=True)))
