"""Counts of trained staff."""

from alembic import op

from shared.records.migrations import steps

revision = "0006"
down_revision = "0005"

ROLE = "daylight_training"
SCHOOL = "text generated always as (document ->> 'school_id') stored"


def upgrade() -> None:
    """Create the kind."""
    steps.create_kind("staff_training", ROLE, {"school_id": SCHOOL})
    op.execute("create index staff_training_school on staff_training (owner, school_id)")
