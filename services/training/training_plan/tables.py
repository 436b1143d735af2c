"""The kind and its table."""

from services.training.tables import TrainingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

TRAINING_PLAN = Kind(name="training_plan", table="training_plan")


class TrainingPlanRow(RecordColumns, TrainingTable, table=True):
    """An agency's regular schedule of training."""

    __tablename__ = TRAINING_PLAN.table
