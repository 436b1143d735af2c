"""`GET /v1/incidents`: the same reads as GraphQL's, with the same filters and the same policy."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway import documents
from gateway.around import FOLLOWING, incident_mask, with_what_follows
from gateway.change_routes import ENTRY
from gateway.connections import INCIDENTS
from gateway.filters import INCIDENT_FILTERS, conditions, incident_key, instant
from gateway.masks import EVERY_INDEX, Mask, withheld
from gateway.own_part import others_mask
from gateway.policy import ANOTHER_STUDENT, NONE, Rule
from gateway.read_your_writes import SeeNamedWrites
from gateway.reading import Reading
from gateway.state import State
from gateway.viewer import VIEWER_PROBLEMS, Scope, Viewer, reader_of_records
from shared.contracts.contract import Label
from shared.contracts.incidents import Incident
from shared.web.problems import Problem, problems

LIMIT_DEFAULT, LIMIT_MOST = 100, 1_000
TIMES = ("occurred_from", "occurred_to")

router = APIRouter(tags=["records"])

RECORD = {
    "allOf": [
        {"type": "object", "description": "The record, cut to what the viewer may see."},
        {
            "required": ["id", "key", "custodian", "version", "changed_at"],
            "properties": {"id": {"type": "string"}, "key": {"type": "string"}, "version": {"type": "integer"}},
        },
    ]
}
PAGE = {
    "type": "object",
    "required": ["incidents", "next", "withheld"],
    "properties": {
        "incidents": {"type": ["array", "null"], "items": RECORD},
        "next": {"type": ["string", "null"]},
        "withheld": {"type": "array", "items": ENTRY},
    },
}

Text = Annotated[str | None, Query(max_length=100)]


class IncidentQuery(BaseModel):
    """Which incidents, and which page of them. A parameter that does not exist is refused, so that none is misspelt."""

    model_config = ConfigDict(extra="forbid")

    ori: Text = None
    lea_id: Text = None
    school_id: Text = None
    occurred_from: Text = None
    occurred_to: Text = None
    flag: Text = None
    initiated_by: Text = None
    outcome: Text = None
    action: Text = None
    source_system: Text = None
    student_ref: Text = None
    limit: Annotated[int, Field(ge=1, le=LIMIT_MOST)] = LIMIT_DEFAULT
    cursor: Annotated[str | None, Field(max_length=2_000)] = None

    def asked(self) -> dict[str, Any]:
        """The conditions by their names. Raises Problem `invalid-value` for a time of another form."""
        asked = self.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
        try:
            return asked | {name: instant(asked[name]) for name in TIMES if name in asked}
        except ValueError as error:
            raise Problem("invalid-value", "A time is RFC 3339 with its offset, or a day.") from error


Reader = Annotated[Viewer, Depends(reader_of_records)]


def _answer(description: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": schema}}}}


@router.get(
    "/v1/incidents",
    dependencies=[SeeNamedWrites],
    responses=_answer("One page.", PAGE)
    | problems(*VIEWER_PROBLEMS, "individual-file-not-allowed", "invalid-value", "invalid-cursor"),
)
async def list_incidents(
    request: Request,
    viewer: Reader,
    state: State,
    query: Annotated[IncidentQuery, Query()],
) -> Response:
    """Incidents, the newest first. `incidents` is null, with an entry, where the viewer has no scope.

    Where they are de-identified they stand in no order that tells when they were.
    """
    scope = viewer.records()
    if isinstance(scope, Rule):
        return _json({"incidents": None, "next": None, "withheld": [withheld(("incidents",), scope)]})
    limit = query.limit
    mask = viewer.mask(Incident, scope)
    async with Reading(viewer, state.database, state.cursors, state.student_names, state.due_soon) as reading:
        wanted = conditions(INCIDENT_FILTERS, query.asked(), reading, scope)
        if isinstance(wanted, Rule):
            return _json({"incidents": [], "next": None, "withheld": [withheld(("incidents",), wanted)]})
        order = INCIDENTS.ordered(scope)
        place = reading.place_of(query.cursor, order) if query.cursor else None
        found = await reading.read(
            lambda snapshot: documents.page(
                snapshot, scope, INCIDENTS.kind, wanted, order=order, after=place, first=limit + 1
            )
        )
        following = reading.cursor_to(found[limit - 1], order) if len(found) > limit else None
        shown = [mask.cut(reading.opened(stored, scope)) for stored in found[:limit]]
    entries = _entries(mask, "incidents", EVERY_INDEX) + _others(reading, scope, "incidents", EVERY_INDEX)
    content = {"incidents": shown, "next": following, "withheld": entries}
    headers = {}
    if following:
        headers["Link"] = f'<{request.url.include_query_params(cursor=following)}>; rel="next"'
    return _json(content, headers)


@router.get(
    "/v1/incidents/{ori}/{incident_number}",
    dependencies=[SeeNamedWrites],
    responses=_answer("The record.", RECORD) | problems(*VIEWER_PROBLEMS, "not-found", "invalid-value"),
)
async def get_incident(ori: str, incident_number: str, viewer: Reader, state: State) -> Response:
    """One incident, with its flags, judgements and clocks, and what was concluded of it, as GraphQL has them.

    `not-found` is said alike whether there is none or it is not the viewer's.
    """
    scope = viewer.records()
    if isinstance(scope, Rule):
        raise Problem("not-found", withheld=[withheld((), scope)])
    if rule := viewer.indirectly(scope):
        raise Problem("not-found", withheld=[withheld((), rule)])
    key = incident_key(ori, incident_number)
    async with Reading(viewer, state.database, state.cursors, state.student_names, state.due_soon) as reading:
        stored = await reading.read(lambda snapshot: documents.one(snapshot, scope, INCIDENTS.kind, key))
        if stored is None:
            rule = viewer.decide(NONE, scope.record_class, Label.FACT)
            raise Problem("not-found", withheld=[withheld((), rule)])
        mask = incident_mask(viewer, scope)
        following = () if scope.family is not None else FOLLOWING
        (record,) = await with_what_follows(reading, scope, [stored], mask, following)
    content = {**record, "withheld": _entries(mask) + _others(reading, scope)}
    return _json(content, {"ETag": f'"{stored.version}"'})


def _entries(mask: Mask, *place: str) -> list[dict[str, Any]]:
    return [withheld((*place, *path), rule) for path, rule in mask.paths()]


def _others(reading: Reading, scope: Scope, *place: str) -> list[dict[str, Any]]:
    """Entries for what the records say of other students, where they were cut to a viewer's own."""
    if not reading.cut:
        return []
    return _entries(others_mask(reading.viewer.decide(ANOTHER_STUDENT, scope.record_class, Label.STUDENT)), *place)


def _json(content: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), headers=headers, media_type="application/json")
