"""Each guard is needed: the same course of events agrees with the agency's book with it, and without it does not."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import pytest

from gateway import projections, statements
from gateway.projections import apply
from services.incidents.app import DATABASE
from shared.contracts.events import Event
from shared.records import consumer, log, relay
from shared.records.consumer import Projector, projecting
from shared.secrets import Secrets
from shared.settings import Settings
from tests.faults.agency import AGENCY, SENDER, Agency, Sender
from tests.faults.evidence import Follower, differences, quiet
from tests.faults.inside import Inside, forget_streams, running_inside
from tests.faults.installation import INCIDENTS
from tests.faults.ledger import INCIDENT
from tests.servers import Databases
from tests.waiting import eventually

WRITES = 60
QUIET_SECONDS = 30
UNGUARDED_SECONDS = 2
"""How long a course without its guard may take until it is compared."""
EARLIER, LATER = f"{AGENCY}/EARLIER", f"{AGENCY}/LATER"

with_and_without = pytest.mark.parametrize("guarded", [True, False], ids=["with it", "without it"])


@pytest.fixture
async def inside(settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[Inside]:
    async with running_inside(settings, secrets, databases) as running:
        yield running


@pytest.fixture
def agency(inside: Inside) -> Agency:
    return Agency(inside.installation, seed=1)


@pytest.fixture
async def sender(agency: Agency, inside: Inside) -> Sender:
    one = agency.senders[0]
    one.headers = await inside.installation.headers(SENDER)
    return one


def taken_out(statement: str, *guards: tuple[str, str]) -> str:
    """The statement with other words in the place of its guards, which must be there."""
    for guard, instead in guards:
        assert guard in statement
        statement = statement.replace(guard, instead)
    return statement


async def agrees(inside: Inside, agency: Agency, guarded: bool) -> bool:
    """Whether all that is shown is as the agency's book says."""
    seconds = QUIET_SECONDS if guarded else UNGUARDED_SECONDS
    return await differences(inside.installation, agency.ledger, seconds=seconds) == []


ANY_VERSION = taken_out(
    statements.KEEP,
    ("excluded.version > known.version", "true"),
    ("excluded.scope_version > known.scope_version", "true"),
)


@with_and_without
async def test_the_version_guard_lets_late_and_repeated_events_do_no_harm(
    inside: Inside, agency: Agency, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(projections, "KEEP", ANY_VERSION)
    async with inside.projecting():
        async with agency.pushing():
            await agency.acknowledged(WRITES)
        await quiet(inside.installation)
    async with inside.installation.database(DATABASE.name) as connection:
        events = await log.outgoing(connection, INCIDENTS, 1, 10_000)
    again = [Event.model_validate_json(event.content) for event in events for _ in range(2)]
    random.Random(1).shuffle(again)
    for event in again:
        async with projecting(inside.projector_database) as connection:
            await apply(connection, [event])
    assert await agrees(inside, agency, guarded) is guarded


HORIZON = "(l.epoch < $6 or l.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))"
WITHOUT_HORIZON = taken_out(relay.NUMBER_NEXT, (HORIZON, "$6::integer > 0"))
BY_ID_ALONE = taken_out(
    WITHOUT_HORIZON,
    (
        "(l.epoch, l.transaction_id, l.id) > ($1, $2::text::xid8, $3)",
        "l.id > $3 and ($1::integer, $2::text) is not null",
    ),
    ("order by l.epoch, l.transaction_id, l.id", "order by l.id"),
)


@pytest.mark.parametrize("numbering", [relay.NUMBER_NEXT, WITHOUT_HORIZON, BY_ID_ALONE], ids=["with", "late", "by id"])
async def test_the_order_of_the_log_lets_no_slower_writer_be_passed_by(
    inside: Inside, agency: Agency, sender: Sender, numbering: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = numbering == relay.NUMBER_NEXT
    monkeypatch.setattr(relay, "NUMBER_NEXT", numbering)
    await sender.put(EARLIER)
    async with inside.projecting(), inside.installation.database(DATABASE.name) as connection:
        await quiet(inside.installation)
        before = await connection.fetchval("select max(sequence) from log_sequence")
        async with writing_slowly(inside, sender):
            await sender.put(LATER)
            if guarded:
                await asyncio.sleep(4 * inside.settings.relay_poll_seconds)
            else:
                await eventually(lambda: connection.fetchval("select max(sequence) > $1 from log_sequence", before))
        assert await agrees(inside, agency, guarded) is guarded


@asynccontextmanager
async def writing_slowly(inside: Inside, sender: Sender) -> AsyncIterator[None]:
    """A void that has written its row of the log before the block begins, and commits once the block has ended."""
    async with inside.installation.database(DATABASE.name) as blocker:
        blocking = blocker.transaction()
        await blocking.start()
        # The service waits here to learn whether this very key will be there.
        await blocker.execute(
            "insert into idempotency_key (client, key, request_digest, status, body) values ($1, $2, '', 200, '{}')",
            SENDER,
            f"{sender.name}-{next(sender.orders) + 1}",
        )
        voiding = asyncio.create_task(sender.void_record(EARLIER))
        await eventually(lambda: blocker.fetchval("select count(*) > 0 from pg_locks where not granted"))
        yield
        await blocking.rollback()
        await voiding


@with_and_without
async def test_asking_again_brings_what_the_stream_has_lost(
    inside: Inside, agency: Agency, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask_nobody(*_: object) -> None:
        """What a projector does that trusts the stream."""

    if not guarded:
        monkeypatch.setattr(Projector, "_ask_again", ask_nobody)
    async with agency.pushing():
        await agency.acknowledged(WRITES)
    async with inside.installation.database(DATABASE.name) as connection:
        await eventually(lambda: connection.fetchval("select count(*) from log"))
    await forget_streams(inside.settings, inside.secrets)
    async with inside.projecting():
        assert await agrees(inside, agency, guarded) is guarded


class LosingTheFirstVoid(httpx2.AsyncBaseTransport):
    """Loses the answer to the first void; before its sender tries again, another system brings the record back."""

    def __init__(self, inner: httpx2.AsyncClient, meanwhile: Sender) -> None:
        self._inner, self._meanwhile, self._lost = inner, meanwhile, False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inner.send(request)
        if request.url.path.endswith("/void") and not self._lost:
            self._lost = True
            await self._meanwhile.put(EARLIER)
            raise httpx2.ReadError("the line was cut")
        return answer


@with_and_without
async def test_the_idempotency_key_lets_a_repeated_void_undo_nothing(
    inside: Inside, agency: Agency, sender: Sender, guarded: bool
) -> None:
    sender.with_idempotency_key = guarded
    await sender.put(EARLIER)
    meanwhile = agency.sender("meanwhile")
    meanwhile.headers = sender.headers
    losing = LosingTheFirstVoid(inside.installation.http[INCIDENTS], meanwhile)
    async with httpx2.AsyncClient(transport=losing, base_url="http://inside") as http, inside.projecting():
        sender.installation = replace(inside.installation, http={**inside.installation.http, INCIDENTS: http})
        await sender.void_record(EARLIER, alone=False)
        assert await agrees(inside, agency, guarded) is guarded


@with_and_without
async def test_one_turn_at_a_time_lets_no_change_slip_behind_a_cursor(
    inside: Inside, agency: Agency, sender: Sender, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(consumer, "LOCK", "select 1")
    await sender.put(EARLIER)
    await sender.put(LATER)
    async with inside.installation.database(DATABASE.name) as connection:
        await eventually(lambda: connection.fetchval("select (select count(*) from log_sequence) = count(*) from log"))
        events = await log.outgoing(connection, INCIDENTS, 1, 100)
    earlier, later = [Event.model_validate_json(event.content) for event in events if ".incident." in event.subject]
    follower = Follower(inside.installation, SENDER, INCIDENT)

    async def project_later() -> None:
        async with projecting(inside.projector_database) as connection:
            await apply(connection, [later])

    async with projecting(inside.projector_database) as connection:
        await apply(connection, [earlier])
        second = asyncio.create_task(project_later())
        async with inside.installation.database("daylight_gateway") as watching:
            await eventually(
                lambda: watching.fetchval(
                    "select exists (select from pg_locks where not granted) or exists (select from document)"
                )
            )
        await follower.read()
    await second
    await follower.read()
    assert (set(follower.copy) == {EARLIER, LATER}) is guarded
