"""The table of calendars."""

from sqlalchemy import Index

from services.reporting.tables import ReportingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

CALENDAR = Kind(name="calendar", table="calendar")


class CalendarRow(RecordColumns, ReportingTable, table=True):
    """A district's calendar of one school year."""

    __tablename__ = CALENDAR.table
    __table_args__ = (Index("calendar_owner", "owner", "key"),)
