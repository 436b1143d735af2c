"""Every operation of the OpenAPI documents, and the request by which it names a record of some place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.attacks.records import BODIES, PARAMETER, Place, address, of_place, value_of

DOCUMENTS = Path(__file__).parents[2] / "docs" / "openapi"
NAMING = ("ori", "lea_id", "school_id", "incident_number", "officer_number", "case_number", "student_ref")
"""Parameters of a query that name whose records are asked for."""
REQUIRED = ("school_year", "event")
"""Parameters of a query that name nobody, and without which nothing is answered."""
NDJSON, MERGE_PATCH = "application/x-ndjson", "application/merge-patch+json"
ORDER = {"authority": "Made-up Court", "number": "1", "ordered_on": "2026-11-02"}
REVEAL = {
    "ori": "ORI",
    "incident_number": "NUMBER",
    "custodian": "ORI",
    "what": "identity",
    "person_numbers": [1],
    "purpose": "agency_operations",
    "basis": None,
}
SENT: Mapping[str, Any] = {
    "void": {"reason_code": "entered_in_error"},
    "seal": {"order": ORDER, "person_numbers": None, "applies_to": ["agency", "district"], "statistics": "keep"},
    "expunge": {"order": ORDER, "person_numbers": None, "applies_to": ["agency", "district"], "statistics": "keep"},
    "lift-order": {"order": ORDER, "person_numbers": None},
    "explain": {"reason": {"text": "Made up."}},
    "reveals": REVEAL,
    "publications": {"design": "district_contacts", "lea_id": "<lea_id>", "school_year": "2026-27"},
    "replay": {"since": "2026-11-02T10:00:00Z"},
    "review": {"finding": "explained"},
    "{person_number}": {"unknown": True},
}
"""What is sent to an operation by the last word of its path, where it stands in no BODIES; `{}` to any other."""
LINES: Mapping[str, Any] = {
    "/v1/matches/bulk": [{"incident_id": "<incident_id>", "person_number": 1, "unknown": True}],
    "/v1/guardianships/bulk": [
        {
            "lea_id": "<lea_id>",
            "student_number": "WORD",
            "person": {"issuer": "https://made-up.example", "subject": "WORD"},
            "relationship": "parent",
            "rights": "full",
            "valid_from": "2026-08-10",
        }
    ],
}
"""Lines of bulk operations whose records are put in no other way; a line of nothing where none is known."""
PATCH = {"actions": {"1": {"in_public_view": "yes"}}}
PUBLIC_PAGES = ("/problems/", "/schools/", "/tables")
"""Pages and published tables of the gateway: there is nothing behind them that is somebody's."""
DIRECTORY = ("agencies", "districts", "schools", "partnerships")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a service: its method and path, the parameters of its query, and what its body is."""

    service: str
    method: str
    path: str
    query: tuple[str, ...]
    media_type: str | None

    @property
    def name(self) -> str:
        """What tells it apart: "incidents GET /v1/incidents/{ori}"."""
        return f"{self.service} {self.method} {self.path}"

    @property
    def names_a_record(self) -> bool:
        """Whether a request says whose record it is about."""
        if self.service == "gateway" and self.path.startswith(PUBLIC_PAGES):
            return False
        return self.body is not None or any(name in NAMING for name in (*PARAMETER.findall(self.path), *self.query))

    @property
    def body(self) -> Any:
        """What is sent, with words for what is of a place; None where there is nothing to send that names one."""
        if self.media_type == NDJSON:
            return LINES.get(self.path) or list(self._lines()) or [{}]
        if self.method == "PATCH":
            return PATCH
        last = self.path.rpartition("/")[2]
        return BODIES.get((self.service, self.path)) or SENT.get(last) or ({} if PARAMETER.search(self.path) else None)

    def request(self, place: Place, ids: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        """The path, and the rest of a request, that names a record of this place."""
        asked: dict[str, Any] = {
            "params": {name: value_of(name, place) for name in self.query if name in NAMING + REQUIRED},
        }
        if self.media_type:
            asked |= {"content": self._content(place, ids), "headers": {"Content-Type": self.media_type}}
        return address(self.path, place, ids), asked

    def _content(self, place: Place, ids: Mapping[str, str]) -> bytes:
        body = self.body
        if self.media_type == NDJSON:
            return b"".join(json.dumps(_named(line, place, ids)).encode() + b"\n" for line in body)
        return json.dumps(_named(body or {}, place, ids)).encode()

    def _lines(self) -> Iterator[dict[str, Any]]:
        plural = self.path.removeprefix("/v1/").removesuffix("/bulk")
        plurals = DIRECTORY if plural == "directory" else (plural,)
        for (service, path), body in BODIES.items():
            one, *_ = path.removeprefix("/v1/").split("/")
            members = PARAMETER.findall(path)
            if service == self.service and one in plurals and path.count("/") == len(members) + 2:
                yield {"kind": KIND_OF.get(one), **{member: f"<{member}>" for member in members}, **body}


KIND_OF = {
    "agencies": "agency",
    "districts": "district",
    "schools": "school",
    "partnerships": "partnership",
    "officers": "officer",
    "courses": "course",
    "completions": "completion",
    "assignments": "assignment",
    "training-plans": "training_plan",
    "evaluations": "evaluation",
    "staff-trainings": "staff_training",
    "selections": "selection",
    "selection-criteria": "selection_criteria",
    "training-needs": "training_need",
    "peer-events": "peer_event",
    "memberships": "membership",
}
"""The member `kind` of a line, where lines have one."""


def _named(body: Any, place: Place, ids: Mapping[str, str]) -> Any:
    text = json.dumps(of_place(body, place)).replace('"ORI"', f'"{place.ori}"').replace('"NUMBER"', f'"{place.number}"')
    named = json.loads(text, object_hook=lambda found: _filled(found, place, ids))
    return {name: value for name, value in named.items() if name != "kind" or value is not None}


def _filled(found: dict[str, Any], place: Place, ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: (ids.get(name) or value_of(name, place)) if value == f"<{name}>" else value
        for name, value in found.items()
    }


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of every service."""
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    for document in sorted(DOCUMENTS.glob("*.json")):
        for path, methods in json.loads(document.read_text(encoding="utf-8"))["paths"].items():
            for method, described in methods.items():
                query = [one["name"] for one in described.get("parameters", ()) if one["in"] == "query"]
                types = list(described.get("requestBody", {}).get("content", ()))
                yield Operation(document.stem, method.upper(), path, tuple(query), types[0] if types else None)
