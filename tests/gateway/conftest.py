"""A fresh gateway database, open as its two roles, and the gateway's application on it, spoken to over ASGI."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from gateway.app import create_app
from gateway.database import DATABASE, PROJECTOR, READER
from gateway.oauth.clients import demo_clients, register_all
from gateway.projections import apply
from shared.contracts.events import Event
from shared.records.consumer import NOTE
from shared.records.database import Connection, Database
from shared.secrets import Secrets
from shared.settings import Settings
from tests.gateway.events import Services
from tests.servers import Databases


@dataclass
class View:
    """The gateway's database, seen as its two roles."""

    projector: Database
    reader: Database
    owner: Callable[[], Awaitable[Connection]]
    services: Services = field(default_factory=Services)

    async def apply(self, *events: Event) -> None:
        """Project the events in one transaction, as the projector's loop does."""
        async with self.projector.transaction() as connection:
            await apply(connection, events)
            for event in events:
                service = event.source.rpartition("/")[2]
                await connection.execute(NOTE, service, int(event.sequence), event.position)

    async def documents(self) -> list[tuple[object, ...]]:
        """Every row of the read model, as the projector sees it."""
        async with self.projector.connection() as connection:
            rows = await connection.fetch("select * from document order by custodian, kind, key")
        return [tuple(row) for row in rows]

    async def forget(self) -> None:
        """Empty the read model and the feed."""
        connection = await self.owner()
        await connection.execute("truncate document, change")
        await connection.close()

    async def shown_to(self) -> dict[str, list[str]]:
        """The districts that each incident is shown to, by its key."""
        async with self.projector.connection() as connection:
            rows = await connection.fetch(
                "select key, coalesce(array_agg(district) filter (where district is not null and state = 'live'"
                " and record_class = 'education_record'), '{}') as districts"
                " from document where kind = 'incident' group by key"
            )
        return {row["key"]: row["districts"] for row in rows}


@dataclass
class Gateway:
    """The running gateway and what it shows."""

    http: httpx2.AsyncClient
    view: View
    secrets: Secrets
    tokens: dict[tuple[str, str | None], str] = field(default_factory=dict)

    async def headers(self, client: str | None, purpose: str | None = None) -> dict[str, str]:
        """The headers of a client of the demo, with a token from the gateway itself; none for None."""
        if client is None:
            return {}
        if (client, purpose) not in self.tokens:
            form = {"grant_type": "client_credentials"} | ({"purpose": purpose} if purpose else {})
            answer = await self.http.post("/oauth/token", data=form, auth=(client, self.secrets.client_secret(client)))
            self.tokens[client, purpose] = answer.raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {self.tokens[client, purpose]}"}

    async def as_role(self, role: str, *, oris: str = "", lea_ids: str = "", school_ids: str = "", purpose: str) -> str:
        """The name of a client of this role, for these organisations, which reads records and changes."""
        owner = await self.view.owner()
        await owner.execute(
            "insert into client select $1, secret_digest, $2, string_to_array($3, ','), string_to_array($4, ','),"
            " string_to_array($5, ','), null, '{records.read,changes.read}', array[$6], $6, true"
            " from client where client = 'demo-sis'",
            role,
            role,
            oris,
            lea_ids,
            school_ids,
            purpose,
        )
        await owner.close()
        form = {"grant_type": "client_credentials"}
        answer = await self.http.post("/oauth/token", data=form, auth=(role, self.secrets.client_secret("demo-sis")))
        self.tokens[role, None] = answer.raise_for_status().json()["access_token"]
        return role

    async def graphql(self, query: str, client: str | None = "demo-rms", **variables: Any) -> dict[str, Any]:
        """The answer to a GraphQL query."""
        body = {"query": query, "variables": variables}
        answer = await self.http.post("/graphql", json=body, headers=await self.headers(client))
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    async def changes(self, client: str, since: str = "start", **parameters: Any) -> dict[str, Any]:
        """One page of the change feed."""
        answer = await self.http.get(
            "/v1/changes", params={"since": since, **parameters}, headers=await self.headers(client)
        )
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content


async def become(connection: Connection, *custodians: str) -> None:
    """Put a viewer's setting in place for the rest of the transaction."""
    await connection.execute("select set_config('daylight.custodians', $1, true)", ",".join(custodians))


@pytest.fixture
async def view(databases: Databases, settings: Settings, secrets: Secrets) -> AsyncIterator[View]:
    """An empty gateway database."""
    await databases.fresh(DATABASE)
    projector = await Database.open(settings, secrets, role=PROJECTOR, database=DATABASE.name)
    reader = await Database.open(settings, secrets, role=READER, database=DATABASE.name)
    yield View(projector, reader, lambda: databases.connect(DATABASE))
    await reader.close()
    await projector.close()


@pytest.fixture
async def gateway(view: View, settings: Settings, secrets: Secrets) -> AsyncIterator[Gateway]:
    """The gateway with the clients of the demo, on an empty database."""
    secrets.create(roles=(), bus_users=(), clients=[client.client for client in demo_clients()])
    async with view.reader.transaction() as connection:
        await register_all(connection, demo_clients(), secrets)
    app = create_app(settings.model_copy(update={"rate_limit": 1_000_000, "read_your_writes_seconds": 0.5}))
    async with AsyncExitStack() as running:
        await running.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        http = await running.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://gateway"))
        yield Gateway(http, view, secrets)
