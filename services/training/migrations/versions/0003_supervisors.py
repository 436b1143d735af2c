"""Officers by who leads them."""

from alembic import op

revision = "0003"
down_revision = "0002"

LED_BY = "text generated always as ((document ->> 'ori') || '/' || (document ->> 'supervisor_number')) stored"


def upgrade() -> None:
    """Find officers by their supervisor."""
    op.execute(f"alter table officer add column led_by {LED_BY}")
    op.execute("create index officer_led_by on officer (led_by)")
