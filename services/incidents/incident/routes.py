"""Incidents over HTTP: push, correct, void, read back, reconcile."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter

from services.incidents.incident import rules, store
from services.incidents.incident.bulk import incident_lines
from services.incidents.incident.judging import Incoming, judge_void
from services.incidents.incident.keys import IncidentKey, IncidentPath, canonical, own, readable
from services.incidents.incident.receipts import Follows, answered, receipt
from services.incidents.incident.tables import INCIDENT
from services.incidents.state import Rules, Sealing
from shared.contracts.contract import Ori, Time, shown
from shared.contracts.fault import Fault
from shared.contracts.incident_reads import IncidentRead, IncidentReceipt, Inventory, InventoryEntry
from shared.contracts.incidents import (
    Incident,
    IncidentLine,
    IncidentReport,
)
from shared.contracts.record import VOID, VoidRequest
from shared.records.keep import Kept
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
    existing,
    writing,
)

RECORD_PROBLEMS = ("must-not-be-stored", "not-volunteered", "repeated-number")
PLAIN = TypeAdapter(dict[str, Any])
READ_PROBLEMS = ("insufficient-scope", "not-found", "invalid-value")

Writer = Annotated[Caller, Depends(scoped("incidents.write"))]
Reader = Annotated[Caller, Depends(scoped("incidents.read"))]

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


@router.post(
    "/bulk",
    openapi_extra=takes(IncidentLine, NDJSON),
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
async def put_incidents(
    request: Request, caller: Writer, state: State, vault: Sealing, rulebook: Rules, dry_run: DryRun = False
) -> StreamingResponse:
    """Take in up to 10,000 incidents, one a line: the body of a PUT with `ori`, `incident_number` and `op`."""
    lines = incident_lines(state, vault, rulebook, caller, now=datetime.now(UTC), dry_run=dry_run)
    return await answer_bulk(request, lines, state.settings)


@router.put(
    "/{ori}/{incident_number}",
    openapi_extra=takes(IncidentReport),
    responses=gives(IncidentReceipt, "Kept.")
    | gives(IncidentReceipt, "New.", 201)
    | problems(
        *PUT_PROBLEMS, "closed-by-order", "path-and-body-differ", "time-order", "in-the-future", *RECORD_PROBLEMS
    ),
    response_class=Response,
)
async def put_incident(
    request: Request,
    key: IncidentPath,
    caller: Writer,
    state: State,
    vault: Sealing,
    rulebook: Rules,
    expected: ExpectedVersion,
    dry_run: DryRun = False,
) -> Response:
    """Take in one response of an SRO as it now stands. Repeat it freely: the same again changes nothing."""
    own(caller, key.ori)
    content, now = await body.read(request, most=state.settings.body_bytes), datetime.now(UTC)
    report = body.parse(IncidentReport, content, partial(_faults, key=key, now=now))
    async with writing(state):
        outcomes = await store.put_incidents(
            state.database,
            vault,
            rulebook,
            [Incoming(key, report)],
            by=caller.client,
            at=now,
            expected=expected,
            dry_run=dry_run,
        )
    kept = existing(outcomes[str(key)])
    return answer_put(state, kept, partial(receipt, follows=await store.what_follows(state.database, kept)))


@router.post(
    "/{ori}/{incident_number}/void",
    openapi_extra=takes(VoidRequest),
    responses=gives(IncidentReceipt, "Void.") | problems(*VOID_PROBLEMS),
    response_class=Response,
)
async def void_incident(
    request: Request,
    key: IncidentPath,
    caller: Writer,
    state: State,
    rulebook: Rules,
    request_key: RequestKey = None,
) -> Response:
    """Take an incident out of views and counts. Again changes nothing; a later PUT brings it back."""
    own(caller, key.ori)
    return await answer_void(
        request,
        state,
        INCIDENT,
        str(key),
        caller=caller,
        request_key=request_key,
        receipt=_void_receipt,
        judge=judge_void,
        follow=store.following(rulebook, datetime.now(UTC)),
    )


@router.get(
    "/{ori}/{incident_number}",
    responses=gives(IncidentRead, "The record, without what is sealed.") | problems(*READ_PROBLEMS),
    response_class=Response,
)
async def get_incident(key: IncidentPath, caller: Reader, state: State) -> Response:
    """Read an incident back, for the agency that owns it: its coded facts, never a name or a sentence."""
    readable(caller, key.ori)
    kept = await store.get_incident(state.database, key)
    if kept is None:
        raise Problem("not-found")
    document = orjson.loads(kept.document)
    said = answered(
        Incident.model_validate_json(kept.document), kept.layers, await store.what_follows(state.database, kept)
    )
    status = VOID if kept.state == VOID else document["status"]
    about = {"id": str(kept.id), "version": kept.version, "etag": kept.etag}
    record = shown(Incident, document) | about | {"status": status, "withheld": []}
    return Response(
        orjson.dumps(record | PLAIN.dump_python(said, mode="json")), headers={"ETag": kept.etag}, media_type=JSON
    )


@router.get("/{ori}/{incident_number}/versions", responses=problems(*READ_PROBLEMS), response_class=Response)
async def list_versions(key: IncidentPath, caller: Reader, state: State) -> Response:
    """Every version of an incident, oldest first, for the agency that owns it."""
    readable(caller, key.ori)
    versions = await store.get_versions(state.database, key)
    if not versions:
        raise Problem("not-found")
    shown_versions = [
        {**version, "document": shown(Incident, version["document"]) if version["document"] else None}
        for version in versions
    ]
    return Response(orjson.dumps({"versions": shown_versions, "withheld": []}), media_type=JSON)


@router.get(
    "/{ori}",
    responses=gives(Inventory, "A page of the inventory.") | problems(*READ_PROBLEMS, "invalid-cursor"),
    response_class=Response,
)
async def list_incidents(
    request: Request,
    ori: Ori,
    caller: Reader,
    state: State,
    occurred_from: Time | None = None,
    occurred_to: Time | None = None,
    changed_since: Time | None = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """What Daylight has of an agency's incidents, to reconcile by each night: numbers and versions, no content."""
    readable(caller, ori)
    rows = await store.list_incidents(
        state.database,
        ori,
        after=begins_after(state, request, caller.client, cursor),
        occurred_from=occurred_from,
        occurred_to=occurred_to,
        changed_since=changed_since,
        limit=limit + 1,
    )
    found = page(state, request, caller.client, rows, limit)
    inventory = Inventory(incidents=tuple(_entry(row) for row in found.rows), next=found.next)
    return Response(inventory.model_dump_json(), headers=found.headers, media_type=JSON)


def _entry(row: Any) -> InventoryEntry:
    return InventoryEntry(
        incident_number=row["key"].partition("/")[2],
        version=row["version"],
        etag=f'"{row["version"]}"',
        source_version=row["source_version"],
        received_at=row["changed_at"],
        result="voided" if row["state"] == VOID else "created" if row["version"] == 1 else "changed",
    )


def _faults(report: IncidentReport, *, key: IncidentKey, now: datetime) -> Iterator[Fault]:
    yield from rules.faults(report, now)
    number = key.number if report.incident_number is None else report.incident_number
    try:
        named = canonical(report.ori or key.ori, number)
    except Problem as problem:
        yield from problem.errors
        return
    if named.ori != key.ori:
        yield Fault("#/ori", "path-and-body-differ", "The path names another agency.")
    if named.number != key.number:
        yield Fault("#/incident_number", "path-and-body-differ", "The path names another incident.")


def _void_receipt(kept: Kept) -> IncidentReceipt:
    return receipt(kept, Follows({}, None))
