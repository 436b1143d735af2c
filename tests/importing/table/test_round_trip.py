"""The made-up incidents as a records system would export them to CSV, and back: what is kept is the same."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from daylight.importing import StackAddress
from daylight.importing.command import Order, bring_in
from daylight.importing.demo import MADE_UP
from daylight.importing.journal import Journal, Tally
from daylight.importing.public_api import PublicApi
from daylight.importing.table.target import element_lists
from tests.running_stack import RunningStack

STATE, ORI = "demo-state", "TT0000801"
MAPPING = Path(__file__).parent / "made_up.yaml"
ZONE = ZoneInfo("America/Phoenix")
WORDS = {"yes": "Y", "no": "N", "unknown": "U", "female": "F", "male": "M"}
CALLERS = {
    "sro": "Officer",
    "school_personnel": "School",
    "student": "Student",
    "family": "Family",
    "community_member": "Neighbor",
    "dispatch": "Dispatch",
    "other_law_enforcement": "Other police",
}
RECORDS: list[dict[str, Any]] = [
    json.loads(line) | {"ori": ORI} for line in MADE_UP.read_text(encoding="utf-8").splitlines()
]


def exported(record: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The rows of an incident: the first has what is said of it once, and each at most one element of each list."""
    lists = {name: record.get(name) or [] for name in element_lists()}
    once = {name: value for name, value in record.items() if not lists.get(name)}
    for index in range(max(1, *map(len, lists.values()))):
        row = {"Ori": record["ori"], "Incident number": record["incident_number"]}
        row |= cells(once) if index == 0 else {}
        for name, elements in lists.items():
            row |= cells({name: elements[index]}) if index < len(elements) else {}
        yield row


def cells(said: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """What an object says, each value under a column that is named by the fields that lead to it."""
    found: dict[str, str] = {}
    for name, value in said.items():
        column = f"{before} {name.replace('_', ' ')}".strip()
        found |= cells(value, column) if isinstance(value, dict) else {column.capitalize(): cell(name, value)}
    return found


def cell(field: str, value: Any) -> str:
    """A value in the words of the records system."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(cell(field, one) for one in value) or "-"
    if isinstance(value, bool):
        return "Y" if value else "N"
    if field == "initiated_by":
        return CALLERS.get(value, "U")
    if field.endswith("_at"):
        return datetime.fromisoformat(value).astimezone(ZONE).strftime("%m/%d/%Y %H:%M")
    if field.endswith(("_on", "_date")) and value[:1].isdigit():
        return datetime.fromisoformat(value).strftime("%m/%d/%Y")
    return WORDS.get(value, str(value))


def write(file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows as CSV, with every column that any of them has."""
    told = list(rows)
    columns = list(dict.fromkeys(column for row in told for column in row))
    with file.open("w", encoding="utf-8", newline="") as content:
        writer = csv.DictWriter(content, columns)
        writer.writeheader()
        writer.writerows(told)


@pytest.fixture
def address(stack: RunningStack) -> StackAddress:
    return StackAddress(**stack.addresses, secrets_directory=stack.data / "secrets")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "export.csv"
    write(file, (row for record in RECORDS for row in exported(record)))
    return file


def brought_in(table: Path, address: StackAddress, **more: Any) -> Tally:
    """Import the table; what became of its incidents."""
    with Journal(table.with_suffix(".receipt.csv")) as journal:
        bring_in(Order(table, str(MAPPING), STATE, **more), address, journal)
    return journal.tally


def test_the_table_and_the_reports_are_the_same_records(table: Path, address: StackAddress) -> None:
    assert brought_in(table, address, dry_run=True).results == {"created": len(RECORDS)}
    tally = brought_in(table, address)
    assert (tally.results, tally.rejected) == ({"created": len(RECORDS)}, 0)

    with PublicApi(address, STATE) as api:
        # Names and sentences, too: the service compares what it sealed by its digest.
        assert {answer.result for answer in api.push_incidents(RECORDS)} == {"unchanged"}
        kept = api.incident(ORI, "26-000102")

    assert kept["narrative"] == "none"
    assert kept["people"][0]["identity"] == "given"
    assert brought_in(table, address).results == {"unchanged": len(RECORDS)}


def test_a_correction_in_the_table_is_a_correction_of_that_incident_alone(table: Path, address: StackAddress) -> None:
    brought_in(table, address)
    corrected = table.read_text(encoding="utf-8").replace("DEMO-BWC-0105", "DEMO-BWC-0106")
    table.write_text(corrected, encoding="utf-8")
    assert brought_in(table, address).results == {"changed": 1, "unchanged": len(RECORDS) - 1}


def test_what_the_service_refuses_is_told_at_its_cell_and_costs_only_that_incident(
    table: Path, address: StackAddress
) -> None:
    with table.open(encoding="utf-8", newline="") as content:
        rows = list(csv.DictReader(content))
    for row in rows:
        row["Ori"] = "TT0000802"
    last = next(number for number, row in enumerate(rows) if row["Actions arrest number"])
    rows[last]["Actions arrest number"] = "123-45-6789"
    write(table, rows)

    tally = brought_in(table, address)

    incident = [number for number, row in enumerate(rows) if row["Incident number"] == rows[last]["Incident number"]]
    assert (tally.results, tally.rejected) == ({"created": len(RECORDS) - 1}, len(incident))
    receipt = table.with_suffix(".receipt.csv").read_text(encoding="utf-8")
    told = {int(line["row"]): line for line in csv.DictReader(receipt.splitlines())}
    assert sorted(told) == [number + 2 for number in incident]
    assert told[last + 2]["field"] == "Actions arrest number"
    assert "must-not-be-stored" in told[last + 2]["problem"]
    assert all(f"See row {last + 2}" in line["fix"] for row, line in told.items() if row != last + 2)
    assert "6789" not in receipt
