"""The tables of this service's own database."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class ReportingTable(SQLModel, registry=registry()):
    """Keeps this service's tables apart from those of the others."""
