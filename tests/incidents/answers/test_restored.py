"""The way back from a record: what was sealed is put in its places again, and a report comes of it as it was sent."""

from typing import Any

import orjson
from hypothesis import given, settings

from shared.contracts.incidents import Incident, IncidentReport
from shared.records.vault import restored, seal
from tests.incidents.answers.record import CUSTODIAN, RECORD, as_stored
from tests.shared.reports import MARK, reports

NOT_KEPT = {"ori", "incident_number", "source_version", "source_updated_at"}


def said(report: IncidentReport) -> Any:
    """All that a report says but its key and its sender's clock; an identity of which nothing is known is none."""
    plain = report.model_dump(exclude_none=True, exclude=NOT_KEPT)
    for person in plain.get("people", ()):
        if not person.get("identity", True):
            del person["identity"]
    return plain


@settings(max_examples=150, deadline=None, derandomize=True)
@given(reports())
def test_a_report_comes_back_from_its_record_and_the_vault(report: IncidentReport) -> None:
    facts = {"ori": CUSTODIAN.name, "incident_number": "1"}
    sealed = seal(report, Incident, record_id=RECORD, custodian=CUSTODIAN, facts=facts)
    document = orjson.loads(sealed.document)

    back = restored(document, as_stored(sealed.parts), IncidentReport, Incident)
    assert said(IncidentReport.model_validate_json(orjson.dumps(back))) == said(report)
    assert MARK not in str(restored(document, {}, IncidentReport, Incident))
