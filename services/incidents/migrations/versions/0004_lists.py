"""What the lists of flags, clocks and reports are found by: whose they are, and at which school."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let a list of one agency, district or school pass by what is of the others."""
    op.execute("create index flag_owner on flag (owner, key)")
    op.execute("create index conclusion_owner on conclusion (owner, key)")
    op.execute("alter table delivery add column school_id text generated always as (document ->> 'school_id') stored")
    op.execute("create index delivery_owner on delivery (owner)")
    op.execute("create index delivery_school on delivery (school_id)")
