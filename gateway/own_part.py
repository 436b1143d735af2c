"""Cuts a record down to what it says of a viewer's own children; of the others it is said how they were involved.

Where a record tells of one student alone, nothing is cut. An element that names nobody may be about anybody, and goes
with those about others. Source: 34 CFR 99.12(a); P7. Pure.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.guardianships.standing import HELD, Child
from gateway.masks import NEVER_SHOWN, Mask
from gateway.policy import Rule
from shared.contracts.contract import label_of
from shared.contracts.incidents import Person

SAID_OF_OTHERS = ("person_number", "involvement")
OF_ONE_PERSON = ("actions", "outcomes", "charges")
OF_SEVERAL = {"conduct": "person_numbers", "detention_documentation": "action_numbers"}
"""Lists whose elements name several people or actions, and the field in which they do."""


def own_numbers(matched: Sequence[int], students: Sequence[str], children: Iterable[Child]) -> frozenset[int]:
    """The numbers that the viewer's children have in a record, given who was matched there, in the same order."""
    held = {child.student for child in children if child.state == HELD}
    return frozenset(number for number, student in zip(matched, students, strict=True) if student in held)


def cut_to_own(record: dict[str, Any], own: frozenset[int]) -> bool:
    """Cut a record to what it says of these people, in place; whether anything was there to be cut."""
    people = record.get("people") or ()
    if all(person["person_number"] in own for person in people):
        return False
    record["people"] = [
        person if person["person_number"] in own else {name: person.get(name) for name in SAID_OF_OTHERS}
        for person in people
    ]
    for name in OF_ONE_PERSON:
        if record.get(name) is not None:
            record[name] = [one for one in record[name] if one.get("person_number") in own]
    actions = frozenset(one["action_number"] for one in record.get("actions") or ())
    for name, numbers in OF_SEVERAL.items():
        if record.get(name) is not None:
            record[name] = list(_of(record[name], numbers, own if name == "conduct" else actions))
    return True


def others_mask(rule: Rule) -> Mask:
    """What of a record that was cut is withheld, by the rule: as entries say it."""
    shown = [name for name in Person.model_fields if label_of(Person, name) not in NEVER_SHOWN]
    of_people = dict.fromkeys([name for name in shown if name not in SAID_OF_OTHERS], rule)
    return Mask(
        removed=frozenset(),
        withheld=dict.fromkeys([*OF_ONE_PERSON, *OF_SEVERAL], rule),
        inside={"people": Mask(frozenset(), of_people, {}, frozenset())},
        lists=frozenset({"people"}),
    )


def _of(elements: Iterable[dict[str, Any]], field: str, own: frozenset[int]) -> Iterable[dict[str, Any]]:
    """The elements about some of these, naming no others."""
    for element in elements:
        if left := [number for number in element.get(field) or () if number in own]:
            yield {**element, field: left}
