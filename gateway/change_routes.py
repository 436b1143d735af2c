"""`GET /v1/changes`: how a system keeps its copy up to date, with deletes and with access gained and lost."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Response

from gateway import changes
from gateway.changes import START, Selection
from gateway.masks import withheld
from gateway.policy import Rule
from gateway.read_your_writes import SeeNamedWrites
from gateway.state import State
from gateway.viewer import VIEWER_PROBLEMS, Viewer, reader_of_changes, viewing
from shared.web.problems import problems

MOST_WAIT_SECONDS = 30
LIMIT_DEFAULT, LIMIT_MOST = 100, 1_000

router = APIRouter(tags=["changes"])

ENTRY = {
    "type": "object",
    "required": ["path", "rule", "section", "reason", "who_may"],
    "properties": {
        "path": {"type": "array", "items": {"type": "string"}},
        **{name: {"type": "string"} for name in ("rule", "section", "reason", "who_may")},
    },
}
CHANGE = {
    "type": "object",
    "required": ["change", "kind", "id"],
    "properties": {
        "change": {"enum": ["upsert", "void", "removed"]},
        "kind": {"type": "string"},
        "id": {"type": "string", "format": "uuid"},
        "key": {"type": "string"},
        "custodian": {"type": "string"},
        "record_class": {"type": "string"},
        "version": {"type": "integer"},
        "changed_at": {"type": "string", "format": "date-time"},
        "record": {"type": ["object", "null"]},
        "withheld": {"type": "array", "items": ENTRY},
    },
}
PAGE = {
    "type": "object",
    "required": ["changes", "next", "caught_up", "withheld"],
    "properties": {
        "changes": {"type": ["array", "null"], "items": CHANGE},
        "next": {"type": "string"},
        "caught_up": {"type": "boolean"},
        "withheld": {"type": "array", "items": ENTRY},
    },
}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "One page of changes.", "content": {"application/json": {"schema": PAGE}}}
}

Since = Annotated[str, Query(description="`start`, or `next` of the page before.", max_length=2_000)]
Kinds = Annotated[
    list[str] | None, Query(description="Kinds, each as a parameter of its own; left out: every kind of record.")
]
SchoolId = Annotated[str | None, Query(description="Records of this school alone.", pattern=r"^[0-9]{12}$")]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MOST, description="Most changes of the page.")]
Wait = Annotated[
    float, Query(ge=0, le=MOST_WAIT_SECONDS, description="Seconds to wait for a change where there is none yet.")
]


@router.get(
    "/v1/changes",
    dependencies=[SeeNamedWrites],
    responses=ANSWER | problems(*VIEWER_PROBLEMS, "cursor-expired", "invalid-cursor", "invalid-value"),
)
async def get_changes(
    viewer: Annotated[Viewer, Depends(reader_of_changes)],
    state: State,
    since: Since = START,
    kind: Kinds = None,
    school_id: SchoolId = None,
    limit: Limit = LIMIT_DEFAULT,
    wait: Wait = 0,
) -> Response:
    """What changed since a cursor, each record once, as it stands now.

    At least once: a record may come again, and its versions only rise. `removed` is what the viewer can no longer see.
    """
    today = datetime.now(UTC).date()
    after = changes.open_cursor(state.cursors, viewer, since, today)
    wanted = changes.selection(viewer, kind or (), school_id=school_id, after=after, limit=limit)
    if isinstance(wanted, Rule):
        nothing = {"changes": None, "next": since, "caught_up": True, "withheld": [withheld(("changes",), wanted)]}
        return _json(nothing)
    found = await _read_or_wait(wanted, viewer, state, wait)
    return _json(
        {
            "changes": found.changes,
            "next": changes.seal(state.cursors, viewer, found.last, today),
            "caught_up": found.caught_up,
            "withheld": [],
        }
    )


async def _read_or_wait(wanted: Selection, viewer: Viewer, state: State, seconds: float) -> changes.Changes:
    deadline = time.monotonic() + seconds
    while True:
        async with viewing(state.database, viewer) as connection:
            found = await changes.read(connection, viewer, wanted, state.student_names)
        left = deadline - time.monotonic()
        if found.changes or left <= 0:
            return found
        await state.positions.next_move(left)


def _json(content: Any) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
