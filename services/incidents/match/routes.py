"""Matches over HTTP, for districts alone: who is still to be matched, one match, many."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.incidents.match import rules, store
from services.incidents.match.store import Incoming
from services.incidents.state import StudentNames
from shared.contracts.contract import MOST, LeaId
from shared.contracts.deliveries import Delivery
from shared.contracts.matches import (
    Match,
    MatchItem,
    MatchKey,
    MatchLine,
    MatchList,
    MatchReceipt,
    MatchReport,
    MatchState,
    state_of,
)
from shared.contracts.record import LIVE
from shared.records.keep import Kept
from shared.records.pseudonyms import Pseudonyms
from shared.web import body
from shared.web.bulk import NDJSON, Bulk, Names, answer_bulk
from shared.web.caller import Caller, scoped
from shared.web.held import Held, State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives, gives_ndjson, takes
from shared.web.problems import Problem, problems
from shared.web.writes import JSON, answer_put, standing, writing

DISTRICT_ROLES = frozenset({"district_system", "privacy_officer"})
DISTRICT_ALONE = "The district that has the copy says which of its students a person is; nobody else is told."

Matcher = Annotated[Caller, Depends(scoped("matches.write"))]
PersonNumber = Annotated[int, Path(ge=1, le=MOST)]

router = APIRouter(prefix="/v1/matches", tags=["matches"])


@router.get(
    "",
    responses=gives(MatchList, "A page of people, by record and number.")
    | problems("insufficient-scope", "actor-may-not-act", "not-your-organisation", "unknown-code", "invalid-cursor"),
    response_class=Response,
)
async def list_matches(
    request: Request,
    lea_id: LeaId,
    caller: Matcher,
    state: State,
    students: StudentNames,
    match_state: Annotated[MatchState | None, Query(alias="state")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """The people in the records that were delivered to a district, and what the district said of each.

    Their identity is not among it: whoever needs it asks for a reveal, which is recorded first (34 CFR 99.32).
    """
    _act(caller, lea_id)
    after_key = begins_after(state, request, caller.client, cursor)
    rows = await store.list_people(state.database, lea_id, match_state, after_key=after_key, limit=limit + 1)
    found = page(state, request, caller.client, rows, limit)
    listed = MatchList(matches=tuple(_item(row, students) for row in found.rows), next=found.next)
    return Response(listed.model_dump_json(), headers=found.headers, media_type=JSON)


@router.put(
    "/{incident_id}/{person_number}",
    openapi_extra=takes(MatchReport),
    responses=gives(MatchReceipt, "Kept.")
    | gives(MatchReceipt, "New.", 201)
    | problems(*body.PROBLEM_CODES, "insufficient-scope", "actor-may-not-act", "not-found"),
    response_class=Response,
)
async def put_match(
    request: Request,
    incident_id: UUID,
    person_number: PersonNumber,
    caller: Matcher,
    state: State,
    students: StudentNames,
) -> Response:
    """Say which student a person is, that it is none, or that it is not known. Say it anew to correct it."""
    _act(caller)
    content = await body.read(request, most=state.settings.body_bytes)
    report = body.parse(MatchReport, content, rules.faults)
    incoming = Incoming(incident_id, person_number, report, caller.lea_ids)
    async with writing(state):
        outcomes = await _put(state, students, caller, {incoming.key: incoming})
    outcome = outcomes[incoming.key]
    if isinstance(outcome, Problem):
        raise outcome
    return answer_put(state, outcome, partial(_receipt, students=students))


@router.post(
    "/bulk",
    openapi_extra=takes(MatchLine, NDJSON),
    responses=gives_ndjson("A line each in order, then a summary.")
    | problems(*body.PROBLEM_CODES, "insufficient-scope", "actor-may-not-act"),
    response_class=StreamingResponse,
)
async def push_matches(request: Request, caller: Matcher, state: State, students: StudentNames) -> StreamingResponse:
    """Many matches, a line each. A bad line costs only itself."""
    _act(caller)
    return await answer_bulk(request, _lines(state, students, caller), state.settings)


def _lines(state: Held, students: Pseudonyms, caller: Caller) -> Bulk[Incoming]:
    async def apply(batch: Mapping[str, Incoming]) -> Mapping[str, Kept | Problem]:
        async with writing(state):
            return await _put(state, students, caller, batch)

    def read(content: bytes, _: Names) -> Incoming:
        line = body.validated(MatchLine, content, rules.faults)
        return Incoming(line.incident_id, line.person_number, line, caller.lea_ids)

    return Bulk(service=state.service, name=_name, read=read, apply=apply)


def _name(plain: dict[str, Any]) -> Names:
    named = body.named(MatchKey, plain)
    members = {"incident_id": str(named.incident_id), "person_number": named.person_number}
    return Names(f"{named.incident_id}/{named.person_number}", members)


async def _put(
    state: Held, students: Pseudonyms, caller: Caller, batch: Mapping[str, Incoming]
) -> dict[str, Kept | Problem]:
    outcomes = await store.put_matches(
        state.database, students, list(batch.values()), by=caller.client, at=datetime.now(UTC)
    )
    return {key: one if isinstance(one, Kept) else Problem(one.value) for key, one in outcomes.items()}


def _act(caller: Caller, lea_id: str | None = None) -> None:
    """Raise Problem `actor-may-not-act` for who is no district, `not-your-organisation` for another district."""
    if caller.role not in DISTRICT_ROLES:
        raise Problem("actor-may-not-act", DISTRICT_ALONE)
    if lea_id is not None and lea_id not in caller.lea_ids:
        raise Problem("not-your-organisation")


def _receipt(kept: Kept, students: Pseudonyms) -> MatchReceipt:
    match = Match.model_validate_json(kept.document)
    return MatchReceipt(**standing(kept, LIVE), state=state_of(match.finding), student_ref=_reference(match, students))


def _reference(match: Match, students: Pseudonyms) -> str | None:
    return None if match.student is None else students.reference(match.lea_id, match.student)


def _item(row: Any, students: Pseudonyms) -> MatchItem:
    delivery = Delivery.model_validate_json(row["document"])
    match = Match.model_validate_json(row["match"]) if row["match"] else None
    person = orjson.loads(row["person"])
    said = {name: person[name] for name in ("person_number", "is_enrolled", "identity") if name in person}
    return MatchItem(
        **said,
        incident_id=row["id"],
        ori=delivery.incident.ori,
        incident_number=delivery.incident.incident_number,
        school_id=delivery.school_id,
        occurred_at=delivery.incident.occurred_at,
        involvement=tuple(person["involvement"]) if person.get("involvement") is not None else None,
        state=state_of(match.finding if match else None),
        how=match.how if match else None,
        student_ref=_reference(match, students) if match else None,
    )
