"""The tables of this service's own database."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel

ABOUT = "(document ->> 'ori') || '/' || (document ->> 'officer_number')"
"""The officer that a record is about, as its key."""

LED_BY = "(document ->> 'ori') || '/' || (document ->> 'supervisor_number')"
"""The officer's supervisor, as a key; null where none is known."""


class TrainingTable(SQLModel, registry=registry()):
    """Keeps this service's tables apart from those of the others."""
