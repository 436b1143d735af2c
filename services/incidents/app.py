"""The incidents service: its kinds, its database, and what runs beside its routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.incidents.incident import routes as incident_routes
from services.incidents.school_code import routes as school_code_routes
from services.incidents.state import SERVICE, Held
from shared.contracts.incidents import (
    Incident,
    IncidentLine,
    IncidentReceipt,
    IncidentReport,
    Inventory,
    SchoolCode,
    SchoolCodeReport,
    VoidLine,
    VoidRequest,
)
from shared.records.database import Database, DatabasePlan
from shared.records.idempotency import forget_expired
from shared.records.log import ensure_epoch
from shared.records.relay import Relay
from shared.records.vault import Vault
from shared.secrets import Secrets
from shared.settings import Settings
from shared.web.app import create_app as create_service_app
from shared.web.openapi import asyncapi
from shared.web.paging import Cursors

TITLE = "Daylight incidents"
DESCRIPTION = "Every response of a School Resource Officer to a student matter, as the agency's records system has it."
CONTRACTS = (
    IncidentReport,
    IncidentLine,
    VoidLine,
    VoidRequest,
    IncidentReceipt,
    Incident,
    Inventory,
    SchoolCodeReport,
    SchoolCode,
)
DATABASE = DatabasePlan(
    name="daylight_incidents",
    owner="daylight_incidents_owner",
    roles=("daylight_incidents",),
    migrations=Path(__file__).parent / "migrations" / "versions",
)
FORGET_SECONDS = 3_600


def create_app(settings: Settings) -> FastAPI:
    """The service's application; it opens its database and its relay when it starts."""
    return create_service_app(
        name=SERVICE,
        title=TITLE,
        description=DESCRIPTION,
        routers=(incident_routes.router, school_code_routes.router),
        contracts=CONTRACTS,
        asyncapi=events(),
        lifespan=_lifespan,
        settings=settings,
    )


def events() -> dict[str, Any]:
    """The events that the service publishes, as AsyncAPI."""
    return asyncapi(SERVICE, TITLE, {"incident": Incident, "school_code": SchoolCode})


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
    async with database.connection() as connection:
        await ensure_epoch(connection)
    relay = Relay(SERVICE, database, settings, secrets)
    cursors = Cursors(secrets.cursor_key())
    app.state.held = Held(database, Vault(secrets.master_key()), relay, cursors, settings)
    app.state.checks |= {"database": database.check, "log": relay.check}
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(_forget(database))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()


async def _forget(database: Database) -> None:
    while True:
        with contextlib.suppress(Exception):
            await forget_expired(database)
        await asyncio.sleep(FORGET_SECONDS)
