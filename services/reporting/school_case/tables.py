"""The table of schools' own cases."""

from sqlalchemy import Index

from services.reporting.tables import ReportingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

SCHOOL_CASE = Kind(name="school_case", table="school_case")


class SchoolCaseRow(RecordColumns, ReportingTable, table=True):
    """A school's own case."""

    __tablename__ = SCHOOL_CASE.table
    __table_args__ = (Index("school_case_owner", "owner", "key"),)
