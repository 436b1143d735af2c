"""An agency whose records systems push without pause, and its book of what was acknowledged.

Each sender has records of its own, which it creates, corrects, sends again, voids and brings back, one at a time and
in bulk; all senders also push the same few records, numbered by the agency. A state program puts and voids schools.
Everything is chosen by a seed.
"""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson

from tests.faults.installation import INCIDENTS, REPORTING, Installation
from tests.faults.ledger import INCIDENT, SCHOOL, Entry, Ledger
from tests.faults.patience import Unexplained, patiently
from tests.waiting import eventually

AGENCY, DISTRICT = "XX0000100", "9900001"
SENDER, STATE = "demo-rms", "demo-state"
SCHOOLS = [f"{DISTRICT}{number:05}" for number in range(1, 9)]
SENDERS = 4
RECORDS, SHARED_RECORDS = 120, 6
IN_BULK = 8
PATIENCE_SECONDS = 60
MISTAKE = {"reason_code": "entered_in_error"}


def report(said: str, order: int, school_id: str) -> dict[str, Any]:
    """An incident without anybody's name; `said` marks this state of it."""
    return {
        "occurred_at": "2026-10-05T10:12:00-07:00",
        "school_id": school_id,
        "initiated_by": "school_personnel",
        "officers": [{"officer_number": "4471", "role": "primary", "capacity": "sro"}],
        "request_reason": said,
        "source_version": order,
    }


@dataclass
class Sender:
    """One of the agency's systems, which has its own records and its own course of chance."""

    name: str
    installation: Installation
    ledger: Ledger
    orders: Iterator[int]
    chance: random.Random
    headers: dict[str, str] = field(default_factory=dict)
    last_report: dict[str, dict[str, Any]] = field(default_factory=dict)
    with_idempotency_key: bool = True

    async def push(self, stop: asyncio.Event) -> None:
        """Push until told to stop, and then until the last write is acknowledged."""
        self.headers = await self.installation.headers(SENDER)
        actions = (self.put_own, self.send_again, self.void, self.put_shared, self.push_bulk)
        while not stop.is_set():
            (action,) = self.chance.choices(actions, weights=(55, 10, 10, 15, 5))
            await action()

    async def put_own(self) -> None:
        """A new record, a correction, or a void one brought back."""
        key, said, order, school = self._next_state(self._own_key())
        await self._put(key, report(said, order, school))

    async def send_again(self) -> None:
        """The last report of a record once more: it makes no version while the record is live."""
        key = self._own_key()
        entry = self.ledger.entries.get((INCIDENT, key))
        if entry is not None and entry.said is not None:
            await self._put(key, self.last_report[key], again=True)

    async def void(self) -> None:
        """Take a live record out of views."""
        key = self._own_key()
        entry = self.ledger.entries.get((INCIDENT, key))
        if entry is not None and entry.said is not None:
            await self.void_record(key)

    async def void_record(self, key: str, *, alone: bool = True) -> None:
        """Void a record, and repeat the same request until it is answered; `alone`: nobody else writes this record."""
        order = next(self.orders)
        again = {"Idempotency-Key": f"{self.name}-{order}"} if self.with_idempotency_key else {}
        answer = await self._send("POST", f"/v1/incidents/{key}/void", MISTAKE, again)
        version = answer.json()["version"]
        if alone:
            self._note(key, None, version, order, None)
        else:
            self.ledger.note(INCIDENT, key, Entry(None, version, order))

    async def put_shared(self) -> None:
        """A record that all senders push: whichever is numbered highest stands."""
        await self.put(f"{AGENCY}/SHARED-{self.chance.randrange(SHARED_RECORDS)}")

    async def put(self, key: str) -> None:
        """A new state of a record that others may write as well."""
        key, said, order, school = self._next_state(key)
        answer = await self._send("PUT", f"/v1/incidents/{key}", report(said, order, school))
        if answer.headers.get("daylight-stale") != "true":
            self.ledger.note(INCIDENT, key, Entry(said, answer.json()["version"], order, school))

    async def push_bulk(self) -> None:
        """Several records in one request, sent again as a whole until all of it is answered."""
        states = {state[0]: state for state in (self._next_state(self._own_key()) for _ in range(IN_BULK))}
        lines = [
            report(said, order, school) | {"ori": AGENCY, "incident_number": key.removeprefix(f"{AGENCY}/")}
            for key, said, order, school in states.values()
        ]
        content = b"\n".join(orjson.dumps(line) for line in lines)
        for line, answered in zip(lines, await self._bulk(content), strict=True):
            key = f"{AGENCY}/{line['incident_number']}"
            self.last_report[key] = report(line["request_reason"], line["source_version"], line["school_id"])
            self._note(key, line["request_reason"], answered["version"], line["source_version"], line["school_id"])

    async def _bulk(self, content: bytes) -> list[dict[str, Any]]:
        headers = self.headers | {"Content-Type": "application/x-ndjson"}
        while True:
            answer = await patiently(
                lambda: self.installation.http[INCIDENTS].post("/v1/incidents/bulk", content=content, headers=headers)
            )
            *lines, ending = [orjson.loads(line) for line in answer.content.splitlines()]
            if ending["complete"] and all(line["result"] != "rejected" for line in lines):
                return lines
            if any(line["problem"]["status"] != 503 for line in lines if line["result"] == "rejected"):
                raise Unexplained(str(lines))

    async def _put(self, key: str, body: dict[str, Any], *, again: bool = False) -> None:
        self.last_report[key] = body
        answer = await self._send("PUT", f"/v1/incidents/{key}", body)
        version, said = answer.json()["version"], body["request_reason"]
        self._note(key, said, version, body["source_version"], body["school_id"], again=again)

    def _note(
        self, key: str, said: str | None, version: int, order: int, school: str | None, *, again: bool = False
    ) -> None:
        before = self.ledger.version(INCIDENT, key)
        expected = before if again else before + 1
        known = self.ledger.entries.get((INCIDENT, key))
        school = school or (known.school_id if known else None)
        self.ledger.note(INCIDENT, key, Entry(said, version, order, school), expected=expected)

    async def _send(
        self, method: str, url: str, body: dict[str, Any], more: dict[str, str] | None = None
    ) -> httpx2.Response:
        headers = self.headers | (more or {})
        return await patiently(
            lambda: self.installation.http[INCIDENTS].request(method, url, json=body, headers=headers)
        )

    def _own_key(self) -> str:
        return f"{AGENCY}/{self.name}-{self.chance.randrange(RECORDS):04}"

    def _next_state(self, key: str) -> tuple[str, str, int, str]:
        order = next(self.orders)
        return key, f"state-{order}", order, self.chance.choice(SCHOOLS)


@dataclass
class State:
    """A state program that keeps the list of schools."""

    installation: Installation
    ledger: Ledger
    orders: Iterator[int]
    chance: random.Random

    async def push(self, stop: asyncio.Event) -> None:
        """Put and void schools until told to stop."""
        http, headers = self.installation.http[REPORTING], await self.installation.headers(STATE)
        while not stop.is_set():
            school, order = self.chance.choice(SCHOOLS), next(self.orders)
            url, expected = f"/v1/schools/{school}", self.ledger.version(SCHOOL, school) + 1
            if school in self.ledger.live(SCHOOL) and self.chance.random() < 0.3:
                said, more = None, {"Idempotency-Key": f"state-{order}"}
                answer = await patiently(
                    lambda: http.post(f"{url}/void", json=MISTAKE, headers=headers | more)  # noqa: B023
                )
            else:
                said = f"Made-up School {order}"
                answer = await patiently(lambda: http.put(url, json={"name": said}, headers=headers))  # noqa: B023
            entry = Entry(said, answer.json()["version"], order, school)
            self.ledger.note(SCHOOL, school, entry, expected=expected)
            await asyncio.sleep(0.02)


@dataclass
class Agency:
    """The senders together, and their one book."""

    installation: Installation
    seed: int
    ledger: Ledger = field(default_factory=Ledger)
    orders: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.senders = [self.sender(f"S{number}") for number in range(SENDERS)]
        self.state = State(self.installation, self.ledger, self.orders, random.Random(self.seed))

    def sender(self, name: str) -> Sender:
        """One more sender."""
        return Sender(name, self.installation, self.ledger, self.orders, random.Random(f"{self.seed} {name}"))

    @asynccontextmanager
    async def pushing(self) -> AsyncIterator[None]:
        """All push while the block runs; after it, everything that was sent has been acknowledged."""
        self.installation.tokens.clear()
        stop = asyncio.Event()
        pushes = [asyncio.create_task(sender.push(stop)) for sender in self.senders]
        if REPORTING in self.installation.http:
            pushes.append(asyncio.create_task(self.state.push(stop)))
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*pushes)

    @contextmanager
    def half_pushing_to(self, other: Installation) -> Iterator[None]:
        """Half of the senders push to another place while the block runs."""
        half = self.senders[: SENDERS // 2]
        for sender in half:
            sender.installation = other
        try:
            yield
        finally:
            for sender in half:
                sender.installation = self.installation

    async def acknowledged(self, more: int) -> None:
        """Wait until so many more writes have been acknowledged."""
        enough = self.ledger.acknowledged + more

        async def reached() -> bool:
            return self.ledger.acknowledged >= enough

        await eventually(reached, seconds=PATIENCE_SECONDS)
