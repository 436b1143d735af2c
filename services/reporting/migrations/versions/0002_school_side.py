"""What districts say of their schools: calendars, enrolment, the schools' own figures and cases."""

from alembic import op

from shared.records.migrations import steps

revision = "0002"
down_revision = "0001"

ROLE = "daylight_reporting"


def upgrade() -> None:
    """Create the kinds."""
    for table in ("calendar", "enrollment", "school_count", "school_case"):
        steps.create_kind(table, ROLE)
        op.execute(f"create index {table}_owner on {table} (owner, key)")
