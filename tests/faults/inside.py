"""The same parts inside this process, so that a test can take one of their guards out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx2
import nats
from fastapi import FastAPI
from nats.js.errors import NotFoundError

import gateway.app
import services.incidents.app
import services.reporting.app
from gateway.database import PROJECTOR
from gateway.oauth.clients import demo_clients, register_all
from gateway.projections import apply
from gateway.projector import READER_NAME, SERVICES
from shared.records.bus import stream_name
from shared.records.consumer import Projector
from shared.records.database import Database
from shared.records.endurance import end
from shared.secrets import Secrets
from shared.settings import Settings
from tests.faults.installation import GATEWAY, INCIDENTS, Installation
from tests.servers import TESTS_USER, Databases


@dataclass
class Inside:
    """The incidents service with its relay, the gateway, and a projector that runs while it is told to."""

    installation: Installation
    projector_database: Database
    settings: Settings
    secrets: Secrets

    @asynccontextmanager
    async def projecting(self) -> AsyncIterator[Projector]:
        """The projector, as long as the block runs."""
        projector = Projector(READER_NAME, SERVICES, apply, self.projector_database, self.settings, self.secrets)
        task = asyncio.create_task(projector.run())
        try:
            yield projector
        finally:
            await end(task)


async def forget_streams(settings: Settings, secrets: Secrets) -> None:
    """Delete the streams, and with them what earlier tests have published."""
    admin = await nats.connect(settings.nats_url, user=TESTS_USER.name, password=secrets.nats_password(TESTS_USER.name))
    for service in SERVICES:
        with contextlib.suppress(NotFoundError):
            await admin.jetstream().delete_stream(stream_name(service))
    await admin.close()


@asynccontextmanager
async def running_inside(settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[Inside]:
    """Everything on databases of its own, and on no stream yet."""
    settings = settings.model_copy(update={"rate_limit": 1_000_000, "graphql_points": 1_000_000})
    await forget_streams(settings, secrets)
    plans = (services.incidents.app.DATABASE, services.reporting.app.DATABASE, gateway.app.DATABASE)
    await databases.fresh(*plans)
    async with AsyncExitStack() as opened:
        database = await Database.open(settings, secrets, role=PROJECTOR, database=gateway.app.DATABASE.name)
        opened.push_async_callback(database.close)
        reading = await _running(gateway.app.create_app(settings), opened)
        incidents = services.incidents.app.create_app(settings)
        http = {GATEWAY: reading, INCIDENTS: await _running(incidents, opened)}
        incidents.state.verifier.trust((await reading.get("/oauth/jwks")).json())
        secrets.create(roles=(), bus_users=(), clients=[client.client for client in demo_clients()])
        installation = Installation(http, settings)
        async with installation.database(gateway.app.DATABASE.name) as connection:
            await register_all(connection, demo_clients(), secrets)
        yield Inside(installation, database, settings, secrets)


async def _running(app: FastAPI, opened: AsyncExitStack) -> httpx2.AsyncClient:
    await opened.enter_async_context(app.router.lifespan_context(app))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return await opened.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://inside"))
