"""The self-check of row-level security: whatever would let a role read or write round it refuses the start.

It asks the catalog alone, so it is as quick over ten million documents as over none. Objects of extensions are not
ours and hold no record. Source: PostgreSQL's documentation of row security, of view and function security, and of
predefined roles; NIST SP 800-53r5 AC-3 (access enforcement).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.database import PROJECTOR, READER
from shared.records.database import Connection

TENANT: Mapping[str, str] = {
    "access_review": "custodian",
    "change": "audience",
    "disclosure": "custodian",
    "disclosure_head": "custodian",
    "document": "custodian",
    "guardianship": "custodian",
    "webhook_message": "custodian",
    "webhook_told": "custodian",
}
"""Tables that hold records, each with the column that says whose they are."""
WITHOUT_RECORDS = ("alembic_version", "client", "dead_letter", "projection_position", "webhook")
GRANTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    READER: {
        "access_review": ("SELECT", "INSERT", "UPDATE"),
        "change": ("SELECT",),
        "disclosure": ("SELECT", "INSERT"),
        "disclosure_head": ("SELECT", "INSERT"),
        "document": ("SELECT",),
        "guardianship": ("SELECT", "INSERT", "UPDATE"),
        "webhook_message": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "webhook_told": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    },
    PROJECTOR: {
        "change": ("SELECT", "INSERT", "UPDATE"),
        "disclosure": ("SELECT", "UPDATE"),
        "disclosure_head": ("SELECT",),
        "document": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "webhook_message": ("SELECT", "DELETE"),
        "webhook_told": ("SELECT", "DELETE"),
    },
}
"""What each role may do with the tables that hold records; TRUNCATE, which no policy sees, never."""
SETTING = "$$current_setting('daylight.custodians'$$"
"""What a policy for the reader asks, as PostgreSQL prints it."""

CATALOG = """
with holding as (
    select * from unnest($1::text[], $2::text[]) as listed (name, tenant)
), granted as (
    select * from unnest($3::text[], $4::text[]) as listed (name, privilege)
), without_records as (
    select * from unnest($5::text[]) as listed (name)
), relation as (
    select c.oid, c.relname::text as name, c.relkind as kind, c.relowner, c.reloptions,
           c.relrowsecurity and c.relforcerowsecurity as forced
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
), routine as (
    select p.oid, p.proname::text as name, p.prosecdef, p.proleakproof
    from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
), secured as (
    select relation.oid, name, tenant
    from relation join holding using (name)
    where kind in ('r', 'p')
)
"""
"""What ought to be so, and what of ours there is: the arguments are TENANT, GRANTED of the role, WITHOUT_RECORDS."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A way round row security: the sentence that names one, and the statement that finds them over CATALOG.

    Each row of the statement fills the sentence.
    """

    sentence: str
    found_by: str


GAPS = (
    Gap(
        "The table {} is not there: run the migrations first.",
        "select name from holding where name not in (select name from secured)",
    ),
    Gap(
        "The role {} is a superuser, bypasses row security, replicates, or makes roles: give the gateway one that"
        " does not.",
        "select rolname from pg_roles where rolname = current_user"
        " and (rolsuper or rolbypassrls or rolreplication or rolcreaterole)",
    ),
    Gap(
        "The role {} is a member of {}, and may do whatever that may: revoke it.",
        "select current_user, roleid::regrole::text from pg_auth_members where member = current_user::regrole",
    ),
    Gap(
        "The role {} owns {}, and an owner may lift its security: give it back to the owner of the database.",
        "select current_user, name from relation where relowner = current_user::regrole",
    ),
    Gap(
        "The role {} may create objects in the schema {}: revoke that.",
        "select current_user, nspname from pg_namespace where nspname !~ '^pg_'"
        " and has_schema_privilege(current_user, oid, 'CREATE')",
    ),
    Gap(
        "The table {} is without forced row security: run the migrations again.",
        "select name from relation where kind in ('r', 'p') and not forced "
        " and name not in (select name from without_records)",
    ),
    Gap(
        "The view {} reads as its owner: it needs security_invoker.",
        "select name from relation where kind = 'v'"
        " and not coalesce((select option_value::boolean from pg_options_to_table(reloptions)"
        " where option_name = 'security_invoker'), false)",
    ),
    Gap(
        "The materialized view {} holds rows that no policy guards: drop it.",
        "select name from relation where kind = 'm'",
    ),
    Gap(
        "The foreign table {} holds rows that no policy guards: drop it.",
        "select name from relation where kind = 'f'",
    ),
    Gap(
        "The rule {} on {} acts as the table's owner: drop it.",
        "select rulename, name from pg_rewrite join relation on relation.oid = ev_class where kind in ('r', 'p')",
    ),
    Gap(
        "The function {} runs as its owner: it must be security invoker.",
        "select name from routine where prosecdef",
    ),
    Gap(
        "The function {} claims to be leakproof, and so is called with rows that a policy hides: let it not claim so.",
        "select name from routine where proleakproof",
    ),
    Gap(
        "The unique index {} on {} tells of other custodians' records: it must begin with {}.",
        "select pg_class.relname, name, tenant from secured join pg_index on indrelid = secured.oid"
        " join pg_class on pg_class.oid = indexrelid"
        " where (indisunique or indisexclusion) and pg_get_indexdef(indexrelid, 1, false) <> tenant",
    ),
    Gap(
        "The foreign key {} of {} can name another custodian's record: it must begin with {}.",
        "select conname, name, tenant from secured join pg_constraint on conrelid = secured.oid"
        " where contype = 'f' and tenant is distinct from"
        " (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1])",
    ),
    Gap(
        "No policy of {} is for reading: run the migrations again.",
        "select name from secured where not exists (select from pg_policy"
        f" where polrelid = secured.oid and '{READER}'::regrole = any (polroles) and polcmd in ('r', '*'))",
    ),
    Gap(
        "The policy {} of {} is for other roles than the gateway's: drop it.",
        "select polname, name from pg_policy join secured on secured.oid = polrelid"
        f" where not polroles <@ array['{READER}'::regrole::oid, '{PROJECTOR}'::regrole::oid]",
    ),
    Gap(
        "The policy {} of {} admits its role whoever looks: it must ask for the viewer's custodians.",
        "select polname, name from pg_policy join secured on secured.oid = polrelid"
        f" where '{READER}'::regrole = any (polroles) and polpermissive"
        f" and (strpos(coalesce(pg_get_expr(polqual, polrelid), {SETTING}), {SETTING}) = 0"
        f" or strpos(coalesce(pg_get_expr(polwithcheck, polrelid), {SETTING}), {SETTING}) = 0)",
    ),
    Gap(
        "The role {} may {} {}, which it has no need of: revoke that.",
        "select current_user, privilege, name from secured, unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES',"
        " 'DELETE', 'TRUNCATE', 'TRIGGER', 'MAINTAIN']) as privilege"
        " where case when privilege in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')"
        " then has_any_column_privilege(current_user, secured.oid, privilege)"
        " else has_table_privilege(current_user, secured.oid, privilege) end"
        " and (name, privilege) not in (select * from granted)",
    ),
)


class UnsafeRowSecurity(Exception):
    """Row-level security could be gone round; the message has a sentence for each way."""


async def refuse_gaps(connection: Connection) -> None:
    """Raise UnsafeRowSecurity unless row-level security binds the connected role on every table that holds records."""
    role = await connection.fetchval("select current_user::text")
    granted = [(table, privilege) for table, allowed in GRANTED.get(role, {}).items() for privilege in allowed]
    expected = (
        list(TENANT),
        list(TENANT.values()),
        [table for table, _ in granted],
        [privilege for _, privilege in granted],
        list(WITHOUT_RECORDS),
    )
    found = [
        gap.sentence.format(*row)
        for gap in GAPS
        for row in await connection.fetch(f"{CATALOG}{gap.found_by}", *expected)
    ]
    if found:
        raise UnsafeRowSecurity(" ".join(found))
