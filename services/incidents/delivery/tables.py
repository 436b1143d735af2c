"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.incidents.tables import IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

DELIVERY = Kind(name="delivery", table="delivery")
ABOUT = "(document #>> '{incident,ori}') || '/' || (document #>> '{incident,incident_number}')"


class DeliveryRow(RecordColumns, IncidentsTable, table=True):
    """The copy of an incident that a district has."""

    __tablename__ = DELIVERY.table
    __table_args__ = (
        Index("delivery_about", "about"),
        Index("delivery_owner", "owner"),
        Index("delivery_school", "school_id"),
    )

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
    school_id: str | None = Field(sa_column=Column(Text, Computed("document ->> 'school_id'", persisted=True)))
