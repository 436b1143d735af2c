"""The kind and its table."""

from sqlalchemy import Column, Computed, Index, Text
from sqlmodel import Field

from services.incidents.tables import ABOUT, IncidentsTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

FLAG = Kind(name="flag", table="flag", sealed=True)


class FlagRow(RecordColumns, IncidentsTable, table=True):
    """A finding with its life."""

    __tablename__ = FLAG.table
    __table_args__ = (Index("flag_about", "about"), Index("flag_owner", "owner", "key"))

    about: str | None = Field(sa_column=Column(Text, Computed(ABOUT, persisted=True)))
    flag_state: str | None = Field(sa_column=Column(Text, Computed("document ->> 'state'", persisted=True)))
