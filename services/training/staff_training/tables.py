"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.training.tables import TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

STAFF_TRAINING = Kind(name="staff_training", table="staff_training")
OF_SCHOOLS = """
select distinct assignment.about from staff_training as one
join assignment on assignment.owner = one.owner and assignment.state = 'live'
    and assignment.document -> 'school_ids' ? one.school_id
where one.key = any($1::text[])
"""
"""Officers who are, or were, assigned to the schools of these records."""


class StaffTrainingRow(RecordColumns, TrainingTable, table=True):
    """How many of a school's staff are trained in the operations of SROs."""

    __tablename__ = STAFF_TRAINING.table
    __table_args__ = (Index("staff_training_school", "owner", "school_id"),)

    school_id: str | None = Field(sa_column=Column(Text, Computed("document ->> 'school_id'", persisted=True)))
