"""The incidents service in this process, on a fresh database, spoken to over ASGI."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI

from services.incidents.app import DATABASE, create_app
from shared.settings import Settings
from tests.servers import Databases
from tests.tokens import KEYS, bearer

AGENCY = "XX0000100"
HALLWAY: dict[str, Any] = {
    "occurred_at": "2026-10-05T10:12:00-07:00",
    "school_id": "990000100001",
    "initiated_by": "school_personnel",
    "officers": [{"officer_number": "4471", "role": "primary", "capacity": "sro"}],
    "people": [
        {
            "person_number": 1,
            "involvement": ["subject"],
            "is_enrolled": "yes",
            "identity": {"name": "Quillon Vastergaard", "birth_date": "2012-03-04"},
            "perceived": {"race_ethnicity": ["white"], "sex": "male", "age": 14, "basis": "observation"},
        }
    ],
    "actions": [{"action_number": 1, "type": "conversation", "person_number": 1}],
    "outcomes": [{"type": "returned_to_school", "person_number": 1}],
    "narrative": "Quillon Vastergaard was asked to walk in the hallway.",
    "source_system": "tests",
}

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Clients: TypeAlias = Callable[..., httpx2.AsyncClient]

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
async def app(settings: Settings, databases: Databases) -> AsyncIterator[FastAPI]:
    """The service, running with its relay, on a database of this module's own."""
    await databases.fresh(DATABASE)
    service = create_app(settings.model_copy(update={"rate_limit": 1_000_000}))
    async with service.router.lifespan_context(service):
        service.state.verifier.trust(KEYS)
        yield service


@pytest.fixture
async def clients(app: FastAPI, settings: Settings) -> AsyncIterator[Clients]:
    """`clients("name", claim=…)`: a client of the service whose token says so."""
    async with AsyncExitStack() as opened:

        def client(name: str = "rms", **claims: Any) -> httpx2.AsyncClient:
            made = httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app),
                base_url="http://incidents",
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
def number() -> str:
    """An incident number that no other test uses."""
    return f"2026-{next(_numbers):04}"


@pytest.fixture
def url(number: str) -> str:
    """Where the incident of that number is."""
    return f"/v1/incidents/{AGENCY}/{number}"


@pytest.fixture
async def kept(databases: Databases) -> AsyncIterator[Connection]:
    """The service's database as a superuser sees it: all that is kept."""
    connection = await databases.connect(DATABASE)
    yield connection
    await connection.close()
