"""The gateway and the incidents service, running together: what the one sealed, the other reveals."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.calls import Unanswered
from gateway.disclosures.sealing import DetailsSeal
from gateway.disclosures.store import ChainReport, verify_all
from gateway.oauth.clients import Registration
from services.incidents.app import DATABASE as INCIDENTS
from services.incidents.app import create_app as create_incidents
from shared.contracts.events import Event
from shared.contracts.reveals import RevealCall
from shared.records import log
from shared.records.database import Database
from shared.secrets import Secrets
from shared.settings import Settings
from tests.gateway.conftest import View
from tests.gateway.events import AGENCY, DISTRICT, OTHER_AGENCY, OTHER_DISTRICT, SCHOOL, SECOND_SCHOOL
from tests.servers import Databases
from tests.tokens import KEYS, bearer

NAME, OTHER_NAME, NARRATIVE = "Quillemina Vastergaard", "Ottoline Brandvold", "The heron stood by the violet locker."
BASIS, FACTORS, CAUSE = "A locker was forced.", "The hall was empty by then.", "Paint on both sleeves."
SEALED = (NAME, OTHER_NAME, NARRATIVE, BASIS, FACTORS, CAUSE)
NUMBER, URL = "HERON-1", f"/v1/incidents/{AGENCY}/HERON-1"
REPORT: dict[str, Any] = {
    "occurred_at": "2026-10-05T10:12:00-07:00",
    "school_id": SCHOOL,
    "initiated_by": "school_personnel",
    "officers": [{"officer_number": "4471", "capacity": "sro"}],
    "people": [
        {"person_number": 1, "involvement": ["subject"], "identity": {"name": NAME, "birth_date": "2012-03-04"}},
        {"person_number": 2, "involvement": ["victim"], "identity": {"name": OTHER_NAME}},
        {"person_number": 3, "involvement": ["witness"]},
    ],
    "actions": [{"action_number": 1, "type": "detention", "person_number": 1}],
    "detention_documentation": [
        {
            "documentation_number": 1,
            "action_numbers": [1],
            "basis": BASIS,
            "at_school_factors": FACTORS,
            "probable_cause_factors": CAUSE,
            "completed_at": "2026-10-05T12:00:00-07:00",
        }
    ],
    "narrative": NARRATIVE,
}
"""A report whose names and sentences are found wherever they should not be."""

PURPOSES = (
    "agency_operations",
    "supervision",
    "school_duty",
    "sis_sync",
    "records_request",
    "audit",
    "emergency",
    "guardian_access",
)
NUMBERED = """
select sequenced from relay, pg_sleep(0.01)
where not exists (
    select from log where (log.epoch, log.transaction_id, log.id) > (relay.epoch, relay.transaction_id, relay.id)
)
"""
"""How many rows the log has, once all of them are numbered."""


def _client(client: str, role: str, **acts_for: tuple[str, ...]) -> Registration:
    nobody: dict[str, tuple[str, ...]] = {"oris": (), "lea_ids": (), "school_ids": ()}
    scopes = ("reveals.write", "records.read")
    return Registration(
        client, role, **nobody | acts_for, officer_number=None, scopes=scopes, purposes=PURPOSES,
        default_purpose="audit",
    )  # fmt: skip


CLIENTS = (
    _client("supervisor", "supervisor", oris=(AGENCY,)),
    _client("rms", "agency_system", oris=(AGENCY,)),
    _client("other-rms", "agency_system", oris=(OTHER_AGENCY,)),
    _client("state", "state_system", oris=("*",)),
    _client("principal", "school_leader", school_ids=(SCHOOL,)),
    _client("second-principal", "school_leader", school_ids=(SECOND_SCHOOL,)),
    _client("sis", "district_system", lea_ids=(DISTRICT,)),
    _client("privacy-officer", "privacy_officer", lea_ids=(DISTRICT,)),
    _client("other-privacy-officer", "privacy_officer", lea_ids=(OTHER_DISTRICT,)),
    _client("mother", "guardian", lea_ids=(DISTRICT,)),
    _client("father", "guardian", lea_ids=(DISTRICT,)),
    _client("student", "eligible_student", lea_ids=(DISTRICT,)),
    _client("researcher", "researcher"),
    _client("admin", "administrator"),
)


@dataclass
class House:
    """Both applications, spoken to over HTTP, and what the gateway has recorded."""

    gateway: httpx2.AsyncClient
    incidents: httpx2.AsyncClient
    gateway_app: FastAPI
    incidents_app: FastAPI
    view: View
    secrets: Secrets
    issuer: str

    async def reveal(self, client: str, **asked: Any) -> httpx2.Response:
        """Ask for the first person's identity in the agency's own record, or for what differs from that."""
        usual = {
            "ori": AGENCY,
            "incident_number": NUMBER,
            "custodian": AGENCY,
            "what": "identity",
            "person_numbers": [1],
            "purpose": "agency_operations",
            "basis": None,
        }
        return await self.gateway.post("/v1/reveals", json=usual | asked, headers=await self.headers(client))

    async def reveal_copy(self, client: str, **asked: Any) -> httpx2.Response:
        """The same of the district's copy, for school duty."""
        usual = {"custodian": DISTRICT, "purpose": "school_duty", "basis": "99.31(a)(1)(i)(A)"}
        return await self.reveal(client, **usual | asked)

    async def disclosures(
        self, client: str, number: str = NUMBER, purpose: str | None = None, **more: Any
    ) -> httpx2.Response:
        """Who asked for what of an incident, as this client may read it."""
        return await self.gateway.get(
            "/v1/disclosures",
            params={"ori": AGENCY, "incident_number": number, **more},
            headers=await self.headers(client) | ({"Daylight-Purpose": purpose} if purpose else {}),
        )

    async def recorded(self, custodian: str) -> list[tuple[str, str]]:
        """What was granted and refused in a custodian's chain, and by which rules; fails where it is broken."""
        seal = DetailsSeal(self.secrets.disclosure_key())
        reports: Mapping[str, ChainReport] = {
            report.custodian: report async for report in verify_all(self.view.projector, seal)
        }
        assert all(report.broken is None for report in reports.values())
        connection = await self.view.owner()
        rows = await connection.fetch(
            "select content::json ->> 'outcome' as outcome, content::json ->> 'rule' as rule from disclosure"
            " where custodian = $1 order by number",
            custodian,
        )
        await connection.close()
        return [(row["outcome"], row["rule"]) for row in rows]

    async def project(self) -> None:
        """Bring all that the incidents service has logged into the view."""
        database: Database = self.incidents_app.state.held.database
        async with database.connection() as connection:
            with anyio.fail_after(10):
                while not (logged := await connection.fetchval(NUMBERED)):
                    pass
            events = await log.outgoing(connection, "incidents", 1, logged)
        await self.view.apply(*(Event.model_validate_json(event.content) for event in events))

    async def headers(self, client: str, **claims: str) -> dict[str, str]:
        """The headers of one of the clients, with these claims instead of its own."""
        found = next(one for one in CLIENTS if one.client == client)
        return bearer(
            self.issuer,
            client,
            role=found.role,
            oris=list(found.oris),
            lea_ids=list(found.lea_ids),
            school_ids=list(found.school_ids),
            **{
                "scope": " ".join(found.scopes),
                "purposes": list(found.purposes),
                "purpose": found.default_purpose,
                **claims,
            },
        )


@pytest.fixture
async def house(view: View, settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[House]:
    """Both applications on empty databases; the report is pushed, and its events are in the view."""
    await databases.fresh(INCIDENTS)
    more = settings.model_copy(update={"rate_limit": 1_000_000})
    gateway, incidents = create_app(more), create_incidents(more)
    async with AsyncExitStack() as running:
        for app in (gateway, incidents):
            await running.enter_async_context(app.router.lifespan_context(app))
            app.state.verifier.trust(KEYS)
        spoken_to = [await running.enter_async_context(_client_of(app)) for app in (gateway, incidents)]
        made = House(spoken_to[0], spoken_to[1], gateway, incidents, view, secrets, settings.public_url)
        await _push(made)
        await _answering(made)
        yield made


def _client_of(app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://daylight")


async def _push(house: House) -> None:
    answer = await house.incidents.put(URL, json=REPORT, headers=bearer(house.issuer))
    assert answer.status_code == 201, answer.text
    await house.view.apply(house.view.services.school())
    await house.project()


async def _answering(house: House) -> None:
    """Wait until the service answers the gateway's calls."""
    call = RevealCall(ori=AGENCY, incident_number=NUMBER, lea_id=None, what="narrative", person_numbers=())
    with anyio.fail_after(10):
        while True:
            try:
                assert await house.gateway_app.state.revealing.calls.reveal(call)
                return
            except Unanswered:
                await anyio.sleep(0.02)
