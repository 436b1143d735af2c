"""What a change makes of an incident as it stands: a report, a void, another meaning of a school code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from services.incidents.answer.layers import Layers, lay
from services.incidents.answer.taking_over import take_over
from services.incidents.clock.rules import parts_given
from services.incidents.incident.keys import IncidentKey
from services.incidents.order.cutting import cut_report
from services.incidents.school_code.store import Mapping as SchoolCodes
from shared.contracts.contract import canonical
from shared.contracts.incidents import Documentation, Incident, IncidentReport
from shared.records import keep
from shared.records.closed import Closed
from shared.records.keep import Current, Result
from shared.records.put import WRITTEN, Verdict
from shared.records.put import judge_void as judge_any_void
from shared.records.vault import Custodian, Sealed, Vault, seal


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is to become of one incident: a report of it as it now stands, or None for a void, with its reason."""

    key: IncidentKey
    change: IncidentReport | None
    void_reason: str = "unknown"


def judge_change(
    key: str,
    one: Incoming,
    current: Current | None,
    *,
    vault: Vault,
    custodians: Mapping[str, Custodian],
    mapping: SchoolCodes,
    closed: Mapping[str, Closed],
    at: datetime,
) -> Verdict:
    """What a report or a void makes of an incident. Answers lie over the report as long as they hold.

    `closed` is what orders keep out of each record: the people whom it names are not taken in.
    """
    report = one.change
    if report is None:
        return judge_void(key, one.void_reason, current)
    custodian, record_id = custodians[one.key.ori], current.id if current else uuid7()
    sealed = _seal(one.key, report, record_id, custodian, mapping)
    sealed, left_out = cut_report(sealed, closed[key].people) if closed[key].people else (sealed, ())
    layers = _taken_over(current, report, sealed, custodian, at)
    draft = keep.draft(
        current,
        record_id,
        key,
        one.key.ori,
        document_of(layers, current, at) if layers else dated(sealed.document, current, at),
        source_version=report.source_version,
        source_updated_at=report.source_updated_at,
    )
    draft, result = draft._replace(left_out=left_out, closed=closed[key]), keep.judge(current, draft)
    if current is not None:
        below = layers.as_json() if layers else None
        draft = draft._replace(layers=below, turn=current.turn, taken_back=gone(current, layers))
    if result in WRITTEN and (
        current is None or _digests(_reported(current)) != _digests(orjson.loads(sealed.document))
    ):
        draft = draft._replace(sealed=vault.encrypt(record_id, custodian, sealed.parts))
    return draft, result


def judge_void(key: str, reason: str, current: Current | None) -> Verdict:
    """What a void makes of an incident: its document stays, with the reason, for the day it comes back."""
    draft, result = judge_any_void(key, None, current)
    if draft is None:
        return draft, result
    document = orjson.loads(draft.document) | {"void_reason": reason}
    return draft._replace(document=canonical(document)), result


def judge_mapping(key: str, mapping: SchoolCodes, current: Current | None, *, at: datetime) -> Verdict:
    """What another meaning of an agency's school code makes of an incident that bears it."""
    if current is None:
        return None, Result.UNCHANGED
    before = Layers.below(current.document, current.layers)
    layers = mapped(before, mapping)
    if layers == before:
        return None, Result.UNCHANGED
    draft = keep.draft(current, current.id, key, current.owner, document_of(layers, current, at))
    return draft._replace(state=current.state, layers=layers.as_json(), turn=current.turn), Result.CHANGED


def mapped(layers: Layers, mapping: SchoolCodes) -> Layers:
    """The layers with the school that the agency's code means in the report."""
    report = layers.report
    occurred_on = datetime.fromisoformat(report["occurred_at"]).date()
    school_id = mapping.school_of(report["ori"], report["school_code"], occurred_on)
    if school_id == report.get("school_id"):
        return layers
    other = {name: value for name, value in report.items() if name != "school_id"}
    school = {"school_id": school_id} if school_id else {}
    return replace(layers, report=other | school | {"school_mapped": school_id is not None})


def document_of(layers: Layers, current: Current | None, at: datetime) -> str:
    """The record that layers make, at this moment."""
    return dated(lay(layers), current, at)


def dated(document: str, current: Current | None, at: datetime) -> str:
    """The record with the moment since which each documentation has had its parts, where its sender says none (P4)."""
    if '"detention_documentation"' not in document:
        return document
    record = orjson.loads(document)
    since = {}
    if current is not None:
        before = orjson.loads(current.document).get("detention_documentation") or ()
        since = {one["documentation_number"]: one.get("complete_since") for one in before}
    for one in record["detention_documentation"]:
        one.pop("complete_since", None)
        complete = Documentation.model_validate(one, strict=False)
        if complete.completed_at is None and parts_given(complete):
            one["complete_since"] = since.get(one["documentation_number"]) or at
    return canonical(record)


def gone(current: Current, layers: Layers | None) -> tuple[str, ...]:
    """The sealed answers that an incident had and has no more, by pointer."""
    if current.layers is None:
        return ()
    stay = layers.answers.sealed if layers else {}
    return tuple(Layers.below(current.document, current.layers).answers.sealed.keys() - stay.keys())


def _taken_over(
    current: Current | None, report: IncidentReport, sealed: Sealed[Incident], custodian: Custodian, at: datetime
) -> Layers | None:
    """The layers under the report; None where nobody has answered anything, and the report is the record."""
    if current is None or current.layers is None:
        return None
    digest = partial(custodian.digest, current.id)
    return take_over(Layers.below(current.document, current.layers), report, sealed, digest, at)


def _reported(current: Current) -> dict[str, Any]:
    return Layers.below(current.document, current.layers).report


def _seal(
    key: IncidentKey, report: IncidentReport, record_id: UUID, custodian: Custodian, mapping: SchoolCodes
) -> Sealed[Incident]:
    facts: dict[str, Any] = {"ori": key.ori, "incident_number": key.number, "school_mapped": False}
    if key.source_number != key.number:
        facts["source_number"] = key.source_number
    if needs_school(report):
        school_id = mapping.school_of(key.ori, report.school_code, report.occurred_at.date())
        if school_id is not None:
            facts |= {"school_id": school_id, "school_mapped": True}
    return seal(report, Incident, record_id=record_id, custodian=custodian, facts=facts)


def needs_school(report: IncidentReport) -> bool:
    """Whether the report's school is known only by the agency's own code."""
    return report.school_id is None and report.school_code is not None


def _digests(report: dict[str, Any]) -> list[tuple[int, str | None]]:
    """The keyed digests of all that is sealed of a report."""
    people = report.get("people") or ()
    return [(0, report.get("sealed_digest")), *((p["person_number"], p.get("sealed_digest")) for p in people)]
