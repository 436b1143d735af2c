"""With a viewer's settings in place, whatever SQL follows cannot cross to another's records."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from gateway.viewer import Viewer, viewing
from shared.records.database import Connection, Database
from tests.gateway.conftest import View, become
from tests.gateway.events import AGENCY, DISTRICT, OTHER_AGENCY, OTHER_DISTRICT

PROBES = [
    "select count(*) from document where kind = 'incident'",
    "select count(*) from document where (kind = 'incident' or true) and custodian <> 'public'",
    f"select count(*) from document where custodian = '{AGENCY}'",
    f"select count(*) from document where district = '{DISTRICT}'",
    "select count(*) from document a join document b using (id) where b.kind = 'incident'",
    "with every as (select * from document) select count(*) from every where kind = 'incident'",
    "select count(*) from (table document union all table document) as twice where kind = 'incident'",
    f"select count(*) from document where about = '{AGENCY}/2026-1'",
    "select count(*) from document as one join document as other on other.about = one.key",
    "select count(*) from change where kind = 'incident'",
    "select count(*) from change where audience = 'state'",
    f"select count(*) from change where audience in ('agency:{AGENCY}', 'district:{DISTRICT}')",
]


async def a_record_of_the_first_agency(view: View) -> None:
    await view.apply(view.services.school())
    await view.apply(*view.services.accepted(), view.services.flag(), view.services.conclusion())


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize(
    "viewer",
    [[], [OTHER_AGENCY], [OTHER_DISTRICT], ["public"]],
    ids=["nobody", "another agency", "another district", "the public"],
)
async def test_another_viewer_sees_nothing_by_any_sql(view: View, probe: str, viewer: list[str]) -> None:
    await a_record_of_the_first_agency(view)
    async with view.reader.transaction() as connection:
        await become(connection, *viewer)
        assert await connection.fetchval(probe) == 0


@pytest.mark.parametrize("viewer", [AGENCY, DISTRICT, OTHER_DISTRICT, "*", "public"])
async def test_a_match_is_in_nobodys_sight(view: View, viewer: str) -> None:
    await a_record_of_the_first_agency(view)
    await view.apply(view.services.match("0f" * 16))
    async with view.reader.transaction() as connection:
        await become(connection, viewer)
        assert await connection.fetchval("select count(*) from document where kind = 'match'") == 0
        assert await connection.fetchval("select count(*) from change where kind = 'match'") == 0


@pytest.mark.parametrize("viewer", [AGENCY, DISTRICT, "*"])
async def test_each_custodian_sees_its_own_document_and_no_other(view: View, viewer: str) -> None:
    await a_record_of_the_first_agency(view)
    async with view.reader.transaction() as connection:
        await become(connection, viewer)
        assert await connection.fetchval("select count(*) from document where kind = 'incident'") == 1
        assert await connection.fetchval("select count(*) from change where kind = 'incident'") == 1


async def test_a_connection_remembers_no_viewer_after_the_transaction(view: View) -> None:
    await a_record_of_the_first_agency(view)
    viewer = Viewer("demo-rms", "agency_system", (AGENCY,), (), (), "agency_operations")
    async with view.reader.direct() as connection:
        database = OneConnection(connection)
        async with viewing(database, viewer):
            assert await connection.fetchval("select count(*) from document where kind = 'incident'") == 1
        assert await connection.fetchval("select current_setting('daylight.custodians', true)") in (None, "")
        assert await connection.fetchval("select count(*) from document where kind = 'incident'") == 0


class OneConnection(Database):
    """A database of one connection, which no pool resets after its use."""

    def __init__(self, connection: Connection) -> None:
        self._only = connection

    @asynccontextmanager
    async def transaction(self, **options: Any) -> AsyncIterator[Connection]:
        """A transaction on the connection."""
        async with self._only.transaction(**options):
            yield self._only


async def test_a_districts_copy_is_seen_by_no_sql_until_its_school_is_in_the_directory(view: View) -> None:
    await view.apply(*view.services.accepted(), view.services.flag())
    async with view.reader.transaction() as connection:
        await become(connection, DISTRICT)
        assert await connection.fetchval("select count(*) from document") == 0


async def test_a_flag_that_is_not_for_schools_is_in_no_districts_documents(view: View) -> None:
    await view.apply(view.services.school(), *view.services.accepted())
    await view.apply(view.services.flag("P3-DISCIPLINE"), view.services.flag("P4-UNDOCUMENTED", seen_by=["agency"]))
    async with view.reader.transaction() as connection:
        await become(connection, DISTRICT)
        rows = await connection.fetch("select code from document where kind = 'flag'")
        assert [row["code"] for row in rows] == ["P3-DISCIPLINE"]
        assert await connection.fetchval("select count(*) from change where kind = 'flag'") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "insert into document select * from document",
        "update document set district = '9900002'",
        "delete from document",
        "truncate document",
        "update change set audience = 'public'",
        "alter table document disable row level security",
        "drop policy viewer_reads on document",
        "set role daylight_gateway",
        "set session authorization postgres",
    ],
)
async def test_the_reader_can_neither_write_documents_nor_lift_the_policy(view: View, statement: str) -> None:
    await a_record_of_the_first_agency(view)
    async with view.reader.transaction() as connection:
        await become(connection, OTHER_DISTRICT)
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(statement)
