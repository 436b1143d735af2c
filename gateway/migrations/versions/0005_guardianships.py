"""Who holds the rights over students' records: each district's word, under row security."""

from shared.records.migrations import steps

revision = "0005"
down_revision = "0004"

READER = "daylight_gateway_reader"

GUARDIANSHIP = """
create table guardianship (
    custodian text not null,
    student text not null,
    issuer text not null,
    subject text not null,
    valid_from date not null,
    id uuid not null,
    version integer not null,
    relationship text not null,
    rights text not null,
    revoked_by text,
    valid_to date,
    rights_pass_on date,
    dependent_for_tax boolean not null,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (custodian, student, issuer, subject, valid_from)
);
create index guardianship_person on guardianship (custodian, issuer, subject);
"""

# A setting that was never made is null, one of an earlier transaction is '': neither names anybody.
OWN = "custodian = any ((select string_to_array(current_setting('daylight.custodians', true), ','))::text[])"

SECURITY = f"""
alter table guardianship enable row level security;
alter table guardianship force row level security;
create policy district_reads on guardianship for select to "{READER}" using ({OWN});
create policy district_says on guardianship for insert to "{READER}" with check ({OWN});
create policy district_corrects on guardianship for update to "{READER}" using ({OWN}) with check ({OWN});
grant select, insert, update on guardianship to "{READER}";
"""


def upgrade() -> None:
    steps.execute(GUARDIANSHIP)
    steps.execute(SECURITY)
