"""The reporting service: its kinds and its database."""

from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.reporting.directory import routes as directory_routes
from services.reporting.record import routes as record_routes
from services.reporting.record.kinds import KINDS
from shared.contracts.directory import SchoolList
from shared.contracts.record import Receipt, VoidRequest
from shared.records.database import DatabasePlan
from shared.settings import Settings
from shared.web.app import create_app as create_service_app
from shared.web.held import holding
from shared.web.openapi import asyncapi

SERVICE = "reporting"
TITLE = "Daylight reporting"
DESCRIPTION = "The directory of agencies, districts and schools, and what districts say of their schools."
CONTRACTS = [contract for kind in KINDS.values() for contract in kind.contracts]
CONTRACTS += [SchoolList, Receipt, VoidRequest]
DATABASE = DatabasePlan(
    name="daylight_reporting",
    owner="daylight_reporting_owner",
    roles=("daylight_reporting",),
    migrations=Path(__file__).parent / "migrations" / "versions",
)


def create_app(settings: Settings) -> FastAPI:
    """The service's application; it opens its database and its relay when it starts."""
    return create_service_app(
        name=SERVICE,
        title=TITLE,
        description=DESCRIPTION,
        routers=(directory_routes.router, record_routes.router),
        contracts=CONTRACTS,
        asyncapi=events(),
        lifespan=partial(holding, service=SERVICE, plan=DATABASE),
        settings=settings,
    )


def events() -> dict[str, Any]:
    """The events that the service publishes, as AsyncAPI."""
    return asyncapi(SERVICE, TITLE, {name: kind.record for name, kind in KINDS.items()})
