"""Reads of an expunged record against reads of a number that was never seen: who measures must not tell them apart.

`python -m benchmarks.erased [--rounds 400]`: milliseconds of each read, in turns, at the service and at the gateway;
the medians, their ratio, and how often the one of a pair took longer.
"""

import argparse
import statistics
import time

import httpx2

from benchmarks import house, workload
from tests.running_stack import RunningStack, data_folder, running_stack
from tests.servers import wait_until

CLIENT, NUMBER, NEVER = "demo-rms", "V1", "V2"
ORDER = {
    "order": {"authority": "Made-up Juvenile Court", "number": "MADE-UP-1", "ordered_on": "2025-11-02"},
    "person_numbers": None,
    "applies_to": ["agency", "district"],
    "statistics": "keep",
}


def expunge(stack: RunningStack, client: httpx2.Client) -> None:
    """Put a record, see it at the gateway, and have it expunged, until it is gone from there."""
    record = f"{stack.addresses['incidents']}/v1/incidents/{workload.ORI}/{NUMBER}"
    shown = f"{stack.addresses['gateway']}/v1/incidents/{workload.ORI}/{NUMBER}"
    client.put(record, json=workload.report(1)).raise_for_status()
    wait_until(lambda: client.get(shown).status_code == 200)
    client.post(f"{record}/expunge", json=ORDER).raise_for_status()
    wait_until(lambda: client.get(shown).status_code == 404)


def seconds(client: httpx2.Client, url: str) -> float:
    """How long a read takes that finds nothing."""
    began = time.perf_counter()
    assert client.get(url).status_code == 404, url
    return time.perf_counter() - began


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=400)
    rounds = options.parse_args().rounds
    with (
        data_folder() as data,
        running_stack(data, DAYLIGHT_RATE_LIMIT=str(10**9)) as stack,
        httpx2.Client(headers={"Authorization": f"Bearer {stack.token(CLIENT)}"}, timeout=20) as client,
    ):
        expunge(stack, client)
        for server in ("incidents", "gateway"):
            found = measured(client, f"{stack.addresses[server]}/v1/incidents/{workload.ORI}", rounds)
            gone, never = found[NUMBER], found[NEVER]
            house.show({f"{server}: expunged": gone, f"{server}: never seen": never}, "ms")
            ratio = statistics.median(gone) / statistics.median(never)
            longer = sum(one > other for one, other in zip(gone, never, strict=True)) / rounds
            print(f"{server}: ratio of medians {ratio:.2f}; the expunged one took longer {longer:.0%} of the time")


def measured(client: httpx2.Client, base: str, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each read; which of the two comes first changes from round to round."""
    found: dict[str, list[float]] = {NUMBER: [], NEVER: []}
    for number in range(rounds):
        for one in (NUMBER, NEVER) if number % 2 else (NEVER, NUMBER):
            found[one].append(seconds(client, f"{base}/{one}") * 1_000)
    return found


if __name__ == "__main__":
    main()
