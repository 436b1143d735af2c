"""The reporting service: its kinds, its database, and what runs beside its routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.reporting.answering import answer_calls
from services.reporting.directory import routes as directory_routes
from services.reporting.publication import routes as publication_routes
from services.reporting.publication.tables import PUBLISHED_TABLE
from services.reporting.record import routes as record_routes
from services.reporting.record.kinds import KINDS
from services.reporting.rollup.projection import READER_NAME, SERVICES, apply
from shared.contracts.directory import SchoolList
from shared.contracts.published_tables import Publication, PublicationList, PublicationRequest, PublishedTable
from shared.contracts.record import Receipt, VoidRequest
from shared.records.consumer import Projector
from shared.records.database import DatabasePlan
from shared.records.endurance import end
from shared.secrets import Secrets
from shared.settings import Settings
from shared.web.app import create_app as create_service_app
from shared.web.held import Held, holding
from shared.web.openapi import asyncapi

SERVICE = "reporting"
TITLE = "Daylight reporting"
DESCRIPTION = "The directory of agencies, districts and schools, and what districts say of their schools."
CONTRACTS = [contract for kind in KINDS.values() for contract in kind.contracts]
CONTRACTS += [SchoolList, Receipt, VoidRequest, PublicationRequest, Publication, PublicationList, PublishedTable]
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
        routers=(directory_routes.router, record_routes.router, publication_routes.router),
        contracts=CONTRACTS,
        asyncapi=events(),
        lifespan=_lifespan,
        settings=settings,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Beside the routes it counts what the incidents' events say, and answers for the counts."""
    settings: Settings = app.state.settings
    secrets = Secrets(settings.secrets_directory)
    async with holding(app, SERVICE, DATABASE):
        held: Held = app.state.held
        counter = Projector(READER_NAME, SERVICES, apply, held.database, settings, secrets)
        beside = (
            asyncio.create_task(counter.run()),
            asyncio.create_task(answer_calls(SERVICE, held.database, settings, secrets)),
        )
        try:
            yield
        finally:
            await end(*beside)


def events() -> dict[str, Any]:
    """The events that the service publishes, as AsyncAPI."""
    kinds = {name: kind.record for name, kind in KINDS.items()}
    return asyncapi(SERVICE, TITLE, {**kinds, PUBLISHED_TABLE.name: PublishedTable}, never_void=(PUBLISHED_TABLE.name,))
