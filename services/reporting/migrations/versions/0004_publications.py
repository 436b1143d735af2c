"""Tables for everybody: on their way, and frozen."""

from shared.records.migrations import steps

revision = "0004"
down_revision = "0003"

ROLE = "daylight_reporting"

PUBLICATIONS = f"""
create table publication (
    id uuid primary key,
    owner text not null,
    table_id text not null,
    version integer not null,
    state text not null,
    request json not null,
    first_month text,
    last_month text,
    seed bigint not null,
    counted text,
    certified text,
    data_version text,
    changed_at timestamptz not null,
    changed_by text not null
);
create unique index publication_version on publication (table_id, version);
create index publication_owner on publication (owner, table_id);
grant select, insert, update on publication to "{ROLE}";
"""


def upgrade() -> None:
    """Create both."""
    steps.create_kind("published_table", ROLE)
    steps.execute(PUBLICATIONS)
