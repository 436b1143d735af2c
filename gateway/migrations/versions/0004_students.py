"""Which of its students a district has matched in its copies."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("alter table document add column students text[], add column matched integer[]")
