"""From the answer to a PUT until a GraphQL read shows it, through the whole stack, at a steady rate of writes.

`python -m benchmarks.visible [--rate 100] [--seconds 20]`: milliseconds until the answer of a read with
`Daylight-After`, p50 and p99, and, after every tenth, those of the same read without it: what reading alone costs.
"""

import argparse
import asyncio
import time
from collections import deque
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import orjson
import uvloop

from benchmarks import house, load, workload
from tests.running_stack import RunningStack, data_folder, running_stack

CLIENT = "demo-rms"
QUERY = "query ($number: String!) { incident(ori: %s, incidentNumber: $number) { incidentNumber status } }"
WARM_UP = 100


class Connections:
    """Kept connections to one server, as many as are in use at once."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        # Taken in turn, so that none stands idle until the server closes it.
        self._free: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()

    async def exchange(self, request: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request; status, headers by their lower-case name, and body of its answer."""
        opened = self._free.popleft() if self._free else await asyncio.open_connection(self._host, self._port)
        reader, writer = opened
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self._free.append(opened)
        return int(head[0].split(" ")[1]), headers, body


class Writer:
    """Writes one report after the other and reads it through the gateway."""

    def __init__(self, stack: RunningStack) -> None:
        self._incidents = Connections(stack.addresses["incidents"])
        self._gateway = Connections(stack.addresses["gateway"])
        self._token = stack.token(CLIENT)
        self.found: dict[str, list[float]] = {"visible": [], "read alone": []}

    async def write(self, number: int) -> None:
        """Write a report and see it; one time of ten, read it once more without waiting for anything."""
        path = f"/v1/incidents/{workload.ORI}/V{number}"
        put = load.request("PUT", path, orjson.dumps(workload.report(number)), self._token)
        status, headers, _ = await self._incidents.exchange(put)
        answered = time.perf_counter()
        assert status == 201, status
        await self._read(number, headers["daylight-position"])
        visible = time.perf_counter()
        if number >= WARM_UP:
            self.found["visible"].append((visible - answered) * 1_000)
        if number >= WARM_UP and number % 10 == 0:
            await self._read(number, None)
            self.found["read alone"].append((time.perf_counter() - visible) * 1_000)

    async def _read(self, number: int, after: str | None) -> None:
        body = orjson.dumps(
            {"query": QUERY % orjson.dumps(workload.ORI).decode(), "variables": {"number": f"V{number}"}}
        )
        asked = load.request("POST", "/graphql", body, self._token)
        if after is not None:
            asked = asked.replace(b"\r\n", f"\r\nDaylight-After: {after}\r\n".encode(), 1)
        status, _, answer = await self._gateway.exchange(asked)
        assert status == 200, (status, answer)
        assert orjson.loads(answer)["data"]["incident"]["incidentNumber"] == f"V{number}", answer


async def at_rate(writer: Writer, rate: float, count: int) -> float:
    """Begin `count` writes at a steady rate, whether earlier ones are done or not; the rate that was reached."""
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as tasks:
        for number in range(count):
            await asyncio.sleep(began + number / rate - asyncio.get_running_loop().time())
            tasks.create_task(writer.write(number))
    return count / (asyncio.get_running_loop().time() - began)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=float, default=100)
    options.add_argument("--seconds", type=float, default=20)
    chosen = options.parse_args()
    with (
        data_folder() as data,
        running_stack(data, DAYLIGHT_GRAPHQL_POINTS=str(10**9), DAYLIGHT_RATE_LIMIT=str(10**9)) as stack,
    ):
        writer = Writer(stack)
        reached = uvloop.run(at_rate(writer, chosen.rate, WARM_UP + int(chosen.rate * chosen.seconds)))
    house.show(writer.found, "ms")
    print(f"{reached:.0f} writes/s begun and seen")
    for side, values in writer.found.items():
        print(f"{side:12} p50 {percentile(values, 0.5):6.1f} ms   p99 {percentile(values, 0.99):6.1f} ms")
    print("target: p99 visible at most 25 ms")


if __name__ == "__main__":
    main()
