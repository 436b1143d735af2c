"""What time, other limits and other records bring about is found by the sweep, once. No record gets a version by it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.incidents.app import DATABASE
from services.incidents.conclusion.neighbours import neighbours
from services.incidents.conclusion.rules import Rulebook
from services.incidents.conclusion.sweep import judge_standing, sweep
from services.incidents.incident.judging import Incoming
from services.incidents.incident.keys import canonical
from services.incidents.incident.store import put_incidents
from services.incidents.principles.limits import Limits
from shared.clocks.calendar import SchoolDays
from shared.contracts.incidents import IncidentReport
from shared.records.database import Database
from shared.records.log import ensure_epoch
from shared.records.vault import Vault
from shared.secrets import Secrets
from shared.settings import Settings
from tests.incidents.conftest import AGENCY, HALLWAY, Connection
from tests.incidents.evidence import rows_by_table
from tests.incidents.test_inbox import DETAINED, DOCUMENTED
from tests.servers import Databases

RULEBOOK = Rulebook.of(Limits(), SchoolDays())
MONDAY = datetime.fromisoformat("2026-10-05T19:00:00+00:00")
"""When reports arrive: at noon, where it happened."""
IN_A_YEAR = MONDAY + timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Service:
    """The incidents service without its routes: what it writes is dated as a test says."""

    database: Database
    vault: Vault

    async def put(
        self, number: str, report: dict[str, Any], at: datetime = MONDAY, rulebook: Rulebook = RULEBOOK
    ) -> None:
        """Take in a report at this moment."""
        incoming = Incoming(canonical(AGENCY, number), IncidentReport.model_validate_json(orjson.dumps(report)))
        await put_incidents(self.database, self.vault, rulebook, [incoming], by="rms", at=at)

    async def void(self, number: str) -> None:
        """Take a report back."""
        incoming = Incoming(canonical(AGENCY, number), None)
        await put_incidents(self.database, self.vault, RULEBOOK, [incoming], by="rms", at=MONDAY)

    async def sweep(self, now: datetime, rulebook: Rulebook = RULEBOOK) -> int:
        """Sweep once at this moment."""
        return await sweep(self.database, rulebook, now)


@pytest.fixture
async def service(settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[Service]:
    """The service on an empty database."""
    await databases.fresh(DATABASE)
    database = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
    async with database.connection() as connection:
        await ensure_epoch(connection)
    yield Service(database, Vault(secrets.master_key()))
    await database.close()


@pytest.fixture
async def swept(service: Service, databases: Databases) -> AsyncIterator[Connection]:
    """The service's database as a superuser sees it."""
    connection = await databases.connect(DATABASE)
    yield connection
    await connection.close()


async def raised(connection: Connection, number: str = "1") -> dict[str, dict[str, Any]]:
    """The flags of an incident that are not corrected, by code with detail."""
    rows = await connection.fetch(
        "select document::text from flag where about = $1 and state = 'live' and flag_state <> 'corrected'",
        f"{AGENCY}/{number}",
    )
    flags = [orjson.loads(row["document"]) for row in rows]
    return {":".join(filter(None, (flag["code"], flag.get("detail")))): flag for flag in flags}


RUN_OUT: list[tuple[str, dict[str, Any], str]] = [
    ("P4-UNDOCUMENTED", DETAINED, "2026-10-06T05:13:00+00:00"),
    ("P4-NOT-SHARED", DOCUMENTED, "2026-10-13T06:59:59.999999+00:00"),
    ("P7-NOT-REVIEWED:agency", HALLWAY, "2026-10-20T06:59:59.999999+00:00"),
    ("P7-NOT-REVIEWED:school", HALLWAY, "2026-10-20T06:59:59.999999+00:00"),
]
"""Code, report, and the last moment of the limit: 12 hours from the detention, 5 and 10 school days."""


@pytest.mark.parametrize(("code", "report", "last"), RUN_OUT, ids=[one[0] for one in RUN_OUT])
async def test_a_clock_that_runs_out_raises_its_flag_at_the_next_sweep(
    service: Service, swept: Connection, code: str, report: dict[str, Any], last: str
) -> None:
    await service.put("1", report)
    moment = datetime.fromisoformat(last)
    await service.sweep(moment)
    assert code not in await raised(swept)

    after = moment + timedelta(microseconds=1)
    assert await service.sweep(after) == 1
    flag = (await raised(swept))[code]
    assert (flag["state"], datetime.fromisoformat(flag["raised_at"])) == ("open", after)
    assert await swept.fetchval("select version from incident") == 1


async def test_a_sweep_that_comes_late_finds_what_it_would_have_found_in_time(
    service: Service, swept: Connection
) -> None:
    await service.put("1", DOCUMENTED)
    await service.sweep(IN_A_YEAR)
    late = set(await raised(swept))
    await service.put("2", DOCUMENTED | {"occurred_at": "2026-10-05T11:12:00-07:00"})
    for day in range(366):
        while await service.sweep(MONDAY + timedelta(days=day)):
            pass
    assert set(await raised(swept, "2")) == late


async def test_a_sweep_again_finds_nothing_and_writes_nothing(service: Service, swept: Connection) -> None:
    await service.put("1", DETAINED)
    while await service.sweep(IN_A_YEAR):
        pass
    before = await rows_by_table(swept)
    assert await service.sweep(IN_A_YEAR) == 0
    assert await service.sweep(IN_A_YEAR + timedelta(days=1)) == 0
    assert await rows_by_table(swept) == before


async def test_a_sweep_that_was_broken_off_is_done_by_the_next_one(service: Service, swept: Connection) -> None:
    await service.put("1", DETAINED)
    before = await rows_by_table(swept)

    async def broken_off() -> None:
        async with service.database.transaction() as connection:
            await judge_standing(connection, [f"{AGENCY}/1"], RULEBOOK, by="daylight", at=IN_A_YEAR)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await broken_off()
    assert await rows_by_table(swept) == before
    assert await service.sweep(IN_A_YEAR) == 1


async def test_another_limit_judges_old_records_again(service: Service, swept: Connection) -> None:
    at = MONDAY + timedelta(days=10)
    await service.put("1", HALLWAY, at=at)
    assert "X-LATE-REPORT" not in await raised(swept)

    stricter = Rulebook.of(Limits(late_report_days=5), SchoolDays())
    assert await service.sweep(at, stricter) == 1
    assert "X-LATE-REPORT" in await raised(swept)
    assert await service.sweep(at, stricter) == 0

    assert await service.sweep(at) == 1
    assert "X-LATE-REPORT" not in await raised(swept)
    states = await swept.fetch(
        "select document ->> 'state' as state from log where kind = 'flag' and key like '%LATE%' order by version"
    )
    assert [row["state"] for row in states] == ["open", "corrected"]
    assert await swept.fetchval("select version from incident") == 1


async def test_another_closed_day_moves_what_is_due(service: Service, swept: Connection) -> None:
    await service.put("1", HALLWAY)
    holiday = Rulebook.of(Limits(), SchoolDays(frozenset({date(2026, 10, 12)})))
    assert await service.sweep(MONDAY, holiday) == 1
    due = await swept.fetchval("select document #>> '{clocks,0,due_on}' from conclusion")
    assert due == "2026-10-20"


async def test_another_version_of_a_rule_judges_again_and_writes_what_differs_alone(
    service: Service, swept: Connection
) -> None:
    await service.put("1", DETAINED)
    newer = replace(RULEBOOK, version="newer")
    assert await service.sweep(MONDAY, newer) == 1
    assert await service.sweep(MONDAY, newer) == 0

    written = await swept.fetch("select kind from log where version > 1")
    assert [row["kind"] for row in written] == ["conclusion"]
    assert await swept.fetchval("select rules_version from conclusion") == "newer"


async def test_many_records_are_swept_a_part_at_a_time(
    service: Service, swept: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await service.put(f"MANY-{number}", HALLWAY | {"occurred_at": f"2026-10-05T0{number}:12:00-07:00"})
    monkeypatch.setattr("services.incidents.conclusion.sweep.AT_ONCE", 2)
    newer = replace(RULEBOOK, version="newer")
    assert [await service.sweep(MONDAY, newer) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_record_near_another_is_judged_again_by_the_next_sweep(service: Service, swept: Connection) -> None:
    await service.put("1", HALLWAY)
    await service.put("2", HALLWAY)
    assert "X-POSSIBLE-DUPLICATE" not in await raised(swept)
    assert "X-POSSIBLE-DUPLICATE" in await raised(swept, "2")
    assert await service.sweep(MONDAY) == 1
    assert "X-POSSIBLE-DUPLICATE" in await raised(swept)
    assert await service.sweep(MONDAY) == 0


async def test_a_void_record_is_not_swept(service: Service, swept: Connection) -> None:
    await service.put("1", DETAINED)
    await service.void("1")
    assert await service.sweep(IN_A_YEAR) == 0
    assert await raised(swept) == {}


async def test_a_record_that_comes_back_after_its_clocks_ran_out_is_judged_as_it_comes(
    service: Service, swept: Connection
) -> None:
    await service.put("1", HALLWAY)
    await service.void("1")
    await service.put("1", HALLWAY, at=IN_A_YEAR)
    assert "P7-NOT-REVIEWED:school" in await raised(swept)
    assert await service.sweep(IN_A_YEAR) == 0


async def test_a_report_that_comes_while_it_is_swept_waits_and_is_judged_after(
    service: Service, swept: Connection
) -> None:
    await service.put("1", DETAINED)
    async with service.database.transaction() as connection:
        await judge_standing(connection, [f"{AGENCY}/1"], RULEBOOK, by="daylight", at=IN_A_YEAR)
        pushing = asyncio.create_task(service.put("1", DOCUMENTED, at=IN_A_YEAR))
        done, _ = await asyncio.wait({pushing}, timeout=0.2)
        assert not done
    await pushing

    assert await swept.fetchval("select version from incident") == 2
    found = set(await raised(swept))
    assert await service.sweep(IN_A_YEAR, replace(RULEBOOK, version="newer")) == 1
    assert set(await raised(swept)) == found


async def test_no_report_slips_in_between_what_a_sweep_reads_and_what_it_writes(
    service: Service, swept: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.put("1", DETAINED)
    pushing: list[asyncio.Task[None]] = []

    async def push_meanwhile(connection: Any, documents: Any) -> Any:
        if not pushing:
            pushing.append(asyncio.create_task(service.put("1", DOCUMENTED, at=IN_A_YEAR)))
            await asyncio.wait(pushing, timeout=0.3)
        return await neighbours(connection, documents)

    monkeypatch.setattr("services.incidents.conclusion.sweep.neighbours", push_meanwhile)
    await service.sweep(IN_A_YEAR)
    await pushing[0]

    found = set(await raised(swept))
    await service.sweep(IN_A_YEAR, replace(RULEBOOK, version="newer"))
    assert set(await raised(swept)) == found
    assert "P4-UNDOCUMENTED" not in found


async def test_a_record_that_comes_near_while_another_is_swept_is_not_overlooked(
    service: Service, swept: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.put("1", HALLWAY)
    await service.put("2", HALLWAY)
    await service.sweep(MONDAY)
    await service.void("2")
    pushed: list[str] = []

    async def pushed_just_after(connection: Any, documents: Any) -> Any:
        found = await neighbours(connection, documents)
        if not pushed:
            pushed.append("3")
            await service.put("3", HALLWAY)
        return found

    monkeypatch.setattr("services.incidents.conclusion.sweep.neighbours", pushed_just_after)
    await service.sweep(MONDAY)
    await service.sweep(MONDAY)

    assert "X-POSSIBLE-DUPLICATE" in await raised(swept)
    assert await swept.fetchval("select count(*) from judge_again") == 0


async def test_the_sweep_says_in_the_log_that_nobody_else_wrote(service: Service, swept: Connection) -> None:
    await service.put("1", HALLWAY)
    await service.sweep(datetime.now(UTC) + timedelta(days=3_650))
    assert await swept.fetchval("select array_agg(distinct changed_by) from log where version > 1") == ["daylight"]
