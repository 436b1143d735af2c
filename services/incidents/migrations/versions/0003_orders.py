"""Orders of courts: what they keep out, and the rights to erase what they take out."""

from shared.records.migrations import steps

revision = "0003"
down_revision = "0002"

ROLE = "daylight_incidents"
ERASABLE = ("incident", "judgement", "opening", "delivery", "flag", "conclusion")


def upgrade() -> None:
    """Create what is kept out, and let the log and the kinds be emptied."""
    steps.create_closed(ROLE)
    steps.let_log_be_emptied(ROLE)
    for table in ERASABLE:
        steps.let_kind_be_erased(table, ROLE)
