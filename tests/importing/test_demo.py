"""The demo's data by themselves; that a running Daylight takes them is tested end to end."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import yaml
from pydantic import ValidationError

from daylight.importing.demo import DIRECTORY, DIRECTORY_KINDS, JUDGEMENTS, JUDGES, MADE_UP, SCHOOL_SIDE
from services.incidents.conclusion.rules import Around, Concluded, Rulebook, Subject, conclude
from services.incidents.flag.rules import name_of
from services.incidents.principles.limits import Limits
from shared.clocks.calendar import SchoolDays
from shared.clocks.engine import DueSoon, state_of
from shared.contracts.calendars import Calendar
from shared.contracts.codes import code_list
from shared.contracts.contract import Contract, contract_in
from shared.contracts.directory import AgencyReport, DistrictReport, PartnershipReport, SchoolReport
from shared.contracts.incidents import Incident, IncidentLine, IncidentReport, SchoolCodeReport
from shared.contracts.judgements import Judgement, JudgementReport
from shared.contracts.school_side import Enrollment, SchoolCase, SchoolCount
from shared.records.vault import Custodian, seal

LINES = MADE_UP.read_text(encoding="utf-8").splitlines()
RECORDS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
JUDGED: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(JUDGEMENTS.read_text(encoding="utf-8"))
RECORD, LATER = UUID(int=1), datetime(2026, 12, 16, tzinfo=UTC)
CONTRACTS: dict[str, type[Contract]] = {
    "agencies": AgencyReport,
    "districts": DistrictReport,
    "schools": SchoolReport,
    "partnerships": PartnershipReport,
    "school-codes": SchoolCodeReport,
}


def fields_of(contract: type[Contract], above: str = "") -> Iterator[str]:
    """Every field that a report can have, as a path."""
    for name, field in contract.model_fields.items():
        yield f"{above}{name}"
        if nested := contract_in(field.annotation):
            yield from fields_of(nested, f"{above}{name}.")


def fields_used(said: Any, above: str = "") -> Iterator[str]:
    """Every field of a report that says something, as a path."""
    for element in said if isinstance(said, list) else [said]:
        if isinstance(element, dict):
            for name, value in element.items():
                if value is not None:
                    yield f"{above}{name}"
                    yield from fields_used(value, f"{above}{name}.")


def concluded_of(record: dict[str, Any]) -> Concluded:
    """What follows from a record of the demo and its judgements a month after the last of them."""
    number = record["incident_number"].replace("/", "-")
    about = {"ori": record["ori"], "incident_number": number}
    report = IncidentReport.model_validate_json(
        json.dumps({name: value for name, value in record.items() if name not in about})
    )
    custodian = Custodian(record["ori"], b"k" * 32)
    facts = about | {"school_mapped": False}
    sealed = seal(report, Incident, record_id=RECORD, custodian=custodian, facts=facts)
    judgements = {
        side: Judgement.model_validate(
            {name: value for name, value in answers.items() if name != "reason"}
            | about
            | {"side": side, "actor_role": "supervisor", "decided_at": LATER},
            strict=False,
        )
        for side, answers in JUDGED.get("/".join(about.values()), {}).items()
    }
    subject = Subject(RECORD, 1, json.loads(sealed.document), report.occurred_at)
    return conclude(subject, Around(judgements), Rulebook.of(Limits(), SchoolDays()), LATER)


@pytest.mark.parametrize("line", LINES)
def test_a_made_up_incident_is_a_line_of_a_bulk_push(line: str) -> None:
    IncidentLine.model_validate_json(line)


def test_every_made_up_incident_says_that_it_is() -> None:
    assert {record["source_system"] for record in RECORDS} == {"made-up-for-the-demo"}
    names = [
        person["identity"]["name"]
        for record in RECORDS
        for person in record.get("people") or ()
        if "identity" in person
    ]
    assert names
    assert all(name.startswith("Made-Up ") for name in names)


def test_made_up_incidents_are_at_made_up_schools_of_made_up_agencies() -> None:
    assert {record["ori"] for record in RECORDS} == {"XX0000100"}
    assert all((record["school_id"] or "99").startswith("99") for record in RECORDS)


def test_between_them_they_use_every_field_that_a_report_has() -> None:
    used = {path for record in RECORDS for path in fields_used(record)}
    assert set(fields_of(IncidentReport)) - used == set()


CODES = [  # list, where it stands
    ("action_type", lambda record: [action["type"] for action in record.get("actions") or ()]),
    ("outcome_type", lambda record: [outcome["type"] for outcome in record.get("outcomes") or ()]),
    ("initiated_by", lambda record: [record["initiated_by"]]),
    ("requested_by_role", lambda record: [record.get("requested_by_role", "unknown")]),
    ("officer_capacity", lambda record: [officer["capacity"] for officer in record["officers"]]),
    ("contact_type", lambda record: [record.get("contact_type", "unknown")]),
]


@pytest.mark.parametrize(("name", "said"), CODES, ids=[name for name, _ in CODES])
def test_between_them_they_use_every_code(name: str, said: Any) -> None:
    used = Counter(code for record in RECORDS for code in said(record))
    assert set(code_list(name)) - set(used) - {"unknown"} == set()


FLAGS = {
    "P3-DISCIPLINE",
    "P3-DISCIPLINE:handed_back",
    "P3-DIRECTED-BY-SCHOOL",
    "P3-RULE-ENFORCED",
    "P4-NO-ALTERNATIVE",
    "P4-UNDOCUMENTED",
    "P7-INITIATOR-UNKNOWN",
    "P7-JUDGEMENTS-DISAGREE:school_involving",
}


def test_between_them_they_raise_flags_of_many_kinds() -> None:
    concluded = [concluded_of(record) for record in RECORDS]
    assert {name_of(flag.code, flag.detail) for one in concluded for flag in one.flags.values()} >= FLAGS


def test_of_the_detentions_one_was_documented_in_time_and_one_was_not() -> None:
    clocks = [clock for record in RECORDS for clock in concluded_of(record).conclusion.clocks]
    states = {state_of(clock, LATER, DueSoon()) for clock in clocks if clock.kind == "P4-DETENTION-DOC"}
    assert states >= {"met", "overdue"}


@pytest.mark.parametrize("key", JUDGED)
def test_a_judgement_of_the_demo_is_of_one_of_its_contacts_and_what_the_contract_takes(key: str) -> None:
    assert key in {f"{record['ori']}/{record['incident_number']}" for record in RECORDS}
    for side, answers in JUDGED[key].items():
        assert side in JUDGES
        JudgementReport.model_validate_json(json.dumps(answers))


def test_a_school_is_known_by_its_id_by_a_mapped_code_and_by_one_that_is_not() -> None:
    mapped = {key.partition("/")[2] for key in yaml.safe_load(DIRECTORY.read_text())["school-codes"]}
    codes = {record["school_code"] for record in RECORDS if record.get("school_code")}
    assert codes & mapped
    assert codes - mapped


@pytest.mark.parametrize("kind", [*DIRECTORY_KINDS, "school-codes"])
def test_the_directory_of_the_demo_is_what_the_contracts_take(kind: str) -> None:
    entries = yaml.safe_load(DIRECTORY.read_text())[kind]
    assert entries
    for key, report in entries.items():
        try:
            CONTRACTS[kind].model_validate_json(json.dumps(report))
        except ValidationError as error:
            pytest.fail(f"{kind} {key}: {error}")


SCHOOL_SIDE_KINDS: dict[str, tuple[type[Contract], tuple[str, ...]]] = {
    "calendars": (Calendar, ("lea_id", "school_year")),
    "enrollment": (Enrollment, ("school_id", "school_year", "snapshot")),
    "school-counts": (SchoolCount, ("school_id", "school_year", "measure")),
    "school-cases": (SchoolCase, ("school_id", "case_number")),
}


@pytest.mark.parametrize("kind", SCHOOL_SIDE_KINDS)
def test_what_the_made_up_districts_say_is_what_the_contracts_take(kind: str) -> None:
    contract, members = SCHOOL_SIDE_KINDS[kind]
    for key, report in yaml.safe_load(SCHOOL_SIDE.read_text())[kind].items():
        named = dict(zip(members, key.split("/"), strict=True))
        district = {} if "lea_id" in named else {"lea_id": named["school_id"][:7]}
        contract.model_validate_json(json.dumps(report | named | district))


def test_a_school_has_cases_with_and_without_the_number_of_an_agency() -> None:
    cases = yaml.safe_load(SCHOOL_SIDE.read_text())["school-cases"].values()
    numbers = {record["incident_number"] for record in RECORDS}
    said = [case.get("incident_number") for case in cases]
    assert None in said
    assert {number for number in said if number} <= numbers
