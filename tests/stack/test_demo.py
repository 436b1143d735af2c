"""The demo: every view shows it once the stack is ready, and each printed request works when it is pasted."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from daylight.stack.folders import Folders
from daylight.stack.greeting import first_requests
from daylight.stack.status import look
from tests.running_stack import RunningStack, data_folder, running_stack

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningStack]:
    """A stack with the demo, after its second start."""
    with data_folder() as data:
        with running_stack(data, demo=True):
            pass
        with running_stack(data, demo=True) as second:
            yield second


def paste(stack: RunningStack) -> list[dict[str, Any]]:
    """Run the printed requests in a shell; the answers, that to the push first."""
    script = "\n".join(["set -eu", *first_requests(stack.data, stack.addresses)])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(answer) for answer in (done.stderr, *done.stdout.strip().splitlines())]


def test_the_second_start_finds_the_demo_and_loads_nothing(demo: RunningStack) -> None:
    assert demo.said().count("Loading the demo") == 1
    found = look(Folders(demo.data))
    assert found
    assert found.logs
    assert found.logs["incidents"]["sequenced"] > 150
    assert found.ok


def test_every_printed_request_works_when_pasted(demo: RunningStack) -> None:
    for line in first_requests(demo.data, demo.addresses):
        assert line in demo.said()
    pushed, district, changes, stranger = paste(demo)
    assert pushed["version"] == 1
    assert stranger["data"]["incident"] is None
    read = district["data"]["incident"]
    assert (read["schoolId"], read["classification"]["value"]) == ("990000100001", "school_discipline")
    assert "P3-DIRECTED-BY-SCHOOL" in {flag["code"] for flag in read["flags"]}
    assert {"P3-JUDGEMENT", "P7-REVIEW-BOTH"} <= {clock["kind"] for clock in read["clocks"]}
    assert len(changes["changes"]) == 2
    again, *_ = paste(demo)
    assert again["version"] == 1


FOUND = [
    '{ flags(filter: {code: "P7-JUDGEMENTS-DISAGREE"}) { edges { node { incidentNumber } } } }',
    '{ flags(filter: {code: "P4-UNDOCUMENTED", state: "open"}) { edges { node { incidentNumber } } } }',
    '{ clocks(filter: {kind: "P4-DETENTION-DOC", state: "met"}) { edges { node { subject } } } }',
    '{ clocks(filter: {kind: "P4-DETENTION-DOC", state: "overdue"}) { edges { node { subject } } } }',
    '{ incidents(filter: {flag: "P3-DISCIPLINE"}) { edges { node { incidentNumber } } } }',
]


@pytest.mark.parametrize("query", FOUND)
def test_a_supervisor_finds_something_in_every_view(demo: RunningStack, query: str) -> None:
    answer = httpx2.post(
        f"{demo.addresses['gateway']}/graphql",
        json={"query": query},
        headers={"Authorization": f"Bearer {demo.token('demo-supervisor')}"},
    )
    (found,) = answer.json()["data"].values()
    assert found["edges"]


FAMILIES = [
    ("demo-parent", {"26-000104", "26-000105"}, set()),
    ("demo-second-parent", None, {"RIGHTS-REVOKED"}),
    ("demo-student", {"26-000109"}, set()),
]


@pytest.mark.parametrize(("client", "numbers", "rules"), FAMILIES)
def test_a_family_finds_its_own(demo: RunningStack, client: str, numbers: set[str] | None, rules: set[str]) -> None:
    answer = httpx2.post(
        f"{demo.addresses['gateway']}/graphql",
        json={"query": "{ incidents { edges { node { incidentNumber } } } }"},
        headers={"Authorization": f"Bearer {demo.token(client)}"},
    ).json()
    found = answer["data"]["incidents"]
    assert (found and {edge["node"]["incidentNumber"] for edge in found["edges"]}) == numbers
    assert {entry["rule"] for entry in answer.get("extensions", {}).get("ferpa", [])} == rules
