"""The demo: every view shows it once the stack is ready, and each printed request works when it is pasted."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

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
    assert district["data"]["incident"]["schoolId"] == "990000100001"
    assert len(changes["changes"]) == 2
    again, *_ = paste(demo)
    assert again["version"] == 1
