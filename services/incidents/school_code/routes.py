"""Which school an agency means by its own codes."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.incidents.incident import store
from services.incidents.incident.keys import own
from services.incidents.school_code import rules
from services.incidents.state import Rules
from shared.contracts.contract import Identifier, Ori
from shared.contracts.incidents import SchoolCode, SchoolCodeReport
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.held import State
from shared.web.openapi import gives, takes
from shared.web.problems import problems
from shared.web.writes import WRITE_PROBLEMS, answer_put, writing

Writer = Annotated[Caller, Depends(scoped("incidents.write"))]

router = APIRouter(prefix="/v1/school-codes", tags=["school codes"])


@router.put(
    "/{ori}/{code}",
    openapi_extra=takes(SchoolCodeReport),
    responses=gives(SchoolCode, "Kept.") | gives(SchoolCode, "New.", 201) | problems(*WRITE_PROBLEMS, "time-order"),
    response_class=Response,
)
async def put_school_code(
    request: Request, ori: Ori, code: Identifier, caller: Writer, state: State, rulebook: Rules
) -> Response:
    """Say which school a code means, and when. Records that bear it get their school as new versions."""
    own(caller, ori)
    report = body.parse(SchoolCodeReport, await body.read(request, most=state.settings.body_bytes), rules.faults)
    school_code = SchoolCode(ori=ori, code=code, **report.model_dump())
    async with writing(state):
        outcome = await store.put_school_code(
            state.database, rulebook, school_code, by=caller.client, at=datetime.now(UTC)
        )
    return answer_put(state, outcome, lambda kept: SchoolCode.model_validate_json(kept.document))
