"""A record's two layers: what the last PUT said, and the answers that lie over it. The record is both, laid together.

Neither layer holds a name or a sentence: the report's layer is in the form in which records are kept, and of a sealed
answer nothing is here but keyed digests. Pointers name elements by their number.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from services.incidents.answer.places import place_of
from services.incidents.incident.pointers import element
from shared.contracts.contract import canonical
from shared.contracts.incidents import Incident, IncidentReport
from shared.contracts.questions import GaveWay, SupersededAnswer
from shared.records.vault import DIGEST_BYTES, THE_RECORD, Parts, restored

FOUND_LATER = ("void_reason",)
"""Fields of a record that no PUT says."""


class SealedAnswer(NamedTuple):
    """Keyed digests of an answer that is in the vault, and of what the last PUT says in its place; None: nothing."""

    digest: str
    reported: str | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What PATCHes have answered, by pointer; and the answers that gave way, until they are answered again."""

    coded: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, SealedAnswer] = field(default_factory=dict)
    superseded: Mapping[str, SupersededAnswer] = field(default_factory=dict)

    def at_or_below(self, pointer: str) -> list[str]:
        """The pointers of the answers that stand there, or within what stands there."""
        below = f"{pointer}/"
        return [one for one in (*self.coded, *self.sealed) if one == pointer or one.startswith(below)]

    def giving_way(self, because: Mapping[str, GaveWay]) -> "Answers":
        """The answers without those at these pointers, which are listed from now on, in the order of their pointers."""
        listed = {
            pointer: SupersededAnswer(pointer=pointer, because=why, answer=_as_listed(self.coded.get(pointer)))
            for pointer, why in sorted(because.items())
        }
        return Answers(
            {pointer: value for pointer, value in self.coded.items() if pointer not in because},
            {pointer: answer for pointer, answer in self.sealed.items() if pointer not in because},
            {pointer: one for pointer, one in self.superseded.items() if pointer not in because} | listed,
        )


@dataclass(frozen=True, slots=True)
class Layers:
    """What lies below a record: the last PUT in the form in which records are kept, and the answers over it."""

    report: dict[str, Any]
    answers: Answers

    @classmethod
    def below(cls, document: str, layers: str | None) -> "Layers":
        """The layers below a record's document, of which the document is all where none were kept apart."""
        if layers is None:
            return cls(
                {name: one for name, one in orjson.loads(document).items() if name not in FOUND_LATER}, Answers()
            )
        plain = orjson.loads(layers)
        sealed = {pointer: SealedAnswer(*digests) for pointer, digests in plain["sealed"].items()}
        superseded = {one["pointer"]: SupersededAnswer(**one | _tuple(one)) for one in plain["superseded"]}
        return cls(plain["report"], Answers(plain["coded"], sealed, superseded))

    def as_json(self) -> str | None:
        """What is kept of the layers, in canonical form; None where the record's document is all there is."""
        answers = self.answers
        if not (answers.coded or answers.sealed or answers.superseded):
            return None
        return canonical(
            {
                "report": self.report,
                "coded": answers.coded,
                "sealed": {pointer: list(digests) for pointer, digests in answers.sealed.items()},
                "superseded": [one.model_dump() for one in answers.superseded.values()],
            }
        )


def lay(layers: Layers) -> str:
    """The record: the report with the answers laid over it, as canonical JSON."""
    answers = layers.answers
    record: dict[str, Any] = orjson.loads(orjson.dumps(layers.report))
    for pointer, value in answers.coded.items():
        _lay_one(record, pointer, value)
    for pointer in answers.sealed:
        _lay_one(record, pointer, "given")
    for subject, digests in _digests_by_subject(answers):
        holder = record if subject == THE_RECORD else element(record["people"], "people", str(subject))
        holder["sealed_digest"] = _digest_of_both(holder.get("sealed_digest"), digests)
    if "/school_id" in answers.coded:
        record["school_mapped"] = False
    return canonical(record)


@dataclass(frozen=True, slots=True)
class Texts:
    """What the vault holds of both layers: by subject and pointer. The report's pointers name elements by index."""

    report: Parts
    answers: Parts


def told(layers: Layers, texts: Texts) -> dict[str, Any]:
    """All that is told about an incident, as one report: both layers together, with names and sentences in place."""
    report = restored(layers.report, texts.report, IncidentReport, Incident)
    sealed = {pointer: value for parts in texts.answers.values() for pointer, value in parts.items()}
    for pointer, value in {**layers.answers.coded, **sealed}.items():
        place = place_of(pointer)
        holder = place.holder(report)
        *within, name = pointer.split("/")[3 if place.elements else 1 :]
        for one in within:
            holder = holder.setdefault(one, {})
        holder[name] = value
    return report


def _lay_one(record: dict[str, Any], pointer: str, value: Any) -> None:
    place = place_of(pointer)
    holder = place.holder(record)
    for name, says in place.field.within:
        holder = holder.setdefault(name, dict(says))
    if place.field.kept is not None:
        holder[place.field.kept] = value


def _digests_by_subject(answers: Answers) -> Iterator[tuple[int, dict[str, str]]]:
    found: dict[int, dict[str, str]] = {}
    for pointer, answer in answers.sealed.items():
        found.setdefault(place_of(pointer).subject, {})[pointer] = answer.digest
    yield from found.items()


def _digest_of_both(reported: str | None, answered: dict[str, str]) -> str:
    message = orjson.dumps([reported, answered], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(message).digest()[:DIGEST_BYTES].hex()


def _as_listed(answer: Any) -> Any:
    return tuple(answer) if isinstance(answer, list) else answer


def _tuple(superseded: dict[str, Any]) -> dict[str, Any]:
    return {"answer": _as_listed(superseded["answer"])}
