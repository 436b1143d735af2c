"""What an order leaves of a record when it takes out people of it. Pure.

Elements go with the person whom they name. Since any text may name anybody, no text stays; the record goes on saying
that one was given, so that nobody is asked for it anew or blamed for its absence.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import orjson

from services.incidents.answer.layers import Answers
from services.incidents.answer.places import ELEMENTS, by_number, place_of
from shared.contracts.contract import canonical
from shared.contracts.incidents import Incident
from shared.records.vault import THE_RECORD, Parts, Sealed

OF_ONE_PERSON = ("people", "actions", "charges", "outcomes")
"""Lists whose elements name one person, or are one."""
NAME_PEOPLE = ("person_number", "person_numbers")

Stay: TypeAlias = Mapping[str, tuple[int, ...]]
"""The indices of the elements that stay in a record, by list."""


def staying(document: Mapping[str, Any], people: Collection[int]) -> Stay:
    """What stays of a record without these people: all that is not about them alone.

    Documentation goes with the actions that it documents; where it does not say which, with any.
    """
    stay = {
        name: _indices(document, name, lambda one: one.get("person_number") not in people) for name in OF_ONE_PERSON
    }
    gone = _gone_actions(document, stay)
    return stay | {
        "conduct": _indices(document, "conduct", lambda one: not _is_of_none_but(one.get("person_numbers"), people)),
        "detention_documentation": _indices(
            document,
            "detention_documentation",
            lambda one: not gone or not _is_of_none_but(one.get("action_numbers") or gone, gone),
        ),
    }


def cut(document: Mapping[str, Any], stay: Stay, people: Collection[int]) -> dict[str, Any]:
    """The document of a record with these elements alone, in which nothing names these people."""
    gone = _gone_actions(document, stay)
    left = {
        name: [value[index] for index in stay[name]] if name in stay else value
        for name, value in document.items()
        if name != "sealed_digest"
    }
    for name, numbers, none_of in (
        ("conduct", "person_numbers", people),
        ("detention_documentation", "action_numbers", gone),
    ):
        if name in left:
            left[name] = [_without(one, numbers, none_of) for one in left[name]]
    return left


def cut_report(
    sealed: Sealed[Incident], people: Collection[int], stay: Stay | None = None
) -> tuple[Sealed[Incident], tuple[str, ...]]:
    """A report, as it is kept, without these people and without its texts; JSON Pointers to what was left out.

    `stay` is what stays where that does not follow from the report alone. Pointers name elements by their number.
    """
    document = orjson.loads(sealed.document)
    stay = staying(document, people) if stay is None else stay
    parts = {subject: one for subject, one in sealed.parts.items() if subject not in (THE_RECORD, *people)}
    left = replace(sealed, document=canonical(cut(document, stay, people)), parts=_moved(parts, stay["people"]))
    elements = [
        by_number(f"#/{name}/{index}", document)
        for name, indices in stay.items()
        for index in range(len(document.get(name) or ()))
        if index not in indices
    ]
    texts = [by_number(f"#{pointer}", document) for pointer in sealed.parts.get(THE_RECORD, ())]
    return left, tuple(sorted([*elements, *(text for text in texts if not text.startswith(tuple(elements)))]))


def cut_answers(answers: Answers, document: Mapping[str, Any], stay: Stay, people: Collection[int]) -> Answers:
    """The answers to a record that are still about something, in its document as it was cut.

    Those to elements without a number of their own follow their element to its new position.
    """
    moved = {one: _moved_answer(one, document, stay) for one in (*answers.coded, *answers.sealed, *answers.superseded)}
    return Answers(
        {
            now: [number for number in value if number not in people] if one.endswith("/person_numbers") else value
            for one, value in answers.coded.items()
            if (now := moved[one])
        },
        {now: value for one, value in answers.sealed.items() if (now := moved[one])},
        {
            now: value.model_copy(update={"pointer": now})
            for one, value in answers.superseded.items()
            if (now := moved[one]) and not now.endswith(NAME_PEOPLE)
        },
    )


def _indices(document: Mapping[str, Any], name: str, stays: Any) -> tuple[int, ...]:
    return tuple(index for index, one in enumerate(document.get(name) or ()) if stays(one))


def _gone_actions(document: Mapping[str, Any], stay: Stay) -> set[int]:
    actions = enumerate(document.get("actions") or ())
    return {one["action_number"] for index, one in actions if index not in stay["actions"]}


def _is_of_none_but(numbers: Collection[int] | None, these: Collection[int]) -> bool:
    return bool(numbers) and set(numbers or ()) <= set(these)


def _without(element: Mapping[str, Any], field: str, numbers: Collection[int]) -> dict[str, Any]:
    said = element.get(field)
    return {**element, field: [one for one in said if one not in numbers]} if said else {**element}


def _moved(parts: Parts, stay: tuple[int, ...]) -> Parts:
    """What is sealed of the people who stay, at the places where they stand now."""
    moved: Parts = {}
    for subject, found in parts.items():
        for pointer, value in found.items():
            *_, index, name = pointer.split("/", 3)
            moved.setdefault(subject, {})[f"/people/{stay.index(int(index))}/{name}"] = value
    return moved


def _moved_answer(pointer: str, document: Mapping[str, Any], stay: Stay) -> str:
    """Where an answer stands now; empty where what it was about is gone."""
    name, *rest = pointer.split("/")[1:]
    if name in stay and ELEMENTS[name] is None:
        index = int(rest[0]) - 1
        if index not in stay[name]:
            return ""
        return "/".join(["", name, str(stay[name].index(index) + 1), *rest[1:]])
    return pointer if place_of(pointer).holder({**document}) is not None else ""
