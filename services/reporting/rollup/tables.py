"""The tables of the read model: what is counted, the facts of each record, and their sums."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Date, DateTime, Index, SmallInteger, Text
from sqlmodel import Field

from services.reporting.tables import ReportingTable


class Counted(ReportingTable, table=True):
    """The newest version of a record that is counted, or bears on one: an incident, or what was concluded of it.

    An erased one keeps its id alone, so that an event of it that comes late changes nothing.
    """

    __tablename__ = "counted"
    __table_args__ = (
        Index("counted_key", "key", "kind"),
        Index("counted_school", "school_id", "month"),
        Index("counted_agency", "ori", "month"),
    )

    id: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text)
    key: str | None = Field(sa_type=Text)
    version: int
    state: str = Field(sa_type=Text)
    changed_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    scope_version: int
    ori: str | None = Field(sa_type=Text)
    school_id: str | None = Field(sa_type=Text)
    month: str | None = Field(sa_type=Text)
    document: Any | None = Field(sa_type=JSON)


class Fact(ReportingTable, table=True):
    """One of what a measure counts, with a value of each dimension."""

    __tablename__ = "fact"
    __table_args__ = (Index("fact_school", "school_id", "month"), Index("fact_agency", "ori", "month"))

    record_id: str = Field(sa_type=Text, primary_key=True)
    measure: str = Field(sa_type=Text, primary_key=True)
    element: str = Field(sa_type=Text, primary_key=True)
    ori: str = Field(sa_type=Text)
    school_id: str = Field(sa_type=Text)
    day: date = Field(sa_type=Date)
    month: str = Field(sa_type=Text)
    initiated_by: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    offense: str = Field(sa_type=Text)
    race_ethnicity: str = Field(sa_type=Text)
    sex: str = Field(sa_type=Text)
    age: str = Field(sa_type=Text)
    english_learner: str = Field(sa_type=Text)
    disability: str = Field(sa_type=Text)
    value: int = Field(sa_column=Column(SmallInteger, nullable=False))
    open: int = Field(sa_column=Column(SmallInteger, nullable=False))


class Rollup(ReportingTable, table=True):
    """The sums of the facts by what summaries are asked for most."""

    __tablename__ = "rollup"
    __table_args__ = (Index("rollup_agency", "ori", "month"),)

    school_id: str = Field(sa_type=Text, primary_key=True)
    month: str = Field(sa_type=Text, primary_key=True)
    ori: str = Field(sa_type=Text, primary_key=True)
    measure: str = Field(sa_type=Text, primary_key=True)
    initiated_by: str = Field(sa_type=Text, primary_key=True)
    outcome: str = Field(sa_type=Text, primary_key=True)
    value: int
    open: int
