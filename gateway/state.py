"""What the gateway holds while it runs, on `app.state`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.calls import Calls
from gateway.execution import Budget, Documents
from gateway.oauth.issuer import Issuer
from gateway.oauth.lockout import Lockout
from shared.clocks.engine import DueSoon
from shared.records.database import Database
from shared.records.positions import Positions
from shared.records.pseudonyms import Pseudonyms
from shared.settings import Settings
from shared.web.paging import Cursors


@dataclass(frozen=True, slots=True)
class GatewayState:
    """The open database as reader, how far the view has come, keys, and what is remembered between requests."""

    settings: Settings
    database: Database
    positions: Positions
    cursors: Cursors
    student_names: Pseudonyms
    issuer: Issuer
    lockout: Lockout
    documents: Documents
    budget: Budget
    calls: Calls

    @property
    def due_soon(self) -> DueSoon:
        """How long before it is over a limit is said to be due soon."""
        return DueSoon(self.settings.due_soon_share, self.settings.due_soon_days)


async def gateway_state(request: Request) -> GatewayState:
    """The state of the application that serves the request."""
    state: GatewayState = request.app.state.gateway
    return state


State = Annotated[GatewayState, Depends(gateway_state)]
