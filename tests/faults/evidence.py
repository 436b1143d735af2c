"""What Daylight shows after a fault, held against the agency's book: every difference in one sentence each."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx2

from services.incidents.app import DATABASE as INCIDENTS_DATABASE
from services.reporting.app import DATABASE as REPORTING_DATABASE
from tests.faults.agency import SENDER
from tests.faults.installation import GATEWAY, Installation
from tests.faults.ledger import INCIDENT, SCHOOL, Entry, Ledger
from tests.faults.patience import patiently

SIS = "demo-sis"
PAGE = 100
QUIET_SECONDS = 60
DATABASES = {"incidents": INCIDENTS_DATABASE.name, "reporting": REPORTING_DATABASE.name}
PROJECTED = "daylight_gateway"

LOG_FAULTS = """
select format('%s rows of the log have no number', count(*))
    from log left join log_sequence using (epoch, transaction_id, id) where sequence is null having count(*) > 0
union all select format('the numbers end at %s and there are %s', max(sequence), count(*)) from log_sequence
    having max(sequence) <> count(*) or min(sequence) <> 1
union all select format('a row of the log has %s numbers', count(*)) from log_sequence
    group by epoch, transaction_id, id having count(*) > 1
union all select format('%s %s: %s log rows up to version %s', kind, key, count(*), max(version)) from log
    group by kind, key having count(*) <> max(version) or count(distinct record_id) > 1
"""

INCIDENT_LIST = """
query ($first: Int!, $after: String) {
  incidents(first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node { key version requestReason } }
  }
}
"""


async def differences(
    installation: Installation, ledger: Ledger, *, dead_letters: int = 0, seconds: float = QUIET_SECONDS
) -> list[str]:
    """Wait until nothing moves any more, then hold everything that can be seen against the book."""
    await quiet(installation, seconds=seconds)
    found = list(ledger.wrong)
    for service, kind, said in (("incidents", INCIDENT, "request_reason"), ("reporting", SCHOOL, "name")):
        found += await _kept(installation, DATABASES[service], kind, said, ledger.of(kind))
    found += await _shown(installation, ledger.live(INCIDENT))
    found += _differ("the feed", await fed(installation, SENDER, INCIDENT), ledger.of(INCIDENT))
    found += _differ("the public feed", await fed(installation, SIS, SCHOOL), ledger.of(SCHOOL))
    found += await _shown_to_district(installation, ledger)
    async with installation.database(PROJECTED) as connection:
        letters = await connection.fetchval("select count(*) from dead_letter")
    if letters != dead_letters:
        found.append(f"{letters} dead letters instead of {dead_letters}")
    return found


async def quiet(installation: Installation, *, seconds: float = QUIET_SECONDS) -> None:
    """Return once every row of the logs is numbered and projected, or after `seconds`: what then lacks is seen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if await _projected(installation) == await _logged(installation):
                return
        except OSError:
            pass
        await asyncio.sleep(0.05)


async def _logged(installation: Installation) -> dict[str, int]:
    counts = {}
    for service, name in DATABASES.items():
        async with installation.database(name) as connection:
            counts[service] = await connection.fetchval("select count(*) from log")
    return {service: count for service, count in counts.items() if count}


async def _projected(installation: Installation) -> dict[str, int]:
    async with installation.database(PROJECTED) as connection:
        rows = await connection.fetch("select service, sequence from projection_position")
    return {row["service"]: row["sequence"] for row in rows}


async def _kept(
    installation: Installation, database: str, kind: str, said: str, entries: Mapping[str, Entry]
) -> list[str]:
    async with installation.database(database) as connection:
        found = [row[0] for row in await connection.fetch(LOG_FAULTS)]
        rows = await connection.fetch(f"select key, version, state, document ->> '{said}' as said from {kind}")
    kept = {row["key"]: (row["said"] if row["state"] == "live" else None, row["version"]) for row in rows}
    return [*found, *_differ(database, kept, entries)]


async def _shown(installation: Installation, entries: Mapping[str, Entry]) -> list[str]:
    shown: dict[str, tuple[str | None, int]] = {}
    found, after, total = [], None, 0
    while True:
        data = await installation.graphql(SENDER, INCIDENT_LIST, first=PAGE, after=after)
        page = data["incidents"]
        for node in (edge["node"] for edge in page["edges"]):
            if node["key"] in shown:
                found.append(f"the view shows {node['key']} twice")
            shown[node["key"]] = node["requestReason"], node["version"]
        total, after = page["totalCount"], page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    if total != len(entries):
        found.append(f"the view counts {total} incidents instead of {len(entries)}")
    return [*found, *_differ("the view", shown, entries)]


async def _shown_to_district(installation: Installation, ledger: Ledger) -> list[str]:
    seen, after = set(), None
    while True:
        page = (await installation.graphql(SIS, INCIDENT_LIST, first=PAGE, after=after))["incidents"]
        seen |= {edge["node"]["key"] for edge in page["edges"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    wanted = ledger.of_district()
    return [f"the district lacks {key}" for key in sorted(wanted - seen)] + [
        f"the district sees {key}" for key in sorted(seen - wanted)
    ]


async def fed(installation: Installation, client: str, kind: str) -> dict[str, tuple[str | None, int]]:
    """What the change feed says from its start: each record once, as it now stands."""
    follower = Follower(installation, client, kind)
    while not await follower.read():
        pass
    assert not follower.wrong, follower.wrong
    return follower.copy


class Follower:
    """A system that keeps its copy up to date by the change feed, whatever happens meanwhile."""

    def __init__(self, installation: Installation, client: str, kind: str) -> None:
        self.copy: dict[str, tuple[str | None, int]] = {}
        self.wrong: list[str] = []
        self._installation, self._client, self._kind = installation, client, kind
        self._cursor, self._keys = "start", dict[str, str]()

    async def follow(self) -> None:
        """Follow until cancelled."""
        while True:
            await self.read(wait=1)

    async def read(self, *, wait: float = 0) -> bool:
        """Read one page; whether it was the last for now."""
        headers = await self._installation.headers(self._client)
        parameters: dict[str, str | float] = {"since": self._cursor, "kind": self._kind, "limit": 500, "wait": wait}
        http: httpx2.AsyncClient = self._installation.http[GATEWAY]
        answer = await patiently(lambda: http.get("/v1/changes", params=parameters, headers=headers))
        page = answer.json()
        for change in page["changes"]:
            self._take(change)
        self._cursor = page["next"]
        return bool(page["caught_up"])

    def _take(self, change: Mapping[str, Any]) -> None:
        if change["change"] == "removed":
            self.copy.pop(self._keys.get(change["id"], ""), None)
            return
        key = self._keys.setdefault(change["id"], change["key"])
        record = change["record"] or {}
        said = (record.get("request_reason") or record["name"]) if change["change"] == "upsert" else None
        before = self.copy.get(key, (None, 0))[1]
        if change["version"] < before or key != change["key"]:
            self.wrong.append(f"the feed went from {key} {before} to {change['key']} {change['version']}")
        self.copy[key] = said, change["version"]


def _differ(where: str, shown: Mapping[str, tuple[str | None, int]], entries: Mapping[str, Entry]) -> list[str]:
    found = []
    for key in sorted({*shown, *entries}):
        seen, entry = shown.get(key), entries.get(key)
        wanted = (entry.said, entry.version) if entry else None
        if seen != wanted:
            found.append(f"{where} has {key} as {seen}, and acknowledged was {wanted}")
    return found
