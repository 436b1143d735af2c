"""What a PATCH makes of the answers to a record, or why it cannot. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import orjson

from services.incidents.answer.layers import Answers, Layers, SealedAnswer, Texts, told
from services.incidents.answer.places import ELEMENTS, by_number, leaves, place_of
from services.incidents.incident.pointers import element, value_at
from services.incidents.incident.rules import faults
from shared.contracts.contract import Contract, canonical
from shared.contracts.fault import Fault
from shared.contracts.incidents import Incident, IncidentReport
from shared.records.vault import THE_RECORD, Parts, restored

V = TypeVar("V")
Digest: TypeAlias = Callable[[int, dict[str, Any]], str]
"""Keyed digest of what is sealed of a subject of the record: `Custodian.digest` with the record's id."""


class NotAnswerable(Exception):
    """A PATCH that would add or remove elements, or whose answers cannot stand in the record; with all its faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(len(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Patched:
    """The layers with a PATCH in them, and what of it goes to the vault: by subject and pointer, each by itself."""

    layers: Layers
    to_seal: Parts


def apply_patch(layers: Layers, patch: Contract, texts: Texts, digest: Digest, now: datetime) -> Patched:
    """What a PATCH (`IncidentAnswers`) makes of the answers; the same again changes nothing.

    `texts` is what the vault holds of the record. Raises NotAnswerable with every fault: of an element that the record
    does not have, and whatever the rules for reports find in the record as it would be and did not find before.
    """
    plain = orjson.loads(canonical(patch.model_dump(exclude_unset=True)))
    found = list(_elements_not_there(plain, layers.report))
    for fault in found:
        _, elements, number = fault.pointer.split("/")
        del plain[elements][number]
    said = dict(leaves(plain))
    patched = _patched(layers, said, texts, digest)
    found += _brought(patched.layers, _texts_after(texts, said), layers, texts, now)
    if found:
        raise NotAnswerable(found)
    return patched


def without_texts_of_the_record(patched: Patched) -> Patched:
    """What a PATCH makes of the answers where an order has taken all texts of the record away: no new ones come in."""
    layers, answers = patched.layers, patched.layers.answers
    sealed = {one: digests for one, digests in answers.sealed.items() if place_of(one).subject != THE_RECORD}
    to_seal = {subject: found for subject, found in patched.to_seal.items() if subject != THE_RECORD}
    return Patched(Layers(layers.report, Answers(answers.coded, sealed, answers.superseded)), to_seal)


def faults_of(report: dict[str, Any], now: datetime) -> Iterator[Fault]:
    """What the rules find in all that is told of an incident; pointers name elements by their number."""
    plain = {"school_id": None} | report
    for fault in faults(IncidentReport.model_validate_json(orjson.dumps(plain)), now):
        yield Fault(
            f"#{by_number(fault.pointer, plain)}", fault.code, fault.detail, f"#{by_number(fault.rests_on, plain)}"
        )


def digest_at(pointer: str, value: Any, digest: Digest) -> str | None:
    """Keyed digest of what is said in a sealed place; None where nothing is."""
    return None if value is None else digest(place_of(pointer).subject, {pointer: value})


def _elements_not_there(plain: Mapping[str, Any], report: Mapping[str, Any]) -> Iterator[Fault]:
    for name in (name for name in plain if name in ELEMENTS):
        for number in plain[name] or ():
            if element(report.get(name) or [], name, number) is None:
                yield Fault(
                    f"#/{name}/{number}",
                    "invalid-value",
                    "The record has no such element. A PATCH adds none: send the element with a PUT, or leave it out.",
                )


def _patched(layers: Layers, said: Mapping[str, Any], texts: Texts, digest: Digest) -> Patched:
    before, report = layers.answers, restored(layers.report, texts.report, IncidentReport, Incident)
    given = {pointer: value for pointer, value in said.items() if value is not None}
    texts_given = {pointer: value for pointer, value in given.items() if place_of(pointer).field.sealed}
    sealed = {
        pointer: SealedAnswer(
            digest_at(pointer, value, digest) or "", digest_at(pointer, value_at(report, pointer), digest)
        )
        for pointer, value in texts_given.items()
    }
    answers = Answers(
        _not_said(before.coded, said) | {one: value for one, value in given.items() if one not in sealed},
        _not_said(before.sealed, said) | sealed,
        _not_said(before.superseded, said),
    )
    to_seal = Parts()
    for pointer, value in texts_given.items():
        if pointer not in before.sealed or before.sealed[pointer].digest != sealed[pointer].digest:
            to_seal.setdefault(place_of(pointer).subject, {})[pointer] = value
    return Patched(Layers(layers.report, answers), to_seal)


def _texts_after(texts: Texts, said: Mapping[str, Any]) -> Texts:
    parts = {subject: _not_said(found, said) for subject, found in texts.answers.items()}
    for pointer, value in said.items():
        place = place_of(pointer) if value is not None else None
        if place is not None and place.field.sealed:
            parts.setdefault(place.subject, {})[pointer] = value
    return Texts(texts.report, parts)


def _not_said(standing: Mapping[str, V], said: Mapping[str, Any]) -> dict[str, V]:
    """What stands at pointers at which, and above which, a PATCH says nothing."""
    return {
        pointer: value
        for pointer, value in standing.items()
        if not any(f"{pointer}/".startswith(f"{one}/") for one in said)
    }


def _brought(after: Layers, texts_after: Texts, before: Layers, texts: Texts, now: datetime) -> list[Fault]:
    """The faults of a record that were not there before."""
    found = list(faults_of(told(after, texts_after), now))
    if not found:
        return []
    standing = set(faults_of(told(before, texts), now))
    return [fault for fault in found if fault not in standing]
