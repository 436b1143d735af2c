"""What a service that keeps records holds open while it runs, and the relay that runs beside its routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import asyncpg
from fastapi import Depends, FastAPI, Request

from shared.records.database import Database, DatabasePlan
from shared.records.endurance import end
from shared.records.idempotency import forget_expired
from shared.records.log import ensure_epoch
from shared.records.relay import Relay
from shared.secrets import Secrets
from shared.settings import Settings
from shared.web.paging import Cursors

FORGET_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Held:
    """A service's name, database, relay and cursors, as routes ask for them."""

    service: str
    database: Database
    relay: Relay
    cursors: Cursors
    settings: Settings


async def held(request: Request) -> Held:
    """What the application holds open."""
    state: Held = request.app.state.held
    return state


State = Annotated[Held, Depends(held)]


@asynccontextmanager
async def holding(app: FastAPI, service: str, plan: DatabasePlan) -> AsyncIterator[None]:
    """The lifespan of a service that keeps records: opens its database as its first role, and relays its log."""
    settings: Settings = app.state.settings
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=plan.roles[0], database=plan.name)
    async with database.connection() as connection:
        await ensure_epoch(connection)
    relay = Relay(service, database, settings, secrets)
    app.state.held = Held(service, database, relay, Cursors(secrets.cursor_key()), settings)
    app.state.checks |= {"database": database.check, "log": relay.check}
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(_forget(database))]
    try:
        yield
    finally:
        await end(*tasks)
        await database.close()


async def _forget(database: Database) -> None:
    while True:
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await forget_expired(database)
        await asyncio.sleep(FORGET_SECONDS)
