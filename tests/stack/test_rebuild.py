"""A read model built anew equals the live one, finds what was changed behind its back, and mends it."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from anyio import Event, create_task_group, to_thread

import gateway.rebuild
from daylight.importing.demo import MADE_UP
from daylight.importing.public_api import PublicApi
from daylight.importing.stack import StackAddress
from daylight.stack.folders import Folders
from daylight.stack.running import settings_of
from daylight.stack.status import look
from gateway.database import DATABASE, PROJECTOR
from shared.records.database import Connection, Database
from shared.secrets import Secrets
from tests.running_stack import RunningStack, data_folder, daylight, running_stack
from tests.servers import wait_until

LINES: list[dict[str, Any]] = [json.loads(line) for line in MADE_UP.read_text(encoding="utf-8").splitlines()]


def push(stack: RunningStack, lines: list[dict[str, Any]]) -> None:
    address = StackAddress(**stack.addresses, secrets_directory=Folders(stack.data).secrets)
    with PublicApi(address, "demo-rms") as api:
        assert {answer.result for answer in api.push_incidents(lines)} <= {"created", "changed"}


def is_caught_up(stack: RunningStack) -> bool:
    found = look(Folders(stack.data))
    if found is None or not found.logs or not found.consumers:
        return False
    behind = [place["behind"] for services in found.consumers.values() for place in services.values()]
    return not any(behind) and not any(log["unnumbered"] for log in found.logs.values())


async def rebuild(stack: RunningStack, *, compare: bool) -> set[tuple[str, str]]:
    """Rebuild the gateway's documents; the key and the kind of each difference."""
    found = await gateway.rebuild.rebuild(settings_of(Folders(stack.data)), compare=compare)
    assert found.rows >= len(LINES)
    return {(difference.key[-1], difference.kind) for difference in found.differences}


@pytest.fixture(scope="module")
def filled() -> Iterator[RunningStack]:
    """A stack of this module's own, in which the made-up incidents are shown."""
    with data_folder() as data, running_stack(data) as stack:
        push(stack, LINES)
        wait_until(lambda: is_caught_up(stack))
        yield stack


@pytest.fixture
async def documents(filled: RunningStack) -> AsyncIterator[Connection]:
    """The live documents, as their projector may change them."""
    settings = settings_of(Folders(filled.data))
    database = await Database.open(
        settings, Secrets(settings.secrets_directory), role=PROJECTOR, database=DATABASE.name
    )
    async with database.connection() as connection:
        yield connection
    await database.close()


def test_the_command_finds_no_difference(filled: RunningStack) -> None:
    done = daylight("rebuild", "gateway", "--compare", "--data", filled.data)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().endswith(": 0 differences")


async def test_a_rebuilt_read_model_equals_the_live_one_while_more_is_pushed(filled: RunningStack) -> None:
    others = [
        [line | {"incident_number": f"{line['incident_number']}-{batch}"} for line in LINES] for batch in range(20)
    ]

    async def push_others() -> None:
        for lines in others:
            await to_thread.run_sync(push, filled, lines)
        pushed.set()

    pushed = Event()
    async with create_task_group() as group:
        group.start_soon(push_others)
        while not pushed.is_set():
            assert await rebuild(filled, compare=True) == set()
    await to_thread.run_sync(wait_until, lambda: is_caught_up(filled))


async def test_what_was_changed_behind_its_back_is_found_and_mended(
    filled: RunningStack, documents: Connection
) -> None:
    keys = [f"{line['ori']}/{line['incident_number']}" for line in LINES[:3]]
    await documents.execute("update document set initiated_by = 'nobody' where key = $1", keys[0])
    await documents.execute("delete from document where key = $1", keys[1])
    await documents.execute("update document set key = 'XX0000100/INVENTED' where key = $1", keys[2])
    wrong = {
        (keys[0], "differs"),
        (keys[1], "only-rebuilt"),
        (keys[2], "only-rebuilt"),
        ("XX0000100/INVENTED", "only-live"),
    }

    assert await rebuild(filled, compare=True) == wrong
    assert await documents.fetchval("select count(*) from document where initiated_by = 'nobody'") == 1
    assert await rebuild(filled, compare=False) == wrong
    assert await rebuild(filled, compare=True) == set()
