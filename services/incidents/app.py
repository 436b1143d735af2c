"""The incidents service: its kinds, its database, and what runs beside its routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.incidents.answer import routes as answer_routes
from services.incidents.clock import routes as clock_routes
from services.incidents.conclusion.rules import Rulebook
from services.incidents.conclusion.sweep import sweep_on
from services.incidents.flag import routes as flag_routes
from services.incidents.incident import routes as incident_routes
from services.incidents.judgement import routes as judgement_routes
from services.incidents.match import routes as match_routes
from services.incidents.opening import routes as inbox_routes
from services.incidents.order import routes as order_routes
from services.incidents.principles.limits import Limits
from services.incidents.reveal.answering import answer_reveals
from services.incidents.school_code import routes as school_code_routes
from shared.clocks.closed_days import school_days
from shared.contracts.answers import IncidentAnswers
from shared.contracts.clocks import ClockList
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import Contract
from shared.contracts.deliveries import Delivery, Inbox, InboxItem, Opening
from shared.contracts.flags import Flag, FlagList, FlagRead, FlagStatement
from shared.contracts.incident_reads import IncidentRead, IncidentReceipt, Inventory
from shared.contracts.incidents import (
    Incident,
    IncidentLine,
    IncidentReport,
    IncidentVoidLine,
    SchoolCode,
    SchoolCodeReport,
)
from shared.contracts.judgements import Judgement, JudgementReceipt, JudgementReport
from shared.contracts.matches import Match, MatchLine, MatchList, MatchReceipt, MatchReport
from shared.contracts.orders import Erased, LiftReport, OrderReport
from shared.contracts.record import VoidRequest
from shared.records.database import DatabasePlan
from shared.records.endurance import end
from shared.records.pseudonyms import Pseudonyms
from shared.records.vault import Vault
from shared.secrets import Secrets
from shared.settings import Settings
from shared.web.app import create_app as create_service_app
from shared.web.held import Held, holding
from shared.web.openapi import asyncapi

SERVICE = "incidents"
TITLE = "Daylight incidents"
DESCRIPTION = "Every response of a School Resource Officer to a student matter, as the agency's records system has it."
CONTRACTS = (
    IncidentReport,
    IncidentAnswers,
    IncidentLine,
    IncidentVoidLine,
    VoidRequest,
    IncidentReceipt,
    Incident,
    IncidentRead,
    Inventory,
    SchoolCodeReport,
    SchoolCode,
    JudgementReport,
    JudgementReceipt,
    Judgement,
    InboxItem,
    Inbox,
    Opening,
    Delivery,
    MatchReport,
    MatchLine,
    MatchReceipt,
    MatchList,
    Match,
    ClockList,
    FlagStatement,
    FlagRead,
    FlagList,
    Flag,
    Conclusion,
    OrderReport,
    LiftReport,
    Erased,
)
DATABASE = DatabasePlan(
    name="daylight_incidents",
    owner="daylight_incidents_owner",
    roles=("daylight_incidents",),
    migrations=Path(__file__).parent / "migrations" / "versions",
)


def create_app(settings: Settings) -> FastAPI:
    """The service's application; it opens its database and its relay when it starts. Raises UnreadableClosedDays."""
    app = create_service_app(
        name=SERVICE,
        title=TITLE,
        description=DESCRIPTION,
        routers=(
            incident_routes.router,
            answer_routes.router,
            school_code_routes.router,
            judgement_routes.router,
            order_routes.router,
            flag_routes.router,
            inbox_routes.router,
            match_routes.router,
            clock_routes.router,
        ),
        contracts=CONTRACTS,
        asyncapi=events(),
        lifespan=_lifespan,
        settings=settings,
    )
    app.state.rulebook = rulebook(settings)
    return app


def events() -> dict[str, Any]:
    """The events that the service publishes, as AsyncAPI."""
    kinds: dict[str, type[Contract]] = {
        "incident": Incident,
        "school_code": SchoolCode,
        "judgement": Judgement,
        "opening": Opening,
        "delivery": Delivery,
        "match": Match,
        "flag": Flag,
        "conclusion": Conclusion,
    }
    return asyncapi(SERVICE, TITLE, kinds, never_void={"school_code"}, erased=Erased)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    secrets = Secrets(settings.secrets_directory)
    app.state.vault = Vault(secrets.master_key())
    app.state.student_names = Pseudonyms(secrets.pseudonym_key(), settings.student_ref_version_of)
    async with holding(app, SERVICE, DATABASE):
        held: Held = app.state.held
        beside = (
            asyncio.create_task(sweep_on(held.database, held.relay, app.state.rulebook)),
            asyncio.create_task(answer_reveals(SERVICE, held.database, app.state.vault, settings, secrets)),
        )
        try:
            yield
        finally:
            await end(*beside)


def rulebook(settings: Settings) -> Rulebook:
    """What an installation with these settings judges by. Raises UnreadableClosedDays."""
    limits = Limits(
        late_report_days=settings.late_report_days,
        detention_documentation_hours=settings.detention_documentation_hours,
        judgement_school_days=settings.judgement_school_days,
        share_school_days=settings.share_school_days,
        review_school_days=settings.review_school_days,
    )
    return Rulebook.of(limits, school_days(settings.closed_days_file))
