"""Where an agency pushes and reads: the servers' addresses, tokens, and the databases as a superuser sees them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg
import httpx2

from daylight.stack.folders import Folders
from daylight.stack.postgres_server import SUPERUSER
from daylight.stack.running import settings_of
from shared.records.database import address
from shared.secrets import Secrets
from shared.settings import Settings
from tests.faults.patience import patiently
from tests.running_stack import RunningStack

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

REQUEST_SECONDS = 15
GATEWAY, INCIDENTS, REPORTING = "gateway", "incidents", "reporting"


@dataclass
class Installation:
    """A Daylight that runs. `settings` lead to its servers as a superuser."""

    http: Mapping[str, httpx2.AsyncClient]
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> Secrets:
        """The installation's secrets."""
        return Secrets(self.settings.secrets_directory)

    async def headers(self, client: str) -> dict[str, str]:
        """The Authorization header of a client of the demo."""
        if client not in self.tokens:
            secret = self.secrets.client_secret(client)
            form = {"grant_type": "client_credentials"}
            answer = await patiently(lambda: self.http[GATEWAY].post("/oauth/token", data=form, auth=(client, secret)))
            self.tokens[client] = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self.tokens[client]}"}

    async def graphql(self, client: str, query: str, **variables: Any) -> dict[str, Any]:
        """The data that a GraphQL query gives a client; nothing of it may have failed."""
        headers, body = await self.headers(client), {"query": query, "variables": variables}
        answer = await patiently(lambda: self.http[GATEWAY].post("/graphql", json=body, headers=headers))
        content = answer.json()
        assert "errors" not in content, content["errors"]
        data: dict[str, Any] = content["data"]
        return data

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[Connection]:
        """A connection to one of the databases as a superuser."""
        connection = await asyncpg.connect(self.settings.database_url, database=name)
        try:
            yield connection
        finally:
            await connection.close()


@asynccontextmanager
async def installation_of(stack: RunningStack) -> AsyncIterator[Installation]:
    """The installation that a stack runs."""
    settings = settings_of(Folders(stack.data))
    password = Secrets(settings.secrets_directory).database_password(SUPERUSER)
    url = address(settings.database_url, role=SUPERUSER, password=password, database="postgres")
    clients = {
        name: httpx2.AsyncClient(base_url=base, timeout=REQUEST_SECONDS) for name, base in stack.addresses.items()
    }
    try:
        yield Installation(clients, settings.model_copy(update={"database_url": url}))
    finally:
        for client in clients.values():
            await client.aclose()
