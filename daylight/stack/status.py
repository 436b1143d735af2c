"""`daylight status`: every process, how far events have come, and whether all is well."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from daylight.stack.folders import Folders
from daylight.stack.state import ProcessState, read_state
from daylight.stack.trouble import CannotStart
from gateway.database import DATABASE as GATEWAY
from gateway.database import PROJECTOR, READER
from shared.records.database import address
from shared.secrets import MissingSecret, Secrets

CONSUMER = "projector"
SERVICES = ("incidents", "training", "reporting")
CONSUMERS = {
    CONSUMER: (READER, GATEWAY.name, SERVICES),
    "counter": ("daylight_reporting", "daylight_reporting", ("incidents",)),
}
"""Readers of the events: the role and database in which each notes how far it is, and the services that it follows."""
PATIENCE_SECONDS = 3

PROJECTS = f"""
select exists (
    select from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and usename = '{PROJECTOR}' and datname = current_database()
      and (classid::bigint << 32 | objid::bigint) = hashtext('projector')
)
"""
"""Whether the projector holds the lock under which it works."""

Logs = Mapping[str, dict[str, int]]
Consumers = Mapping[str, Mapping[str, Mapping[str, int]]]

LOG = """
select sequenced, published,
       (select count(*) from log where (log.epoch, log.transaction_id, log.id)
                                     > (relay.epoch, relay.transaction_id, relay.id)) as unnumbered
from relay
"""


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a stack. What could not be asked is None, and then not all is well.

    `logs`: by service, the last number that its relay has given, the last one that JetStream has acknowledged, and
    rows without a number yet. `consumers`: by reader and service, the last event applied and how many it is behind.
    """

    ok: bool
    processes: tuple[ProcessState, ...]
    logs: Logs | None
    consumers: Consumers | None
    dead_letters: int | None

    def as_json(self) -> str:
        """The promised form."""
        said = asdict(self)
        for process in said["processes"]:
            del process["started"]
        return json.dumps(said, indent=2)

    def as_text(self) -> str:
        """A line each for people."""
        lines = [
            f"{one.name:<10} {one.state:<10} {one.pid or '-':>8}  {one.restarts} restarts" for one in self.processes
        ]
        for service, log in (self.logs or {}).items():
            unpublished = log["sequenced"] - log["published"] + log["unnumbered"]
            lines.append(f"log of {service}: {log['sequenced']} numbered, {unpublished} to be published")
        for reader, services in (self.consumers or {}).items():
            lines += [f"{reader} of {service}: {at['behind']} behind" for service, at in services.items()]
        lines.append(f"dead letters: {'unknown' if self.dead_letters is None else self.dead_letters}")
        if self.dead_letters:
            lines.append(
                "daylight dead-letters list names those of the gateway, with --of reporting those of the counts"
            )
        return "\n".join([*lines, "All is well." if self.ok else "Not all is well."])


def status(folders: Folders, *, as_json: bool) -> int:
    """Print how a stack is. Exit code 0 if all is well, else 1."""
    found = look(folders)
    if found is None:
        nothing = Status(False, (), None, None, None)
        print(nothing.as_json() if as_json else f"No Daylight runs on {folders.data}.")
        return 1
    print(found.as_json() if as_json else found.as_text())
    return 0 if found.ok else 1


def look(folders: Folders) -> Status | None:
    """How the stack of a data folder is; None where none has been started."""
    state = read_state(folders.state)
    if state is None:
        return None
    ready = {name: readiness(url) for name, url in _addresses(folders).items()}
    ready[CONSUMER] = {} if is_projecting(state.database_url, Secrets(folders.secrets)) else None
    processes = tuple(_observe(process, ready) for process in state.processes)
    try:
        logs, consumers, dead_letters = asyncio.run(events(state.database_url, Secrets(folders.secrets)))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, MissingSecret):
        return Status(False, processes, None, None, None)
    for service, log in logs.items():
        log["published"] = _published(ready.get(service), log["published"])
    ok = (
        state.ready
        and state.supervisor.alive
        and all(process.state == "running" for process in processes)
        and dead_letters == 0
    )
    return Status(ok, processes, logs, consumers, dead_letters)


def readiness(address: str) -> Mapping[str, Any] | None:
    """What a server says of its parts once all of them are there; None while it is not ready."""
    place = urlsplit(address)
    connection = HTTPConnection(str(place.hostname), place.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        checks: Mapping[str, Any] | None = json.loads(answer.read())["checks"] if answer.status == 200 else None
        return checks
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def is_projecting(database_url: str, secrets: Secrets) -> bool:
    """Whether a projector is at work on the gateway's documents."""
    try:
        rows = asyncio.run(_ask(database_url, secrets, READER, GATEWAY.name, PROJECTS))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, MissingSecret):
        return False
    return bool(rows[0][0])


def _observe(process: ProcessState, ready: Mapping[str, object]) -> ProcessState:
    seen = process.observed()
    if seen.state == "running" and ready.get(process.name, seen) is None:
        return ProcessState(seen.name, seen.pid, seen.started, "not_ready", seen.restarts)
    return seen


def _published(checks: Mapping[str, Any] | None, written_down: int) -> int:
    """The relay writes its place down when it gives the next numbers; until then it alone knows it."""
    return max(written_down, int(checks["log"]["published"])) if checks else written_down


def _addresses(folders: Folders) -> Mapping[str, str]:
    try:
        return folders.read_addresses()
    except CannotStart:
        return {}


async def events(database_url: str, secrets: Secrets) -> tuple[Logs, Consumers, int]:
    """How far events have come: logs, consumers and the number of dead letters, as in Status.

    Raises OSError (TimeoutError among them), asyncpg.PostgresError, asyncpg.InterfaceError and MissingSecret.
    """
    ask = partial(_ask, database_url, secrets)
    logs = {service: dict((await ask(f"daylight_{service}", f"daylight_{service}", LOG))[0]) for service in SERVICES}
    consumers, dead_letters = {}, 0
    for reader, (role, database, followed) in CONSUMERS.items():
        places = await ask(role, database, "select service, sequence from projection_position")
        dead = await ask(role, database, "select count(*) from dead_letter")
        applied = {row["service"]: row["sequence"] for row in places}
        consumers[reader] = {service: _place(applied.get(service, 0), logs[service]) for service in followed}
        dead_letters += int(dead[0][0])
    return logs, consumers, dead_letters


def _place(applied: int, log: Mapping[str, int]) -> Mapping[str, int]:
    return {"sequence": applied, "behind": max(0, log["sequenced"] - applied)}


async def _ask(url: str, secrets: Secrets, role: str, database: str, statement: str) -> Any:
    async with asyncio.timeout(PATIENCE_SECONDS):
        connection = await asyncpg.connect(
            address(url, role=role, password=secrets.database_password(role), database=database)
        )
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()
