"""The log, and the four kinds of the directory."""

from alembic import op

from shared.records.migrations import steps

revision = "0001"
down_revision = None

ROLE = "daylight_reporting"

# Words are runs of letters and digits in lower case, so that a search finds `K-8`, `P.S. 118` and `St. Mary's`.
WORDS = """
create function words(text) returns text[]
    language sql immutable strict parallel safe
    return array_remove(regexp_split_to_array(lower($1), '[^[:alnum:]]+'), '')
"""


def upgrade() -> None:
    """Create what the service begins with."""
    steps.create_log(ROLE)
    op.execute(WORDS)
    steps.create_kind("agency", ROLE)
    steps.create_kind("district", ROLE)
    steps.create_kind(
        "school",
        ROLE,
        {
            "lea_id": "text generated always as (document ->> 'lea_id') stored",
            "words": "tsvector generated always as (array_to_tsvector(words(document ->> 'name'))) stored",
        },
    )
    op.execute("create index school_district on school (lea_id, key)")
    op.execute("create index school_words on school using gin (words)")
    steps.create_kind(
        "partnership",
        ROLE,
        {
            "ori": "text generated always as (document ->> 'ori') stored",
            "lea_id": "text generated always as (document ->> 'lea_id') stored",
        },
    )
    op.execute("create index partnership_agency on partnership (ori)")
