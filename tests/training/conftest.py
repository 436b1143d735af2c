"""The training service in this process, on a fresh database, spoken to over ASGI."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI

from services.training.app import DATABASE, create_app
from shared.settings import Settings
from tests.servers import Databases
from tests.tokens import KEYS, bearer

AGENCY, OTHER_AGENCY = "XX0000100", "XX0000200"
SCHOOL, OTHER_SCHOOL = "990000100001", "990000100002"

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Clients: TypeAlias = Callable[..., httpx2.AsyncClient]


@pytest.fixture(scope="module")
async def app(settings: Settings, databases: Databases) -> AsyncIterator[FastAPI]:
    """The service, running with its relay and its sweep, on a database of this module's own."""
    await databases.fresh(DATABASE)
    service = create_app(settings.model_copy(update={"rate_limit": 1_000_000, "time_zone": "America/Phoenix"}))
    async with service.router.lifespan_context(service):
        service.state.verifier.trust(KEYS)
        yield service


@pytest.fixture
async def nothing_kept(app: FastAPI, databases: Databases) -> None:
    """No record of an earlier test is there any more."""
    connection = await databases.connect(DATABASE)
    await connection.execute(
        "truncate officer, course, completion, assignment, selection, selection_criteria, evaluation, training_need,"
        " staff_training, peer_event, membership, training_plan, officer_flag, officer_conclusion, judge_again,"
        " idempotency_key, log"
    )
    await connection.close()


@pytest.fixture
async def clients(app: FastAPI, settings: Settings, nothing_kept: None) -> AsyncIterator[Clients]:
    """`clients("name", claim=…)`: a client of the service whose token says so."""
    async with AsyncExitStack() as opened:

        def client(name: str = "rms", **claims: Any) -> httpx2.AsyncClient:
            made = httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app),
                base_url="http://training",
                headers=bearer(settings.public_url, name, **claims),
            )
            opened.push_async_callback(made.aclose)
            return made

        yield client


@pytest.fixture
def client(clients: Clients) -> httpx2.AsyncClient:
    """A records system of the made-up agency."""
    return clients()


@pytest.fixture
async def kept(databases: Databases) -> AsyncIterator[Connection]:
    """The service's database as a superuser sees it: all that is kept."""
    connection = await databases.connect(DATABASE)
    yield connection
    await connection.close()
