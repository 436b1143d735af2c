"""The kind and its table."""

from services.training.tables import TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

COURSE = Kind(name="course", table="course")


class CourseRow(RecordColumns, TrainingTable, table=True):
    """A course of an agency's catalog."""

    __tablename__ = COURSE.table
