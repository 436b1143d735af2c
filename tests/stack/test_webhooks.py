"""A fact is corrected: clock, flag, view and webhook follow, each once, over the whole of Daylight."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
from standardwebhooks import Webhook

from tests.running_stack import RunningStack
from tests.servers import wait_until

AGENCY = "XX0000100"
SWORN_LATE, SWORN_EARLY = {"sworn_on": "2025-01-06"}, {"sworn_on": "2015-01-05"}
FOUND = """query ($officer: String!, $clock: ID) {
  clocks(filter: {id: $clock}) { edges { node { kind subject state } } }
  officerFlags(filter: {officerNumber: $officer, code: "P5-EXPERIENCE"}) { edges { node { id state } } }
}"""


class Receiver:
    """A receiver that verifies what it is sent, in a thread of its own."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, str], bytes]] = []
        kept = self.sent

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                kept.append(({name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    @contextmanager
    def listening(self) -> Iterator["Receiver"]:
        """Take messages until the block ends."""
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            thread.join()
            self.server.server_close()

    def told(self, record: str) -> list[str]:
        """What was told of a record, in order."""
        return [one["change"] for one in self.payloads() if one["id"] == record]

    def payloads(self) -> list[dict[str, str]]:
        """What was sent."""
        return [json.loads(content) for _, content in self.sent]


class Agency:
    """An agency's systems and its supervisor at a running stack."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.rms = {"Authorization": f"Bearer {stack.token('demo-rms')}"}
        self.supervisor = {"Authorization": f"Bearer {stack.token('demo-supervisor')}"}

    def put(self, place: str, report: dict[str, Any]) -> str:
        """Put a record of training; its version."""
        url = f"{self.stack.addresses['training']}/v1/{place}"
        return str(httpx2.put(url, json=report, headers=self.rms).raise_for_status().json()["version"])

    def place(self, officer: str) -> None:
        """An officer who was sworn in too late for the assignment."""
        report = {"officer_number": officer, "school_ids": ["990000100001"], "start_on": "2025-08-11", "end_on": None}
        self.put(f"officers/{AGENCY}/{officer}", SWORN_LATE)
        self.put(f"assignments/{AGENCY}/{officer}-1", report)

    def found(self, officer: str, clock: str | None = None) -> dict[str, Any]:
        """What the gateway shows the supervisor."""
        asked = {"query": FOUND, "variables": {"officer": officer, "clock": clock}}
        answer = httpx2.post(f"{self.stack.addresses['gateway']}/graphql", json=asked, headers=self.supervisor)
        data: dict[str, Any] = answer.raise_for_status().json()["data"]
        return {field: [edge["node"] for edge in page["edges"]] for field, page in data.items()}


def test_a_corrected_fact_moves_clock_flag_view_and_webhook_once(stack: RunningStack) -> None:
    agency = Agency(stack)
    place = f"{stack.addresses['gateway']}/v1/webhooks"
    with Receiver().listening() as receiver:
        made = httpx2.post(place, json={"url": receiver.url}, headers=agency.supervisor).raise_for_status().json()
        agency.place("HOOK-1")
        clock = overdue(agency, receiver, "HOOK-1")
        (flag,) = agency.found("HOOK-1")["officerFlags"]
        wait_until(lambda: receiver.told(flag["id"]) == ["raised"])

        versions = {agency.put(f"officers/{AGENCY}/HOOK-1", SWORN_EARLY) for _ in range(2)}
        wait_until(lambda: receiver.told(clock) == ["overdue", "met"])
        after = agency.found("HOOK-1", clock)
        assert [node["state"] for node in after["clocks"] + after["officerFlags"]] == ["met", "corrected"]

        agency.place("HOOK-2")
        overdue(agency, receiver, "HOOK-2")
        assert (versions, receiver.told(clock), receiver.told(flag["id"])) == ({"2"}, ["overdue", "met"], ["raised"])
        for headers, content in receiver.sent:
            assert Webhook(made["secret"]).verify(content, headers).keys() == {"id", "kind", "change"}
        assert httpx2.delete(f"{place}/{made['id']}", headers=agency.supervisor).status_code == 204


def overdue(agency: Agency, receiver: Receiver, officer: str) -> str:
    """The id of the officer's clock P5-EXPERIENCE, once it was told that it is overdue."""
    wanted = {"kind": "P5-EXPERIENCE", "subject": f"{AGENCY}/{officer}", "state": "overdue"}
    known: list[str] = []

    def is_told() -> bool:
        told = {one["id"] for one in receiver.payloads() if (one["kind"], one["change"]) == ("clock", "overdue")}
        known.extend(one for one in told if agency.found(officer, one)["clocks"] == [wanted])
        return bool(known)

    wait_until(is_told)
    return known[0]
