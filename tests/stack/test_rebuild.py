"""A read model built anew equals the live one, finds what was changed behind its back, and mends it."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import yaml
from anyio import Event, create_task_group, to_thread

import gateway.rebuild
from daylight.importing.demo import DIRECTORY, DIRECTORY_CLIENT, MADE_UP
from daylight.importing.public_api import PublicApi
from daylight.importing.stack import StackAddress
from daylight.read_models import READ_MODELS
from daylight.stack.folders import Folders
from daylight.stack.running import settings_of
from daylight.stack.status import look
from gateway.database import DATABASE, PROJECTOR
from shared.records.database import Connection, Database
from shared.secrets import Secrets
from tests.running_stack import RunningStack, data_folder, daylight, running_stack
from tests.servers import wait_until

ONE = "select custodian, kind, key from document where kind = $1 and record_class = $2 and state = 'live' limit 1"
THIS = "custodian = $1 and kind = $2 and key = $3"
KINDS = [("incident", "agency_record"), ("incident", "education_record"), ("clock", "education_record")]
LINES: list[dict[str, Any]] = [json.loads(line) for line in MADE_UP.read_text(encoding="utf-8").splitlines()]


def push(stack: RunningStack, lines: list[dict[str, Any]]) -> None:
    address = StackAddress(**stack.addresses, secrets_directory=Folders(stack.data).secrets)
    with PublicApi(address, "demo-rms") as api:
        assert {answer.result for answer in api.push_incidents(lines)} <= {"created", "changed"}


def enter_schools(stack: RunningStack) -> None:
    address = StackAddress(**stack.addresses, secrets_directory=Folders(stack.data).secrets)
    schools = yaml.safe_load(DIRECTORY.read_text(encoding="utf-8"))["schools"]
    with PublicApi(address, DIRECTORY_CLIENT) as api:
        for school_id, report in schools.items():
            api.put(f"{address.reporting}/v1/schools/{school_id}", report)


def is_caught_up(stack: RunningStack) -> bool:
    found = look(Folders(stack.data))
    if found is None or not found.logs or not found.consumers:
        return False
    behind = [place["behind"] for services in found.consumers.values() for place in services.values()]
    return not any(behind) and not any(log["unnumbered"] for log in found.logs.values())


async def rebuild(stack: RunningStack, *, compare: bool) -> set[tuple[tuple[str, ...], str]]:
    """Rebuild the gateway's documents; the key and the kind of each difference."""
    found = await gateway.rebuild.rebuild(settings_of(Folders(stack.data)), compare=compare)
    assert found.rows >= len(LINES)
    return {(difference.key, difference.kind) for difference in found.differences}


@pytest.fixture(scope="module")
def filled() -> Iterator[RunningStack]:
    """A stack of this module's own, in which the made-up incidents are shown, and their copies at their schools."""
    with data_folder() as data, running_stack(data) as stack:
        push(stack, LINES)
        enter_schools(stack)
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
    record, copy, clock = [tuple(await documents.fetchrow(ONE, *kind) or ()) for kind in KINDS]
    await documents.execute(f"update document set initiated_by = 'nobody' where {THIS}", *record)
    await documents.execute(f"delete from document where {THIS}", *copy)
    await documents.execute(f"update document set key = 'XX0000100/INVENTED' where {THIS}", *clock)
    wrong = {
        (record, "differs"),
        (copy, "only-rebuilt"),
        (clock, "only-rebuilt"),
        ((*clock[:2], "XX0000100/INVENTED"), "only-live"),
    }

    assert await rebuild(filled, compare=True) == wrong
    assert await documents.fetchval("select count(*) from document where initiated_by = 'nobody'") == 1
    assert await rebuild(filled, compare=False) == wrong
    assert await rebuild(filled, compare=True) == set()


async def test_what_is_counted_is_found_wrong_and_mended_by_the_same_means(filled: RunningStack) -> None:
    await to_thread.run_sync(wait_until, lambda: is_caught_up(filled))
    again = daylight("rebuild", "reporting", "--compare", "--data", filled.data)
    assert (again.returncode, again.stdout.strip().endswith(": 0 differences")) == (0, True), again.stdout

    settings, place = settings_of(Folders(filled.data)), READ_MODELS["reporting"]
    database = await Database.open(
        settings, Secrets(settings.secrets_directory), role=place.role, database=place.database
    )
    async with database.connection() as connection:
        await connection.execute("delete from fact where measure = 'arrests'")
        await connection.execute("update rollup set value = value + 1 where measure = 'contacts'")
    await database.close()

    wrong = daylight("rebuild", "reporting", "--compare", "--data", filled.data)
    mended = daylight("rebuild", "reporting", "--data", filled.data)
    right = daylight("rebuild", "reporting", "--compare", "--data", filled.data)
    assert (wrong.returncode, mended.returncode, right.returncode) == (1, 0, 0)
    assert " arrests " in wrong.stdout
    assert "have been mended" in mended.stdout
