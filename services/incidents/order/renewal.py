"""A record written anew without the people whom an order takes out, as if it had come so. Pure.

It gets an id and a first version of its own: whatever names the old id is forgotten, and no gap tells that versions
went. What people said of the contact as a whole goes on: their judgements, that they opened it, what became of flags.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import orjson
from uuid_utils.compat import uuid7

from services.incidents.answer.layers import Answers, Layers, SealedAnswer, Texts
from services.incidents.answer.patching import Digest, digest_at
from services.incidents.answer.places import place_of
from services.incidents.conclusion.store import Rows
from services.incidents.flag.rules import CORRECTED, flag_id
from services.incidents.incident.judging import document_of
from services.incidents.incident.pointers import value_at
from services.incidents.match.rules import people_in
from services.incidents.order.cutting import cut, cut_answers, cut_report, staying
from services.incidents.principles.quality import CLEARED_BY_EDIT
from shared.contracts.contract import canonical
from shared.contracts.incidents import Incident, IncidentReport
from shared.contracts.record import LIVE, VOID
from shared.records import keep
from shared.records.following import Standing
from shared.records.keep import Current, Draft
from shared.records.vault import THE_RECORD, Custodian, Parts, Vault, restored, seal

SAID_BY_US = ("ori", "incident_number", "source_number", "school_mapped")
"""Fields of a record that its report does not say, or says only to be compared."""


def renewed(
    current: Current, texts: Texts, people: Collection[int], *, vault: Vault, custodian: Custodian, at: datetime
) -> Draft:
    """The first version of a record that is another's as it stands, without these people and without texts.

    `texts` is what the vault holds of the other. The same report sent again changes nothing of what is drafted.
    """
    record_id, document = uuid7(), orjson.loads(current.document)
    digest = partial(custodian.digest, record_id)
    layers, stay = Layers.below(current.document, current.layers), staying(document, people)
    plain = restored(layers.report, texts.report, IncidentReport, Incident)
    sealed = seal(
        IncidentReport.model_validate_json(orjson.dumps({"school_id": None} | plain)),
        Incident,
        record_id=record_id,
        custodian=custodian,
        facts={name: layers.report[name] for name in SAID_BY_US if name in layers.report},
    )
    left, _ = cut_report(sealed, people, stay)
    report = orjson.loads(left.document)
    answers = cut_answers(layers.answers, cut(document, stay, people), stay, people)
    below = Layers(report, _sealed_anew(answers, texts, plain, digest))
    new = document_of(below, current, at)
    return Draft(
        record_id,
        current.key,
        current.owner,
        1,
        LIVE,
        keep.digest(new),
        new,
        current.source_version,
        current.source_updated_at,
        sealed=vault.encrypt(record_id, custodian, left.parts),
        layers=below.as_json(),
        answered=vault.encrypt_answers(record_id, custodian, _of_those_left(texts.answers, people)),
    )


def carried_over(rows: Rows, record_id: UUID, document: Mapping[str, Any]) -> dict[str, list[Standing]]:
    """What stands around a record, as it comes back around the one that takes its place and says `document`.

    Matches go on with those who stay. Flags that no longer hold stay behind, and so do those that say what an edit has
    cleared.
    """
    people = people_in(document)
    return {
        "judgement": [_anew(row, uuid7()) for row in rows.get("judgement", ())],
        "opening": [_anew(row, uuid7()) for row in rows.get("opening", ())],
        "delivery": [_anew(row, uuid5(record_id, row.owner), incident_version=1) for row in rows.get("delivery", ())],
        "match": [
            _anew(row, uuid7(), person=people[number])
            for row in rows.get("match", ())
            if row.state == LIVE and (number := orjson.loads(row.document)["person_number"]) in people
        ],
        "flag": [
            _anew(row, flag_id(record_id, flag["code"], flag.get("detail")))
            for row in rows.get("flag", ())
            if (flag := orjson.loads(row.document))["state"] != CORRECTED and flag["code"] != CLEARED_BY_EDIT.code
        ],
    }


def set_apart(row: Standing) -> Draft:
    """The district's copy as it stays, whatever becomes of the agency's record."""
    return _changed(row, orjson.loads(row.document) | {"apart": True})


def cut_copy(row: Standing, people: Collection[int]) -> Draft:
    """The district's copy without these people, where the agency's record is gone."""
    document = orjson.loads(row.document)
    incident = document["incident"]
    copy = cut(incident, staying(incident, people), people)
    return _changed(row._replace(id=uuid7(), version=0), document | {"incident": copy, "apart": True})


def _sealed_anew(answers: Answers, texts: Texts, report: dict[str, Any], digest: Digest) -> Answers:
    """The answers with the keyed digests of another record; of a text that is gone, that there was one."""
    sealed = {}
    for pointer in answers.sealed:
        subject = place_of(pointer).subject
        said = texts.answers.get(subject, {}).get(pointer) if subject != THE_RECORD else "given"
        reported = value_at(report, pointer) if subject != THE_RECORD else None
        sealed[pointer] = SealedAnswer(digest_at(pointer, said, digest) or "", digest_at(pointer, reported, digest))
    return Answers(answers.coded, sealed, answers.superseded)


def _of_those_left(parts: Parts, people: Collection[int]) -> Parts:
    return {subject: found for subject, found in parts.items() if subject not in (THE_RECORD, *people)}


def _anew(row: Standing, record_id: UUID, **changed: Any) -> Standing:
    """A row that stands nowhere yet, and is written as its first version once its record is."""
    said = orjson.loads(row.document) | changed
    document = {
        name: value for name, value in said.items() if name not in ("sealed_digest", "apart") and value is not None
    }
    return row._replace(id=record_id, version=0, state=VOID, document=canonical(document))


def _changed(row: Standing, document: dict[str, Any]) -> Draft:
    new = canonical(document)
    return Draft(row.id, row.key, row.owner, row.version + 1, LIVE, keep.digest(new), new)
