"""The kind and its own columns: what the inventory and the mapping of school codes query by themselves."""

from shared.records.keep import Kind

INCIDENT = Kind(name="incident", table="incident", schema_version=1, sealed=True)

INVENTORY = """
select key, version, state, source_version, changed_at
from incident
where owner = $1 and key > $2
  and ($3::timestamptz is null or occurred_at >= $3)
  and ($4::timestamptz is null or occurred_at < $4)
  and ($5::timestamptz is null or changed_at >= $5)
order by key
limit $6
"""

WITH_SCHOOL_CODE = """
select key from incident
where owner = $1 and school_code = $2 and key > $3
  and (document ->> 'school_id' is null or (document ->> 'school_mapped')::boolean)
order by key
limit $4
"""
