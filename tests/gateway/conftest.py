"""A fresh gateway database for a test, open as the projector and as the reader."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import pytest

from gateway.database import DATABASE, PROJECTOR, READER
from gateway.projections import apply
from shared.contracts.events import Event
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

    async def scopes(self) -> dict[str, str | None]:
        """The district that each incident is shown to, by its key."""
        async with self.projector.connection() as connection:
            rows = await connection.fetch("select key, district from document where kind = 'incident'")
        return {row["key"]: row["district"] for row in rows}


async def become(connection: Connection, *, custodians: Sequence[str] = (), districts: Sequence[str] = ()) -> None:
    """Put a viewer's settings in place for the rest of the transaction."""
    await connection.execute(
        "select set_config('daylight.custodians', $1, true), set_config('daylight.districts', $2, true)",
        ",".join(custodians),
        ",".join(districts),
    )


@pytest.fixture
async def view(databases: Databases, settings: Settings, secrets: Secrets) -> AsyncIterator[View]:
    """An empty gateway database."""
    await databases.fresh(DATABASE)
    projector = await Database.open(settings, secrets, role=PROJECTOR, database=DATABASE.name)
    reader = await Database.open(settings, secrets, role=READER, database=DATABASE.name)
    yield View(projector, reader, lambda: databases.connect(DATABASE))
    await reader.close()
    await projector.close()
