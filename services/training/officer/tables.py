"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import ABOUT, LED_BY, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

OFFICER = Kind(name="officer", table="officer")


class OfficerRow(RecordColumns, TrainingTable, table=True):
    """An officer of an agency."""

    __tablename__ = OFFICER.table
    __table_args__ = (Index("officer_about", "about"), Index("officer_led_by", "led_by"))

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
    led_by: str | None = Field(sa_column=Column(Text, Computed(LED_BY, persisted=True)))
