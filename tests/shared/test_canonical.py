"""A sealed record's document is what its contract would say, to the letter."""

from uuid import UUID

import orjson
import pytest

from benchmarks.workload import ORI, report
from shared.contracts.contract import canonical
from shared.contracts.incidents import Incident, IncidentReport
from shared.records.vault import Custodian, seal

FACTS = {"ori": ORI, "incident_number": "1", "school_mapped": False}
BARE: dict[str, object] = {
    "occurred_at": "2026-10-05T10:12:00Z",
    "school_id": None,
    "initiated_by": "unknown",
    "officers": [{}],
}
SPARSE: dict[str, object] = BARE | {
    "people": [{"identity": {}}],
    "detention_documentation": [{}],
    "actions": [{"type": "arrest"}],
}


@pytest.mark.parametrize("plain", [report(1), report(2), BARE, SPARSE], ids=["full", "another", "bare", "sparse"])
def test_a_sealed_document_reads_back_and_is_written_alike(plain: dict[str, object]) -> None:
    sealed = seal(
        IncidentReport.model_validate_json(orjson.dumps(plain)),
        Incident,
        record_id=UUID(int=1),
        custodian=Custodian(ORI, bytes(32)),
        facts=FACTS,
    )

    assert canonical(sealed.record.model_dump(exclude_none=True)) == sealed.document
