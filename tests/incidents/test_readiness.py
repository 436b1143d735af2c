"""When a service is ready, and what it answers before: keys first, from a real issuer, however it answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from services.incidents.app import DATABASE, create_app
from shared.settings import Settings
from tests.incidents.conftest import HALLWAY
from tests.incidents.issuer import Issuer, running_issuer
from tests.servers import Databases
from tests.tokens import KEYS, bearer
from tests.waiting import eventually

URL = "/v1/incidents/XX0000100/2026-1"
USELESS: list[tuple[int, object]] = [
    (500, {}),
    (200, b"not JSON"),
    (200, []),
    (200, {"keys": []}),
    (200, {"keys": "none"}),
    (200, {"keys": [{"kty": "unheard of"}]}),
    (302, b""),
]


@asynccontextmanager
async def running(settings: Settings, databases: Databases, issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    await databases.fresh(DATABASE)
    app = create_app(settings.model_copy(update={"jwks_url": issuer.url}))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://incidents") as client:
            yield client


async def test_a_service_is_ready_once_it_has_fetched_keys_that_are_some(
    settings: Settings, databases: Databases
) -> None:
    with running_issuer(*USELESS, (200, KEYS)) as issuer:
        async with running(settings, databases, issuer) as client:

            async def ready() -> bool:
                return (await client.get("/readyz")).status_code == 200

            unready = await client.get("/readyz")
            assert (unready.status_code, unready.json()["checks"]["keys"]) == (503, "missing: LookupError")
            assert (await client.get("/livez")).status_code == 200
            await eventually(ready)
            assert issuer.asked == len(USELESS) + 1
            pushed = await client.put(URL, json=HALLWAY, headers=bearer(settings.public_url))
            assert pushed.status_code == 201


async def test_a_request_before_the_first_keys_is_told_to_come_again(settings: Settings, databases: Databases) -> None:
    with running_issuer((500, {})) as issuer:
        async with running(settings, databases, issuer) as client:
            early = await client.put(URL, json=HALLWAY, headers=bearer(settings.public_url))
            assert (early.status_code, early.json()["code"]) == (503, "unavailable")
            assert early.headers["retry-after"]


async def test_keys_come_straight_from_the_issuer_whatever_proxy_the_environment_names(
    settings: Settings, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with running_issuer((200, KEYS)) as issuer:
        async with running(settings, databases, issuer) as client:

            async def ready() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await eventually(ready)


async def test_tokens_are_verified_while_the_issuer_is_away(settings: Settings, databases: Databases) -> None:
    with running_issuer((200, KEYS)) as issuer:
        async with running(settings, databases, issuer) as client:

            async def ready() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await eventually(ready)
            asked = issuer.asked
            for number in range(20):
                answer = await client.get(URL, headers=bearer(settings.public_url, f"rms-{number}"))
                assert answer.status_code == 404
            assert issuer.asked == asked


@pytest.mark.parametrize("part", ["database", "log", "keys"])
async def test_readiness_names_each_part(settings: Settings, databases: Databases, part: str) -> None:
    with running_issuer((200, KEYS)) as issuer:
        async with running(settings, databases, issuer) as client:

            async def checks() -> dict[str, object]:
                answer = await client.get("/readyz")
                return answer.json()["checks"] if answer.status_code == 200 else {}

            assert part in await eventually(checks)
