"""The kind, its table with the columns that are queried by themselves, and those queries."""

from datetime import datetime

from sqlalchemy import Column, Computed, DateTime, Index, Text, text
from sqlmodel import Field

from services.incidents.tables import IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import LayeredColumns, RecordColumns

INCIDENT = Kind(name="incident", table="incident", sealed=True, layered=True, closable=True)


class IncidentRow(LayeredColumns, RecordColumns, IncidentsTable, table=True):
    """An incident as it stands, without what is sealed of it."""

    __tablename__ = INCIDENT.table
    __table_args__ = (
        Index("incident_school_code", "owner", "school_code", postgresql_where=text("school_code is not null")),
        Index(
            "incident_neighbours",
            "owner",
            "school_id",
            "occurred_at",
            postgresql_where=text("school_id is not null"),
        ),
    )

    occurred_at: datetime | None = Field(
        sa_column=Column(DateTime(timezone=True), Computed("instant((document ->> 'occurred_at'))", persisted=True))
    )
    school_code: str | None = Field(sa_column=Column(Text, Computed("document ->> 'school_code'", persisted=True)))
    school_id: str | None = Field(sa_column=Column(Text, Computed("document ->> 'school_id'", persisted=True)))


INVENTORY = """
select key, version, state, source_version, changed_at
from incident
where owner = $1 and key > $2
  and ($3::timestamptz is null or occurred_at >= $3)
  and ($4::timestamptz is null or occurred_at < $4)
  and ($5::timestamptz is null or changed_at >= $5)
order by key
limit $6
"""

WITH_SCHOOL_CODE = """
select key from incident
where owner = $1 and school_code = $2 and key > $3
  and (document ->> 'school_id' is null or (document ->> 'school_mapped')::boolean)
order by key
limit $4
"""
