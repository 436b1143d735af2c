"""The directory over HTTP: its kinds together in bulk, and the search for schools, which everybody may ask."""

from datetime import UTC, datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.reporting.directory import search
from services.reporting.record.bulk import record_lines
from services.reporting.record.kinds import DIRECTORY
from services.reporting.record.routes import BULK_PROBLEMS, Writer, shown, sites
from shared.contracts.contract import LeaId, Name, Ori
from shared.contracts.directory import SchoolList
from shared.web.bulk import NDJSON, answer_bulk
from shared.web.caller import OptionalCaller
from shared.web.conditional import DryRun
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import REFERENCE, gives, gives_ndjson
from shared.web.problems import problems
from shared.web.writes import JSON

NameOfSchool = Annotated[
    Name | None, Query(description="Words that the name has, or beginnings of them, in any case and order.")
]
District = Annotated[LeaId | None, Query(description="Schools of this district.")]
Agency = Annotated[Ori | None, Query(description="Schools of the districts that this agency serves or has served.")]

router = APIRouter(tags=["directory"])
LINES = [
    {"$ref": REFERENCE.format(model=line.__name__)}
    for kind in DIRECTORY.values()
    for line in (kind.line, kind.void_line)
]


@router.post(
    "/v1/directory/bulk",
    openapi_extra={"requestBody": {"required": True, "content": {NDJSON: {"schema": {"oneOf": LINES}}}}},
    responses=gives_ndjson("A line each in order, then a summary.") | problems(*BULK_PROBLEMS),
    response_class=StreamingResponse,
)
async def put_entries(request: Request, caller: Writer, state: State, dry_run: DryRun = False) -> StreamingResponse:
    """Take in up to 10,000 entries of any kind, one a line: the body of a PUT with `kind`, its key and `op`."""
    lines = record_lines(state, DIRECTORY, caller, now=datetime.now(UTC), dry_run=dry_run)
    return await answer_bulk(request, lines, state.settings)


@router.get(
    "/v1/schools",
    responses=gives(SchoolList, "A page of schools, by id.") | problems("invalid-value", "invalid-cursor"),
    response_class=Response,
)
async def list_schools(
    request: Request,
    caller: OptionalCaller,
    state: State,
    name: NameOfSchool = None,
    lea_id: District = None,
    ori: Agency = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Find schools by name, district or agency; without any of them, every school there is."""
    viewer = caller.client if caller else ""
    after = begins_after(state, request, viewer, cursor)
    rows = await search.list_schools(state.database, name=name, lea_id=lea_id, ori=ori, after=after, limit=limit + 1)
    found = page(state, request, viewer, rows, limit)
    schools = [shown(row["id"], row["version"], row["document"]) for row in found.rows]
    return Response(
        orjson.dumps({"schools": schools, "next": found.next, "withheld": []}),
        headers=found.headers | sites(caller),
        media_type=JSON,
    )
