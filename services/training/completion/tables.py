"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import ABOUT, TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

COMPLETION = Kind(name="completion", table="completion")


class CompletionRow(RecordColumns, TrainingTable, table=True):
    """That an officer completed a course."""

    __tablename__ = COMPLETION.table
    __table_args__ = (Index("completion_about", "about"), Index("completion_course", "owner", "course_code"))

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
    course_code: str | None = Field(sa_column=Column(Text, Computed("document ->> 'course_code'", persisted=True)))


OF_COURSES = """
select distinct about from completion
where (owner, course_code) in (select * from unnest($1::text[], $2::text[])) and state = 'live'
"""
