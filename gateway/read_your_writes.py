"""`Daylight-After`: a read that names a write waits until it sees it."""

from typing import Annotated

from fastapi import Depends, Header

from gateway.state import State
from shared.records.log import Position
from shared.web.problems import Problem

SERVICES = ("incidents", "training", "reporting")


async def see_named_writes(
    state: State,
    after: Annotated[
        list[str] | None, Header(alias="Daylight-After", description="`Daylight-Position` of a write to be seen.")
    ] = None,
) -> None:
    """Wait until every write named by `Daylight-After` is in the view, each as long as the setting says.

    Raises Problem `invalid-value`, and NotYetVisible (answered as `not-yet-visible`).
    """
    for named in [part.strip() for line in after or () for part in line.split(",")]:
        service, position = _named(named)
        await state.positions.wait(service, position, state.settings.read_your_writes_seconds)


def _named(text: str) -> tuple[str, Position]:
    service, _, place = text.partition(":")
    try:
        position = Position.parse(place)
    except ValueError:
        position = None
    if position is None or service not in SERVICES:
        raise Problem("invalid-value", "Daylight-After takes what Daylight-Position said, as it was said.")
    return service, position


SeeNamedWrites = Depends(see_named_writes)
