"""Answers over reports, and what follows from an incident: judgements, flags, conclusions, deliveries, openings."""

from alembic import op

from shared.records.migrations import steps

revision = "0002"
down_revision = "0001"

ROLE = "daylight_incidents"
ABOUT = "text generated always as ((document ->> 'ori') || '/' || (document ->> 'incident_number')) stored"
DELIVERED = (
    "text generated always as "
    "((document #>> '{incident,ori}') || '/' || (document #>> '{incident,incident_number}')) stored"
)


def upgrade() -> None:
    """Create what is judged, and what was judged."""
    steps.layer_kind("incident")
    steps.layer_vault()
    op.execute("alter table incident add column school_id text generated always as (document ->> 'school_id') stored")
    op.execute(
        "create index incident_neighbours on incident (owner, school_id, occurred_at) where school_id is not null"
    )
    for kind in ("judgement", "opening"):
        steps.create_kind(kind, ROLE, {"about": ABOUT})
    steps.create_kind("delivery", ROLE, {"about": DELIVERED})
    steps.create_kind(
        "flag", ROLE, {"about": ABOUT, "flag_state": "text generated always as (document ->> 'state') stored"}
    )
    steps.create_kind(
        "conclusion",
        ROLE,
        {
            "about": ABOUT,
            "judge_again_at": "timestamptz generated always as (instant(document ->> 'judge_again_at')) stored",
            "rules_version": "text generated always as (document ->> 'rules_version') stored",
        },
    )
    for kind in ("judgement", "opening", "delivery", "flag", "conclusion"):
        op.execute(f"create index {kind}_about on {kind} (about)")
    op.execute("create index conclusion_judge_again on conclusion (judge_again_at) where state = 'live'")
    op.execute("create index conclusion_rules on conclusion (rules_version) where state = 'live'")
    op.execute("create table judge_again (about text primary key)")
    op.execute(f'grant select, insert, delete on judge_again to "{ROLE}"')
