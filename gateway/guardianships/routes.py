"""`POST /v1/guardianships/bulk`: a district says who holds the rights over its students' records."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from gateway.guardianships import rules, store
from gateway.guardianships.store import Incoming
from gateway.state import GatewayState, State
from shared.contracts.guardianships import GuardianshipKey, GuardianshipLine
from shared.records.keep import Kept
from shared.web import body
from shared.web.bulk import NDJSON, Bulk, Names, answer_bulk
from shared.web.caller import Caller, scoped
from shared.web.openapi import gives_ndjson, takes
from shared.web.problems import Problem, problems

DISTRICT_ROLES = frozenset({"district_system", "privacy_officer"})
DISTRICT_ALONE = "The student's district says who holds the rights over the student's records."

Registrar = Annotated[Caller, Depends(scoped("matches.write"))]

router = APIRouter(prefix="/v1/guardianships", tags=["guardianships"])


@router.post(
    "/bulk",
    openapi_extra=takes(GuardianshipLine, NDJSON),
    responses=gives_ndjson("A line each in order, with the district's reference to the student, then a summary.")
    | problems(*body.PROBLEM_CODES, "insufficient-scope", "actor-may-not-act"),
    response_class=StreamingResponse,
)
async def push_guardianships(request: Request, caller: Registrar, state: State) -> StreamingResponse:
    """Who holds the rights over students' records, a line for each person and day from which something else is so.

    The same again changes nothing. What is said counts for the next read. Without a line nobody is a parent.
    """
    if caller.role not in DISTRICT_ROLES:
        raise Problem("actor-may-not-act", DISTRICT_ALONE)
    return await answer_bulk(request, _lines(state, caller), state.settings)


def _lines(state: GatewayState, caller: Caller) -> Bulk[Incoming]:
    def name(plain: dict[str, Any]) -> Names:
        named = body.named(GuardianshipKey, plain)
        if named.lea_id not in caller.lea_ids:
            raise Problem("not-your-organisation")
        digest = state.student_names.digest(named.lea_id, named.student_number)
        key = f"{named.lea_id}/{digest}/{named.valid_from}/{named.person.issuer} {named.person.subject}"
        reference = state.student_names.reference(named.lea_id, digest)
        return Names(key, {"lea_id": named.lea_id, "student_ref": reference})

    def read(content: bytes, _: Names) -> Incoming:
        line = body.validated(GuardianshipLine, content, rules.faults)
        return Incoming.of(line, state.student_names, state.settings.public_url)

    async def apply(batch: Mapping[str, Incoming]) -> Mapping[str, Kept | Problem]:
        try:
            return await store.put_guardianships(state.database, batch, by=caller.client, at=datetime.now(UTC))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            return dict.fromkeys(batch, Problem("unavailable", "Send these lines again."))

    return Bulk(service="gateway", name=name, read=read, apply=apply)
