"""What agencies send, over HTTP: put, correct, void, read back; each kind in the same way."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from services.training.record import store
from services.training.record.bulk import record_lines
from services.training.record.keys import RecordKey, own
from services.training.record.kinds import KINDS, RecordKind
from services.training.record.sent import Sent
from services.training.record.store import Incoming
from services.training.sight import lists, readable
from services.training.state import Judged, Sweeper
from shared.contracts.contract import Contract, Ori
from shared.contracts.record import LIVE, VoidRequest
from shared.records.keep import Current, Kept
from shared.web import body
from shared.web.bulk import NDJSON, answer_bulk
from shared.web.caller import Caller, scoped
from shared.web.conditional import DryRun
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives, gives_ndjson, takes
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

BULK_PROBLEMS = (
    "invalid-json",
    "invalid-value",
    "invalid-encoding",
    "insufficient-scope",
    "body-too-large",
    "unsupported-media-type",
)
FAULTS = ("in-the-future", "time-order", "not-in-chain-of-command", "required-question-unanswered")
RATING_PROBLEMS = ("actor-may-not-act",)
READ_PROBLEMS = ("insufficient-scope", "not-found", "invalid-value")

Writer = Annotated[Caller, Depends(scoped("training.write"))]
Reader = Annotated[Caller, Depends(scoped("records.read"))]
Route = Callable[..., Awaitable[Response]]


def record_routes(kind: RecordKind) -> APIRouter:
    """The routes of one kind: put, bulk, void, read one and all, by the agency's own numbers."""
    router = APIRouter(prefix=f"/v1/{kind.plural}", tags=[kind.plural])
    one, path = kind.kind.name, kind.path
    refused = RATING_PROBLEMS if kind.school_rates_not else ()
    router.post(
        "/bulk",
        name=f"put_{one}_lines",
        openapi_extra=takes(kind.line, NDJSON),
        responses=gives_ndjson("A line each in order, then a summary.") | problems(*BULK_PROBLEMS),
        response_class=StreamingResponse,
    )(_bulk(kind))
    router.put(
        path,
        name=f"put_{one}",
        openapi_extra=takes(kind.report),
        responses=gives(kind.receipt, "Kept.")
        | gives(kind.receipt, "New.", 201)
        | problems(*PUT_PROBLEMS, *FAULTS, *refused),
        response_class=Response,
    )(_put(kind))
    router.post(
        f"{path}/void",
        name=f"void_{one}",
        openapi_extra=takes(VoidRequest),
        responses=gives(kind.receipt, "Void.") | problems(*VOID_PROBLEMS, *refused),
        response_class=Response,
    )(_void(kind))
    router.get(
        path,
        name=f"get_{one}",
        responses=gives(kind.read, "The record.") | problems(*READ_PROBLEMS),
        response_class=Response,
    )(_get(kind))
    if kind.number:
        router.get(
            "/{ori}",
            name=f"list_{one}",
            responses=problems(*READ_PROBLEMS, "invalid-cursor"),
            response_class=Response,
        )(_list(kind))
    return router


def _bulk(kind: RecordKind) -> Callable[..., Awaitable[StreamingResponse]]:
    async def put_lines(
        request: Request, caller: Writer, state: State, limits: Judged, sweeping: Sweeper, dry_run: DryRun = False
    ) -> StreamingResponse:
        """Take in up to 10,000 records, one a line: the body of a PUT with `kind`, its key and `op`."""
        lines = record_lines(state, kind, limits, caller, now=datetime.now(UTC), dry_run=dry_run)
        answer = await answer_bulk(request, lines, state.settings)
        sweeping.wake.set()
        return answer

    return put_lines


def _put(kind: RecordKind) -> Route:
    in_path = Depends(kind.in_path)

    async def put_record(
        request: Request,
        caller: Writer,
        state: State,
        limits: Judged,
        sweeping: Sweeper,
        expected: ExpectedVersion,
        key: RecordKey = in_path,
        dry_run: DryRun = False,
    ) -> Response:
        """Say how it now stands. Repeat it freely: the same again changes nothing."""
        own(caller, key.ori, school_rates_not=kind.school_rates_not)
        content, now = await body.read(request, most=state.settings.body_bytes), datetime.now(UTC)
        report = body.parse(kind.report, content, lambda one: kind.faults_of(Sent(one, key.ori, key.number, now)))
        incoming = [Incoming(key, kind.record_of(key, report))]
        async with writing(state):
            outcomes = await store.put_records(
                state.database, kind, limits, incoming, by=caller.client, at=now, expected=expected, dry_run=dry_run
            )
        _wake(kind, sweeping)
        return answer_put(state, outcomes[str(key)], _receipt_of(kind))

    return put_record


def _void(kind: RecordKind) -> Route:
    in_path = Depends(kind.in_path)

    async def void_record(
        request: Request,
        caller: Writer,
        state: State,
        limits: Judged,
        sweeping: Sweeper,
        key: RecordKey = in_path,
        request_key: RequestKey = None,
    ) -> Response:
        """Take it out of views and counts. Again changes nothing; a later PUT brings it back."""
        own(caller, key.ori, school_rates_not=kind.school_rates_not)
        answer = await answer_void(
            request,
            state,
            kind.kind,
            str(key),
            caller=caller,
            request_key=request_key,
            receipt=_receipt_of(kind),
            follow=store.following(kind, limits, datetime.now(UTC)),
        )
        _wake(kind, sweeping)
        return answer

    return void_record


def _get(kind: RecordKind) -> Route:
    in_path = Depends(kind.in_path)

    async def get_record(
        caller: Reader,
        state: State,
        key: RecordKey = in_path,
    ) -> Response:
        """Read it back; what is void is not found."""
        current = await store.get_record(state.database, kind, key)
        if current is None or not readable(caller, orjson.loads(current.document), of_candidates=kind.is_of_candidates):
            raise Problem("not-found")
        shown = _shown(kind, current) | {"withheld": []}
        return Response(orjson.dumps(shown), headers={"ETag": shown["etag"]}, media_type=JSON)

    return get_record


def _list(kind: RecordKind) -> Route:
    async def list_records(
        request: Request, ori: Ori, caller: Reader, state: State, limit: Limit = 100, cursor: CursorText = None
    ) -> Response:
        """An agency's records of this kind, by number."""
        if not lists(caller, ori, of_officers=kind.is_of_an_officer):
            raise Problem("not-found")
        after = begins_after(state, request, caller.client, cursor)
        rows = await store.list_records(state.database, kind, ori, after=after, limit=limit + 1)
        found = page(state, request, caller.client, rows, limit)
        listed = {kind.plural: [_shown(kind, row) for row in found.rows], "next": found.next, "withheld": []}
        return Response(orjson.dumps(listed), headers=found.headers, media_type=JSON)

    return list_records


def _wake(kind: RecordKind, sweeping: Sweeper) -> None:
    """Judge at once on whom a record bears that is of no single officer."""
    if not kind.is_of_an_officer:
        sweeping.wake.set()


def _shown(kind: RecordKind, row: Current | Any) -> dict[str, Any]:
    record_id, version, document = (
        (row.id, row.version, row.document)
        if isinstance(row, Current)
        else (row["id"], row["version"], row["document"])
    )
    record: dict[str, Any] = orjson.loads(document)
    about = {"id": str(record_id), "version": version, "etag": f'"{version}"', "status": LIVE}
    return about | record | _said(kind, document)


def _said(kind: RecordKind, document: str) -> dict[str, Any]:
    """What is answered besides the record, as its kind says."""
    said = kind.says(kind.record.model_validate_json(document))
    return said.model_dump() if isinstance(said, Contract) else {}


def _receipt_of(kind: RecordKind) -> Callable[[Kept], Contract]:
    def receipt(kept: Kept) -> Contract:
        """The answer to a write."""
        return kind.receipt(**standing(kept, LIVE), **_said(kind, kept.document))

    return receipt


router = APIRouter()
for each in KINDS.values():
    router.include_router(record_routes(each))
