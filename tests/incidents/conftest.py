"""The incidents service in this process, on a fresh database, spoken to over ASGI."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from services.incidents.app import DATABASE, create_app
from shared.settings import Settings
from tests.servers import Databases
from tests.tokens import KEYS, bearer

HALLWAY = {
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
URL = "/v1/incidents/XX0000100/2026-0001"


@pytest.fixture(scope="module")
async def app(settings: Settings, databases: Databases) -> AsyncIterator[FastAPI]:
    """The service, running with its relay, on a database of this module's own."""
    await databases.fresh(DATABASE)
    service = create_app(settings.model_copy(update={"rate_limit": 1_000_000}))
    async with service.router.lifespan_context(service):
        service.state.verifier.trust(KEYS)
        yield service


@pytest.fixture
async def client(app: FastAPI, settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """A records system of the made-up agency."""
    transport = httpx2.ASGITransport(app=app)
    headers = bearer(settings.public_url)
    async with httpx2.AsyncClient(transport=transport, base_url="http://incidents", headers=headers) as rms:
        yield rms
