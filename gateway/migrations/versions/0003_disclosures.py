"""The disclosure record: append-only, each custodian's chain under row security; its details alone can be erased."""

from alembic import op

from shared.records.migrations import steps

revision = "0003"
down_revision = "0002"

READER = "daylight_gateway_reader"
PROJECTOR = "daylight_gateway_projector"

DISCLOSURE = """
create table disclosure (
    custodian text not null,
    number bigint not null,
    content text not null,
    hash bytea not null,
    about text,
    record_id uuid,
    details bytea,
    primary key (custodian, number)
);
create index disclosure_about on disclosure (custodian, about) where about is not null;
create index disclosure_record on disclosure (record_id) where record_id is not null;
create table disclosure_head (
    custodian text not null,
    size bigint not null,
    root bytea not null,
    made_at timestamptz not null,
    primary key (custodian, size)
);
"""

ERASURE = """
create function only_erased() returns trigger language plpgsql as $$
begin
    if new.about is not null or new.record_id is not null or new.details is not null then
        raise exception 'the details of a disclosure can be erased, and not be changed';
    end if;
    return new;
end $$
"""

# A setting that was never made is null, one of an earlier transaction is '': neither names anybody.
OWN = "custodian = any ((select string_to_array(current_setting('daylight.custodians', true), ','))::text[])"

SECURITY = f"""
create trigger disclosure_only_erased before update on disclosure for each row execute function only_erased();
alter table disclosure enable row level security;
alter table disclosure force row level security;
create policy custodian_reads on disclosure for select to "{READER}" using ({OWN});
create policy custodian_appends on disclosure for insert to "{READER}" with check ({OWN});
create policy projector_reads on disclosure for select to "{PROJECTOR}" using (true);
create policy projector_erases on disclosure for update to "{PROJECTOR}" using (true) with check (true);
alter table disclosure_head enable row level security;
alter table disclosure_head force row level security;
create policy custodian_reads on disclosure_head for select to "{READER}" using ({OWN});
create policy custodian_appends on disclosure_head for insert to "{READER}" with check ({OWN});
create policy projector_reads on disclosure_head for select to "{PROJECTOR}" using (true);
"""

GRANTS = f"""
grant select, insert on disclosure, disclosure_head to "{READER}";
grant select on disclosure, disclosure_head to "{PROJECTOR}";
grant update (about, record_id, details) on disclosure to "{PROJECTOR}";
"""


def upgrade() -> None:
    steps.execute(DISCLOSURE)
    op.execute(ERASURE)
    steps.execute(SECURITY)
    steps.execute(GRANTS)
