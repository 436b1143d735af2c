"""The reporting service in this process, on a fresh database, spoken to over ASGI."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from services.reporting.app import DATABASE, create_app
from services.reporting.record.kinds import KINDS
from shared.settings import Settings
from tests.servers import Databases
from tests.tokens import KEYS, bearer

AGENCY, OTHER_AGENCY = "XX0000100", "XX0000200"
DISTRICT, OTHER_DISTRICT = "9900001", "9900002"
SCHOOL, OTHER_SCHOOL = "990000100001", "990000200001"

LINCOLN = {"name": "Made-up Lincoln High School", "lowest_grade": "09", "highest_grade": "12"}
SERVES = {"model": "sro", "valid_from": "2024-08-01"}

Speaker = Callable[..., httpx2.AsyncClient]


@pytest.fixture(scope="module")
async def app(settings: Settings, databases: Databases) -> AsyncIterator[FastAPI]:
    """The service, running with its relay, on a database of this module's own."""
    await databases.fresh(DATABASE)
    service = create_app(settings.model_copy(update={"rate_limit": 1_000_000}))
    async with service.router.lifespan_context(service):
        service.state.verifier.trust(KEYS)
        yield service


@pytest.fixture(autouse=True)
async def empty_directory(app: FastAPI, databases: Databases) -> None:
    """No entry of an earlier test is there any more; the log has them still."""
    connection = await databases.connect(DATABASE)
    await connection.execute(f"truncate {', '.join(KINDS)}, idempotency_key")
    await connection.close()


@pytest.fixture
async def speaker(app: FastAPI, settings: Settings) -> AsyncIterator[Speaker]:
    """Makes clients of the service: `speaker(role, oris=…, lea_ids=…)`, and `speaker()` for one without a token."""
    opened: list[httpx2.AsyncClient] = []

    def speak(role: str | None = None, **claims: Any) -> httpx2.AsyncClient:
        headers = bearer(settings.public_url, claims.pop("client", role), role=role, **claims) if role else {}
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://reporting", headers=headers
        )
        opened.append(client)
        return client

    yield speak
    for client in opened:
        await client.aclose()


@pytest.fixture
def state(speaker: Speaker) -> httpx2.AsyncClient:
    """A state program, which may write everything in the directory."""
    return speaker("state_system", oris=["*"])


@pytest.fixture
def public(speaker: Speaker) -> httpx2.AsyncClient:
    """Anybody."""
    return speaker()
