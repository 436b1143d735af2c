"""The district's own copies, and what is said about incidents; row security knows custodians alone."""

from shared.records.migrations import steps

revision = "0002"
down_revision = "0001"

READER = "daylight_gateway_reader"

COLUMNS = """
alter table document
    add column about text,
    add column code text,
    add column flag_state text,
    add column severity text,
    add column seen_by text[],
    add column raised_at timestamptz,
    add column started_at timestamptz,
    add column over_at timestamptz,
    add column due_on date,
    add column met_at timestamptz;
alter table document no force row level security;
drop index document_by_custodian, document_by_district, document_by_kind, document_by_school;
update document set about = key where kind = 'incident';
alter table document force row level security;
create index document_by_custodian on document (custodian, occurred_at desc, id desc) where kind = 'incident';
create index document_by_time on document (occurred_at desc, id desc) where kind = 'incident';
create index document_by_school on document (school_id) where kind = 'incident';
create index document_about on document (about, kind, custodian) where about is not null;
create index document_flags on document (custodian, raised_at desc, id desc) where kind = 'flag';
create index document_clocks on document (custodian, over_at, id) where kind = 'clock';
"""

# A setting that was never made is null, one of an earlier transaction is '': neither names anybody.
CUSTODIANS = "(select string_to_array(current_setting('daylight.custodians', true), ','))"

SECURITY = f"""
drop policy viewer_reads on document;
create policy viewer_reads on document for select to "{READER}" using (
    custodian = 'public'
    or custodian = any ({CUSTODIANS}::text[]) and (record_class = 'agency_record' or district is not null)
    or record_class = 'agency_record' and '*' = any ({CUSTODIANS}::text[])
);
drop policy viewer_reads on change;
create policy viewer_reads on change for select to "{READER}" using (
    audience = 'public'
    or audience = any (array(select unnest(array['agency:' || name, 'district:' || name])
                             from unnest({CUSTODIANS}::text[]) as name))
    or audience = 'state' and '*' = any ({CUSTODIANS}::text[])
);
"""

# Districts are told once more of the agencies' records that they have seen until now: as removed.
TOLD = """
alter table change no force row level security;
update change set number = nextval('change_number') where audience like 'district:%' and kind = 'incident';
alter table change force row level security;
"""


def upgrade() -> None:
    steps.execute(COLUMNS)
    steps.execute(SECURITY)
    steps.execute(TOLD)
