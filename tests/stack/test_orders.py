"""After an order of a court a whole stack holds nothing of the record but ids, and no way in brings it back."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from daylight.house import DATABASES
from daylight.importing.demo import MADE_UP
from daylight.read_models import READ_MODELS
from daylight.stack.folders import Folders
from daylight.stack.running import settings_of
from daylight.stack.state import read_state
from shared.records.database import address
from shared.secrets import Secrets
from tests.running_stack import RunningStack, data_folder, running_stack

AGENCY, NUMBER, CASE = "XX0000100", "QUILL-1881", "JV-VEXBURY-77"
LINES = [json.loads(line) for line in MADE_UP.read_text(encoding="utf-8").splitlines()]
LINE: dict[str, Any] = next(line for line in LINES if line["ori"] == AGENCY and line.get("school_id"))
NDJSON = {"Content-Type": "application/x-ndjson"}
ORDER = {
    "order": {"authority": "Made-up Juvenile Court", "number": CASE, "ordered_on": "2025-11-02"},
    "person_numbers": None,
    "applies_to": ["agency", "district"],
    "statistics": "keep",
}


class Ended:
    """A record that lived in a stack, was read by everybody, and was expunged; how the file of that night went."""

    def __init__(self, stack: RunningStack, rms: httpx2.Client, sis: httpx2.Client) -> None:
        self.stack = stack
        self.gone = ""
        self.at = f"{stack.addresses['incidents']}/v1/incidents/{AGENCY}/{NUMBER}"
        self.rms = rms
        self.sis = sis
        self.nightly = "\n".join(json.dumps(line) for line in (*LINES, LINE | {"incident_number": NUMBER}))

    def live(self) -> None:
        """Push it, make it void and bring it back; then read it as its agency and as its district."""
        school = f"{self.stack.addresses['reporting']}/v1/schools/{LINE['school_id']}"
        bearer = {"Authorization": f"Bearer {self.stack.token('demo-admin')}"}
        assert httpx2.put(school, json={"name": "Made-up School"}, headers=bearer).status_code == 201
        self.push()
        self.rms.post(f"{self.at}/void", json={"reason_code": "other"}, headers={"Idempotency-Key": f"void {NUMBER}"})
        last = self.push()
        self.seen = self.changes(self.rms, last) + self.changes(self.sis, last)
        self.ids = {one["id"] for one in self.seen if one.get("key", "").startswith(f"{AGENCY}/{NUMBER}")}

    def push(self) -> str:
        """The file of the night; the place of its last write."""
        url = f"{self.stack.addresses['incidents']}/v1/incidents/bulk"
        answer = self.rms.post(url, content=self.nightly.encode(), headers=NDJSON)
        *self.results, summary = [json.loads(line) for line in answer.text.splitlines()]
        position: str = summary["position"]
        return position

    def changes(self, client: httpx2.Client, after: str) -> list[dict[str, Any]]:
        """The whole feed of a reader, as soon as it shows a write."""
        url = f"{self.stack.addresses['gateway']}/v1/changes"
        answer = client.get(url, params={"limit": 1000}, headers={"Daylight-After": after})
        assert answer.status_code == 200, answer.text
        changes: list[dict[str, Any]] = answer.json()["changes"]
        return changes


def client(stack: RunningStack, of: str) -> httpx2.Client:
    """A client of the demo with its token, to be closed."""
    return httpx2.Client(headers={"Authorization": f"Bearer {stack.token(f'demo-{of}')}"}, timeout=20)


@pytest.fixture(scope="module")
def ended() -> Iterator[Ended]:
    with data_folder() as data, running_stack(data) as stack, client(stack, "rms") as rms, client(stack, "sis") as sis:
        record = Ended(stack, rms, sis)
        record.live()
        expunged = record.rms.post(f"{record.at}/expunge", json=ORDER)
        assert expunged.status_code == 204, expunged.text
        record.gone = expunged.headers["daylight-position"]
        record.push()
        yield record


def rows_of(stack: RunningStack) -> dict[str, list[str]]:
    """Every row of every table of every database, by database and table."""

    async def read() -> dict[str, list[str]]:
        state = read_state(Folders(stack.data).state)
        assert state is not None
        password = Secrets(Folders(stack.data).secrets).database_password("postgres")
        found = {}
        for plan in DATABASES:
            url = address(state.database_url, role="postgres", password=password, database=plan.name)
            connection = await asyncpg.connect(url)
            for schema, table in await connection.fetch("select schemaname, tablename from pg_tables"):
                if schema not in ("pg_catalog", "information_schema"):
                    rows = await connection.fetch(f'select one::text from {schema}."{table}" as one')
                    found[f"{plan.name}.{schema}.{table}"] = [row[0] for row in rows]
            await connection.close()
        return found

    return asyncio.run(read())


def test_it_was_seen_by_its_agency_and_by_its_district(ended: Ended) -> None:
    kinds = {one["kind"] for one in ended.seen if one["id"] in ended.ids}
    custodians = {one["custodian"] for one in ended.seen if one["id"] in ended.ids}
    assert {"incident", "conclusion"} <= kinds
    assert custodians == {AGENCY, LINE["school_id"][:7]}


def test_no_table_holds_its_number_and_four_hold_its_ids(ended: Ended) -> None:
    ended.changes(ended.rms, ended.gone)
    rows = rows_of(ended.stack)
    holding = {table for table, said in rows.items() if any(one in row for row in said for one in ended.ids)}

    assert not [row for said in rows.values() for row in said if NUMBER in row or CASE in row]
    assert holding == {
        "daylight_incidents.public.log",
        "daylight_gateway.public.change",
        "daylight_gateway.public.document",
        "daylight_reporting.public.counted",
    }


def test_readers_are_told_that_it_is_removed_and_nothing_else(ended: Ended) -> None:
    for client in (ended.rms, ended.sis):
        told = [one for one in ended.changes(client, ended.gone) if one["id"] in ended.ids]
        assert told
        assert all(one.keys() == {"change", "kind", "id"} and one["change"] == "removed" for one in told)


def test_the_file_of_that_night_brings_all_but_it(ended: Ended) -> None:
    by_number = {line["incident_number"]: line for line in ended.results}
    assert by_number.pop(NUMBER)["problem"]["code"] == "closed-by-order"
    assert {line["result"] for line in by_number.values()} <= {"created", "unchanged"}


def test_the_gateway_answers_as_for_a_number_never_seen(ended: Ended) -> None:
    url = f"{ended.stack.addresses['gateway']}/v1/incidents/{AGENCY}"
    for client in (ended.rms, ended.sis):
        never, gone = client.get(f"{url}/NEVER-1"), client.get(f"{url}/{NUMBER}")
        assert (gone.status_code, gone.json() | {"request_id": ""}) == (
            never.status_code,
            never.json() | {"request_id": ""},
        )


@pytest.mark.parametrize("model", READ_MODELS)
async def test_a_rebuilt_read_model_equals_the_live_one(ended: Ended, model: str) -> None:
    found = await READ_MODELS[model].rebuild(settings_of(Folders(ended.stack.data)), compare=True)
    assert (found.differences, found.rows > len(LINES)) == ([], True)


def test_no_log_of_the_stack_names_it(ended: Ended) -> None:
    servers = {"postgres", "nats"}
    files = [path for path in ended.stack.data.rglob("*") if path.is_file()]
    own = [path for path in files if path.relative_to(ended.stack.data).parts[0] not in servers]
    naming: list[Path] = [
        path for path in own if any(word.encode() in path.read_bytes() for word in (NUMBER, CASE, *ended.ids))
    ]
    assert naming == []
