"""`GET /v1/clocks.ics`: what is due, for a calendar program (RFC 5545)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway import documents
from gateway.clocks.feed import MEDIA_TYPE, calendar
from gateway.connections import CLOCKS
from gateway.documents import LAST_DUE_FIRST, Condition, Stored
from gateway.filters import CLOCK_FILTERS, Asking, FilterRule, Filters, conditions
from gateway.masks import withheld
from gateway.policy import Rule
from gateway.read_your_writes import SeeNamedWrites
from gateway.reading import Reading
from gateway.state import State
from gateway.viewer import VIEWER_PROBLEMS, Scope, Viewer, reader_of_records
from shared.contracts.clocks import Clock
from shared.web.problems import Problem, problems

MOST_EVENTS = 1_000
DAYS_DEFAULT, DAYS_MOST = 90, 3_660

Reader = Annotated[Viewer, Depends(reader_of_records)]
Text = Annotated[str | None, Query(max_length=100)]

router = APIRouter(tags=["clocks"])


def _not_met(asking: Asking) -> Condition:
    """Clocks that have started and are not met: those that somebody can still do something about."""
    unmet = "started_at <= {}::timestamptz and (met_at is null or met_at > {}::timestamptz)"
    return Condition(unmet, [asking.at, asking.at])


FEED_FILTERS: Filters = {**CLOCK_FILTERS, "not_met": FilterRule(_not_met, ("started_at", "met_at"), Clock)}
CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"description": "The calendar.", "content": {"text/calendar": {"schema": {"type": "string"}}}},
    304: {"description": "It is as the ETag says."},
}


class FeedQuery(BaseModel):
    """Which clocks. A parameter that does not exist is refused, so that none is misspelt."""

    model_config = ConfigDict(extra="forbid")

    ori: Text = None
    lea_id: Text = None
    school_id: Text = None
    kind: Text = None
    state: Literal["running", "due_soon", "overdue"] | None = None
    days: Annotated[int, Field(ge=0, le=DAYS_MOST, description="Due in so many days, or overdue.")] = DAYS_DEFAULT

    def asked(self, at: datetime) -> dict[str, Any]:
        """The conditions by their names."""
        due_before = at + timedelta(days=self.days)
        return self.model_dump(exclude={"days"}) | {"not_met": True, "due_before": due_before}


@router.get(
    "/v1/clocks.ics",
    dependencies=[SeeNamedWrites],
    responses=CALENDAR | problems(*VIEWER_PROBLEMS, "actor-may-not-act", "invalid-value"),
    response_class=Response,
)
async def get_clock_calendar(
    request: Request, viewer: Reader, state: State, query: Annotated[FeedQuery, Query()]
) -> Response:
    """What is due as a calendar: the clocks that GraphQL's `clocks` shows this viewer, unless they are met.

    At most 1,000, what is due last first, so that those are left out that are overdue the longest.
    """
    async with Reading(viewer, state.database, state.cursors, state.student_names, state.due_soon) as reading:
        scope = CLOCKS.scope(reading)
        wanted = scope if isinstance(scope, Rule) else conditions(FEED_FILTERS, query.asked(reading.at), reading, scope)
        if isinstance(scope, Rule):
            raise _withheld(scope)
        if isinstance(wanted, Rule):
            raise _withheld(wanted)
        found, every = await _read(reading, scope, wanted)
        mask = CLOCKS.mask(reading, scope)
        shown = [mask.cut(reading.opened(stored, scope)) for stored in found]
    content = calendar(shown, left_out=every - len(shown))
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=MEDIA_TYPE)


async def _read(reading: Reading, scope: Scope, wanted: Sequence[Condition]) -> tuple[list[Stored], int]:
    """The clocks that are shown, and how many there are."""
    found = await reading.read(
        lambda snapshot: documents.page(
            snapshot, scope, CLOCKS.kind, wanted, order=LAST_DUE_FIRST, after=None, first=MOST_EVENTS
        )
    )
    if len(found) < MOST_EVENTS:
        return found, len(found)
    return found, await reading.read(lambda snapshot: documents.count(snapshot, scope, CLOCKS.kind, wanted))


def _withheld(rule: Rule) -> Problem:
    return Problem("actor-may-not-act", rule.reason, withheld=[withheld((), rule)])
