"""Training needs, events among peers, memberships; assignments by their first day."""

from alembic import op

from shared.records.migrations import steps

revision = "0004"
down_revision = "0003"

ROLE = "daylight_training"
ABOUT = "text generated always as ((document ->> 'ori') || '/' || (document ->> 'officer_number')) stored"
ATTENDED = "jsonb generated always as (document -> 'officer_numbers') stored"
START_ON = "text generated always as (document ->> 'start_on') stored"


def upgrade() -> None:
    """Create the kinds."""
    for kind in ("training_need", "membership"):
        steps.create_kind(kind, ROLE, {"about": ABOUT})
        op.execute(f"create index {kind}_about on {kind} (about)")
    steps.create_kind("peer_event", ROLE, {"attended": ATTENDED})
    op.execute("create index peer_event_attended on peer_event using gin (attended)")
    op.execute(f"alter table assignment add column start_on {START_ON}")
    op.execute("create index assignment_start_on on assignment (owner, start_on)")
