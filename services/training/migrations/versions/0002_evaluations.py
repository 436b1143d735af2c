"""Evaluations of officers."""

from alembic import op

from shared.records.migrations import steps

revision = "0002"
down_revision = "0001"

ROLE = "daylight_training"
ABOUT = "text generated always as ((document ->> 'ori') || '/' || (document ->> 'officer_number')) stored"


def upgrade() -> None:
    """Create the kind."""
    steps.create_kind("evaluation", ROLE, {"about": ABOUT})
    op.execute("create index evaluation_about on evaluation (about)")
