"""The kind and its table."""

from sqlalchemy import Column, Computed, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.training.tables import TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

PEER_EVENT = Kind(name="peer_event", table="peer_event")
ATTENDED = "document -> 'officer_numbers'"


class PeerEventRow(RecordColumns, TrainingTable, table=True):
    """An event of SROs among their peers."""

    __tablename__ = PEER_EVENT.table
    __table_args__ = (Index("peer_event_attended", "attended", postgresql_using="gin"),)

    attended: list[str] | None = Field(sa_column=Column(JSONB, Computed(ATTENDED, persisted=True)))
