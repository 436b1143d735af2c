"""What privacy officers found of reads that were out of the usual, under row security."""

from shared.records.migrations import steps

revision = "0007"
down_revision = "0006"

READER = "daylight_gateway_reader"

ACCESS_REVIEW = """
create table access_review (
    custodian text not null,
    id uuid not null,
    finding text not null,
    reviewed_at timestamptz not null,
    reviewed_by text not null,
    primary key (custodian, id)
);
"""

# A setting that was never made is null, one of an earlier transaction is '': neither names anybody.
OWN = "custodian = any ((select string_to_array(current_setting('daylight.custodians', true), ','))::text[])"

SECURITY = f"""
alter table access_review enable row level security;
alter table access_review force row level security;
create policy custodian_reads on access_review for select to "{READER}" using ({OWN});
create policy custodian_says on access_review for insert to "{READER}" with check ({OWN});
create policy custodian_corrects on access_review for update to "{READER}" using ({OWN}) with check ({OWN});
grant select, insert, update on access_review to "{READER}";
"""


def upgrade() -> None:
    steps.execute(ACCESS_REVIEW)
    steps.execute(SECURITY)
