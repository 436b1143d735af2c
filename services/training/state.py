"""What this service holds besides its database: the limits that it judges by, and what sweeps."""

from typing import Annotated

from fastapi import Depends, Request

from services.training.principles.limits import Limits
from shared.records.sweeping import Sweeping


async def limits(request: Request) -> Limits:
    """What the installation judges by."""
    held: Limits = request.app.state.limits
    return held


async def sweeping(request: Request) -> Sweeping:
    """What judges again whatever became due."""
    held: Sweeping = request.app.state.sweeping
    return held


Judged = Annotated[Limits, Depends(limits)]
Sweeper = Annotated[Sweeping, Depends(sweeping)]
