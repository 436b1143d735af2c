"""What agencies and districts say, over HTTP: put, correct, void, read back; each kind in the same way."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.reporting.record import store
from services.reporting.record.bulk import record_lines
from services.reporting.record.keys import RecordKey, own
from services.reporting.record.kinds import KINDS, OF_DISTRICTS, RecordKind
from services.reporting.record.store import Incoming
from shared.contracts.contract import LeaId
from shared.contracts.record import LIVE, Receipt, VoidRequest
from shared.records.keep import Kept
from shared.web import body
from shared.web.bulk import NDJSON, answer_bulk
from shared.web.caller import EVERY_SITE, Caller, OptionalCaller, scoped
from shared.web.conditional import DryRun
from shared.web.held import Held, State
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
FAULTS = ("in-the-future", "time-order")
SCHOOL_SIDE_ROLES = frozenset({"district_system", "privacy_officer"})
"""Who reads back what a district says of its schools: nobody of the police (34 CFR 99.30)."""

Writer = Annotated[Caller, Depends(scoped("directory.write"))]
Reader = Annotated[Caller, Depends(scoped("records.read"))]
District = Annotated[LeaId, Query(description="Records of this district.")]
Route = Callable[..., Awaitable[Response]]


def record_routes(kind: RecordKind) -> APIRouter:
    """The routes of one kind: put, read and void by key; of what a district says also bulk, and a list."""
    router = APIRouter(prefix=f"/v1/{kind.plural}", tags=[kind.plural])
    one = kind.kind.name
    if one in OF_DISTRICTS:
        router.post(
            "/bulk",
            name=f"put_{one}_lines",
            openapi_extra=takes(kind.line, NDJSON),
            responses=gives_ndjson("A line each in order, then a summary.") | problems(*BULK_PROBLEMS),
            response_class=StreamingResponse,
        )(_bulk(kind))
        router.get(
            "",
            name=f"list_{one}",
            responses=problems("insufficient-scope", "not-found", "invalid-value", "invalid-cursor"),
            response_class=Response,
        )(_list(kind))
    router.put(
        kind.path,
        name=f"put_{one}",
        openapi_extra=takes(kind.report),
        responses=gives(Receipt, "Kept.") | gives(Receipt, "New.", 201) | problems(*PUT_PROBLEMS, *FAULTS),
        response_class=Response,
    )(_put(kind))
    router.get(
        kind.path,
        name=f"get_{one}",
        responses=gives(kind.view, "The record.") | problems("insufficient-scope", "not-found", "invalid-value"),
        response_class=Response,
    )(_get_public(kind) if kind.public else _get_own(kind))
    router.post(
        f"{kind.path}/void",
        name=f"void_{one}",
        openapi_extra=takes(VoidRequest),
        responses=gives(Receipt, "Void.") | problems(*VOID_PROBLEMS),
        response_class=Response,
    )(_void(kind))
    return router


def _bulk(kind: RecordKind) -> Callable[..., Awaitable[StreamingResponse]]:
    async def put_lines(request: Request, caller: Writer, state: State, dry_run: DryRun = False) -> StreamingResponse:
        """Take in up to 10,000 records, one a line: the body of a PUT with its key and `op`."""
        lines = record_lines(state, {kind.kind.name: kind}, caller, now=datetime.now(UTC), dry_run=dry_run)
        return await answer_bulk(request, lines, state.settings)

    return put_lines


def _put(kind: RecordKind) -> Route:
    in_path = Depends(kind.in_path)

    async def put_record(
        request: Request,
        caller: Writer,
        state: State,
        expected: ExpectedVersion,
        key: RecordKey = in_path,
        dry_run: DryRun = False,
    ) -> Response:
        """Say how it now stands. Repeat it freely: the same again changes nothing."""
        own(caller, key, kind.write_everything)
        content, now = await body.read(request, most=state.settings.body_bytes), datetime.now(UTC)
        incoming = [Incoming(key, kind.record_of(key, body.parse(kind.report, content, kind.faults_of(key, now))))]
        async with writing(state):
            outcomes = await store.put_records(
                state.database, incoming, by=caller.client, at=now, expected=expected, dry_run=dry_run
            )
        return answer_put(state, outcomes[str(key)], _receipt)

    return put_record


def _get_public(kind: RecordKind) -> Route:
    in_path = Depends(kind.in_path)

    async def get_record(caller: OptionalCaller, state: State, key: RecordKey = in_path) -> Response:
        """Read it; what is void is not found."""
        return await _answer(state, key, sites(caller))

    return get_record


def _get_own(kind: RecordKind) -> Route:
    in_path = Depends(kind.in_path)

    async def get_record(caller: Reader, state: State, key: RecordKey = in_path) -> Response:
        """Read back what the district said; to everybody else there is nothing."""
        if not _reads(caller, key.lea_id):
            raise Problem("not-found")
        return await _answer(state, key, {})

    return get_record


def _list(kind: RecordKind) -> Route:
    async def list_records(
        request: Request, caller: Reader, state: State, lea_id: District, limit: Limit = 100, cursor: CursorText = None
    ) -> Response:
        """A district's records of this kind, by key."""
        if not _reads(caller, lea_id):
            raise Problem("not-found")
        after = begins_after(state, request, caller.client, cursor)
        rows = await store.list_records(state.database, kind, lea_id, after=after, limit=limit + 1)
        found = page(state, request, caller.client, rows, limit)
        listed = {
            kind.plural.replace("-", "_"): [shown(row["id"], row["version"], row["document"]) for row in found.rows],
            "next": found.next,
            "withheld": [],
        }
        return Response(orjson.dumps(listed), headers=found.headers, media_type=JSON)

    return list_records


def _void(kind: RecordKind) -> Route:
    in_path = Depends(kind.in_path)

    async def void_record(
        request: Request, caller: Writer, state: State, key: RecordKey = in_path, request_key: RequestKey = None
    ) -> Response:
        """Take it out. Again changes nothing; a later PUT brings it back."""
        own(caller, key, kind.write_everything)
        return await answer_void(
            request, state, kind.kind, key.natural, caller=caller, request_key=request_key, receipt=_receipt
        )

    return void_record


def shown(record_id: UUID, version: int, document: str) -> dict[str, Any]:
    """A record as it is answered: with its id, version, entity tag and status."""
    record: dict[str, Any] = orjson.loads(document)
    return {"id": str(record_id), "version": version, "etag": f'"{version}"', "status": LIVE} | record


def sites(caller: Caller | None) -> dict[str, str]:
    """The header by which pages of every site may read what is asked without a token."""
    return EVERY_SITE if caller is None else {}


def _reads(caller: Caller, lea_id: str | None) -> bool:
    return caller.role in SCHOOL_SIDE_ROLES and lea_id in caller.lea_ids


async def _answer(state: Held, key: RecordKey, headers: dict[str, str]) -> Response:
    current = await store.get_record(state.database, key)
    if current is None:
        raise Problem("not-found")
    record = shown(current.id, current.version, current.document)
    return Response(
        orjson.dumps(record | {"withheld": []}), headers={"ETag": record["etag"]} | headers, media_type=JSON
    )


def _receipt(kept: Kept) -> Receipt:
    return Receipt(**standing(kept, LIVE))


router = APIRouter()
for each in KINDS.values():
    router.include_router(record_routes(each))
