"""Bulk pushes as tests send and read them."""

from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

from tests.incidents.conftest import AGENCY, HALLWAY

URL = "/v1/incidents/bulk"
NDJSON = {"Content-Type": "application/x-ndjson"}


def put(number: str, **differs: Any) -> dict[str, Any]:
    """A line that reports the incident of that number."""
    return HALLWAY | {"ori": AGENCY, "incident_number": number} | differs


def void(number: str, **differs: Any) -> dict[str, Any]:
    """A line that voids the incident of that number."""
    return {"op": "void", "ori": AGENCY, "incident_number": number} | differs


def ndjson(lines: list[Any]) -> bytes:
    """The lines as a body; bytes go as they are."""
    return b"\n".join(line if isinstance(line, bytes) else orjson.dumps(line) for line in lines)


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a bulk push: a line each, and the last one."""

    text: str
    lines: list[dict[str, Any]]
    ending: dict[str, Any]

    @property
    def results(self) -> list[str]:
        """What became of each line."""
        return [line["result"] for line in self.lines]


async def push(client: httpx2.AsyncClient, lines: list[Any] | bytes, **headers: str) -> Answered:
    """Push lines (or a body as it is) and read the answer."""
    content = lines if isinstance(lines, bytes) else ndjson(lines)
    answer = await client.post(URL, content=content, headers=NDJSON | headers)
    assert answer.status_code == 200, answer.text
    *rest, ending = [orjson.loads(line) for line in answer.content.splitlines()]
    return Answered(answer.text, rest, ending)
