"""Documents under row-level security, the change feed, and OAuth clients."""

from shared.records.migrations import steps

revision = "0001"
down_revision = None

READER = "daylight_gateway_reader"
PROJECTOR = "daylight_gateway_projector"

DOCUMENT = """
create table document (
    custodian text not null,
    kind text not null,
    key text not null,
    id uuid not null,
    version integer not null,
    state text not null,
    record_class text not null,
    scope_version integer not null,
    lea_id text,
    school_id text,
    district text,
    occurred_at timestamptz,
    initiated_by text,
    source_system text,
    actions text[],
    outcomes text[],
    changed_at timestamptz not null,
    document json,
    primary key (custodian, kind, key)
);
create index document_by_custodian on document (custodian, kind, occurred_at desc, id desc);
create index document_by_district on document (district, kind, occurred_at desc, id desc) where district is not null;
create index document_by_kind on document (kind, occurred_at desc, id desc);
create index document_by_school on document (school_id) where school_id is not null;
create index document_by_id on document (id);
"""

CHANGE = """
create sequence change_number;
create table change (
    audience text not null,
    number bigint not null default nextval('change_number'),
    kind text not null,
    id uuid not null,
    custodian text not null,
    schools text[] not null,
    primary key (audience, number)
);
create unique index change_by_record on change (audience, kind, id);
"""

CLIENT = """
create table client (
    client text primary key,
    secret_digest bytea not null,
    role text not null,
    oris text[] not null,
    lea_ids text[] not null,
    school_ids text[] not null,
    officer_number text,
    scopes text[] not null,
    purposes text[] not null,
    default_purpose text not null,
    active boolean not null
);
"""

# A setting that was never made is null, one of an earlier transaction is '': neither names anybody.
CUSTODIANS = "(select string_to_array(current_setting('daylight.custodians', true), ','))"
DISTRICTS = "(select string_to_array(current_setting('daylight.districts', true), ','))"

SECURITY = f"""
alter table document enable row level security;
alter table document force row level security;
create policy projector_writes on document to "{PROJECTOR}" using (true) with check (true);
create policy viewer_reads on document for select to "{READER}" using (
    custodian = 'public'
    or custodian = any ({CUSTODIANS}::text[])
    or record_class = 'agency_record' and '*' = any ({CUSTODIANS}::text[])
    or district = any ({DISTRICTS}::text[])
);
alter table change enable row level security;
alter table change force row level security;
create policy projector_writes on change to "{PROJECTOR}" using (true) with check (true);
create policy viewer_reads on change for select to "{READER}" using (
    audience = 'public'
    or audience = any (array(select 'agency:' || name from unnest({CUSTODIANS}::text[]) as name))
    or audience = 'state' and '*' = any ({CUSTODIANS}::text[])
    or audience = any (array(select 'district:' || name from unnest({DISTRICTS}::text[]) as name))
);
"""

GRANTS = f"""
grant select on document, change to "{READER}";
grant select, insert, update on client to "{READER}";
grant select, insert, update on document, change to "{PROJECTOR}";
grant delete on document to "{PROJECTOR}";
grant usage on sequence change_number to "{PROJECTOR}";
"""


def upgrade() -> None:
    steps.create_projection(PROJECTOR, READER)
    steps.execute(DOCUMENT)
    steps.execute(CHANGE)
    steps.execute(CLIENT)
    steps.execute(SECURITY)
    steps.execute(GRANTS)
