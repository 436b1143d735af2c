"""What of a whole report is told, by what was asked for."""

from typing import Any

import pytest

from services.incidents.reveal.rules import revealed
from shared.contracts.reveals import RevealCall

REPORT: dict[str, Any] = {
    "people": [
        {"person_number": 1, "identity": {"name": "Quillon Vastergaard"}},
        {"person_number": 2},
    ],
    "detention_documentation": [{"documentation_number": 4, "basis": "A locker was forced.", "no_arrest": True}],
    "narrative": "He was asked to walk.",
}


def call(what: str, *person_numbers: int) -> RevealCall:
    """What the gateway asks for."""
    return RevealCall(ori="XX0000100", incident_number="2026-1", lea_id=None, what=what, person_numbers=person_numbers)


def told(what: str, *person_numbers: int, report: dict[str, Any] = REPORT, delivered: bool = True) -> dict[str, Any]:
    """What is told, without what was not asked for."""
    found = revealed(report, call(what, *person_numbers), version=3, documentation_delivered=delivered)
    return found.model_dump(mode="json", exclude_defaults=True)


def test_those_are_named_who_were_asked_for_and_nobody_else() -> None:
    assert told("identity", 2, 1, 2, 9) == {
        "version": 3,
        "person_numbers": [2, 1],
        "identities": [
            {"person_number": 2, "identity": None},
            {"person_number": 1, "identity": {"name": "Quillon Vastergaard"}},
        ],
    }


def test_a_narrative_tells_of_everybody_in_the_record() -> None:
    assert told("narrative") == {"version": 3, "person_numbers": [1, 2], "narrative": "He was asked to walk."}


def test_documentation_is_its_texts_and_nothing_else() -> None:
    assert told("documentation")["documentation"] == [{"documentation_number": 4, "basis": "A locker was forced."}]


def test_documentation_that_was_not_delivered_is_not_told() -> None:
    assert told("documentation", delivered=False)["documentation"] == []


@pytest.mark.parametrize("what", ["identity", "narrative", "documentation"])
def test_a_record_with_nothing_sealed_tells_nothing(what: str) -> None:
    found = told(what, 1, report={})
    assert found == {"version": 3, "person_numbers": []} | {"narrative": {}, "identity": {"identities": []}}.get(
        what, {"documentation": []}
    )
