"""The kind and its table."""

from services.incidents.tables import IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

SCHOOL_CODE = Kind(name="school_code", table="school_code")


class SchoolCodeRow(RecordColumns, IncidentsTable, table=True):
    """Which school an agency means by a code of its own."""

    __tablename__ = SCHOOL_CODE.table
