"""The statements by which rows become documents: the newest version wins, and each document stands where it belongs.

An incident's district follows from the directory; what is about an incident stands where the incident does. The
district's view of it is a document of the district's own, which is there while the incident is at one of its schools.
What an agency keeps of its officers stands by itself; what of it names schools is shared with their districts.
Every statement tells the change feed what it changed.
"""

from collections.abc import Iterable

from gateway.kinds import CLOCK, CONCLUSION, FLAG, INCIDENT, MATCH, OFFICER_CONCLUSION
from gateway.policy import AGENCY_RECORD, EDUCATION_RECORD, PROGRAM_RECORD, PUBLIC_FACT
from gateway.rows import NAMES, PLACE, PUBLIC
from shared.contracts.clocks import NOT_OF_THE_SCHOOL
from shared.contracts.contract import LEA_ID_DIGITS
from shared.contracts.record import LIVE

TYPES = {
    "id": "uuid",
    "version": "integer",
    "scope_version": "integer",
    "changed_at": "timestamptz",
    "occurred_at": "timestamptz",
    "raised_at": "timestamptz",
    "started_at": "timestamptz",
    "over_at": "timestamptz",
    "due_on": "date",
    "met_at": "timestamptz",
}
LISTS = ("actions", "outcomes", "seen_by")
KEY = ("custodian", "kind", "key")
FIXED = (*KEY, "record_class", "about")
"""Columns that no version of a record changes."""
SCOPE = (*PLACE, "district")
STATE = tuple(name for name in NAMES if name not in (*FIXED, *PLACE))
SEEN_BY_SCHOOLS = "'{school,district}'"
AGENCYS_CLOCKS = f"'{{{','.join(NOT_OF_THE_SCHOOL)}}}'"


def _listed(names: Iterable[str], of: str = "") -> str:
    return ", ".join(f"{of}{name}" for name in names)


def _stored(name: str) -> str:
    """A column of what was sent as it is stored: lists come as words joined by commas."""
    if name in LISTS:
        return f"string_to_array(sent.{name}, ',')"
    if name in ("lea_id", "school_id"):
        return f"coalesce(sent.{name}, incident.{name})"
    return "sent.document::json" if name == "document" else f"sent.{name}"


# After an order of a court a key may come again as another record: then that which was written later stands.
def _is_newer(version: str) -> str:
    return (
        f"(case when excluded.id = known.id then excluded.{version} > known.{version}"
        " else excluded.changed_at > known.changed_at end)"
    )


def _newer(version: str, names: Iterable[str]) -> str:
    return ", ".join(
        f"{name} = case when {_is_newer(version)} then excluded.{name} else known.{name} end" for name in names
    )


def told(feed: str = "change") -> str:
    """Tell the readers of what is in `kept` that it changed: those of the custodian, and state programs."""
    audiences = ", ".join(
        f"(case when record_class = '{record_class}' then {audience} end)"
        for record_class, audience in (
            (PUBLIC_FACT, f"'{PUBLIC}'"),
            (AGENCY_RECORD, "'agency:' || custodian"),
            (AGENCY_RECORD, "'state'"),
            (EDUCATION_RECORD, "'district:' || old_district"),
            (EDUCATION_RECORD, "'district:' || new_district"),
        )
    )
    return f"""
insert into {feed} as known (audience, kind, id, custodian, schools)
select distinct on (audience, kind, id)
       audience, kind, id, custodian, array_remove(array[old_school, new_school], null)
from kept cross join lateral (values {audiences}) as told (audience)
where audience is not null and kind <> '{CLOCK}'
on conflict (audience, kind, id) do update
set number = excluded.number, custodian = excluded.custodian,
    schools = case when known.schools @> excluded.schools then known.schools
              else array(select distinct unnest(known.schools || excluded.schools)) end
"""


CHANGED = """new.kind, new.id, new.custodian, new.record_class, old.school_id as old_school,
        new.school_id as new_school, old.district as old_district, new.district as new_district"""

# The state follows the newest version, the scope the newest live one; either may arrive first. What is about an
# incident takes its place from it. `limit 1` has each looked up by its index, also while there are no statistics.
KEEP = f"""
with sent as (
    select {_listed(map(_stored, NAMES))},
        case when school.key is not null then sent.lea_id end as district
    from unnest({_listed(f"${number}::{TYPES.get(name, 'text')}[]" for number, name in enumerate(NAMES, 1))})
        as sent ({_listed(NAMES)})
    left join lateral (
        select key from document as school
        where school.custodian = '{PUBLIC}' and school.kind = 'school' and school.key = sent.school_id
          and school.state = '{LIVE}' and sent.kind = '{INCIDENT}'
        limit 1
    ) as school on true
    left join lateral (
        select lea_id, school_id from document as incident
        where incident.about = sent.about and incident.kind = '{INCIDENT}'
          and incident.record_class = '{AGENCY_RECORD}' and sent.kind <> '{INCIDENT}'
        limit 1
    ) as incident on true
), kept as (
    insert into document as known ({_listed(NAMES)}, district)
    select * from sent as stored ({_listed(NAMES)}, district)
    on conflict (custodian, kind, key) do update
    set {_newer("version", STATE)}, {_newer("scope_version", SCOPE)}
    where {_is_newer("version")} or {_is_newer("scope_version")}
    returning {CHANGED}
)
{told()}"""

# Clocks are those of the newest conclusion alone.
DROP_CLOCKS = f"""
delete from document as clock using document as conclusion
where conclusion.custodian = clock.custodian and conclusion.about = clock.about
  and conclusion.kind in ('{CONCLUSION}', '{OFFICER_CONCLUSION}')
  and (conclusion.version > clock.version or conclusion.changed_at > clock.changed_at)
  and conclusion.record_class = '{AGENCY_RECORD}' and clock.record_class = '{AGENCY_RECORD}'
  and clock.kind = '{CLOCK}' and clock.about = any($1::text[])
"""

AT_SCHOOLS = f"select distinct about from document where kind = '{INCIDENT}' and school_id = any($1::text[])"

# A copy whose incident has gone to another district's school is no longer this district's to see, not even as void.
DISTRICT = f"""case when exists (
            select from document as school
            where school.custodian = '{PUBLIC}' and school.kind = 'school' and school.key = known.school_id
              and school.state = '{LIVE}'
        ) and (known.record_class = '{AGENCY_RECORD}' or not exists (
            select from document as own
            where own.about = known.about and own.kind = '{INCIDENT}' and own.record_class = '{AGENCY_RECORD}'
              and own.lea_id is distinct from known.custodian
        )) then known.lea_id end"""
SCOPE_AGAIN = f"""
with changed as (
    update document as known set district = {DISTRICT}
    where known.about = any($1::text[]) and known.kind = '{INCIDENT}'
      and known.district is distinct from {DISTRICT}
    returning {CHANGED}
), kept as (
    select * from changed where record_class = '{EDUCATION_RECORD}'
)
{told()}"""

AROUND = f"""incident.about = any($1::text[]) and incident.kind = '{INCIDENT}'
      and incident.record_class = '{AGENCY_RECORD}' and around.about = incident.about
      and around.record_class = '{AGENCY_RECORD}' and around.kind <> '{INCIDENT}'"""

# Which students of a district are in its copy of an incident. The matches themselves are in nobody's sight.
STUDENTS = f"""
with said as (
    select incident.custodian, incident.key,
           array_agg(match.document ->> 'student' order by match.key) filter (where match.key is not null) as students,
           array_agg((match.document ->> 'person_number')::integer order by match.key)
               filter (where match.key is not null) as matched
    from document as incident
    left join document as match
        on match.about = incident.about and match.custodian = incident.custodian and match.kind = '{MATCH}'
       and match.state = '{LIVE}' and match.document ->> 'student' is not null
    where incident.about = any($1::text[]) and incident.kind = '{INCIDENT}'
      and incident.record_class = '{EDUCATION_RECORD}'
    group by incident.custodian, incident.key
), kept as (
    update document as known set students = said.students, matched = said.matched
    from said
    where known.custodian = said.custodian and known.kind = '{INCIDENT}' and known.key = said.key
      and (known.students, known.matched) is distinct from (said.students, said.matched)
    returning {CHANGED}
)
{told()}"""

PLACE_AGAIN = f"""
with kept as (
    update document as around set lea_id = incident.lea_id, school_id = incident.school_id
    from document as incident
    where {AROUND}
      and (around.lea_id, around.school_id) is distinct from (incident.lea_id, incident.school_id)
    returning {CHANGED}
)
{told()}"""

SHARED_COLUMNS = tuple(name for name in NAMES if name not in ("custodian", "record_class", "lea_id"))
SHARED = "'{assignment,officer_flag,selection,staff_training}'"
"""Kinds of record on officers that an agency shares with the districts of the schools which they name."""
NOT_SHARED = "'{candidates,pool_groups}'"
"""What of them is not even kept for the district (P5)."""
SCHOOLS = """case when one.document::jsonb ? 'school_id' then jsonb_build_array(one.document ->> 'school_id')
            else coalesce(nullif(one.document::jsonb -> 'school_ids', 'null'), '[]') end"""
SHARED_DOCUMENT = f"((one.document::jsonb || jsonb_build_object('school_ids', {SCHOOLS})) - {NOT_SHARED}::text[])::json"
SHARE = f"""
with wanted as (
    select school.lea_id as custodian, '{PROGRAM_RECORD}' as record_class, school.lea_id as district, school.lea_id,
        {_listed(f"one.{name}" if name != "document" else SHARED_DOCUMENT for name in SHARED_COLUMNS)}
    from document as one cross join lateral (
        select distinct left(name, {LEA_ID_DIGITS}) as lea_id from jsonb_array_elements_text({SCHOOLS}) as name
    ) as school
    where one.id = any($1::uuid[]) and one.kind = any({SHARED}::text[]) and one.state = '{LIVE}'
      and one.record_class = '{AGENCY_RECORD}'
      and (one.seen_by is null or one.seen_by && {SEEN_BY_SCHOOLS}::text[])
), gone as (
    delete from document as known
    where known.id = any($1::uuid[]) and known.record_class = '{PROGRAM_RECORD}'
      and (known.custodian, known.kind, known.key) not in (select custodian, kind, key from wanted)
)
insert into document as known (custodian, record_class, district, lea_id, {_listed(SHARED_COLUMNS)})
select * from wanted
on conflict (custodian, kind, key) do update
set {_listed(f"{name} = excluded.{name}" for name in SHARED_COLUMNS if name not in KEY)}
where (known.id, known.version) <> (excluded.id, excluded.version)
"""
MIRRORED = tuple(name for name in NAMES if name not in ("custodian", "record_class"))
MIRROR = f"""
with wanted as (
    select incident.district as custodian, '{EDUCATION_RECORD}' as record_class, incident.district,
        {_listed(MIRRORED, "around.")}
    from document as incident, document as around
    where {AROUND} and incident.district is not null and around.state = '{LIVE}'
      and (around.kind <> '{FLAG}' or around.seen_by && {SEEN_BY_SCHOOLS}::text[])
      and (around.kind <> '{CLOCK}' or around.code <> all ({AGENCYS_CLOCKS}::text[]))
), gone as (
    delete from document as known
    where known.about = any($1::text[]) and known.record_class = '{EDUCATION_RECORD}'
      and known.kind not in ('{INCIDENT}', '{MATCH}')
      and (known.custodian, known.kind, known.key) not in (select custodian, kind, key from wanted)
    returning known.kind, known.id, known.custodian, known.record_class, known.school_id as old_school,
        null::text as new_school, known.district as old_district, null::text as new_district
), put as (
    insert into document as known (custodian, record_class, district, {_listed(MIRRORED)})
    select * from wanted
    on conflict (custodian, kind, key) do update
    set {_listed(f"{name} = excluded.{name}" for name in MIRRORED if name not in KEY)}
    where (known.id, known.version) <> (excluded.id, excluded.version)
       or known.school_id is distinct from excluded.school_id
    returning {CHANGED}
), kept as (
    select * from gone union all select * from put
)
{told()}"""
