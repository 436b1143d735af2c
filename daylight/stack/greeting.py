"""What `daylight up` says once everything is ready: where it is, who may enter, and first requests to paste."""

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from daylight.stack.folders import DEFAULT_DATA
from gateway.oauth.clients import Registration

AGENCY, DISTRICT, OTHER_AGENCY = "demo-rms", "demo-sis", "demo-other-rms"
PASTED = {
    "occurred_at": "2026-10-05T10:12:00-07:00",
    "school_id": "990000100001",
    "contact_type": "incident",
    "initiated_by": "school_personnel",
    "threat": ["none"],
    "conduct": [{"conduct_number": 1, "scheme": "code_of_conduct", "code": "dress_code", "level": "none"}],
    "officers": [{"officer_number": "4471", "role": "primary", "capacity": "sro"}],
    "people": [{"person_number": 1, "involvement": ["subject"], "is_enrolled": "yes"}],
    "outcomes": [{"type": "returned_to_school", "person_number": 1}],
    "source_system": "made-up-for-the-demo",
}
PASTED_KEY = "XX0000100", "PASTED-1"
QUESTION = {
    "query": "query ($ori: String!, $number: String!) { incident(ori: $ori, incidentNumber: $number)"
    " { incidentNumber occurredAt schoolId initiatedBy outcomes { type } classification { value }"
    " flags { code explanation } clocks { kind detail state dueOn } } }",
    "variables": dict(zip(("ori", "number"), PASTED_KEY, strict=True)),
}


def greeting(data: Path, addresses: Mapping[str, str], clients: Sequence[Registration], *, requests: bool) -> str:
    """The base URLs of a running stack, the clients that may enter, and first requests of each kind to paste."""
    lines = ["Daylight is ready.", ""]
    lines += [f"  {name:<10} {url:<23} {url}/docs" for name, url in addresses.items()]
    if clients:
        lines += ["", f"Clients of the demo; `{_token(data, 'CLIENT')}` prints an access token:", ""]
        lines += [f"  {registration.client:<16} {registration.role}" for registration in clients]
    if requests:
        lines += ["", "First requests to paste, with made-up data:", "", *first_requests(data, addresses)]
    return "\n".join(lines)


def first_requests(data: Path, addresses: Mapping[str, str]) -> list[str]:
    """A token, a push as the agency's records system, and pulls by the school's district and another agency."""
    gateway, incidents = addresses["gateway"], addresses["incidents"]
    push = _curl(f"{incidents}/v1/incidents/{'/'.join(PASTED_KEY)}", "AGENCY", "-X", "PUT", body=PASTED)
    ask = partial(_curl, f"{gateway}/graphql", body=QUESTION)
    changes = f"{gateway}/v1/changes?since=start&kind=incident&limit=2"
    see = "-H", '"Daylight-After: $PUSHED"'
    return [
        "# tokens: the agency's records system, the school district's system, another agency's",
        *(
            f"{name}=$({_token(data, client)})"
            for name, client in (("AGENCY", AGENCY), ("DISTRICT", DISTRICT), ("STRANGER", OTHER_AGENCY))
        ),
        "# the agency pushes an incident (again changes nothing), and keeps the position that the answer names",
        f"PUSHED=$({push} -o /dev/stderr -D - | tr -d '\\r' | sed -n 's/^daylight-position: //Ip'); echo",
        "# the school's district reads it, with what the principles say of it and what is due, and what has changed",
        f"{ask('DISTRICT', *see)}; echo",
        f"{_curl(changes, 'DISTRICT', *see)}; echo",
        "# another agency sees nothing of it",
        f"{ask('STRANGER', *see)}; echo",
    ]


def _token(data: Path, client: str) -> str:
    program = Path(sys.executable).with_name("daylight")
    where = [] if data == DEFAULT_DATA else ["--data", str(data)]
    return shlex.join([str(program), "token", client, *where])


def _curl(url: str, token: str, *more: str, body: object = None) -> str:
    words = ["curl", "-sS", *more, shlex.quote(url), "-H", f'"Authorization: Bearer ${token}"']
    if body is not None:
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(json.dumps(body))]
    return " ".join(words)
