"""The gateway's database: its roles, and what must be so before anything is read from it."""

from pathlib import Path

from shared.records.database import Connection, DatabasePlan

READER = "daylight_gateway_reader"
PROJECTOR = "daylight_gateway_projector"
DATABASE = DatabasePlan(
    name="daylight_gateway",
    owner="daylight_gateway",
    roles=(READER, PROJECTOR),
    migrations=Path(__file__).parent / "migrations" / "versions",
)
SECURED_TABLES = ("change", "disclosure", "disclosure_head", "document")


class UnsafeRole(Exception):
    """The role could read round row-level security; the message is one sentence."""


async def refuse_unsafe_role(connection: Connection) -> None:
    """Raise UnsafeRole unless row-level security binds the connected role on every table that holds records.

    Source: PostgreSQL's documentation of row security: owners, superusers and BYPASSRLS go round it.
    """
    role = await connection.fetchrow(
        "select rolname, rolsuper or rolbypassrls as free from pg_roles where rolname = current_user"
    )
    if role is None or role["free"]:
        raise UnsafeRole(
            "The gateway's database role is a superuser or bypasses row security: give it one that does not."
        )
    rows = await connection.fetch(
        "select relname, relrowsecurity and relforcerowsecurity as secured,"
        " pg_has_role(current_user, relowner, 'member') as owned"
        " from pg_class where oid = any (select to_regclass(name) from unnest($1::text[]) as name)",
        SECURED_TABLES,
    )
    if len(rows) < len(SECURED_TABLES):
        raise UnsafeRole("The gateway's tables are not there: run the migrations first.")
    for row in rows:
        if not row["secured"]:
            raise UnsafeRole(f"The table {row['relname']} is without forced row security: run the migrations again.")
        if row["owned"]:
            raise UnsafeRole(f"The role {role['rolname']} belongs to the owner of {row['relname']}: revoke that.")
