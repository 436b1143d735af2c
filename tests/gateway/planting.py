"""Brings one whole incident into a running stack, and lets everybody say of it what is theirs to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Clients:
    """The clients of the demo, who speak to a running stack."""

    stack: RunningStack
    http: httpx2.Client
    tokens: dict[str, str] = field(default_factory=dict)

    def send(self, client: str | None, method: str, service: str, path: str, **more: Any) -> httpx2.Response:
        """The answer to a request of this client; None has no token."""
        headers = dict(more.pop("headers", {}))
        if client is not None:
            if client not in self.tokens:
                self.tokens[client] = self.stack.token(client)
            headers["Authorization"] = f"Bearer {self.tokens[client]}"
        return self.http.request(method, f"{self.stack.addresses[service]}{path}", headers=headers, **more)

    def write(self, client: str, method: str, service: str, path: str, **more: Any) -> httpx2.Response:
        """The answer to a request that is accepted."""
        return self.send(client, method, service, path, **more).raise_for_status()


@dataclass(frozen=True, slots=True)
class Told:
    """Clients of a stack that holds the incident, the record as it is kept, and what the district calls its people."""

    clients: Clients
    kept: dict[str, Any]
    references: tuple[str, str]
    after: str

    def get(self, client: str, path: str, **parameters: Any) -> httpx2.Response:
        """An answer of the gateway, once it shows all that was written."""
        return self.clients.send(client, "GET", "gateway", path, params=parameters, headers={AFTER: self.after})

    def graphql(self, client: str | None, query: str) -> dict[str, Any]:
        """The answer to a query; without a client it is asked without a token."""
        asked: dict[str, Any] = {"json": {"query": query}, "headers": {AFTER: self.after}}
        answer = self.clients.send(client, "POST", "gateway", "/graphql", **asked)
        return dict(answer.raise_for_status().json())


def told(clients: Clients) -> Told:
    """A stack in which the incident was reported, delivered, matched and judged, with two more beside it."""
    schools = yaml.safe_load(DIRECTORY.read_text(encoding="utf-8"))["schools"]
    entered = [
        clients.write("demo-state", "PUT", "reporting", f"/v1/schools/{school_id}", json=school)
        for school_id, school in schools.items()
    ]
    for ori, number, difference in BEYOND:
        clients.write("demo-state", "PUT", "incidents", f"/v1/incidents/{ori}/{number}", json=beyond(difference))
    path = f"/v1/incidents/{KEY}"
    reported = clients.write("demo-rms", "PUT", "incidents", path, json=WHOLE)
    clients.send("demo-sis", "GET", "gateway", path, headers={AFTER: entered[-1].headers[POSITION]})
    copy = clients.send("demo-sis", "GET", "gateway", path, headers={AFTER: reported.headers[POSITION]})
    references = []
    for person_number, student in enumerate((MINOR, ADULT), 1):
        said = {"student_number": student, "how": "name_and_birth_date"}
        where = f"/v1/matches/{copy.json()['id']}/{person_number}"
        references.append(clients.write("demo-sis", "PUT", "incidents", where, json=said).json()["student_ref"])
    _say_who_the_families_are(clients)
    clients.write("demo-principal", "PUT", "incidents", f"{path}/judgements/school", json=JUDGEMENT)
    last = clients.write("demo-supervisor", "PUT", "incidents", f"{path}/judgements/agency", json=JUDGEMENT)
    kept = clients.send("demo-rms", "GET", "incidents", path).json()
    return Told(clients, kept, (references[0], references[1]), last.headers[POSITION])


def _say_who_the_families_are(clients: Clients) -> None:
    issuer = clients.stack.addresses["gateway"]
    lines = (
        ("demo-parent", MINOR, FULL),
        ("demo-second-parent", MINOR, {**FULL, "rights": "revoked", "revoked_by": "court_order"}),
        ("demo-student", ADULT, {**FULL, "relationship": "self", "rights_pass_on": "2026-07-02"}),
    )
    for subject, student, said in lines:
        person = {"issuer": issuer, "subject": subject}
        line = {"lea_id": "9900001", "student_number": student, "person": person, **said}
        clients.write("demo-sis", "POST", "gateway", "/v1/guardianships/bulk", json=line, headers=NDJSON)
