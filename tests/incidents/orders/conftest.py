"""Orders of a made-up court, sent by a clerk of the made-up agency, and all that the service still holds afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import httpx2
import pytest

from tests.incidents.conftest import HALLWAY, Clients, Connection
from tests.incidents.evidence import TABLES
from tests.tokens import SCOPES

COURT, CASE = "Made-up Juvenile Court of Vexbury", "JV-QUILL-1881"
ORDER: dict[str, Any] = {
    "order": {"authority": COURT, "number": CASE, "ordered_on": "2026-11-02"},
    "person_numbers": None,
    "applies_to": ["agency"],
    "statistics": "keep",
}
BOTH = ["agency", "district"]
LIFT = {"order": ORDER["order"] | {"number": "JV-QUILL-1882"}, "person_numbers": None}

Finder: TypeAlias = Callable[..., Awaitable[dict[str, set[str]]]]


def pair(**changes: Any) -> dict[str, Any]:
    """A report of two people, each with an action, an outcome, a charge and conduct of their own."""
    first: dict[str, Any] = HALLWAY["people"][0]
    second: dict[str, Any] = {
        "person_number": 5,
        "involvement": ["victim"],
        "identity": {"name": "Ottoline Brandybuck"},
    }
    return {
        **HALLWAY,
        "people": [first, second],
        "actions": [
            {"action_number": 1, "type": "detention", "person_number": 1, "in_public_view": "yes"},
            {
                "action_number": 2,
                "type": "conversation",
                "person_number": 5,
                "legal_basis": {"code": "consent", "text": "She agreed to talk."},
            },
        ],
        "outcomes": [{"type": "arrested", "person_number": 1}, {"type": "returned_to_school", "person_number": 5}],
        "charges": [{"charge_number": 1, "person_number": 1}, {"charge_number": 2, "person_number": 5}],
        "conduct": [
            {"conduct_number": 1, "scheme": "nibrs", "code": "13B", "person_numbers": [1]},
            {"conduct_number": 2, "scheme": "code_of_conduct", "code": "profanity", "person_numbers": [1, 5]},
        ],
        "detention_documentation": [{"documentation_number": 1, "action_numbers": [1], "basis": "He ran."}],
        **changes,
    }


@pytest.fixture
def clerk(clients: Clients) -> httpx2.AsyncClient:
    """A system of the agency that also sends it the orders of courts."""
    return clients("clerk", scope=f"{SCOPES} orders.write judgements.write")


@pytest.fixture
def find(kept: Connection) -> Finder:
    """`await find(words…)`: the tables in which each of these words still stands, by table."""

    async def search(*words: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for (table,) in await kept.fetch(TABLES):
            for row in await kept.fetch(f"select one::text as said from {table} as one"):
                found.setdefault(table, set()).update(word for word in words if word in row["said"])
        return {table: there for table, there in found.items() if there}

    return search
