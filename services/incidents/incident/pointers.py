"""JSON Pointers into an incident that name elements by the sender's numbers, as rules and answers do. Pure."""

from typing import Any

from shared.contracts.answers import own_numbers
from shared.contracts.incidents import IncidentReport

NUMBERS = {name: field for name, field in own_numbers(IncidentReport).items() if field is not None}
"""Lists whose elements have a number of their own. In others the position counts, from 1."""


def value_at(document: dict[str, Any], pointer: str) -> Any:
    """What stands in a record's document at `/actions/2/purpose`; None where there is nothing."""
    value: Any = document
    name = ""
    for segment in pointer.split("/")[1:]:
        if isinstance(value, dict):
            name, value = segment, value.get(segment)
        elif isinstance(value, list):
            value = element(value, name, segment)
        else:
            return None
    return value


def element(elements: list[Any], name: str, number: str) -> Any:
    """The element of the list `name` with this number, None where there is none."""
    field = NUMBERS.get(name)
    for position, one in enumerate(elements, 1):
        if str(one[field] if field else position) == number:
            return one
    return None
