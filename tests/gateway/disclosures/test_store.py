"""The disclosure record in PostgreSQL: one chain a custodian, appended to and never changed, its tampering found."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import time_machine

from gateway.disclosures import store
from gateway.disclosures.sealing import DetailsSeal
from gateway.disclosures.store import ChainReport, append, verify_all
from shared.contracts.disclosures import TreeHead
from tests.gateway.conftest import View, become
from tests.gateway.disclosures.entries import DISTRICT, asked

OTHER_DISTRICT = "9900002"


async def verified(view: View, seal: DetailsSeal, kept: Sequence[TreeHead] = ()) -> dict[str, ChainReport]:
    """What each chain turns out to be."""
    return {report.custodian: report async for report in verify_all(view.projector, seal, kept)}


async def tamper(view: View, *statements: str) -> None:
    """What somebody does who has all rights, and takes the trigger away."""
    connection = await view.owner()
    await connection.execute("alter table disclosure disable trigger disclosure_only_erased")
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def test_each_custodian_has_a_chain_of_its_own(view: View, seal: DetailsSeal) -> None:
    for custodian in (DISTRICT, OTHER_DISTRICT, DISTRICT):
        await append(view.reader, seal, asked(custodian))
    found = await verified(view, seal)
    assert {name: (report.head.size, report.broken) for name, report in found.items()} == {
        DISTRICT: (2, None),
        OTHER_DISTRICT: (1, None),
    }


async def test_entries_appended_at_the_same_time_do_not_fork_the_chain(view: View, seal: DetailsSeal) -> None:
    await asyncio.gather(*(append(view.reader, seal, asked(number=f"2026-{number}")) for number in range(30)))
    report = (await verified(view, seal))[DISTRICT]
    assert (report.head.size, report.broken) == (30, None)


FLIP = "update disclosure set {column} = set_byte({column}, 20, get_byte({column}, 20) # 1) where number = 2"
FORGE = """
update disclosure set content = forged, hash = sha256(forged::bytea)
from (select replace(content, 'principal', 'principel') as forged from disclosure where number = 3) where number = 3
"""
SWAP = """
update disclosure set number = case number when 2 then -3 else -2 end where number in (2, 3);
update disclosure set number = -number where number < 0
"""
MOVE = "update disclosure set details = (select details from disclosure where number = 1) where number = 2"
TAMPERING = [
    ("an entry", "update disclosure set content = replace(content, 'granted', 'grantee') where number = 3", 3),
    ("an entry and its hash", FORGE, 4),
    ("a byte of a hash", FLIP.format(column="hash"), 2),
    ("an entry deleted", "delete from disclosure where number = 4", 4),
    ("the first deleted", "delete from disclosure where number = 1", 1),
    ("two swapped", SWAP, 2),
    ("an entry given to another custodian", "update disclosure set custodian = '9900002' where number = 5", 5),
    ("a byte of the details", FLIP.format(column="details"), 2),
    ("details of another entry", MOVE, 2),
    ("another key", "update disclosure set about = 'XX0000100/2026-9' where number = 2", 2),
    ("another record", "update disclosure set record_id = gen_random_uuid() where number = 2", 2),
    ("details hidden, their key left", "update disclosure set details = null where number = 2", 2),
    ("a head", "update disclosure_head set root = set_byte(root, 0, get_byte(root, 0) # 1)", 1),
    ("the tail", "delete from disclosure where number > 3", 4),
]


@pytest.mark.parametrize(("story", "statement", "number"), TAMPERING, ids=[case[0] for case in TAMPERING])
async def test_tampering_is_found_at_the_first_entry_that_does_not_hold(
    view: View, seal: DetailsSeal, story: str, statement: str, number: int
) -> None:
    for place in range(1, 7):
        await append(view.reader, seal, asked(number=f"2026-{place}"))
    kept = [report.head for report in (await verified(view, seal)).values()]
    await tamper(view, statement)
    broken = (await verified(view, seal, kept))[DISTRICT].broken
    assert broken is not None
    assert broken.number == number


async def test_a_chain_that_is_gone_is_missed_by_whoever_kept_its_head(view: View, seal: DetailsSeal) -> None:
    await append(view.reader, seal, asked())
    kept = [report.head for report in (await verified(view, seal)).values()]
    await tamper(view, "delete from disclosure", "delete from disclosure_head")
    broken = (await verified(view, seal, kept))[DISTRICT].broken
    assert broken is not None
    assert broken.number == 1


async def test_a_head_is_kept_with_the_first_entry_of_a_day_and_with_every_so_many(
    view: View, seal: DetailsSeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "HEAD_EVERY", 4)
    morning = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    for minute in range(6):
        with time_machine.travel(morning + timedelta(minutes=minute), tick=False):
            await append(view.reader, seal, asked())
    with time_machine.travel(morning + timedelta(days=1), tick=False):
        await append(view.reader, seal, asked())
    connection = await view.owner()
    sizes = [row["size"] for row in await connection.fetch("select size from disclosure_head order by size")]
    await connection.close()
    assert sizes == [1, 4, 7]


async def test_erased_details_are_gone_and_the_chain_holds(view: View, seal: DetailsSeal) -> None:
    for _ in range(3):
        await append(view.reader, seal, asked())
    async with view.projector.transaction() as connection:
        await connection.execute(
            "update disclosure set about = null, record_id = null, details = null where number = 2"
        )
    report = (await verified(view, seal))[DISTRICT]
    assert (report.head.size, report.erased, report.broken) == (3, 1, None)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("reader", "update disclosure set content = content"),
        ("reader", "update disclosure set details = null, about = null, record_id = null"),
        ("reader", "delete from disclosure"),
        ("reader", "truncate disclosure"),
        ("reader", "update disclosure_head set root = root"),
        ("reader", "delete from disclosure_head"),
        ("reader", "insert into disclosure values ('9900002', 1, '', '', null, null, null)"),
        ("projector", "update disclosure set content = content"),
        ("projector", "update disclosure set hash = hash"),
        ("projector", "update disclosure set about = 'XX0000100/2026-2'"),
        ("projector", "insert into disclosure select * from disclosure"),
        ("projector", "delete from disclosure"),
        ("projector", "truncate disclosure"),
        ("projector", "update disclosure_head set root = root"),
        ("projector", "delete from disclosure_head"),
    ],
)
async def test_no_role_changes_what_is_recorded(view: View, seal: DetailsSeal, role: str, statement: str) -> None:
    await append(view.reader, seal, asked())
    database = view.reader if role == "reader" else view.projector
    async with database.transaction() as connection:
        await become(connection, DISTRICT)
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(statement)


@pytest.mark.parametrize("viewer", [[], [OTHER_DISTRICT], ["*"], ["public"]])
async def test_a_chain_is_read_by_its_custodian_alone(view: View, seal: DetailsSeal, viewer: list[str]) -> None:
    await append(view.reader, seal, asked())
    async with view.reader.transaction() as connection:
        await become(connection, *viewer)
        assert await connection.fetchval("select count(*) from disclosure") == 0
        assert await connection.fetchval("select count(*) from disclosure_head") == 0


async def test_no_text_of_an_emergency_stands_in_the_table(view: View, seal: DetailsSeal) -> None:
    await append(view.reader, seal, asked(threat="A heron in the violet locker.", recipients="Springfield police"))
    connection = await view.owner()
    rows = await connection.fetch("select * from disclosure")
    await connection.close()
    kept = b"".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    assert b"heron" not in kept
    assert b"Springfield" not in kept


async def test_what_is_read_of_an_incident_proves_itself(view: View, seal: DetailsSeal) -> None:
    for number in ("2026-1", "2026-2", "2026-1"):
        await append(view.reader, seal, asked(number=number))
    found = await store.about(view.reader, seal, [DISTRICT], "XX0000100/2026-1")
    assert [one.entry.number for one in found.disclosures] == [1, 3]
    assert [head.size for head in found.heads] == [3]
    assert {one.recorded_under_99_32 for one in found.disclosures} == {False}
