"""The kind and its table."""

from services.training.tables import TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

SELECTION_CRITERIA = Kind(name="selection_criteria", table="selection_criteria")


class SelectionCriteriaRow(RecordColumns, TrainingTable, table=True):
    """By what an agency and a district choose SROs."""

    __tablename__ = SELECTION_CRITERIA.table
