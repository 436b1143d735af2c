"""How often an incident was marked to be judged again: what is marked while it is judged stays marked."""

from alembic import op

revision = "0006"
down_revision = "0005"

ROLE = "daylight_incidents"


def upgrade() -> None:
    """Count the marks."""
    op.execute("alter table judge_again add column marks bigint not null default 1")
    op.execute(f'grant update on judge_again to "{ROLE}"')
