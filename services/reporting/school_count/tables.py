"""The table of schools' own figures."""

from sqlalchemy import Index

from services.reporting.tables import ReportingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

SCHOOL_COUNT = Kind(name="school_count", table="school_count")


class SchoolCountRow(RecordColumns, ReportingTable, table=True):
    """A school's own figures of one measure."""

    __tablename__ = SCHOOL_COUNT.table
    __table_args__ = (Index("school_count_owner", "owner", "key"),)
