"""Which school an agency means by its own codes."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.incidents.incident import store
from services.incidents.incident.keys import own
from services.incidents.state import SERVICE, State
from shared.contracts.contract import Identifier, Ori
from shared.contracts.incidents import SchoolCode, SchoolCodeReport
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.conditional import write_headers, write_status
from shared.web.openapi import gives, takes
from shared.web.problems import problems

Writer = Annotated[Caller, Depends(scoped("incidents.write"))]

router = APIRouter(prefix="/v1/school-codes", tags=["school codes"])


@router.put(
    "/{ori}/{code}",
    openapi_extra=takes(SchoolCodeReport),
    responses=gives(SchoolCode, "Kept.")
    | gives(SchoolCode, "New.", 201)
    | problems(*body.PROBLEM_CODES, "insufficient-scope", "not-your-organisation"),
    response_class=Response,
)
async def put_school_code(request: Request, ori: Ori, code: Identifier, caller: Writer, state: State) -> Response:
    """Say which school a code means, and when. Records that bear it get their school as new versions."""
    own(caller, ori)
    report = body.parse(SchoolCodeReport, await body.read(request, most=state.settings.body_bytes))
    kept = await store.put_school_code(
        state.database, SchoolCode(ori=ori, code=code, **report.model_dump()), by=caller.client, at=datetime.now(UTC)
    )
    state.relay.wake.set()
    return Response(kept.document, write_status(kept), write_headers(SERVICE, kept), "application/json")
