"""What is counted of incidents: facts, their sums, and how far they are."""

from shared.records.migrations import steps

revision = "0003"
down_revision = "0002"

ROLE = "daylight_reporting"

ROLLUPS = f"""
create table counted (
    id text collate "C" primary key,
    kind text not null,
    key text,
    version integer not null,
    state text not null,
    changed_at timestamptz,
    scope_version integer not null,
    ori text,
    school_id text,
    month text,
    document json
);
create index counted_key on counted (key, kind);
create index counted_school on counted (school_id, month);
create index counted_agency on counted (ori, month);
create table fact (
    record_id text collate "C" not null,
    measure text collate "C" not null,
    element text collate "C" not null,
    ori text not null,
    school_id text not null,
    day date not null,
    month text not null,
    initiated_by text not null,
    outcome text not null,
    offense text not null,
    race_ethnicity text not null,
    sex text not null,
    age text not null,
    english_learner text not null,
    disability text not null,
    value smallint not null,
    open smallint not null,
    primary key (record_id, measure, element)
);
create index fact_school on fact (school_id, month);
create index fact_agency on fact (ori, month);
create table rollup (
    school_id text collate "C" not null,
    month text collate "C" not null,
    ori text collate "C" not null,
    measure text collate "C" not null,
    initiated_by text collate "C" not null,
    outcome text collate "C" not null,
    value integer not null,
    open integer not null,
    primary key (school_id, month, ori, measure, initiated_by, outcome)
);
create index rollup_agency on rollup (ori, month);
grant select, insert, update, delete on counted, fact, rollup to "{ROLE}";
"""


def upgrade() -> None:
    """Create the read model."""
    steps.create_projection(ROLE, ROLE)
    steps.execute(ROLLUPS)
