"""The directory over HTTP: put, correct and void by those it belongs to; read and searched by everybody."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.reporting.directory import rules, store
from services.reporting.directory.bulk import directory_lines
from services.reporting.directory.keys import EntryKey, own
from services.reporting.directory.kinds import KINDS, EntryKind
from services.reporting.directory.store import Incoming
from shared.contracts.contract import LeaId, Name, Ori
from shared.contracts.directory import SchoolList
from shared.contracts.record import VOID, Receipt, VoidRequest
from shared.records.keep import Kept
from shared.web import body
from shared.web.bulk import NDJSON, answer_bulk
from shared.web.caller import EVERY_SITE, Caller, OptionalCaller, scoped
from shared.web.conditional import DryRun
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import REFERENCE, gives, gives_ndjson, takes
from shared.web.problems import Problem, problems
from shared.web.writes import (
    JSON,
    PUT_PROBLEMS,
    VOID_PROBLEMS,
    ExpectedVersion,
    RequestKey,
    answer_put,
    answer_void,
    standing,
    writing,
)

LIVE = "live"

Writer = Annotated[Caller, Depends(scoped("directory.write"))]
NameOfSchool = Annotated[
    Name | None, Query(description="Words that the name has, or beginnings of them, in any case and order.")
]
District = Annotated[LeaId | None, Query(description="Schools of this district.")]
Agency = Annotated[Ori | None, Query(description="Schools of the districts that this agency serves or has served.")]

router = APIRouter(tags=["directory"])
LINES = [
    {"$ref": REFERENCE.format(model=line.__name__)}
    for entries in KINDS.values()
    for line in (entries.line, entries.void_line)
]


@router.post(
    "/v1/directory/bulk",
    openapi_extra={"requestBody": {"required": True, "content": {NDJSON: {"schema": {"oneOf": LINES}}}}},
    responses=gives_ndjson("A line each in order, then a summary.")
    | problems(
        "invalid-json",
        "invalid-value",
        "invalid-encoding",
        "insufficient-scope",
        "body-too-large",
        "unsupported-media-type",
    ),
    response_class=StreamingResponse,
)
async def put_entries(request: Request, caller: Writer, state: State, dry_run: DryRun = False) -> StreamingResponse:
    """Take in up to 10,000 entries of any kind, one a line: the body of a PUT with `kind`, its key and `op`."""
    lines = directory_lines(state, caller, now=datetime.now(UTC), dry_run=dry_run)
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
    rows = await store.list_schools(state.database, name=name, lea_id=lea_id, ori=ori, after=after, limit=limit + 1)
    found = page(state, request, viewer, rows, limit)
    schools = [_shown(row["id"], row["version"], row["document"]) for row in found.rows]
    return Response(
        orjson.dumps({"schools": schools, "next": found.next, "withheld": []}),
        headers=found.headers | _sites(caller),
        media_type=JSON,
    )


def entry_routes(entries: EntryKind) -> APIRouter:
    """The routes of one kind of entry: put, read and void by key."""
    one = entries.kind.name
    by_key = APIRouter(prefix=f"/v1/{entries.plural}", tags=[entries.plural])
    in_path = Depends(entries.in_path)

    @by_key.put(
        entries.path,
        name=f"put_{one}",
        openapi_extra=takes(entries.report),
        responses=gives(Receipt, "Kept.") | gives(Receipt, "New.", 201) | problems(*PUT_PROBLEMS, "time-order"),
        response_class=Response,
    )
    async def put_entry(
        request: Request,
        caller: Writer,
        state: State,
        expected: ExpectedVersion,
        key: EntryKey = in_path,
        dry_run: DryRun = False,
    ) -> Response:
        """Say how it now stands. Repeat it freely: the same again changes nothing."""
        own(caller, key)
        content = await body.read(request, most=state.settings.body_bytes)
        report = body.parse(entries.report, content, rules.faults)
        incoming = [Incoming(key, entries.record_of(key, report))]
        async with writing(state):
            outcomes = await store.put_entries(
                state.database, incoming, by=caller.client, at=datetime.now(UTC), expected=expected, dry_run=dry_run
            )
        return answer_put(state, outcomes[str(key)], _receipt)

    @by_key.get(
        entries.path,
        name=f"get_{one}",
        responses=gives(entries.view, "The record.") | problems("not-found", "invalid-value"),
        response_class=Response,
    )
    async def get_entry(caller: OptionalCaller, state: State, key: EntryKey = in_path) -> Response:
        """Read it; what is void is not found."""
        current = await store.get_entry(state.database, key)
        if current is None or current.state == VOID:
            raise Problem("not-found")
        shown = _shown(current.id, current.version, current.document)
        headers = {"ETag": shown["etag"]} | _sites(caller)
        return Response(orjson.dumps(shown | {"withheld": []}), headers=headers, media_type=JSON)

    @by_key.post(
        f"{entries.path}/void",
        name=f"void_{one}",
        openapi_extra=takes(VoidRequest),
        responses=gives(Receipt, "Void.") | problems(*VOID_PROBLEMS),
        response_class=Response,
    )
    async def void_entry(
        request: Request, caller: Writer, state: State, key: EntryKey = in_path, request_key: RequestKey = None
    ) -> Response:
        """Take it out of the directory. Again changes nothing; a later PUT brings it back."""
        own(caller, key)
        return await answer_void(
            request, state, entries.kind, key.natural, caller=caller, request_key=request_key, receipt=_receipt
        )

    return by_key


def _shown(record_id: UUID, version: int, document: str) -> dict[str, Any]:
    record: dict[str, Any] = orjson.loads(document)
    return {"id": str(record_id), "version": version, "etag": f'"{version}"', "status": LIVE} | record


def _sites(caller: Caller | None) -> dict[str, str]:
    return EVERY_SITE if caller is None else {}


def _receipt(kept: Kept) -> Receipt:
    return Receipt(**standing(kept, LIVE))


for entry_kind in KINDS.values():
    router.include_router(entry_routes(entry_kind))
