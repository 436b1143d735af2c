"""How writes are answered: one record put or void, and the batches of a bulk push."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request, Response

from shared.contracts.contract import Contract
from shared.contracts.record import LIVE, VOID, VoidRequest
from shared.records.idempotency import Answer, IdempotencyKey, InProgress, KeyReused
from shared.records.keep import Kept, Kind
from shared.records.put import Contended, Follow, Judge, Outcome, Refused, VersionConflict, void_record
from shared.web import body
from shared.web.caller import Caller
from shared.web.conditional import expected_version, write_headers, write_status
from shared.web.held import Held
from shared.web.problems import Problem

JSON = "application/json"
WRITE_PROBLEMS = (*body.PROBLEM_CODES, "insufficient-scope", "not-your-organisation")
"""What a route that takes in a record can answer."""
PUT_PROBLEMS = (*WRITE_PROBLEMS, "version-conflict")
VOID_PROBLEMS = (*WRITE_PROBLEMS, "not-found", "request-in-progress", "idempotency-key-reused")

ExpectedVersion = Annotated[int | None, Depends(expected_version)]
"""The version that If-Match names, if it is there."""
RequestKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
"""The client's own name for this request, so that a repeat is answered as the first was."""
ReceiptOf = Callable[[Kept], Contract]
"""What a kind says of a record that it has kept."""


@asynccontextmanager
async def writing(state: Held) -> AsyncIterator[None]:
    """Wake the relay after what is written inside, and turn what can come between into problems."""
    try:
        yield
    except VersionConflict as conflict:
        where = "does not exist" if conflict.version is None else f"is at version {conflict.version}"
        headers = {} if conflict.version is None else {"ETag": f'"{conflict.version}"'}
        raise Problem("version-conflict", f"The record {where}.", headers=headers) from None
    except Contended:
        raise Problem("unavailable", "Others change the record at this moment.") from None
    except InProgress:
        raise Problem("request-in-progress") from None
    except KeyReused:
        raise Problem("idempotency-key-reused") from None
    state.relay.wake.set()


def answer_put(state: Held, outcome: Outcome, receipt: ReceiptOf) -> Response:
    """The answer to one record that was put: 201 where it is new, with its receipt, entity tag and position."""
    kept = existing(outcome)
    return Response(receipt(kept).model_dump_json(), write_status(kept), write_headers(state.service, kept), JSON)


async def answer_void(
    request: Request,
    state: Held,
    kind: Kind,
    key: str,
    *,
    caller: Caller,
    request_key: str | None,
    receipt: ReceiptOf,
    judge: Judge[str] | None = None,
    follow: Follow | None = None,
) -> Response:
    """Take one record out of views and counts, and answer; a repeat of the request is answered as the first was."""
    content = await body.read(request, most=state.settings.body_bytes)
    reason = body.parse(VoidRequest, content).reason_code
    idempotency = IdempotencyKey.of(caller.client, request_key, kind.name, key, content) if request_key else None

    def answer(outcome: Outcome) -> Answer:
        kept = existing(outcome)
        return Answer(200, receipt(kept).model_dump(mode="json"), write_headers(state.service, kept))

    async with writing(state):
        given, repeated = await void_record(
            state.database,
            kind,
            key,
            by=caller.client,
            at=datetime.now(UTC),
            idempotency=idempotency,
            answer=answer,
            reason=reason,
            judge=judge,
            follow=follow,
        )
    return answer_once(given, repeated)


def answer_once(answer: Answer, repeated: bool) -> Response:
    """An answer to a request that is done once, and that it was `repeated` where it was given before."""
    headers = answer.headers | ({"Idempotency-Replayed": "true"} if repeated else {})
    return Response(orjson.dumps(answer.body), answer.status, headers, JSON)


def existing(outcome: Outcome) -> Kept:
    """What was kept. Raises Problem `not-found` where there is no record, or the one that it was refused for."""
    if not isinstance(outcome, Kept):
        raise _problem(outcome)
    return outcome


def bulk_answers(outcomes: Mapping[str, Outcome]) -> dict[str, Kept | Problem]:
    """What became of a batch of a bulk push, each key with a problem where nothing was kept."""
    return {key: one if isinstance(one, Kept) else _problem(one) for key, one in outcomes.items()}


def _problem(outcome: Refused | None) -> Problem:
    return Problem("not-found" if outcome is None else outcome.value)


def standing(kept: Kept, status: str) -> dict[str, Any]:
    """The members of every receipt (contract `Receipt`); `status` is where the record stands while it is not void."""
    status = status if kept.state == LIVE else VOID
    return {"id": kept.id, "version": kept.version, "etag": kept.etag, "status": status}
