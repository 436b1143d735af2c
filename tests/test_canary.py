"""A name, a birth date, a student number and sentences go in by every path, and are found nowhere but in the vault.

Nor there as such: only the vault's key brings them back.
"""

import asyncio
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest

from daylight.house import DATABASES
from daylight.stack.folders import Folders
from daylight.stack.state import read_state
from services.incidents.app import DATABASE
from shared.records.database import Database, address
from shared.records.vault import Vault
from shared.secrets import Secrets
from shared.settings import Settings
from tests.running_stack import RunningStack, data_folder, running_stack
from tests.servers import wait_until

NAME, BIRTH_DATE, STUDENT_NUMBER = "Quillemina Vastergaard", "2009-02-27", "ZQX-7781-KANARI"
SENTENCE, REASON = "The heron stood beside the violet locker", "because the heron had hissed first"
CANARIES = (NAME, NAME.replace(" ", "%20"), NAME.replace(" ", "+"), BIRTH_DATE, STUDENT_NUMBER, SENTENCE, REASON)
NUMBER = "HERON-1"
REPORT: dict[str, Any] = {
    "occurred_at": "2026-10-05T10:12:00-07:00",
    "school_id": "990000100001",
    "initiated_by": "school_personnel",
    "officers": [{"officer_number": "4471"}],
    "people": [
        {
            "involvement": ["subject"],
            "identity": {
                "name": NAME,
                "birth_date": BIRTH_DATE,
                "student_number": STUDENT_NUMBER,
                "student_number_source": "student_said",
            },
        }
    ],
    "actions": [{"type": "detention", "person_number": 1, "legal_basis": {"code": "warrant", "text": REASON}}],
    "narrative": f"{NAME}: {SENTENCE}.",
}


@pytest.fixture(scope="module")
def canary_stack() -> Iterator[RunningStack]:
    with data_folder() as data:
        spans = str(data / "spans.ndjson")
        with running_stack(data, DAYLIGHT_SPANS_FILE=spans, DAYLIGHT_TRACE_RATIO="1") as running:
            yield running


@pytest.fixture(scope="module")
def answers(canary_stack: RunningStack) -> list[httpx2.Response]:
    """What every path answered; the first one took the report in."""
    incidents, gateway = canary_stack.addresses["incidents"], canary_stack.addresses["gateway"]
    bearer = {"Authorization": f"Bearer {canary_stack.token('demo-rms')}"}
    url, ndjson = f"{incidents}/v1/incidents/XX0000100", {"Content-Type": "application/x-ndjson"}
    line = {"ori": "XX0000100", "incident_number": "HERON-2", **REPORT}
    bulk = "\n".join(json.dumps(one) for one in (line, line | {"incident_number": f"{NAME}!"}, line | {NAME: SENTENCE}))
    graphql = "query ($number: String!) { incident(ori: $number, incidentNumber: $number) { narrative } }"
    with httpx2.Client(headers=bearer, timeout=20) as rms:
        said = [
            rms.put(f"{url}/{NUMBER}", json=REPORT),
            rms.put(f"{url}/{NUMBER}", json=REPORT),
            rms.put(f"{url}/{NUMBER}", json=REPORT | {"narrative": f"{SENTENCE}, twice."}),
            rms.put(f"{url}/{NUMBER}", json=REPORT | {"initiated_by": NAME, "request_reason": NAME, NAME: SENTENCE}),
            rms.put(f"{url}/{NUMBER}", json=REPORT | {"incident_number": NAME, "narrative": 3}),
            rms.put(f"{url}/{NUMBER}", content=f'{{"narrative": "{SENTENCE}", "name": {NAME}'),
            rms.put(f"{url}/{NUMBER}", json=REPORT, headers={"Content-Type": f"text/{STUDENT_NUMBER}"}),
            rms.put(f"{url}/{NUMBER}", json=REPORT, headers={"If-Match": f'"{NAME}"'}),
            rms.put(f"{url}/{NAME}!", json=REPORT),
            rms.post(f"{url}/{NUMBER}/void", json={"reason_code": NAME}),
            rms.post(f"{incidents}/v1/incidents/bulk", content=bulk.encode(), headers=ndjson),
            rms.post(
                f"{incidents}/v1/incidents/bulk",
                content=gzip.compress(bulk.encode())[:-9],
                headers=ndjson | {"Content-Encoding": "gzip"},
            ),
            rms.get(f"{incidents}/v1/{NAME}", params={"name": NAME}, headers={"User-Agent": NAME, "Referer": SENTENCE}),
            rms.get(f"{url}/{NUMBER}", params={"birth_date": BIRTH_DATE}),
            rms.get(url, params={"changed_since": BIRTH_DATE + NAME, "cursor": NAME}),
            rms.get(f"{incidents}/readyz", headers={"Authorization": f"Bearer {NAME}"}),
            rms.get(f"{url}/{NUMBER}", headers={"Authorization": f"Bearer {STUDENT_NUMBER}"}),
            rms.post(f"{gateway}/graphql", json={"query": graphql, "variables": {"number": NAME}}),
            rms.post(f"{gateway}/graphql", json={"query": f"{{ {STUDENT_NUMBER.replace('-', '_')} }}"}),
            rms.get(f"{gateway}/v1/changes", params={"since": NAME, "kind": NAME}),
            rms.get(f"{gateway}/v1/incidents", params={"school_id": NAME, "student_ref": STUDENT_NUMBER}),
            rms.post(f"{gateway}/oauth/token", data={"grant_type": NAME, "client_id": NAME, "client_secret": SENTENCE}),
        ]
        last = said[2].headers["daylight-position"]
        said.append(rms.get(f"{gateway}/v1/changes", params={"since": "start"}, headers={"Daylight-After": last}))
    reveal_all(canary_stack)
    return said


def reveal_all(stack: RunningStack) -> None:
    """Have all of it revealed to the agency's supervisor."""
    gateway, bearer = stack.addresses["gateway"], {"Authorization": f"Bearer {stack.token('demo-supervisor')}"}
    asked = {"ori": "XX0000100", "incident_number": NUMBER, "custodian": "agency", "purpose": "supervision"}
    for what, canary in (("identity", NAME), ("narrative", SENTENCE), ("documentation", "")):
        body = asked | {"what": what, "person_numbers": [1]}
        answer = httpx2.post(f"{gateway}/v1/reveals", json=body, headers=bearer, timeout=20)
        assert answer.status_code == 200
        assert canary in answer.text


def found_in(content: bytes) -> list[str]:
    """The canaries that a piece of evidence holds."""
    return [canary for canary in CANARIES if canary.encode() in content]


def rows_of(stack: RunningStack) -> dict[str, bytes]:
    """Every row of every table of every database, as bytes, by database and table."""

    async def read() -> dict[str, bytes]:
        state = read_state(Folders(stack.data).state)
        assert state is not None
        password = Secrets(Folders(stack.data).secrets).database_password("postgres")
        found = {}
        for plan in DATABASES:
            connection = await asyncpg.connect(
                address(state.database_url, role="postgres", password=password, database=plan.name)
            )
            tables = await connection.fetch(
                "select table_schema || '.' || table_name from information_schema.tables"
                " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
            )
            for (table,) in tables:
                rows = await connection.fetch(f"select * from {table}")
                values = [value for row in rows for value in row.values()]
                found[f"{plan.name}.{table}"] = b"\n".join(
                    value if isinstance(value, bytes) else str(value).encode() for value in values
                )
            await connection.close()
        return found

    return asyncio.run(read())


def test_the_report_was_taken_in_and_the_rest_was_answered(answers: list[httpx2.Response]) -> None:
    assert [answer.status_code for answer in answers[:3]] == [201, 200, 200]
    assert all(answer.status_code < 500 for answer in answers)


def test_no_answer_echoes_any_of_it(answers: list[httpx2.Response]) -> None:
    echoes = {
        str(number): found
        for number, answer in enumerate(answers)
        if (found := found_in(answer.content + str(answer.headers).encode()))
    }

    assert echoes == {}


def test_no_table_of_any_database_holds_any_of_it(canary_stack: RunningStack, answers: list[httpx2.Response]) -> None:
    rows = rows_of(canary_stack)

    assert NUMBER.encode() in rows["daylight_gateway.public.document"]
    assert rows["daylight_incidents.vault.sealed"]
    assert {table: found for table, content in rows.items() if (found := found_in(content))} == {}


def test_no_metric_holds_any_of_it(canary_stack: RunningStack, answers: list[httpx2.Response]) -> None:
    for base in canary_stack.addresses.values():
        metrics = httpx2.get(f"{base}/metrics").content
        assert b"http_server" in metrics
        assert found_in(metrics) == []


def test_no_file_of_the_stack_holds_any_of_it(canary_stack: RunningStack, answers: list[httpx2.Response]) -> None:
    spans = canary_stack.data / "spans.ndjson"
    wait_until(lambda: b"project" in spans.read_bytes())
    files = {path: path.read_bytes() for path in canary_stack.data.rglob("*") if path.is_file()}

    def places_of(text: str) -> set[Path]:
        parts = {
            path.relative_to(canary_stack.data).parts for path, content in files.items() if text.encode() in content
        }
        return {Path(part[0]) for part in parts}

    assert {Path("nats"), Path("postgres")} <= places_of(NUMBER)
    assert {str(path): found for path, content in files.items() if (found := found_in(content))} == {}


def test_one_trace_leads_from_the_push_to_the_document(
    canary_stack: RunningStack, answers: list[httpx2.Response]
) -> None:
    spans = canary_stack.data / "spans.ndjson"
    wait_until(lambda: b"project" in spans.read_bytes())
    written = [json.loads(line) for line in spans.read_text().splitlines()]
    services: dict[str, set[str]] = {}
    for span in written:
        trace = services.setdefault(span["context"]["trace_id"], set())
        trace.add(span["resource"]["attributes"]["service.name"])

    assert any(trace >= {"daylight-incidents", "daylight-projector"} for trace in services.values())


def test_the_vault_alone_gives_it_back(canary_stack: RunningStack, answers: list[httpx2.Response]) -> None:
    async def unseal() -> dict[int, dict[str, Any]]:
        state = read_state(Folders(canary_stack.data).state)
        assert state is not None
        secrets = Secrets(Folders(canary_stack.data).secrets)
        settings = Settings(database_url=state.database_url, secrets_directory=secrets.directory)
        database = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
        try:
            return await Vault(secrets.master_key()).unseal(database, UUID(answers[0].json()["id"]))
        finally:
            await database.close()

    parts = asyncio.run(unseal())
    assert parts[1]["/people/0/identity"] == REPORT["people"][0]["identity"]
    assert parts[0] == {"/actions/0/legal_basis/text": REASON, "/narrative": f"{SENTENCE}, twice."}
