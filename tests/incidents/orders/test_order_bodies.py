"""What an order must say, who may send it, and what is answered where it cannot be taken."""

from typing import Any

import httpx2
import pytest

from tests.incidents.conftest import HALLWAY, Clients, Connection
from tests.incidents.evidence import rows_by_table
from tests.incidents.orders.conftest import CASE, COURT, LIFT, ORDER

MISSING, UNKNOWN = "required-question-unanswered", "unknown-code"
FAULTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no court", {"order": {"number": CASE, "ordered_on": "2026-11-02"}}, "#/order/authority", MISSING),
    ("a number of nothing", {"order": ORDER["order"] | {"number": ""}}, "#/order/number", "invalid-value"),
    ("a day to come", {"order": ORDER["order"] | {"ordered_on": "2126-11-02"}}, "#/order/ordered_on", "in-the-future"),
    ("nobody named", {"person_numbers": []}, "#/person_numbers", MISSING),
    ("person 0", {"person_numbers": [0]}, "#/person_numbers/0", "invalid-value"),
    ("a name for a number", {"person_numbers": ["Quillon"]}, "#/person_numbers/0", "wrong-type"),
    ("nobody's records", {"applies_to": []}, "#/applies_to", MISSING),
    ("the district's alone", {"applies_to": ["district"]}, "#/applies_to", "invalid-value"),
    ("the state's", {"applies_to": ["agency", "state"]}, "#/applies_to/1", UNKNOWN),
    ("statistics at will", {"statistics": "some"}, "#/statistics", UNKNOWN),
    ("more than is asked", {"reason": "A made-up reason."}, "#/reason", "unknown-field"),
]
REQUIRED = ("order", "person_numbers", "applies_to", "statistics")


@pytest.mark.parametrize(("story", "differs", "pointer", "code"), FAULTS, ids=[case[0] for case in FAULTS])
@pytest.mark.parametrize("act", ["seal", "expunge"])
async def test_an_order_that_cannot_be_taken_is_named_by_its_faults(
    clerk: httpx2.AsyncClient,
    url: str,
    kept: Connection,
    act: str,
    story: str,
    differs: dict[str, Any],
    pointer: str,
    code: str,
) -> None:
    await clerk.put(url, json=HALLWAY)
    before = await rows_by_table(kept)
    refused = await clerk.post(f"{url}/{act}", json=ORDER | differs)

    assert refused.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [(pointer, code)]
    assert COURT not in refused.text
    assert CASE not in refused.text
    assert await rows_by_table(kept) == before


@pytest.mark.parametrize("left_out", REQUIRED)
async def test_an_order_leaves_nothing_to_be_guessed(clerk: httpx2.AsyncClient, url: str, left_out: str) -> None:
    """That it is for the whole record is said by null: whoever forgets a member loses nothing by it."""
    order = {name: value for name, value in ORDER.items() if name != left_out}
    refused = await clerk.post(f"{url}/expunge", json=order)

    assert (refused.status_code, refused.json()["code"]) == (422, MISSING)
    assert refused.json()["errors"][0]["pointer"] == f"#/{left_out}"


@pytest.mark.parametrize("path", ["seal", "expunge", "lift-order"])
async def test_an_order_needs_the_scope_for_orders_and_the_agencys_own_client(
    clients: Clients, url: str, path: str
) -> None:
    body = LIFT if path == "lift-order" else ORDER
    without = await clients().post(f"{url}/{path}", json=body)
    foreign = await clients(scope="orders.write", oris=["XX0000200"]).post(f"{url}/{path}", json=body)

    assert (without.status_code, without.json()["code"]) == (403, "insufficient-scope")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not-your-organisation")


async def test_a_lift_says_which_order_lifts(clerk: httpx2.AsyncClient, url: str) -> None:
    refused = await clerk.post(f"{url}/lift-order", json={"person_numbers": None})
    later = await clerk.post(f"{url}/lift-order", json=LIFT | {"order": LIFT["order"] | {"ordered_on": "2126-01-01"}})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/order")
    assert (later.status_code, later.json()["code"]) == (422, "in-the-future")


async def test_a_lift_of_what_was_never_closed_changes_nothing(clerk: httpx2.AsyncClient, url: str) -> None:
    await clerk.put(url, json=HALLWAY)
    assert (await clerk.post(f"{url}/lift-order", json=LIFT)).status_code == 204
    assert (await clerk.put(url, json=HALLWAY)).headers["daylight-unchanged"] == "true"


async def test_a_lift_opens_what_it_names_and_nothing_else(clerk: httpx2.AsyncClient, url: str) -> None:
    await clerk.post(f"{url}/seal", json=ORDER)
    await clerk.post(f"{url}/seal", json=ORDER | {"person_numbers": [1, 2]})
    await clerk.post(f"{url}/lift-order", json=LIFT | {"person_numbers": [2]})
    whole = await clerk.put(url, json=HALLWAY)
    await clerk.post(f"{url}/lift-order", json=LIFT)
    without = await clerk.put(url, json=HALLWAY)

    assert (whole.status_code, whole.json()["code"]) == (409, "closed-by-order")
    assert (without.status_code, without.json()["people"]) == (201, [])
