"""What districts say of the people in their copies: which of their students each one is."""

from alembic import op

from shared.records.migrations import steps

revision = "0005"
down_revision = "0004"

ROLE = "daylight_incidents"
ABOUT = "text generated always as ((document ->> 'ori') || '/' || (document ->> 'incident_number')) stored"


def upgrade() -> None:
    """Create matches; an order can take them out."""
    steps.create_kind("match", ROLE, {"about": ABOUT})
    op.execute("create index match_about on match (about)")
    steps.let_kind_be_erased("match", ROLE)
