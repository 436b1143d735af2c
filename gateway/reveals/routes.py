"""`POST /v1/reveals`: what is sealed, for whoever may have it; `GET /v1/disclosures`: who asked for it."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.disclosures.inspection import inspected
from gateway.disclosures.store import about
from gateway.filters import incident_key
from gateway.policy import ANOTHER_STUDENT, Rule
from gateway.read_your_writes import SeeNamedWrites
from gateway.reveals.revealing import Decided, decision, find_copy, reveal, scope_of, withheld
from gateway.reveals.rules import DISCLOSURES, faults
from gateway.reveals.state import RevealState
from gateway.state import GatewayState, State
from gateway.viewer import VIEWER_PROBLEMS, Viewer, reader_of_records, viewer_of, with_family
from shared.contracts.contract import LEA_ID_DIGITS, MOST, Ori
from shared.contracts.disclosures import Disclosures
from shared.contracts.fault import Fault
from shared.contracts.record import Withheld
from shared.contracts.reveals import RevealAnswer, RevealRequest
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.openapi import gives, takes
from shared.web.problems import Problem, problems

JSON = "application/json"
NEVER_KEPT = {"Cache-Control": "no-store"}
AGENCY, DISTRICT = "agency", "district"

Asker = Annotated[Caller, Depends(scoped("reveals.write"))]
Reader = Annotated[Viewer, Depends(reader_of_records)]
Key = Annotated[str, Query(min_length=1, max_length=80)]

KeptSize = Annotated[int | None, Query(ge=1, le=MOST, description="Size of a head that was kept.")]

router = APIRouter(tags=["reveals"])


@router.post(
    "/v1/reveals",
    dependencies=[SeeNamedWrites],
    openapi_extra=takes(RevealRequest),
    responses=gives(RevealAnswer, "What is revealed.")
    | problems(
        *body.PROBLEM_CODES,
        "insufficient-scope",
        "purpose-not-allowed",
        "actor-may-not-act",
        "not-found",
        "not-yet-visible",
        "disclosure-not-recorded",
    ),
    response_class=Response,
)
async def post_reveal(request: Request, caller: Asker, state: State, revealing: RevealState) -> Response:
    """Reveal an identity, a narrative or a documentation; first the request is recorded, granted or refused."""
    content = await body.read(request, most=state.settings.body_bytes)
    asked = body.parse(RevealRequest, content)
    viewer = await with_family(request, viewer_of(caller, asked.purpose), caller)
    custodian = _custodian(asked, viewer)
    if found := list(faults(asked, custodian)):
        raise Problem.of_faults(found)
    scope = scope_of(viewer, custodian)
    rule = decision(viewer, scope, asked.what, asked.basis)
    decided = Decided(asked, request.scope["daylight.request_id"], viewer, scope, rule)
    answer = await reveal(state.database, revealing, decided)
    return Response(answer.model_dump_json(), headers=NEVER_KEPT, media_type=JSON)


@router.get(
    "/v1/disclosures",
    responses=gives(Disclosures, "The requests, oldest first, each with its proof.")
    | problems(*VIEWER_PROBLEMS, "actor-may-not-act", "not-found", "invalid-value"),
    response_class=Response,
)
async def list_disclosures(
    ori: Ori,
    incident_number: Key,
    viewer: Reader,
    state: State,
    revealing: RevealState,
    kept_size: KeptSize = None,
) -> Response:
    """Who asked for what is sealed of an incident, granted or refused: for the custodian who keeps that record.

    Whoever kept the head of a chain names its size, and is given the proof that the chain goes on from it.
    """
    key = incident_key(ori, incident_number)
    custodians = viewer.lea_ids or (ori,)
    for custodian in custodians:
        rule = decision(viewer, scope_of(viewer, custodian), DISCLOSURES, None)
        if not rule.permits:
            raise Problem("actor-may-not-act", rule.reason, withheld=[withheld(rule)])
    found = await about(state.database, revealing.seal, custodians, key, kept_size=kept_size)
    if viewer.family is not None:
        found = await _as_inspected(viewer, state, found, key)
    return Response(found.model_dump_json(), headers=NEVER_KEPT, media_type=JSON)


async def _as_inspected(viewer: Viewer, state: GatewayState, found: Disclosures, key: str) -> Disclosures:
    """The record of disclosures as a parent inspects it. Raises Problem `not-found` for a record of no own child."""
    scope = viewer.records()
    stored, own = (None, None) if isinstance(scope, Rule) else await find_copy(state.database, scope, key)
    if isinstance(scope, Rule) or stored is None or own is None:
        raise Problem("not-found", "No such record is with this custodian for you.")
    rule = decision(viewer, replace(scope, relationship=ANOTHER_STUDENT), DISCLOSURES, None)
    return inspected(found, stored.custodian, own, Withheld(**{**withheld(rule), "path": (DISCLOSURES,)}))


def _custodian(asked: RevealRequest, viewer: Viewer) -> str:
    """Whose record is meant. Raises Problem `invalid-value` for `district` by a client that is not of one district."""
    if asked.custodian == AGENCY:
        return asked.ori
    if asked.custodian != DISTRICT:
        return asked.custodian
    districts = set(viewer.lea_ids) | {school_id[:LEA_ID_DIGITS] for school_id in viewer.school_ids}
    if len(districts) != 1:
        raise Problem.of_faults([Fault("#/custodian", "invalid-value", "Name the district by its id.")])
    return districts.pop()
