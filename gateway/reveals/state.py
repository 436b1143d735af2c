"""What a reveal needs besides the database: the calls to the service, and the seal of the details recorded."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.calls import Calls
from gateway.disclosures.sealing import DetailsSeal


@dataclass(frozen=True, slots=True)
class Revealing:
    """The calls to the service that unseals, and the seal of what is recorded."""

    calls: Calls
    seal: DetailsSeal


async def revealing(request: Request) -> Revealing:
    """The state of the application that serves the request."""
    state: Revealing = request.app.state.revealing
    return state


RevealState = Annotated[Revealing, Depends(revealing)]
