"""A record under PUT and PATCH as the service keeps it, without the service: both layers, and what the vault has."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import orjson

from services.incidents.answer.layers import Layers, Texts, lay
from services.incidents.answer.patching import apply_patch
from services.incidents.answer.taking_over import take_over
from shared.contracts.answers import IncidentAnswers
from shared.contracts.contract import Contract
from shared.contracts.incidents import Incident, IncidentReport
from shared.records.vault import Custodian, Parts, Sealed, seal
from shared.web import body

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
RECORD = UUID(int=7)
CUSTODIAN = Custodian("XX0000100", b"k" * 32)
DIGEST = partial(CUSTODIAN.digest, RECORD)
DETENTION: dict[str, Any] = {
    "occurred_at": "2026-10-05T10:12:00-07:00",
    "school_id": "990000100001",
    "initiated_by": "unknown",
    "officers": [{"officer_number": "unknown"}],
    "people": [{"person_number": 3, "involvement": ["subject"], "identity": {"name": "Quillon Vastergaard"}}],
    "actions": [
        {"action_number": 7, "type": "conversation"},
        {
            "action_number": 2,
            "type": "detention",
            "person_number": 3,
            "started_at": "2026-10-05T10:15:00-07:00",
            "legal_basis": {"code": "reasonable_suspicion", "text": "He ran."},
        },
    ],
    "detention_documentation": [{"documentation_number": 1, "action_numbers": [2]}],
    "narrative": "Quillon Vastergaard was detained.",
}


class Record:
    """A record that has been reported, and may be reported and answered again."""

    def __init__(self, report: dict[str, Any], **facts: Any) -> None:
        _, sealed = self._sealed(report, facts)
        self.layers = Layers.below(sealed.document, None)
        self.texts = Texts(as_stored(sealed.parts), {})
        self.newly_sealed: Parts = {}

    def put(self, report: dict[str, Any], **facts: Any) -> None:
        """A report takes the place of the one before; `facts` is what the service adds to it."""
        said, sealed = self._sealed(report, facts)
        self.layers = take_over(self.layers, said, sealed, DIGEST, NOW)
        self.texts = Texts(as_stored(sealed.parts), self._still_answered(self.texts.answers))

    def patch(self, answers: dict[str, Any]) -> None:
        """Answers are given and taken back. Raises NotAnswerable, and Problem where the contract refuses them."""
        patch: Contract = body.parse(IncidentAnswers, orjson.dumps(answers))
        patched = apply_patch(self.layers, patch, self.texts, DIGEST, NOW)
        self.layers, self.newly_sealed = patched.layers, patched.to_seal
        answered = {subject: dict(parts) for subject, parts in self.texts.answers.items()}
        for subject, parts in as_stored(patched.to_seal).items():
            answered.setdefault(subject, {}).update(parts)
        self.texts = Texts(self.texts.report, self._still_answered(answered))

    @property
    def document(self) -> Any:
        """The record: what is kept, published and viewed."""
        return orjson.loads(lay(self.layers))

    @property
    def superseded(self) -> dict[str, tuple[str, Any]]:
        """The answers that gave way, by pointer: why, and what they said."""
        return {pointer: (one.because, one.answer) for pointer, one in self.layers.answers.superseded.items()}

    @staticmethod
    def _sealed(report: dict[str, Any], facts: dict[str, Any]) -> tuple[IncidentReport, Sealed[Incident]]:
        said = IncidentReport.model_validate_json(orjson.dumps(report))
        kept = {"ori": CUSTODIAN.name, "incident_number": "1", "school_mapped": False} | facts
        return said, seal(said, Incident, record_id=RECORD, custodian=CUSTODIAN, facts=kept)

    def _still_answered(self, answered: Parts) -> Parts:
        sealed = self.layers.answers.sealed
        left = {
            subject: {pointer: value for pointer, value in parts.items() if pointer in sealed}
            for subject, parts in answered.items()
        }
        return {subject: parts for subject, parts in left.items() if parts}


def as_stored(parts: Parts) -> Parts:
    """What comes back from the vault: JSON."""
    return {subject: orjson.loads(orjson.dumps(found)) for subject, found in parts.items()}


def patch_for(pointer: str, value: Any) -> dict[str, Any]:
    """The PATCH that answers an open question: each segment of its pointer is a member of the one before."""
    for segment in reversed(pointer.split("/")[1:]):
        value = {segment: value}
    answer: dict[str, Any] = value
    return answer
