"""GraphQL over HTTP: one operation or a batch, answered in the media type that the client accepts.

Source: GraphQL over HTTP (GraphQL Foundation, working draft): a request that was not executed is 400 in
`application/graphql-response+json`, and 200 in the older `application/json`.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from gateway.execution import SCHEMA, Operation, Outcome, run
from gateway.limits import BATCH
from gateway.read_your_writes import SeeNamedWrites
from gateway.reading import Reading
from gateway.state import GatewayState, State
from gateway.viewer import VIEWER_PROBLEMS, Viewer, any_viewer
from shared.contracts.fault import Fault
from shared.web import body
from shared.web.caller import EVERY_SITE
from shared.web.problems import Problem, problems

BODY_BYTES = 200_000
GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
PREFLIGHT = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type"}
"""What a page may send; `Authorization` is not among it."""

router = APIRouter(tags=["graphql"])

REQUEST = {
    "type": "object",
    "required": ["query"],
    "properties": {
        "query": {"type": "string", "description": "The GraphQL document."},
        "operationName": {"type": ["string", "null"]},
        "variables": {"type": ["object", "null"]},
        "extensions": {"type": ["object", "null"]},
    },
}
RESPONSE = {
    "type": "object",
    "properties": {
        "data": {"type": ["object", "null"]},
        "errors": {"type": "array", "items": {"type": "object"}},
        "extensions": {"type": "object"},
    },
}
EITHER_RESPONSE = {"oneOf": [RESPONSE, {"type": "array", "items": RESPONSE}]}
OPENAPI = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {"oneOf": [REQUEST, {"type": "array", "minItems": 1, "maxItems": BATCH, "items": REQUEST}]}
            }
        },
    }
}

REFUSALS = problems(
    *VIEWER_PROBLEMS,
    "invalid-json",
    "duplicate-key",
    "invalid-encoding",
    "query-too-costly",
    "body-too-large",
    "unsupported-media-type",
    "wrong-type",
)
REFUSALS[400]["content"][GRAPHQL_RESPONSE] = {"schema": RESPONSE}


@router.post(
    "/graphql",
    openapi_extra=OPENAPI,
    dependencies=[SeeNamedWrites],
    responses={
        200: {
            "description": "The answer. What is withheld is null, with an entry in `extensions.ferpa`.",
            "content": {JSON: {"schema": EITHER_RESPONSE}, GRAPHQL_RESPONSE: {"schema": EITHER_RESPONSE}},
        },
        **REFUSALS,
    },
)
async def post_graphql(request: Request, viewer: Annotated[Viewer, Depends(any_viewer)], state: State) -> Response:
    """Answer GraphQL. Without a token: the directory, `viewer` and `rateLimit`."""
    content = body.check_json(await body.read(request, most=BODY_BYTES))
    operations = _operations(content)
    client = viewer.client or (request.client.host if request.client else "")
    outcomes = [await _run(one, viewer, state, client) for one in operations]
    answer = _response(outcomes, request.headers.get("accept", JSON), batch=isinstance(content, list))
    if not viewer.client:
        answer.headers.update(EVERY_SITE)
    return answer


@router.options("/graphql", include_in_schema=False)
async def allow_pages() -> Response:
    """Let pages of any site ask without a token: what a browser asks before it sends JSON (CORS protocol of Fetch)."""
    return Response(status_code=204, headers=EVERY_SITE | PREFLIGHT)


@router.get("/schema.graphql", response_class=PlainTextResponse)
async def get_schema() -> PlainTextResponse:
    """The schema in GraphQL's own language."""
    return PlainTextResponse(SCHEMA.as_str())


async def _run(operation: Operation, viewer: Viewer, state: GatewayState, client: str) -> Outcome:
    async with Reading(
        viewer, state.database, state.cursors, state.student_names, state.due_soon, calls=state.calls
    ) as reading:
        return await run(operation, reading, state.documents, state.budget, client)


def _operations(content: Any) -> list[Operation]:
    """The operations of a request or a batch. Raises Problem with every fault of its form."""
    several = content if isinstance(content, list) else [content]
    if not 1 <= len(several) <= BATCH:
        raise Problem("query-too-costly", f"A batch has from 1 to {BATCH} operations.")
    faults = []
    for index, one in enumerate(several):
        place = (index,) if isinstance(content, list) else ()
        faults += [Fault(body.pointer_to((*place, *name)), code, detail) for name, code, detail in _faults(one)]
    if faults:
        raise Problem.of_faults(faults)
    return [Operation(one["query"], one.get("operationName"), one.get("variables") or {}) for one in several]


def _faults(request: Any) -> list[tuple[tuple[str, ...], str, str]]:
    if not isinstance(request, dict):
        return [((), "wrong-type", "A GraphQL request is an object.")]
    faults: list[tuple[tuple[str, ...], str, str]] = []
    if not isinstance(request.get("query"), str):
        faults.append((("query",), "wrong-type", "The document is a string."))
    if not isinstance(request.get("operationName"), str | None):
        faults.append((("operationName",), "wrong-type", "A name is a string."))
    faults += [
        ((name,), "wrong-type", "This is an object.")
        for name in ("variables", "extensions")
        if not isinstance(request.get(name), dict | None)
    ]
    return faults


def _response(outcomes: Sequence[Outcome], accept: str, *, batch: bool) -> Response:
    modern = GRAPHQL_RESPONSE in accept
    refused = not batch and not outcomes[0].executed
    content = [outcome.content for outcome in outcomes]
    return Response(
        orjson.dumps(content if batch else content[0]),
        status_code=400 if modern and refused else 200,
        media_type=GRAPHQL_RESPONSE if modern else JSON,
    )
