"""Selections, and the criteria by which they are made."""

from alembic import op

from shared.records.migrations import steps

revision = "0005"
down_revision = "0004"

ROLE = "daylight_training"
CHOSEN = """'$.candidates[*] ? (@.decision == "selected").officer_number'"""
SELECTED = f"jsonb generated always as (jsonb_path_query_array(document, {CHOSEN})) stored"


def upgrade() -> None:
    """Create the kinds."""
    steps.create_kind("selection_criteria", ROLE, {})
    steps.create_kind("selection", ROLE, {"selected": SELECTED})
    op.execute("create index selection_selected on selection using gin (selected)")
