"""The gateway's application: its routes, its database as reader, and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from gateway import change_routes, graphql_over_http, record_routes
from gateway.calls import Calls
from gateway.clocks import routes as clock_routes
from gateway.database import DATABASE, READER
from gateway.disclosures.sealing import DetailsSeal
from gateway.execution import Budget, Documents
from gateway.guardianships import routes as guardianship_routes
from gateway.oauth import routes as oauth_routes
from gateway.oauth.issuer import Issuer
from gateway.oauth.lockout import Lockout
from gateway.pages import community
from gateway.pages import routes as pages
from gateway.policy import policy
from gateway.published import routes as published_routes
from gateway.reveals import routes as reveal_routes
from gateway.reveals.rules import reveal_rules
from gateway.reveals.state import Revealing
from gateway.row_security import refuse_gaps
from gateway.state import GatewayState
from gateway.summaries import crdc_routes
from gateway.summaries import routes as summary_routes
from gateway.unusual_reads import routes as unusual_read_routes
from gateway.webhooks import routes as webhook_routes
from gateway.webhooks.messenger import Messenger
from gateway.webhooks.signing import SecretSeal
from gateway.webhooks.store import Webhooks
from shared.contracts.crdc import CrdcAnswer
from shared.contracts.disclosures import Disclosures
from shared.contracts.guardianships import GuardianshipLine
from shared.contracts.reveals import RevealAnswer, RevealRequest
from shared.contracts.summaries import SummaryAnswer
from shared.contracts.tie_outs import TieOutAnswer
from shared.contracts.unusual_reads import UnusualReadReview, UnusualReads
from shared.contracts.webhooks import (
    ReplayAnswer,
    ReplayRequest,
    WebhookList,
    WebhookMessageList,
    WebhookPayload,
    WebhookRequest,
    WebhookWithSecret,
)
from shared.records.database import Database
from shared.records.endurance import end
from shared.records.positions import Positions
from shared.records.pseudonyms import Pseudonyms
from shared.secrets import Secrets
from shared.settings import Settings
from shared.web.app import create_app as create_service_app
from shared.web.openapi import asyncapi
from shared.web.paging import Cursors

__all__ = ["DATABASE", "create_app"]

NAME = "gateway"
TITLE = "Daylight gateway"
DESCRIPTION = "Every read: GraphQL, the change feed, and access tokens; each view as the law allows it."
CONTRACTS = (
    RevealRequest,
    RevealAnswer,
    Disclosures,
    UnusualReads,
    UnusualReadReview,
    GuardianshipLine,
    SummaryAnswer,
    TieOutAnswer,
    CrdcAnswer,
    WebhookRequest,
    WebhookWithSecret,
    WebhookList,
    WebhookMessageList,
    WebhookPayload,
    ReplayRequest,
    ReplayAnswer,
)


def create_app(settings: Settings) -> FastAPI:
    """The gateway's application; it opens its database when it starts. Raises MissingSecret at start."""
    policy()
    reveal_rules()
    app = create_service_app(
        name=NAME,
        title=TITLE,
        description=DESCRIPTION,
        routers=(
            oauth_routes.router,
            graphql_over_http.router,
            change_routes.router,
            record_routes.router,
            clock_routes.router,
            reveal_routes.router,
            unusual_read_routes.router,
            guardianship_routes.router,
            summary_routes.router,
            crdc_routes.router,
            published_routes.router,
            webhook_routes.router,
            pages.router,
            community.router,
        ),
        contracts=CONTRACTS,
        asyncapi=asyncapi(NAME, TITLE, {}),
        lifespan=_lifespan,
        settings=settings,
    )
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=READER, database=DATABASE.name)
    try:
        async with database.connection() as connection:
            await refuse_gaps(connection)
        issuer = Issuer(settings, secrets.signing_key())
        app.state.verifier.trust(issuer.keys)
        positions = Positions(database)
        calls = Calls(settings, secrets)
        app.state.gateway = GatewayState(
            settings=settings,
            database=database,
            positions=positions,
            cursors=Cursors(secrets.cursor_key()),
            student_names=Pseudonyms(secrets.pseudonym_key(), settings.student_ref_version_of),
            issuer=issuer,
            lockout=Lockout(),
            documents=Documents(),
            budget=Budget(settings.graphql_points),
            calls=calls,
        )
        app.state.revealing = Revealing(calls, DetailsSeal(secrets.disclosure_key()))
        seal = SecretSeal(secrets.webhook_key())
        app.state.webhooks = Webhooks(database, seal, app.state.gateway.due_soon)
        messenger = Messenger(database, seal, settings)
        app.state.checks |= {"database": database.check}
        beside = [asyncio.create_task(part.run()) for part in (positions, calls, messenger)]
        try:
            yield
        finally:
            await end(*beside)
    finally:
        await database.close()
