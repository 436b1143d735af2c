"""The kind, its table, and what is to be judged again."""

from datetime import datetime

from sqlalchemy import Column, Computed, DateTime, Index, Text, text
from sqlmodel import Field

from services.training.tables import ABOUT, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

OFFICER_CONCLUSION = Kind(name="officer_conclusion", table="officer_conclusion")
LIVE = text("state = 'live'")


class OfficerConclusionRow(RecordColumns, TrainingTable, table=True):
    """What follows from an officer's records as they stand. Its key is the officer's."""

    __tablename__ = OFFICER_CONCLUSION.table
    __table_args__ = (
        Index("officer_conclusion_about", "about"),
        Index("officer_conclusion_owner", "owner", "key"),
        Index("officer_conclusion_judge_again", "judge_again_at", postgresql_where=LIVE),
        Index("officer_conclusion_rules", "rules_version", postgresql_where=LIVE),
    )

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
    judge_again_at: datetime | None = Field(
        sa_column=Column(DateTime(timezone=True), Computed("instant((document ->> 'judge_again_at'))", persisted=True))
    )
    rules_version: str | None = Field(sa_column=Column(Text, Computed("document ->> 'rules_version'", persisted=True)))


class JudgeAgain(TrainingTable, table=True):
    """An officer of whom something was written that bears on what follows.

    Whoever judges an officer holds this row, so that nobody judges by what somebody else is about to change.
    """

    __tablename__ = "judge_again"

    about: str = Field(sa_type=Text, primary_key=True)
