"""The log's epochs: no row of one that has ended comes late."""

from services.incidents.app import DATABASE
from shared.records.log import ensure_epoch
from tests.records.conftest import Moving, until
from tests.servers import Databases
from tests.waiting import eventually

LATE = """
insert into log (epoch, kind, change, record_id, key, owner, version, schema_version, changed_at, changed_by)
values (1, 'incident', 'recorded', gen_random_uuid(), 'LATE', 'XX0000100', 1, 1, now(), 'tests')
"""


async def move_to_another_cluster(databases: Databases) -> None:
    """Let the log have been written elsewhere until now, as after a restore."""
    connection = await databases.connect(DATABASE)
    await connection.execute("update log_epoch set cluster = 'another one'")
    await connection.close()


async def test_in_another_cluster_a_new_epoch_begins_and_sorts_behind(moving: Moving, databases: Databases) -> None:
    await moving.write(1, 5)
    async with moving.relaying():
        await moving.numbered(5)
    await move_to_another_cluster(databases)
    async with moving.relaying():
        await moving.write(6, 6)
        await moving.numbered(6)
    async with moving.service.connection() as connection:
        await eventually(lambda: connection.fetchval("select max(epoch) = 2 from log_epoch"))
        assert await ensure_epoch(connection) == 2


async def test_a_new_epoch_waits_for_whoever_still_writes_in_the_old_one(moving: Moving, databases: Databases) -> None:
    """The relay reads all of an old epoch at once: what would be committed behind it, it would never see."""
    connection = await databases.connect(DATABASE)
    writing = connection.transaction()
    await writing.start()
    await connection.fetch("select max(epoch) from log_epoch")
    await connection.execute(LATE)
    other = await databases.connect(DATABASE)
    await other.execute("update log_epoch set cluster = 'another one'")
    async with moving.relaying() as relay:
        await eventually(lambda: other.fetchval("select count(*) > 0 from pg_locks where not granted"))
        await writing.commit()
        await until(lambda: relay.active)
        await moving.write(1, 3)
        await moving.numbered(4)
    assert await other.fetchval("select max(epoch) from log") == 2
    await connection.close()
    await other.close()
