"""The table of enrolments."""

from sqlalchemy import Index

from services.reporting.tables import ReportingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

ENROLLMENT = Kind(name="enrollment", table="enrollment")


class EnrollmentRow(RecordColumns, ReportingTable, table=True):
    """A school's enrolment."""

    __tablename__ = ENROLLMENT.table
    __table_args__ = (Index("enrollment_owner", "owner", "key"),)
