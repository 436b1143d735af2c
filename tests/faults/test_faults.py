"""One fault after another under a running push: each time the agency's book and all that Daylight shows agree."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.records import bus
from tests.faults.evidence import Follower
from tests.faults.faults import FAULTS, WRITES, Ground
from tests.faults.trial import agreement, following, trial
from tests.running_stack import daylight


@pytest.fixture(scope="module")
async def follower(ground: Ground) -> AsyncIterator[Follower]:
    """A system that has followed the agency's changes from the first one on, through every fault."""
    async with following(ground) as one:
        yield one


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_acknowledged_write_stands_once_at_its_newest_version_after(
    ground: Ground, follower: Follower, fault: str
) -> None:
    assert await trial(ground, follower, fault) == []


async def command(ground: Ground, *arguments: str) -> tuple[int, str]:
    """Run a `daylight` command on the stack, while everything else goes on; its exit code and what it said."""
    done = await asyncio.to_thread(daylight, *arguments, "--data", ground.stack.data)
    return done.returncode, done.stdout + done.stderr


async def test_a_rebuild_under_a_push_finds_no_difference(ground: Ground, follower: Follower) -> None:
    async with ground.agency.pushing():
        await ground.agency.acknowledged(WRITES)
        code, said = await command(ground, "rebuild", "gateway", "--compare")
        await ground.agency.acknowledged(WRITES)
    assert (code, "0 differences" in said) == (0, True), said
    assert await agreement(ground, follower) == []


TAMPERING = """
delete from document
where id = (select id from document where kind = 'incident' and custodian = 'XX0000100' order by key limit 1);
update document set initiated_by = 'student'
where id = (select id from document where kind = 'incident' and custodian = 'XX0000100' order by key desc limit 1);
insert into document (custodian, kind, key, id, version, state, record_class, scope_version, changed_at, document)
select custodian, kind, 'XX0000100/NEVER-SENT', gen_random_uuid(), 1, 'live', record_class, 1, now(), '{}'
from document where kind = 'incident' and custodian = 'XX0000100' limit 1;
"""


async def test_a_rebuild_under_a_push_mends_the_view_and_tells_who_follows(ground: Ground, follower: Follower) -> None:
    async with ground.installation.database("daylight_gateway") as connection:
        await connection.execute(TAMPERING)
    compared = await command(ground, "rebuild", "gateway", "--compare")
    assert (compared[0], "3 differences" in compared[1]) == (1, True), compared[1]
    async with ground.agency.pushing():
        await ground.agency.acknowledged(WRITES)
        mended = await command(ground, "rebuild", "gateway")
        await ground.agency.acknowledged(WRITES)
    assert mended[0] == 0, mended[1]
    assert await agreement(ground, follower) == []
    compared = await command(ground, "rebuild", "gateway", "--compare")
    assert (compared[0], "0 differences" in compared[1]) == (0, True), compared[1]


POISON = """
insert into log (epoch, kind, change, record_id, key, owner, version, schema_version, document, changed_at, changed_by)
select epoch, kind, change, gen_random_uuid(), 'XX0000100/POISON-' || number, 'XX0000100', version, schema_version,
       document::json, now(), 'tests'
from log_epoch, (values
    (1, 'horoscope', 'recorded', 1, 1, '{}'),
    (2, 'incident', 'imagined', 1, 1, '{}'),
    (3, 'incident', 'recorded', 1, 99, '{}'),
    (4, 'incident', 'recorded', 1, 1, '{"ori": "XX0000100"}'),
    (5, 'incident', 'recorded', 1, 1, '"a document that is no object"'),
    (6, 'Not A Kind', 'recorded', 1, 1, '{}'),
    (7, 'incident', 'recorded', 1, 0, '{}')
) as poison (number, kind, change, version, schema_version, document);
insert into log (epoch, kind, change, record_id, key, owner, version, schema_version, document, changed_at, changed_by)
select epoch, 'incident', 'recorded', gen_random_uuid(), (select string_agg(gen_random_uuid()::text, '')
       from generate_series(1, 500)), owner, 1, 1, document, now(), 'tests'
from log where kind = 'incident' and change = 'recorded' and document is not null and key not like '%POISON%' limit 1
"""
REASONS = [
    "unknown-kind",
    "unknown-change",
    "unknown-schema-version",
    "wrong-shape",
    "not-an-event",
    "not-an-event",
    "not-an-event",
    "ProgramLimitExceededError",
]
"""Why none of them can be applied; the last one for a key that no index takes."""
GARBAGE = [b"no JSON", b"{}", b"[1, 2]", b'{"sequence": "one"}', b"\xff" * 1_000, b"0" * 5_000_000]


async def test_poison_becomes_dead_letters_with_their_reasons_and_everything_else_flows(
    ground: Ground, follower: Follower
) -> None:
    async with ground.agency.pushing():
        await ground.agency.acknowledged(WRITES)
        async with ground.installation.database("daylight_incidents") as connection:
            await connection.execute(POISON)
        async with bus.connected(ground.installation.settings, ground.installation.secrets, "incidents") as client:
            for content in GARBAGE:
                await client.publish("daylight.incidents.incident.recorded.poison", content)
            await client.flush()
        await ground.agency.acknowledged(WRITES)
    letters = len(REASONS) + len(GARBAGE)
    assert await agreement(ground, follower, dead_letters=letters) == []
    assert not await asyncio.to_thread(ground.stack.is_well)

    _, said = await command(ground, "dead-letters", "list")
    lines = [line.split() for line in said.splitlines()[:-1]]
    assert sorted(line[2] for line in lines) == sorted([*REASONS, *["not-an-event"] * len(GARBAGE)])
    name = next(line[0] for line in lines if line[2] == "unknown-kind")
    assert "unknown-kind" in (await command(ground, "dead-letters", "show", name))[1]
    assert (await command(ground, "dead-letters", "replay", name))[0] == 1
    assert (await command(ground, "dead-letters", "show", "incidents:999999999"))[0] == 1
    assert (await command(ground, "dead-letters", "drop", "all")) == (0, f"{letters} dropped\n")
    assert (await command(ground, "dead-letters", "drop", "all", "--of", "reporting"))[0] == 0
    assert await asyncio.to_thread(ground.stack.is_well)
