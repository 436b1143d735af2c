"""The only way from a report to a record, tried with reports made by chance."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.contract import Contract, Label, contracts_within, label_of, labelled
from shared.contracts.incidents import Incident, IncidentReport
from shared.records.vault import Custodian, NotSealable, Sealed, seal
from tests.shared.reports import MARK, SEALED_UNTIL, reports

CUSTODIAN = Custodian("XX0000100", b"k" * 32)
OTHER = Custodian("XX0000200", b"o" * 32)
RECORD = UUID(int=7)


def sealed(report: IncidentReport, *, custodian: Custodian = CUSTODIAN, record_id: UUID = RECORD) -> Sealed[Incident]:
    facts = {"ori": custodian.name, "incident_number": "1"}
    return seal(report, Incident, record_id=record_id, custodian=custodian, facts=facts)


def sealed_values(element: Contract, *, within: bool = False) -> Iterator[str]:
    """What a report says in its sealed fields, found by their labels: texts and days."""
    for name in type(element).model_fields:
        value, hidden = getattr(element, name), within or label_of(type(element), name) is Label.SEALED
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Contract):
                yield from sealed_values(one, within=hidden)
            elif hidden and isinstance(one, date):
                yield one.isoformat()
            elif hidden and isinstance(one, str):
                yield one


def days(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            if isinstance(value, str) and name.endswith("_on"):
                yield value
            yield from days(value)
    elif isinstance(document, list):
        for value in document:
            yield from days(value)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(reports())
def test_no_sealed_text_is_in_the_record_and_none_is_lost(report: IncidentReport) -> None:
    result = sealed(report)
    parts = orjson.dumps(result.parts, option=orjson.OPT_NON_STR_KEYS).decode()

    assert MARK not in result.document
    assert "birth_date" not in result.document
    assert all(day > SEALED_UNTIL.isoformat() for day in days(orjson.loads(result.document)))
    for value in sealed_values(report):
        assert orjson.dumps(value).decode()[1:-1] in parts


@settings(max_examples=150, deadline=None, derandomize=True)
@given(reports())
def test_the_record_keeps_its_contract_and_every_fact_of_the_report(report: IncidentReport) -> None:
    record = sealed(report).record
    for name in Incident.model_fields.keys() & type(report).model_fields.keys():
        said, kept = getattr(report, name), getattr(record, name)
        if isinstance(said, tuple) and kept is not None:
            assert len(kept) == len(said)
        elif not isinstance(said, Contract | tuple) and name not in {"ori", "incident_number", "narrative"}:
            assert kept == said


@settings(max_examples=50, deadline=None, derandomize=True)
@given(reports())
def test_sealing_again_gives_the_same_document(report: IncidentReport) -> None:
    assert sealed(report).document == sealed(IncidentReport.model_validate(report.model_dump())).document


@settings(max_examples=50, deadline=None, derandomize=True)
@given(reports().filter(lambda report: report.narrative is not None), st.sampled_from(["record", "custodian"]))
def test_a_digest_is_of_one_record_of_one_custodian(report: IncidentReport, other: str) -> None:
    elsewhere = sealed(report, record_id=UUID(int=8)) if other == "record" else sealed(report, custodian=OTHER)
    assert elsewhere.record.sealed_digest != sealed(report).record.sealed_digest


@settings(max_examples=100, deadline=None, derandomize=True)
@given(reports(), reports())
def test_two_reports_with_different_texts_never_give_the_same_document(
    one: IncidentReport, other: IncidentReport
) -> None:
    if sealed(one).parts != sealed(other).parts:
        assert sealed(one).document != sealed(other).document


def test_every_sealed_field_of_a_report_is_a_text_a_day_or_a_part_that_is_sealed_whole() -> None:
    found = {
        f"{contract.__name__}.{name}"
        for contract in contracts_within(IncidentReport)
        for name in contract.model_fields
        if label_of(contract, name) is Label.SEALED
    }
    assert {"IncidentReport.narrative", "PersonReport.identity", "PersonReport.self_reported"} <= found
    assert {"ReasonReport.text", "DocumentationReport.basis"} <= found


def test_no_field_of_a_record_is_labelled_sealed() -> None:
    for contract in contracts_within(Incident):
        assert [name for name in contract.model_fields if label_of(contract, name) is Label.SEALED] == []


def test_a_contract_whose_sealed_part_stands_in_the_record_as_it_is_cannot_be_sealed() -> None:
    class Note(Contract):
        text: str = labelled(Label.SEALED, "A sentence.")

    class Slip(Contract):
        note: Note = labelled(Label.FACT, "It is the same in the report and in the record: nothing takes it out.")

    with pytest.raises(NotSealable):
        seal(Slip(note=Note(text="told")), Slip, record_id=RECORD, custodian=CUSTODIAN, facts={})
