"""Webhooks: where clients want to be told, what they were told, and what came of it, under row security."""

from shared.records.migrations import steps

revision = "0006"
down_revision = "0005"

READER = "daylight_gateway_reader"
PROJECTOR = "daylight_gateway_projector"

WEBHOOKS = """
create table webhook (
    id uuid primary key,
    client text not null,
    purpose text not null,
    url text not null,
    changes text[] not null,
    secret bytea not null,
    former_secret bytea,
    former_secret_until timestamptz,
    state text not null,
    disabled_by text,
    made_at timestamptz not null
);
create unique index webhook_address on webhook (client, url);
create table webhook_told (
    custodian text not null,
    webhook uuid not null,
    record_id uuid not null,
    kind text not null,
    change text not null,
    raised_at timestamptz,
    primary key (custodian, webhook, record_id)
);
create table webhook_message (
    custodian text not null,
    webhook uuid not null,
    id uuid not null,
    record_id uuid not null,
    kind text not null,
    change text not null,
    state text not null,
    made_at timestamptz not null,
    attempts integer not null,
    next_at timestamptz,
    last_at timestamptz,
    last_status integer,
    last_failure text,
    primary key (custodian, webhook, id)
);
create index webhook_message_newest on webhook_message (webhook, id desc);
create index webhook_message_waiting on webhook_message (webhook, next_at) where next_at is not null;
"""

# A setting that was never made is null, one of an earlier transaction is '': neither names anybody.
CUSTODIANS = "(select string_to_array(current_setting('daylight.custodians', true), ','))::text[]"
SEEN = f"(custodian = any ({CUSTODIANS}) or '*' = any ({CUSTODIANS}))"

SECURITY = "".join(
    f"""
alter table {table} enable row level security;
alter table {table} force row level security;
create policy webhook_tells on {table} to "{READER}" using {SEEN} with check {SEEN};
create policy projector_forgets on {table} to "{PROJECTOR}" using (true);
grant select, insert, update, delete on {table} to "{READER}";
grant select, delete on {table} to "{PROJECTOR}";
"""
    for table in ("webhook_told", "webhook_message")
)


def upgrade() -> None:
    steps.execute(WEBHOOKS)
    steps.execute(SECURITY)
    steps.execute(f'grant select, insert, update, delete on webhook to "{READER}"')
