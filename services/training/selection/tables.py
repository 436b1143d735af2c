"""The kind and its table."""

from sqlalchemy import Column, Computed, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.training.tables import TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

SELECTION = Kind(name="selection", table="selection")
SELECTED = """jsonb_path_query_array(document, '$.candidates[*] ? (@.decision == "selected").officer_number')"""


class SelectionRow(RecordColumns, TrainingTable, table=True):
    """How an agency chose an SRO; `selected` are the numbers of the officers who were."""

    __tablename__ = SELECTION.table
    __table_args__ = (Index("selection_selected", "selected", postgresql_using="gin"),)

    selected: list[str] | None = Field(sa_column=Column(JSONB, Computed(SELECTED, persisted=True)))
