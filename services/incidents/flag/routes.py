"""Flags over HTTP: what the rules found, and what officers and supervisors say of it."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from services.incidents.conclusion.matter import Matter
from services.incidents.flag import store
from services.incidents.flag.rules import Act
from services.incidents.flag.store import Deed, Filter, IllegalTransition
from services.incidents.flag.tables import FLAG
from services.incidents.incident.keys import readable
from services.incidents.incident.unstorable import unstorable_in
from services.incidents.sides import AGENCY, READERS_OF_ROLE, is_before, side_of, sight_of, takes_part
from services.incidents.state import Rules, Sealing
from shared.contracts.contract import Day, Identifier, IncidentNumber, Ori, shown
from shared.contracts.fault import Fault
from shared.contracts.flags import Flag, FlagList, FlagRead, FlagState, FlagStatement, Severity
from shared.records.idempotency import Answer, IdempotencyKey
from shared.records.keep import Kept
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.conditional import write_headers
from shared.web.held import State
from shared.web.listing import CursorText, Limit, begins_after, page
from shared.web.openapi import gives, takes
from shared.web.problems import Problem, problems
from shared.web.writes import JSON, RequestKey, answer_once, writing

SUPERVISORS_UPHOLD = "A supervisor of the agency who took no part in the contact may uphold a flag."
AGENCY_ACTS = "Officers of the contact, supervisors and the agency's system may act on a flag."
ACT_PROBLEMS = (
    *body.PROBLEM_CODES,
    "insufficient-scope",
    "actor-may-not-act",
    "not-found",
    "illegal-transition",
    "request-in-progress",
    "idempotency-key-reused",
)

Reader = Annotated[Caller, Depends(scoped("incidents.read"))]
Writer = Annotated[Caller, Depends(scoped("judgements.write"))]

router = APIRouter(prefix="/v1/flags", tags=["flags"])


@router.get(
    "",
    responses=gives(FlagList, "A page of flags.")
    | problems("insufficient-scope", "actor-may-not-act", "not-found", "invalid-value", "invalid-cursor"),
    response_class=Response,
)
async def list_flags(
    request: Request,
    caller: Reader,
    state: State,
    ori: Ori | None = None,
    incident_number: IncidentNumber | None = None,
    code: Identifier | None = None,
    flag_state: Annotated[FlagState | None, Query(alias="state")] = None,
    severity: Severity | None = None,
    as_of: Day | None = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """The flags of the agency's contacts, or of those that the school was given, that the caller is shown.

    An officer is shown those of the own contacts. With `as_of`, as they stood when that day ended, in UTC.
    """
    sight = sight_of(caller)
    if ori is not None and sight.side == AGENCY:
        readable(caller, ori)
    rows = await store.list_flags(
        state.database,
        sight,
        [reader.value for reader in READERS_OF_ROLE[caller.role]],
        Filter(ori, incident_number, code, flag_state, severity, as_of),
        after_key=begins_after(state, request, caller.client, cursor),
        limit=limit + 1,
    )
    found = page(state, request, caller.client, rows, limit)
    flags = [_read(row["id"], row["version"], row["document"]) for row in found.rows]
    content = orjson.dumps({"flags": flags, "next": found.next, "withheld": []})
    return Response(content, headers=found.headers, media_type=JSON)


async def acting(
    request: Request,
    flag_id: UUID,
    caller: Writer,
    state: State,
    vault: Sealing,
    rulebook: Rules,
    request_key: RequestKey = None,
) -> Callable[[Act], Awaitable[Response]]:
    """What does something with the flag that the path names, and answers."""

    def answer(kept: Kept) -> Answer:
        return Answer(200, _read(kept.id, kept.version, kept.document), write_headers(state.service, kept))

    async def act_on_it(act: Act) -> Response:
        if side_of(caller) != AGENCY:
            raise Problem("actor-may-not-act", AGENCY_ACTS)
        content = await body.read(request, most=state.settings.body_bytes)
        statement = body.parse(FlagStatement, content, partial(_faults, act))
        deed = Deed(flag_id, act, statement, caller.client, datetime.now(UTC))
        key = (
            IdempotencyKey.of(caller.client, request_key, FLAG.name, str(flag_id), act, content)
            if request_key
            else None
        )
        async with writing(state):
            try:
                given, repeated = await store.act_on_flag(
                    state.database,
                    vault,
                    rulebook,
                    deed,
                    admit=partial(_admit, caller, act),
                    idempotency=key,
                    answer=answer,
                )
            except IllegalTransition as illegal:
                allowed = [one.value for one in illegal.allowed]
                raise Problem("illegal-transition", f"Possible now: {', '.join(allowed)}.", allowed=allowed) from None
        return answer_once(given, repeated)

    return act_on_it


Acting = Annotated[Callable[[Act], Awaitable[Response]], Depends(acting)]


@router.post(
    "/{flag_id}/explain",
    openapi_extra=takes(FlagStatement),
    responses=gives(FlagRead, "Explained.") | problems(*ACT_PROBLEMS),
    response_class=Response,
)
async def explain_flag(act: Acting) -> Response:
    """Explain what a rule found: for officers of the contact, supervisors, and the agency's system."""
    return await act(Act.EXPLAIN)


@router.post(
    "/{flag_id}/uphold",
    openapi_extra=takes(FlagStatement),
    responses=gives(FlagRead, "Upheld.") | problems(*ACT_PROBLEMS),
    response_class=Response,
)
async def uphold_flag(act: Acting) -> Response:
    """Uphold what a rule found: for supervisors who took no part in the contact. It is not explained away after."""
    return await act(Act.UPHOLD)


@router.post(
    "/{flag_id}/correct",
    openapi_extra=takes(FlagStatement),
    responses=gives(FlagRead, "It was corrected before.") | problems(*ACT_PROBLEMS),
    response_class=Response,
)
async def correct_flag(act: Acting) -> Response:
    """Refused while the flag holds: only a report or an answer, in which the rule finds nothing more, corrects it."""
    return await act(Act.CORRECT)


def _faults(act: Act, statement: FlagStatement) -> Iterator[Fault]:
    """An explanation says something, and nothing holds what is never kept."""
    yield from unstorable_in(statement)
    reason = statement.reason
    if act is Act.EXPLAIN and (reason is None or (reason.code is None and reason.text is None)):
        detail = "Say why, by a code, a text, or both."
        yield Fault("#/reason", "required-question-unanswered", detail, rests_on="#/reason/code")


def _admit(caller: Caller, act: Act, matter: Matter | None, flag: Flag | None) -> None:
    """Raise Problem `not-found` for a flag that is not the caller's to see, `actor-may-not-act` for another's act."""
    if matter is None or flag is None or not is_before(caller, matter.incident, matter.delivery):
        raise Problem("not-found")
    took_part = takes_part(caller, matter.incident)
    is_seen = not {reader.value for reader in READERS_OF_ROLE[caller.role]}.isdisjoint(flag.seen_by)
    if not is_seen or (caller.role == "officer" and not took_part):
        raise Problem("not-found")
    if act is Act.UPHOLD and (caller.role != "supervisor" or took_part):
        raise Problem("actor-may-not-act", SUPERVISORS_UPHOLD)


def _read(flag_id: UUID, version: int, document: str) -> dict[str, Any]:
    """A flag as it is read, without what is never shown."""
    read = FlagRead.model_validate({**orjson.loads(document), "id": flag_id, "version": version}, strict=False)
    return shown(FlagRead, read.model_dump(mode="json"))
