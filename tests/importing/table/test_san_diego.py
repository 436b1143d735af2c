"""Real stops by the mapping that ships: tried without storing, and refused for want of a date unless one is stated."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from daylight.importing import StackAddress, run
from daylight.importing.command import Order, bring_in
from daylight.importing.journal import Journal
from shared.contracts.incidents import IncidentLine
from tests.importing.table.tables import Read, read, written
from tests.running_stack import RunningStack

STOPS = Path(__file__).parents[2] / "data" / "san_diego_stops.csv"
WITH_A_DATE = "base: san-diego-stops\ntime_zone: America/Los_Angeles\nconstants:\n  occurred_at: 2018-07-01\n"
STATE, ORI = "demo-state", "TT0000811"
PERSONS = list(csv.DictReader(STOPS.read_text(encoding="utf-8").splitlines()))
NUMBERS = {person["stop_id"] for person in PERSONS}


@pytest.fixture
def address(stack: RunningStack) -> StackAddress:
    return StackAddress(**stack.addresses, secrets_directory=stack.data / "secrets")


@pytest.fixture
def found(tmp_path: Path) -> Read:
    """The excerpt, read with a stated date."""
    return read(tmp_path, WITH_A_DATE, STOPS.read_bytes(), agency=ORI)


def values(column: str) -> Counter[str]:
    """Each value of a column, once for each person of whom it is said."""
    return Counter(value for person in PERSONS for value in set(person[column].split("|")))


def test_with_a_stated_date_every_stop_is_an_incident(found: Read) -> None:
    assert found.receipt == []
    for line in found.lines:
        IncidentLine.model_validate_json(json.dumps(line))
    assert {line["incident_number"] for line in found.lines} == NUMBERS
    assert {line["occurred_at"] for line in found.lines} == {"2018-07-01T00:00:00-07:00"}
    assert {line["occurred_precision"] for line in found.lines} == {"day"}


def test_the_persons_of_a_stop_and_what_was_done_count_as_the_columns_do(found: Read) -> None:
    people = [person for line in found.lines for person in line["people"]]
    races = Counter(race for person in people for race in person["perceived"]["race_ethnicity"])
    actions = Counter(action["type"] for line in found.lines for action in line.get("actions", ()))
    told = values("race"), values("result")
    assert len(people) == len(PERSONS)
    assert races["hispanic_latino"] == told[0]["Hispanic/Latino/a"]
    assert races["white"] == told[0]["White"]
    assert races["unknown"] == told[0]["Middle Eastern or South Asian"]
    assert actions["ticket"] == told[1]["Citation for infraction"]
    assert actions["citation"] == told[1]["In-field cite and release"]
    arrested = [person for person in PERSONS if "Custodial Arrest" in person["result"]]
    assert actions["arrest"] == len(arrested)


def test_what_a_gender_identity_seems_to_be_is_not_kept(tmp_path: Path) -> None:
    person = PERSONS[0] | {"gender": "Transgender woman/girl"}
    found = read(tmp_path, WITH_A_DATE, written(person), agency=ORI)
    assert found.lines[0]["people"][0]["perceived"]["sex"] == "unknown"
    assert "ransgender" not in str(found)


def test_a_dry_run_with_a_stated_date_takes_every_stop_and_stores_none(tmp_path: Path, address: StackAddress) -> None:
    (tmp_path / "dated.yaml").write_text(WITH_A_DATE)
    for _ in range(2):
        with Journal(None) as journal:
            bring_in(Order(STOPS, str(tmp_path / "dated.yaml"), STATE, ORI, dry_run=True), address, journal)
        assert (journal.tally.results, journal.tally.rejected) == ({"created": len(NUMBERS)}, 0)


def test_without_a_date_every_row_is_rejected_with_that_reason(tmp_path: Path, address: StackAddress) -> None:
    with Journal(tmp_path / "receipt.csv") as journal:
        bring_in(Order(STOPS, "san-diego-stops", STATE, ORI, dry_run=True), address, journal)
    receipt = list(csv.DictReader((tmp_path / "receipt.csv").read_text(encoding="utf-8").splitlines()))
    assert (journal.tally.results, journal.tally.rejected) == ({}, len(PERSONS))
    assert sorted(int(line["row"]) for line in receipt) == [number + 2 for number in range(len(PERSONS))]
    assert {line["field"] for line in receipt} == {"#/occurred_at"}
    assert {line["problem"] for line in receipt} == {
        "A required question has no answer. (required-question-unanswered)"
    }


def test_the_mapping_is_for_dry_runs_alone(
    tmp_path: Path, address: StackAddress, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = tmp_path / "receipt.csv"
    assert run(STOPS, "san-diego-stops", client=STATE, agency=ORI, stack=address, receipt=receipt) == 2
    assert "neither when a stop was" in capsys.readouterr().err
