"""The incidents service: its kinds, its database, and what runs beside its routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.incidents.incident import routes as incident_routes
from services.incidents.school_code import routes as school_code_routes
from shared.contracts.incidents import (
    Incident,
    IncidentLine,
    IncidentRead,
    IncidentReceipt,
    IncidentReport,
    IncidentVoidLine,
    Inventory,
    SchoolCode,
    SchoolCodeReport,
)
from shared.contracts.record import VoidRequest
from shared.records.database import DatabasePlan
from shared.records.vault import Vault
from shared.secrets import Secrets
from shared.settings import Settings
from shared.web.app import create_app as create_service_app
from shared.web.held import holding
from shared.web.openapi import asyncapi

SERVICE = "incidents"
TITLE = "Daylight incidents"
DESCRIPTION = "Every response of a School Resource Officer to a student matter, as the agency's records system has it."
CONTRACTS = (
    IncidentReport,
    IncidentLine,
    IncidentVoidLine,
    VoidRequest,
    IncidentReceipt,
    Incident,
    IncidentRead,
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
    return asyncapi(SERVICE, TITLE, {"incident": Incident, "school_code": SchoolCode}, never_void={"school_code"})


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.vault = Vault(Secrets(app.state.settings.secrets_directory).master_key())
    async with holding(app, SERVICE, DATABASE):
        yield
