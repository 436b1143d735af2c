"""Problem details (RFC 9457): every answer of 400 and above names the fault and the fix, and echoes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.responses import Response

from shared.contracts.fault import Fault

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its HTTP status, its title, and what to do about it in a sentence."""

    status: int
    title: str
    explanation: str


PROBLEMS: Mapping[str, ProblemType] = {
    "invalid-json": ProblemType(400, "The body is not JSON.", "Send one well-formed JSON document in UTF-8."),
    "duplicate-key": ProblemType(400, "A key stands twice.", "Send each key of an object once."),
    "invalid-encoding": ProblemType(400, "The body cannot be decompressed.", "Send whole gzip or no Content-Encoding."),
    "invalid-query": ProblemType(400, "The GraphQL document is not valid.", "Check it against /schema.graphql."),
    "invalid-request": ProblemType(400, "The request is not valid.", "The detail says which part and why."),
    "unauthenticated": ProblemType(
        401, "A valid access token is needed.", "Get a token at /oauth/token and send it as a bearer token."
    ),
    "insufficient-scope": ProblemType(403, "The token lacks the scope.", "Ask for a token with the scope named."),
    "not-your-organisation": ProblemType(
        403, "The record belongs to another organisation.", "A client writes for its own organisations alone."
    ),
    "not-your-record": ProblemType(403, "The record is another sender's.", "Only its own sender corrects a record."),
    "actor-may-not-act": ProblemType(403, "This role may not do that.", "The detail names who may."),
    "individual-file-not-allowed": ProblemType(
        403,
        "No file on one student.",
        "Law enforcement does not read or sort by student (P7); a body (422) holds no watch list, score or gang label.",
    ),
    "purpose-not-allowed": ProblemType(403, "The purpose is not allowed.", "Use a purpose that the client is allowed."),
    "not-found": ProblemType(404, "There is nothing here for you.", "Check the path and the identifiers."),
    "method-not-allowed": ProblemType(405, "The method is not allowed here.", "Allow names the methods that are."),
    "not-acceptable": ProblemType(406, "No representation fits Accept.", "Accept application/json or */*."),
    "request-in-progress": ProblemType(
        409, "A request with this idempotency key is under way.", "Wait and send it again."
    ),
    "closed-by-order": ProblemType(409, "The record is closed by an order.", "It is not taken in again."),
    "illegal-transition": ProblemType(
        409, "The record cannot change in this way now.", "The detail names what it can."
    ),
    "cannot-be-protected": ProblemType(
        409, "The table cannot be protected.", "Nothing was published; the detail says what stands in the way."
    ),
    "cursor-expired": ProblemType(410, "The cursor is older than a year.", "Begin again with since=start."),
    "version-conflict": ProblemType(
        412, "Somebody else changed it.", "Read it again, and send the change with the new ETag in If-Match."
    ),
    "body-too-large": ProblemType(413, "The body is too large.", "Send less at once; the detail names the limit."),
    "unsupported-media-type": ProblemType(415, "The media type is not taken here.", "Send the media type named."),
    "required-question-unanswered": ProblemType(
        422, "A required question has no answer.", "Answer it; `unknown` is an answer where the list has it."
    ),
    "unknown-code": ProblemType(422, "The code is not in its list.", "Use one of the codes named."),
    "unknown-field": ProblemType(422, "The field does not exist.", "Leave it out: nothing unlisted is stored."),
    "wrong-type": ProblemType(422, "The value has the wrong type.", "Send the type named; nothing is converted."),
    "invalid-value": ProblemType(422, "The value cannot be taken.", "The detail says what can."),
    "repeated-number": ProblemType(422, "A number stands twice in a list.", "Give each element its own number."),
    "time-order": ProblemType(422, "Times are in the wrong order.", "An end is not before its beginning."),
    "in-the-future": ProblemType(422, "The time lies in the future.", "Send what has happened, with the right offset."),
    "must-not-be-stored": ProblemType(422, "This must not be stored.", "Leave it out: Daylight never keeps it."),
    "not-volunteered": ProblemType(
        422, "Taken only if the student volunteered it.", "Send it with volunteered true, or not at all (footnote 8)."
    ),
    "not-in-chain-of-command": ProblemType(
        422, "The supervisor is not above this officer.", "Name a supervisor of the officer's own agency (P6)."
    ),
    "path-and-body-differ": ProblemType(422, "Path and body name different records.", "The path is the key."),
    "invalid-cursor": ProblemType(422, "The cursor is not valid here.", "Use the cursor that this client was given."),
    "purpose-required": ProblemType(422, "A purpose is needed.", "Send Daylight-Purpose with a code of the list."),
    "idempotency-key-reused": ProblemType(
        422, "The idempotency key was used for another request.", "Use a new key for a new request."
    ),
    "query-too-costly": ProblemType(400, "The query costs too much.", "Ask for less at once; see `rateLimit`."),
    "too-many-requests": ProblemType(429, "Too many requests.", "Wait as long as Retry-After says."),
    "internal-error": ProblemType(500, "Something went wrong here.", "Report the request id."),
    "unavailable": ProblemType(503, "A part of the system is not there.", "Send it again after Retry-After."),
    "disclosure-not-recorded": ProblemType(
        503, "The disclosure could not be recorded.", "So nothing was revealed. Send it again after Retry-After."
    ),
    "not-yet-visible": ProblemType(503, "The write named is not yet in the view.", "Read it again after Retry-After."),
}

CODE_OF_STATUS = {
    400: "invalid-request",
    401: "unauthenticated",
    403: "insufficient-scope",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    412: "version-conflict",
    413: "body-too-large",
    415: "unsupported-media-type",
    422: "invalid-value",
    429: "too-many-requests",
    503: "unavailable",
}


class Problem(Exception):
    """An answer of 400 or above. `errors` lists every fault of the body; `members` are extension members."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.type = PROBLEMS[code]
        self.status = status or self.type.status
        self.detail = detail or self.type.explanation
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members = members
        if self.status in (429, 503):
            self.headers.setdefault("Retry-After", "1")

    @classmethod
    def of_faults(cls, faults: Sequence[Fault]) -> "Problem":
        """The problem for a body with these faults; its code is theirs where they agree, else `invalid-value`.

        What a caller may not do (403) is 422 where it is the body that may not hold something.
        """
        codes = {fault.code for fault in faults}
        code = codes.pop() if len(codes) == 1 else "invalid-value"
        status = 422 if PROBLEMS[code].status == 403 else None
        return cls(code, "See errors for each fault.", errors=faults, status=status)

    def as_json(self, public_url: str, request_id: str) -> dict[str, Any]:
        """The problem document."""
        document: dict[str, Any] = {
            "type": f"{public_url}/problems/{self.code}",
            "title": self.type.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.errors:
            document["errors"] = [fault.as_json() for fault in self.errors]
        return document | self.members

    def response(self, public_url: str, request_id: str) -> Response:
        """The problem as an HTTP response."""
        content = orjson.dumps(self.as_json(public_url, request_id))
        return Response(content, self.status, self.headers, CONTENT_TYPE)


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """What a route's OpenAPI says of the problems it answers, besides those that every route can answer."""
    everywhere = ("unauthenticated", "not-acceptable", "too-many-requests", "internal-error", "unavailable")
    described: dict[int | str, dict[str, Any]] = {}
    for code in (*codes, *everywhere):
        kind = PROBLEMS[code]
        entry = described.setdefault(
            kind.status,
            {"description": "", "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        )
        entry["description"] = f"{entry['description']}, `{code}`".lstrip(", ")
    return described
