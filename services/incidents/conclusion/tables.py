"""The kind, its table, and what is to be judged again."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Computed, DateTime, Index, Text, text
from sqlmodel import Field

from services.incidents.tables import ABOUT, IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

CONCLUSION = Kind(name="conclusion", table="conclusion")
LIVE = text("state = 'live'")


class ConclusionRow(RecordColumns, IncidentsTable, table=True):
    """What follows from an incident as it stands."""

    __tablename__ = CONCLUSION.table
    __table_args__ = (
        Index("conclusion_about", "about"),
        Index("conclusion_owner", "owner", "key"),
        Index("conclusion_judge_again", "judge_again_at", postgresql_where=LIVE),
        Index("conclusion_rules", "rules_version", postgresql_where=LIVE),
    )

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
    judge_again_at: datetime | None = Field(
        sa_column=Column(DateTime(timezone=True), Computed("instant((document ->> 'judge_again_at'))", persisted=True))
    )
    rules_version: str | None = Field(sa_column=Column(Text, Computed("document ->> 'rules_version'", persisted=True)))


class JudgeAgain(IncidentsTable, table=True):
    """An incident that something else bears on: it is judged again at the next sweep."""

    __tablename__ = "judge_again"

    about: str = Field(sa_type=Text, primary_key=True)
    marks: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("1")))
