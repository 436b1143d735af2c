"""Brings one whole incident into a running stack, and lets everybody say of it what is theirs to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import yaml

from daylight.importing.demo import DIRECTORY
from tests.gateway.whole_incident import ADULT, BEYOND, KEY, MINOR, WHOLE, beyond
from tests.running_stack import RunningStack

POSITION, AFTER = "daylight-position", "Daylight-After"
NDJSON = {"Content-Type": "application/x-ndjson"}
JUDGEMENT = {"would_require_911": "no", "sro_intervening_appropriate": "yes", "reason": {"text": "In words."}}
FULL: Mapping[str, Any] = {"relationship": "parent", "rights": "full", "valid_from": "2016-08-15"}


@dataclass(frozen=True, slots=True)
class Told:
    """A stack that holds the incident, the record as it is kept, and how the district calls its two students."""

    stack: RunningStack
    kept: dict[str, Any]
    references: tuple[str, str]
    after: str

    def get(self, client: str, path: str, **parameters: Any) -> httpx2.Response:
        """An answer of the gateway, once it shows all that was written."""
        return _send(self.stack, client, "GET", "gateway", path, params=parameters, headers={AFTER: self.after})

    def graphql(self, client: str | None, query: str) -> dict[str, Any]:
        """The answer to a query; without a client it is asked without a token."""
        asked = {"json": {"query": query}, "headers": {AFTER: self.after}}
        answer = _send(self.stack, client, "POST", "gateway", "/graphql", **asked)
        return dict(answer.raise_for_status().json())


def told(stack: RunningStack) -> Told:
    """A stack in which the incident was reported, delivered, matched and judged, with two more beside it."""
    schools = yaml.safe_load(DIRECTORY.read_text(encoding="utf-8"))["schools"]
    entered = [
        _write(stack, "demo-state", "PUT", "reporting", f"/v1/schools/{school_id}", json=school)
        for school_id, school in schools.items()
    ]
    for ori, number, difference in BEYOND:
        _write(stack, "demo-state", "PUT", "incidents", f"/v1/incidents/{ori}/{number}", json=beyond(difference))
    path = f"/v1/incidents/{KEY}"
    reported = _write(stack, "demo-rms", "PUT", "incidents", path, json=WHOLE)
    _send(stack, "demo-sis", "GET", "gateway", path, headers={AFTER: entered[-1].headers[POSITION]})
    copy = _send(stack, "demo-sis", "GET", "gateway", path, headers={AFTER: reported.headers[POSITION]})
    references = []
    for person_number, student in enumerate((MINOR, ADULT), 1):
        said = {"student_number": student, "how": "name_and_birth_date"}
        where = f"/v1/matches/{copy.json()['id']}/{person_number}"
        references.append(_write(stack, "demo-sis", "PUT", "incidents", where, json=said).json()["student_ref"])
    _say_who_the_families_are(stack)
    _write(stack, "demo-principal", "PUT", "incidents", f"{path}/judgements/school", json=JUDGEMENT)
    last = _write(stack, "demo-supervisor", "PUT", "incidents", f"{path}/judgements/agency", json=JUDGEMENT)
    kept = _send(stack, "demo-rms", "GET", "incidents", path).json()
    return Told(stack, kept, (references[0], references[1]), last.headers[POSITION])


def _say_who_the_families_are(stack: RunningStack) -> None:
    issuer = stack.addresses["gateway"]
    lines = (
        ("demo-parent", MINOR, FULL),
        ("demo-second-parent", MINOR, {**FULL, "rights": "revoked", "revoked_by": "court_order"}),
        ("demo-student", ADULT, {**FULL, "relationship": "self", "rights_pass_on": "2026-07-02"}),
    )
    for subject, student, said in lines:
        person = {"issuer": issuer, "subject": subject}
        line = {"lea_id": "9900001", "student_number": student, "person": person, **said}
        _write(stack, "demo-sis", "POST", "gateway", "/v1/guardianships/bulk", json=line, headers=NDJSON)


def _write(stack: RunningStack, client: str, method: str, service: str, path: str, **more: Any) -> httpx2.Response:
    return _send(stack, client, method, service, path, **more).raise_for_status()


def _send(
    stack: RunningStack, client: str | None, method: str, service: str, path: str, **more: Any
) -> httpx2.Response:
    bearer = {"Authorization": f"Bearer {stack.token(client)}"} if client else {}
    headers = {**bearer, **more.pop("headers", {})}
    return httpx2.request(method, f"{stack.addresses[service]}{path}", headers=headers, timeout=20, **more)
