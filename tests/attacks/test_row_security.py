"""Ways round row security, each planted by itself: neither the gateway nor its projector starts with one."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gateway.database import DATABASE, PROJECTOR, READER
from gateway.row_security import GAPS, UnsafeRowSecurity, refuse_gaps
from shared.records.database import Connection
from tests.servers import Databases

OWN = "custodian = any (string_to_array(current_setting('daylight.custodians', true), ','))"

PLANTED = [  # what is wrong                        how it came about, and what is said of it
    ("a superuser", f"alter role {READER} superuser", "is a superuser"),
    ("a role that bypasses", f"alter role {READER} bypassrls", "bypasses row security"),
    ("a role that replicates", f"alter role {READER} replication", "replicates"),
    ("a role that makes roles", f"alter role {READER} createrole", "makes roles"),
    ("a member of the owner", f"grant daylight_gateway to {READER}", "is a member of daylight_gateway"),
    ("a member without inheritance", f"grant daylight_gateway to {READER} with inherit false", "is a member of"),
    ("a reader of all data", f"grant pg_read_all_data to {READER}", "is a member of pg_read_all_data"),
    ("a reader of files", f"grant pg_read_server_files to {READER}", "is a member of pg_read_server_files"),
    ("a projector for a reader", f"grant {PROJECTOR} to {READER}", f"is a member of {PROJECTOR}"),
    ("a table of the role's own", f"alter table document owner to {READER}", f"{READER} owns document"),
    ("a schema to build in", f"grant create on schema public to {READER}", "may create objects in the schema public"),
    ("a schema open to all", "grant create on schema public to public", "may create objects in the schema public"),
    ("a table without row security", "alter table change disable row level security", "table change is without forced"),
    ("a table that is not forced", "alter table document no force row level security", "document is without forced"),
    ("a new table", "create table export (custodian text, document json)", "table export is without forced"),
    ("a copy of a table", "create table backup as table document", "table backup is without forced"),
    (
        "a table in another schema",
        "create schema archive; create table archive.incident (document json)",
        "table incident is without forced",
    ),
    (
        "a table of parts",
        "create table history (custodian text) partition by list (custodian)",
        "table history is without forced",
    ),
    ("a table that is gone", "drop table change", "table change is not there: run the migrations"),
    ("a plain view", "create view recent as table document", "view recent reads as its owner"),
    (
        "a view with a barrier alone",
        "create view recent with (security_barrier) as table document",
        "view recent reads as its owner",
    ),
    (
        "a view that says it does not",
        "create view recent with (security_invoker = off) as table document",
        "view recent reads as its owner",
    ),
    ("a materialized view", "create materialized view counts as table document", "materialized view counts holds rows"),
    (
        "a foreign table",
        (
            "create foreign data wrapper wrapper; create server other foreign data wrapper wrapper;"
            " create foreign table elsewhere (custodian text) server other"
        ),
        "foreign table elsewhere holds rows",
    ),
    (
        "a rule on a table",
        (
            "create table seen (like document); alter table seen enable row level security;"
            " alter table seen force row level security;"
            " create rule copied as on insert to document do also insert into seen select new.*"
        ),
        "rule copied on document acts as the table's owner",
    ),
    (
        "a function of its owner's",
        "create function every() returns setof document language sql security definer as 'table document'",
        "function every runs as its owner",
    ),
    (
        "a leakproof function",
        "create function told(text) returns boolean language sql leakproof as 'select true'",
        "function told claims to be leakproof",
    ),
    (
        "a leakproof operator",
        (
            "create function same(text, text) returns boolean language sql leakproof as 'select $1 = $2';"
            " create operator === (function = same, leftarg = text, rightarg = text)"
        ),
        "function same claims to be leakproof",
    ),
    (
        "a unique key without its custodian",
        "create unique index document_once on document (id)",
        "unique index document_once on document tells of other custodians' records: it must begin with custodian",
    ),
    (
        "a unique key with its custodian last",
        "create unique index document_once on document (key, custodian)",
        "unique index document_once on document tells",
    ),
    (
        "a unique key of an expression",
        "create unique index document_once on document (lower(custodian), key)",
        "unique index document_once on document tells",
    ),
    (
        "a unique key of the feed without its audience",
        "alter table change add constraint once unique (number)",
        "unique index once on change tells",
    ),
    (
        "an exclusion without its custodian",
        "alter table document add constraint apart exclude using btree (id with =)",
        "unique index apart on document tells",
    ),
    (
        "a foreign key without its custodian",
        "alter table disclosure add column client text references client",
        "foreign key disclosure_client_fkey of disclosure can name another custodian's record",
    ),
    ("no policy for reading", "drop policy viewer_reads on document", "No policy of document is for reading"),
    ("a policy for all", "create policy help on document using (true)", "policy help of document is for other roles"),
    (
        "a policy for another role",
        "create policy help on disclosure for select to pg_monitor using (true)",
        "policy help of disclosure is for other roles",
    ),
    (
        "a policy that admits all",
        f"create policy help on document for select to {READER} using (true)",
        "policy help of document admits its role whoever looks",
    ),
    (
        "a policy by kind alone",
        f"create policy help on document for select to {READER} using (kind = 'incident')",
        "policy help of document admits its role whoever looks",
    ),
    (
        "a policy that reads its own and writes all",
        f"create policy help on disclosure to {READER} using ({OWN}) with check (true)",
        "policy help of disclosure admits its role whoever looks",
    ),
    ("a reader that writes", f"grant insert on document to {READER}", f"{READER} may INSERT document"),
    ("a reader that changes", f"grant update on document to {READER}", f"{READER} may UPDATE document"),
    ("a reader that changes a column", f"grant update (details) on disclosure to {READER}", "may UPDATE disclosure"),
    ("a reader that deletes", f"grant delete on disclosure to {READER}", "may DELETE disclosure"),
    ("a reader that empties", f"grant truncate on document to {READER}", "may TRUNCATE document"),
    ("a reader that refers", f"grant references on document to {READER}", "may REFERENCES document"),
    ("a reader with triggers", f"grant trigger on document to {READER}", "may TRIGGER document"),
    ("a reader that locks", f"grant maintain on document to {READER}", "may MAINTAIN document"),
    ("a right that all have", "grant truncate on change to public", "may TRUNCATE change"),
]

PLANTED_FOR_THE_PROJECTOR = [
    ("one that bypasses", f"alter role {PROJECTOR} bypassrls", "bypasses row security"),
    ("one that empties", f"grant truncate on document to {PROJECTOR}", f"{PROJECTOR} may TRUNCATE document"),
    ("one that appends disclosures", f"grant insert on disclosure to {PROJECTOR}", "may INSERT disclosure"),
    ("one that forgets disclosures", f"grant delete on disclosure to {PROJECTOR}", "may DELETE disclosure"),
    ("one with an unforced table", "alter table document no force row level security", "document is without forced"),
]


@pytest.fixture(scope="module")
async def opened(databases: Databases) -> AsyncIterator[Connection]:
    """A migrated gateway database of this module's own, open as superuser."""
    plan = replace(DATABASE, name="planted")
    await databases.fresh(plan)
    connection = await databases.connect(plan)
    yield connection
    await connection.close()


@pytest.fixture
async def superuser(opened: Connection) -> AsyncIterator[Connection]:
    """A transaction that leaves nothing of what is planted in it."""
    begun = opened.transaction()
    await begun.start()
    yield opened
    await begun.rollback()


async def refused(superuser: Connection, planted: str, role: str) -> str:
    """What a start as this role says, once this has been planted."""
    await superuser.execute(planted)
    await superuser.execute(f"set local role {role}")
    with pytest.raises(UnsafeRowSecurity) as said:
        await refuse_gaps(superuser)
    return str(said.value)


@pytest.mark.parametrize("role", [READER, PROJECTOR])
async def test_a_role_starts_on_a_database_as_the_migrations_leave_it(superuser: Connection, role: str) -> None:
    await superuser.execute(f"set local role {role}")
    await refuse_gaps(superuser)


@pytest.mark.parametrize(("attack", "planted", "said"), PLANTED, ids=[attack for attack, *_ in PLANTED])
async def test_a_planted_gap_refuses_the_start_of_the_gateway(
    superuser: Connection, attack: str, planted: str, said: str
) -> None:
    assert said in await refused(superuser, planted, READER)


@pytest.mark.parametrize(
    ("attack", "planted", "said"),
    PLANTED_FOR_THE_PROJECTOR,
    ids=[attack for attack, *_ in PLANTED_FOR_THE_PROJECTOR],
)
async def test_a_planted_gap_refuses_the_start_of_the_projector(
    superuser: Connection, attack: str, planted: str, said: str
) -> None:
    assert said in await refused(superuser, planted, PROJECTOR)


async def test_a_superuser_is_refused_whatever_the_tables_say(superuser: Connection) -> None:
    with pytest.raises(UnsafeRowSecurity, match="is a superuser"):
        await refuse_gaps(superuser)


async def test_every_way_round_is_named_at_once(superuser: Connection) -> None:
    planted = "create view recent as table document; create materialized view counts as table document"
    said = await refused(superuser, planted, READER)
    assert "view recent" in said
    assert "materialized view counts" in said


async def test_a_view_that_reads_as_whoever_asks_is_no_gap(superuser: Connection) -> None:
    await superuser.execute("create view recent with (security_invoker = true) as table document")
    await superuser.execute(f"set local role {READER}")
    await refuse_gaps(superuser)


async def test_there_is_a_planted_gap_for_every_check(superuser: Connection) -> None:
    said = []
    for _, planted, _ in PLANTED:
        savepoint = superuser.transaction()
        await savepoint.start()
        said.append(await refused(superuser, planted, READER))
        await savepoint.rollback()
    sentences = {gap.sentence: re.escape(gap.sentence).replace(r"\{\}", ".+") for gap in GAPS}
    unseen = [sentence for sentence, form in sentences.items() if not any(re.search(form, one) for one in said)]
    assert unseen == []
