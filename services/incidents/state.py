"""What the service holds open while it runs, as routes ask for it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from shared.records.database import Database
from shared.records.relay import Relay
from shared.records.vault import Vault
from shared.settings import Settings
from shared.web.paging import Cursors

SERVICE = "incidents"


@dataclass(frozen=True, slots=True)
class Held:
    """The service's database, vault, relay and cursors."""

    database: Database
    vault: Vault
    relay: Relay
    cursors: Cursors
    settings: Settings


async def held(request: Request) -> Held:
    """What the application holds open."""
    state: Held = request.app.state.held
    return state


State = Annotated[Held, Depends(held)]
