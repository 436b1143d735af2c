"""The log, the vault, incidents and school codes."""

from alembic import op

from shared.records.migrations import steps

revision = "0001"
down_revision = None

ROLE = "daylight_incidents"


def upgrade() -> None:
    """Create what the service begins with."""
    steps.create_log(ROLE)
    steps.create_vault(ROLE)
    steps.create_instant()
    steps.create_kind(
        "incident",
        ROLE,
        {
            "occurred_at": "timestamptz generated always as (instant(document ->> 'occurred_at')) stored",
            "school_code": "text generated always as (document ->> 'school_code') stored",
        },
    )
    op.execute("create index incident_school_code on incident (owner, school_code) where school_code is not null")
    steps.create_kind("school_code", ROLE)
