"""Where an answer stands: what the contracts say of a pointer such as `/actions/2/modifications/needed`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.incidents.incident.pointers import element
from shared.contracts.answers import own_numbers
from shared.contracts.contract import Contract, Label, contract_in, label_of
from shared.contracts.incidents import Incident, IncidentReport
from shared.records.vault import THE_RECORD

ELEMENTS: Mapping[str, str | None] = own_numbers(IncidentReport)
"""The lists of elements, each with the field of its elements' own number; None: the position counts, from 1."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that can be answered, whatever element it stands in.

    `within` are the objects of the record that hold it, from the outermost, each with what it says when it is made.
    `kept` is the record's field that holds the answer, or says that it was given; None where the record says nothing.
    """

    within: tuple[tuple[str, Mapping[str, Any]], ...]
    kept: str | None
    sealed: bool
    of_a_person: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A field in its element; `elements` and `number` are None where the record itself has the field."""

    elements: str | None
    number: str | None
    field: Field

    @property
    def subject(self) -> int:
        """Whose key in the vault an answer in this place is sealed under."""
        return int(self.number) if self.number and self.field.of_a_person else THE_RECORD

    def holder(self, document: dict[str, Any]) -> Any:
        """The element that has the field, or the document itself; None where there is no such element."""
        if self.elements is None or self.number is None:
            return document
        return element(document.get(self.elements) or [], self.elements, self.number)


def place_of(pointer: str) -> Place:
    """The place that a pointer to an answer names."""
    first, *rest = pointer.split("/")[1:]
    if first in ELEMENTS:
        return Place(first, rest[0], _field(first, *rest[1:]))
    return Place(None, None, _field(first, *rest))


@cache
def _field(*path: str) -> Field:
    report: type[Contract] = IncidentReport
    kept: type[Contract] = Incident
    within: list[tuple[str, Mapping[str, Any]]] = []
    name, *inner = path
    while inner and label_of(report, name) is not Label.SEALED:
        report, kept = _nested(report, name), _nested(kept, name)
        if name not in ELEMENTS:
            within.append((name, kept.model_construct().model_dump(exclude_none=True)))
        name, *inner = inner
    return Field(
        within=tuple(within),
        kept=name if name in kept.model_fields else None,
        sealed=label_of(report, name) is Label.SEALED,
        of_a_person=hasattr(report, "SUBJECT_FIELD"),
    )


def _nested(contract: type[Contract], name: str) -> type[Contract]:
    nested = contract_in(contract.model_fields[name].annotation)
    if nested is None:
        raise LookupError(f"{contract.__name__}.{name} holds no fields")
    return nested


def leaves(patch: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, Any]]:
    """What a merge patch says, by pointer: each value, and null wherever it takes back what stands there or below."""
    for name, value in patch.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{pointer}/{name}")
        else:
            yield f"{pointer}/{name}", value


def by_number(pointer: str, document: Mapping[str, Any]) -> str:
    """A pointer by index, such as `#/actions/0/type`, as one by the number of the element: `/actions/2/type`."""
    segments = pointer.split("/")[1:]
    if len(segments) > 1 and segments[0] in ELEMENTS:
        index, number = int(segments[1]), ELEMENTS[segments[0]]
        segments[1] = str(document[segments[0]][index][number] if number else index + 1)
    return "".join(f"/{segment}" for segment in segments)
