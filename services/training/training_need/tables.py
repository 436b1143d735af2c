"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import ABOUT, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

TRAINING_NEED = Kind(name="training_need", table="training_need")


class TrainingNeedRow(RecordColumns, TrainingTable, table=True):
    """What an officer is to learn, since a review showed it."""

    __tablename__ = TRAINING_NEED.table
    __table_args__ = (Index("training_need_about", "about"),)

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
