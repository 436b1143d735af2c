"""The training service: its kinds, its database, and what runs beside its routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from services.training.clock import routes as clock_routes
from services.training.completion import routes as completion_routes
from services.training.conclusion.sweep import sweeping
from services.training.flag import routes as flag_routes
from services.training.principles.limits import Limits
from services.training.record import routes as record_routes
from services.training.record.kinds import KINDS
from shared.contracts.contract import Contract
from shared.contracts.officer_conclusions import (
    ClockList,
    OfficerConclusion,
    OfficerFlag,
    OfficerFlagList,
    OfficerHoursList,
)
from shared.contracts.record import Receipt, VoidRequest
from shared.records.database import DatabasePlan
from shared.records.endurance import end
from shared.settings import Settings
from shared.web.app import create_app as create_service_app
from shared.web.held import Held, holding
from shared.web.openapi import asyncapi

SERVICE = "training"
TITLE = "Daylight training"
DESCRIPTION = (
    "Officers, their training and their assignments to schools; what is due when, and what the principles say."
)
CONTRACTS = [contract for kind in KINDS.values() for contract in kind.contracts]
CONTRACTS += [Receipt, VoidRequest, OfficerFlag, OfficerConclusion, ClockList, OfficerFlagList, OfficerHoursList]
DATABASE = DatabasePlan(
    name="daylight_training",
    owner="daylight_training_owner",
    roles=("daylight_training",),
    migrations=Path(__file__).parent / "migrations" / "versions",
)


def create_app(settings: Settings) -> FastAPI:
    """The service's application; it opens its database and its relay when it starts."""
    app = create_service_app(
        name=SERVICE,
        title=TITLE,
        description=DESCRIPTION,
        routers=(record_routes.router, clock_routes.router, flag_routes.router, completion_routes.router),
        contracts=CONTRACTS,
        asyncapi=events(),
        lifespan=_lifespan,
        settings=settings,
    )
    app.state.limits = limits(settings)
    return app


def events() -> dict[str, Any]:
    """The events that the service publishes, as AsyncAPI."""
    kinds: dict[str, type[Contract]] = {name: kind.record for name, kind in KINDS.items()}
    return asyncapi(SERVICE, TITLE, kinds | {"officer_flag": OfficerFlag, "officer_conclusion": OfficerConclusion})


def limits(settings: Settings) -> Limits:
    """What an installation with these settings judges by. Raises ZoneInfoNotFoundError for a zone that is none."""
    return Limits(
        few_campuses=settings.few_campuses,
        school_year_month=settings.school_year_month,
        summer_days=settings.summer_days,
        evaluation_months=settings.evaluation_months,
        fit_review_months=settings.fit_review_months,
        leader_training_months=settings.leader_training_months,
        peer_months=settings.peer_months,
        staff_trained_share=settings.staff_trained_share,
        zone=ZoneInfo(settings.time_zone) if settings.time_zone else UTC,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with holding(app, SERVICE, DATABASE):
        held: Held = app.state.held
        app.state.sweeping = sweeping(held.database, held.relay, app.state.limits)
        task = asyncio.create_task(app.state.sweeping.run())
        try:
            yield
        finally:
            await end(task)
