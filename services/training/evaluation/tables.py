"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import ABOUT, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

EVALUATION = Kind(name="evaluation", table="evaluation")


class EvaluationRow(RecordColumns, TrainingTable, table=True):
    """How an agency evaluates an officer."""

    __tablename__ = EVALUATION.table
    __table_args__ = (Index("evaluation_about", "about"),)

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
