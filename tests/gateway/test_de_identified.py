"""Records without what they could be known by: the order in which they stand tells nothing either."""

import hashlib
from typing import Any

from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY

REASONS = ["a", "b", "c", "d", "e", "f", "g"]


async def listed(gateway: Gateway, client: str, **asked: Any) -> dict[str, Any]:
    headers = await gateway.headers(client)
    answer = await gateway.http.get("/v1/incidents", params=asked, headers=headers)
    return dict(answer.raise_for_status().json())


async def test_pages_lead_through_all_of_them_in_the_order_of_a_hash(gateway: Gateway) -> None:
    services = gateway.view.services
    for day, reason in enumerate(REASONS, 1):
        told = {"request_reason": reason, "occurred_at": f"2026-10-{day:02}T10:00:00Z"}
        await gateway.view.apply(*services.accepted(reason.upper(), **told))
    known = {one["request_reason"]: one["id"] for one in (await listed(gateway, "demo-rms"))["incidents"]}
    found: list[str] = []
    after: dict[str, str] = {}
    while len(found) < len(REASONS):
        page = await listed(gateway, "demo-researcher", limit=3, ori=AGENCY, **after)
        found += [one["request_reason"] for one in page["incidents"]]
        after = {"cursor": page["next"]}
    assert found == sorted(REASONS, key=lambda reason: hashlib.sha256(known[reason].encode()).hexdigest())


async def test_flags_of_them_bear_codes_and_neither_number_nor_time(gateway: Gateway) -> None:
    services = gateway.view.services
    for reason in REASONS:
        await gateway.view.apply(*services.accepted(reason.upper()), services.flag(number=reason.upper()))
    query = "{ flags { edges { node { id key incidentNumber raisedAt } } } }"
    known = [edge["node"]["id"] for edge in (await gateway.graphql(query))["data"]["flags"]["edges"]]
    answer = await gateway.graphql(query, "demo-oversight")
    nodes = [edge["node"] for edge in answer["data"]["flags"]["edges"]]
    assert len(nodes) == len(known) == len(REASONS)
    assert {(one["incidentNumber"], one["raisedAt"]) for one in nodes} == {(None, None)}
    assert {one["id"] for one in nodes}.isdisjoint(known)
