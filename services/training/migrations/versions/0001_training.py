"""The log, what agencies send of training, and what follows from it."""

from alembic import op

from shared.records.migrations import steps

revision = "0001"
down_revision = None

ROLE = "daylight_training"
ABOUT = "text generated always as ((document ->> 'ori') || '/' || (document ->> 'officer_number')) stored"


def upgrade() -> None:
    """Create what the service begins with."""
    steps.create_log(ROLE)
    steps.create_instant()
    steps.create_kind("officer", ROLE, {"about": ABOUT})
    steps.create_kind("course", ROLE)
    steps.create_kind(
        "completion",
        ROLE,
        {"about": ABOUT, "course_code": "text generated always as (document ->> 'course_code') stored"},
    )
    steps.create_kind("assignment", ROLE, {"about": ABOUT})
    steps.create_kind("training_plan", ROLE)
    steps.create_kind("officer_flag", ROLE, {"about": ABOUT})
    steps.create_kind(
        "officer_conclusion",
        ROLE,
        {
            "about": ABOUT,
            "judge_again_at": "timestamptz generated always as (instant(document ->> 'judge_again_at')) stored",
            "rules_version": "text generated always as (document ->> 'rules_version') stored",
        },
    )
    for kind in ("officer", "completion", "assignment", "officer_flag", "officer_conclusion"):
        op.execute(f"create index {kind}_about on {kind} (about)")
    op.execute("create index completion_course on completion (owner, course_code)")
    op.execute("create index officer_conclusion_owner on officer_conclusion (owner, key)")
    op.execute(
        "create index officer_conclusion_judge_again on officer_conclusion (judge_again_at) where state = 'live'"
    )
    op.execute("create index officer_conclusion_rules on officer_conclusion (rules_version) where state = 'live'")
    op.execute("create table judge_again (about text primary key)")
    op.execute(f'grant select, insert, update, delete on judge_again to "{ROLE}"')
