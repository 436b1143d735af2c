"""What a later PUT makes of the answers to a record. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from services.incidents.answer.layers import Answers, Layers, SealedAnswer, Texts, told
from services.incidents.answer.patching import Digest, digest_at, faults_of
from services.incidents.answer.places import place_of
from services.incidents.incident.pointers import value_at
from services.incidents.incident.questions import is_known
from shared.contracts.incidents import Incident, IncidentReport
from shared.contracts.questions import GaveWay
from shared.records.vault import Parts, Sealed, restored

STAND_INS = {"birth_date": "2000-01-01", "student_number_source": "student_said", "volunteered": True}
"""What stands for a sealed answer while the rules are asked, where not any text would do."""


def take_over(
    before: Layers, report: IncidentReport, sealed: Sealed[Incident], digest: Digest, now: datetime
) -> Layers:
    """The layers when a PUT has taken the place of the one before.

    An answer holds until the PUT changes its field to another known value, leaves its element out, or changes what
    the answer cannot stand beside; then it gives way and is listed. What is absent, null or `unknown` never beats an
    answer. `sealed` is the report as it is kept, with its texts. Nothing is needed from the vault.
    """
    after = orjson.loads(sealed.document)
    if after == before.report:
        return before
    texts = restored(after, sealed.parts, IncidentReport, Incident)
    unsaid = {f"/{name}" for name in type(report).model_fields.keys() - report.model_fields_set}
    answers = before.answers
    answers = answers.giving_way(
        {
            **dict(_coded_giving_way(answers, before.report, after, unsaid)),
            **dict(_sealed_giving_way(answers, after, texts, digest)),
        }
    )
    answers = Answers(
        answers.coded,
        {
            pointer: SealedAnswer(answer.digest, digest_at(pointer, value_at(texts, pointer), digest))
            for pointer, answer in answers.sealed.items()
        },
        answers.superseded,
    )
    while contradicted := _contradicted(Layers(after, answers), sealed.parts, now):
        answers = answers.giving_way(contradicted)
    return Layers(after, answers)


def _coded_giving_way(
    answers: Answers, before: dict[str, Any], after: dict[str, Any], unsaid: set[str]
) -> Iterator[tuple[str, GaveWay]]:
    for pointer in answers.coded:
        said = None if pointer in unsaid else _said(after, pointer)
        if place_of(pointer).holder(after) is None:
            yield pointer, "element_left_out"
        elif is_known(said) and said != _said(before, pointer):
            yield pointer, "changed"


def _said(report: dict[str, Any], pointer: str) -> Any:
    """What a PUT said; of a school that the agency's code was mapped to, it said the code alone."""
    return None if pointer == "/school_id" and report.get("school_mapped") else value_at(report, pointer)


def _sealed_giving_way(
    answers: Answers, after: dict[str, Any], texts: dict[str, Any], digest: Digest
) -> Iterator[tuple[str, GaveWay]]:
    for pointer, answer in answers.sealed.items():
        said = value_at(texts, pointer)
        if place_of(pointer).holder(after) is None:
            yield pointer, "element_left_out"
        elif said is not True and is_known(said) and digest_at(pointer, said, digest) != answer.reported:
            yield pointer, "changed"


def _contradicted(layers: Layers, parts: Parts, now: datetime) -> dict[str, GaveWay]:
    """Answers by which the record would be what no report may be: they gave way to what the PUT says beside them."""
    answers = layers.answers
    if not (answers.coded or answers.sealed):
        return {}
    stand_ins = {pointer: STAND_INS.get(pointer.rpartition("/")[2], "given") for pointer in answers.sealed}
    found: dict[str, GaveWay] = {}
    for fault in faults_of(told(layers, Texts(parts, {0: stand_ins})), now):
        rests_on = fault.rests_on[1:]
        for pointer in answers.at_or_below(fault.pointer[1:]) or ([rests_on] if rests_on in answers.coded else []):
            found[pointer] = "contradicted"
    return found
