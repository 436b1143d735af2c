"""All of Daylight in this process, with records of two sets of organisations, and attackers of every role."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx2
from fastapi import FastAPI

import gateway.app
import services.incidents.app
import services.reporting.app
import services.training.app
from gateway.database import DATABASE as VIEW
from gateway.database import PROJECTOR
from gateway.oauth.clients import demo_clients, register_all
from gateway.policy import PURPOSES
from gateway.projections import apply
from shared.contracts.events import Event
from shared.records import log
from shared.records.database import Database
from shared.secrets import Secrets
from shared.settings import Settings
from tests.attacks.records import BODIES, HOME, NEIGHBOUR, NO_ID, OTHER, Place, address, of_place
from tests.servers import Databases
from tests.tokens import KEYS, bearer

SERVICES = {
    "incidents": services.incidents.app,
    "training": services.training.app,
    "reporting": services.reporting.app,
    "gateway": gateway.app,
}
SCOPES = (
    "incidents.write incidents.read judgements.write matches.write orders.write directory.write records.read"
    " changes.read reveals.write clients.write training.write webhooks.write"
)
"""Every scope there is: an attacker was given more than any client should have."""

NOBODY: Mapping[str, tuple[str, ...]] = {"oris": (), "lea_ids": (), "school_ids": ()}
AGENCY, SCHOOL, DISTRICT = {"oris": (HOME.ori,)}, {"school_ids": (HOME.school_id,)}, {"lea_ids": (HOME.lea_id,)}
ATTACKERS: Mapping[str, Mapping[str, Any]] = {
    "agency_system": AGENCY,
    "state_system": AGENCY,
    "officer": AGENCY | {"officer_number": "4471"},
    "supervisor": AGENCY | {"officer_number": "2100"},
    "school_leader": SCHOOL,
    "district_system": DISTRICT,
    "privacy_officer": DISTRICT,
    "guardian": DISTRICT,
    "eligible_student": DISTRICT,
    "oversight": AGENCY,
    "researcher": AGENCY,
    "public": {},
    "administrator": {},
    "nobody": {},
}
"""Every role with the organisations that it acts for, and `nobody`, who has no token. None acts for the others."""

OWNERS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("agency_system", {"oris": (OTHER.ori,)}),
    ("supervisor", {"oris": (OTHER.ori,), "officer_number": "9"}),
    ("district_system", {"lea_ids": (OTHER.lea_id,)}),
    ("school_leader", {"school_ids": (OTHER.school_id,)}),
    ("privacy_officer", {"lea_ids": (OTHER.lea_id,)}),
)
"""The others themselves."""

CLIENT = "demo-rms"
DEFAULT_PURPOSE = {
    "school_leader": "school_duty",
    "district_system": "sis_sync",
    "privacy_officer": "records_request",
    "guardian": "guardian_access",
    "eligible_student": "guardian_access",
    "oversight": "audit",
    "researcher": "study",
    "public": "public_information",
    "administrator": "audit",
    "supervisor": "supervision",
}
NUMBERED = """
select sequenced from relay, pg_sleep(0.01)
where not exists (
    select from log where (log.epoch, log.transaction_id, log.id) > (relay.epoch, relay.transaction_id, relay.id)
)
"""
"""How many rows a log has, once all of them are numbered."""


@dataclass
class House:
    """The applications, spoken to over HTTP, and the others' records, as they stood before any attack.

    `client` is the name and the secret of a client of the attackers' agency, to which the gateway gives tokens. `ids`
    are those of records by their place and by what a path calls them, `stood` the entity tags of the others' records by
    where they are.
    """

    http: Mapping[str, httpx2.AsyncClient]
    issuer: str
    client: tuple[str, str]
    ids: dict[Place, dict[str, str]] = field(default_factory=dict)
    stood: dict[str, str] = field(default_factory=dict)
    _signed: dict[str, dict[str, str]] = field(default_factory=dict)

    def headers(self, role: str, **claims: Any) -> dict[str, str]:
        """The headers of an attacker of this role."""
        if role == "nobody":
            return {}
        named = repr((role, sorted(claims.items())))
        if named not in self._signed:
            usual = {
                "role": role,
                "scope": SCOPES,
                "purposes": list(PURPOSES),
                "purpose": DEFAULT_PURPOSE.get(role, "agency_operations"),
            }
            client = f"another-{role}" if claims else role
            self._signed[named] = bearer(self.issuer, client, **{**NOBODY, **usual, **ATTACKERS[role], **claims})
        return dict(self._signed[named])

    def ids_for(self, role: str, place: Place) -> dict[str, str]:
        """The ids of a place's records; an inbox has an item by another id on each side. NO_ID where none is kept."""
        known = self.ids.get(place) or dict.fromkeys(self.ids[OTHER], NO_ID)
        of_school = role in ("school_leader", "district_system", "privacy_officer")
        return known | {"item_id": known["incident_id" if of_school else "agency_item_id"]}

    async def standing(self) -> dict[str, str]:
        """The entity tags of the others' records, as they themselves read them, by where they are."""
        found = {}
        for service, path in BODIES:
            where = address(path, OTHER)
            for role, claims in OWNERS:
                read = await self.http[service].get(where, headers=self.headers(role, **claims))
                if read.status_code == 200:
                    found[where] = read.headers["etag"]
        return found

    async def send(
        self, service: str, method: str, path: str, role: str, *, claims: Mapping[str, Any] | None = None, **more: Any
    ) -> httpx2.Response:
        """Send a request as an attacker of this role, or as whoever these claims make of it."""
        headers = {**self.headers(role, **(claims or {})), **more.pop("headers", {})}
        return await self.http[service].request(method, path, headers=headers, **more)


@asynccontextmanager
async def running_house(settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[House]:
    """Everything running, with a record of every kind of both places, in the services and in the view."""
    more = settings.model_copy(update={"rate_limit": 1_000_000_000, "graphql_points": 1_000_000_000})
    secrets.create(roles=(), bus_users=(), clients=[client.client for client in demo_clients()])
    await databases.fresh(*(module.DATABASE for module in SERVICES.values()))
    async with AsyncExitStack() as running:
        apps = {name: module.create_app(more) for name, module in SERVICES.items()}
        http = {}
        for name, app in apps.items():
            await running.enter_async_context(app.router.lifespan_context(app))
            app.state.verifier.trust(KEYS)
            transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
            client = httpx2.AsyncClient(transport=transport, base_url=f"http://{name}")
            http[name] = await running.enter_async_context(client)
        made = House(http, settings.public_url, (CLIENT, secrets.client_secret(CLIENT)))
        for place in (HOME, NEIGHBOUR, OTHER):
            await _plant(made, place)
        view = await Database.open(settings, secrets, role=PROJECTOR, database=VIEW.name)
        running.push_async_callback(view.close)
        for name in ("reporting", "training", "incidents"):
            await _project(name, apps[name], view)
        for place in (NEIGHBOUR, OTHER):
            made.ids[place] = await _ids(made, place)
        async with apps["gateway"].state.gateway.database.transaction() as connection:
            await register_all(connection, demo_clients(), secrets)
        made.stood = await made.standing()
        yield made


async def _plant(house: House, place: Place) -> None:
    """Put a record of every kind, as whoever may."""
    writers = (
        house.headers("state_system", oris=["*"]),
        house.headers("district_system", lea_ids=[place.lea_id]),
        house.headers("supervisor", oris=[place.ori], officer_number="9"),
    )
    for (service, path), body in BODIES.items():
        said = [
            await house.http[service].put(address(path, place), json=of_place(body, place), headers=headers)
            for headers in writers
        ]
        assert any(one.status_code in (200, 201) for one in said), (path, [one.text for one in said])


async def _project(service: str, app: FastAPI, view: Database) -> None:
    """Bring all that a service has logged into the view, as the projector does."""
    database: Database = app.state.held.database
    async with database.connection() as connection:
        with anyio.fail_after(20):
            while not (logged := await connection.fetchval(NUMBERED)):
                pass
        events = await log.outgoing(connection, service, 1, logged)
    async with view.transaction() as connection:
        await apply(connection, [Event.model_validate_json(event.content) for event in events])


async def _ids(house: House, place: Place) -> dict[str, str]:
    """The ids of a place's records, as its own people read them."""
    agency = house.headers("supervisor", oris=[place.ori], officer_number="9")
    school = house.headers("school_leader", school_ids=[place.school_id])
    asked = {
        "flag_id": ("/v1/flags", agency),
        "agency_item_id": ("/v1/inbox", agency),
        "incident_id": ("/v1/inbox", school),
    }
    found = {}
    for name, (path, headers) in asked.items():
        answer = await house.http["incidents"].get(path, params={"incident_number": place.number}, headers=headers)
        found[name] = next(iter(answer.json().values()))[0]["id"]
    draft = {"design": "district_contacts", "lea_id": place.lea_id, "school_year": "2026-27"}
    district = house.headers("district_system", lea_ids=[place.lea_id])
    found["publication_id"] = (
        await house.http["reporting"].post("/v1/publications", json=draft, headers=district)
    ).json()["id"]
    webhook = {"url": f"https://{place.word.lower()}.example/"}
    answer = await house.http["gateway"].post("/v1/webhooks", json=webhook, headers=agency)
    return found | {"webhook": answer.json()["id"]}
