"""Figures of the Civil Rights Data Collection: a number a group, and what stands where there is none."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from daylight.importing.crdc.figures import figure_lines
from daylight.importing.crdc.mapping import FiguresMapping
from daylight.importing.files import UnreadableFile
from daylight.importing.journal import Journal
from daylight.importing.mapping import load
from shared.contracts.school_side import EnrollmentLine, SchoolCountLine
from tests.importing.places import FIGURES, STAFF

SCHOOL = "010000100007"


def mapping(name: str = "crdc-staff-restraint") -> FiguresMapping:
    shipped = load(name)
    assert isinstance(shipped, FiguresMapping)
    return shipped


def header() -> list[str]:
    with STAFF.open(encoding="utf-8", newline="") as content:
        return next(csv.reader(content))


def written(folder: Path, *changes: dict[str, str]) -> Path:
    """A file of made-up schools where every figure is zero but for these cells."""
    file = folder / "staff.csv"
    with file.open("w", encoding="utf-8", newline="") as content:
        writer = csv.DictWriter(content, header())
        writer.writeheader()
        for change in changes:
            writer.writerow(dict.fromkeys(header(), "0") | {"LEAID": SCHOOL[:7], "COMBOKEY": SCHOOL} | change)
    return file


def read(file: Path, name: str = "crdc-staff-restraint", journal: Journal | None = None) -> list[dict[str, Any]]:
    return [dict(push.line) for push in figure_lines(file, mapping(name), journal or Journal(None))]


def test_a_row_is_one_table_for_each_measure_under_the_key_of_the_school_and_the_year(tmp_path: Path) -> None:
    officers, *others = read(written(tmp_path, {"SCH_FTESECURITY_LEO": "0.50"}))
    assert officers == {
        "school_id": SCHOOL,
        "school_year": "2020-21",
        "measure": "sworn_officer_fte",
        "counts": [{"value": 0.5, "status": "counted"}],
    }
    assert [line["measure"] for line in others] == [
        "security_guard_fte",
        "mechanical_restraint_instances",
        "physical_restraint_instances",
        "seclusion_instances",
    ]


CELLS = [  # what stands there  value  status
    ("2", 2, "counted"),
    ("1.25", 1.25, "counted"),
    ("0", 0, "counted"),
    ("0.00", 0, "counted"),
    ("", None, "unknown"),
    ("  ", None, "unknown"),
    ("-5", None, "unknown"),
    ("-9", None, "not_collected"),
    ("-11", None, "suppressed"),
]


@pytest.mark.parametrize(("cell", "value", "status"), CELLS)
def test_only_a_zero_is_zero(tmp_path: Path, cell: str, value: float | None, status: str) -> None:
    officers = read(written(tmp_path, {"SCH_FTESECURITY_LEO": cell}))[0]
    assert officers["counts"] == [{"value": value, "status": status}]


FAULTS = [  # what a spreadsheet made of it     column
    ({"COMBOKEY": "1.00001E+10"}, "COMBOKEY"),
    ({"LEAID": "100001"}, "LEAID"),
    ({"SCH_FTESECURITY_LEO": "n/a"}, "SCH_FTESECURITY_LEO"),
    ({"SCH_FTESECURITY_LEO": "-1"}, "SCH_FTESECURITY_LEO"),
    ({"SCH_FTESECURITY_LEO": "1,5"}, "SCH_FTESECURITY_LEO"),
    ({"SCH_FTESECURITY_LEO": "1."}, "SCH_FTESECURITY_LEO"),
]


@pytest.mark.parametrize(("change", "column"), FAULTS)
def test_a_faulty_cell_is_rejected_by_its_line_and_column(tmp_path: Path, change: dict[str, str], column: str) -> None:
    with Journal(tmp_path / "receipt.csv") as journal:
        lines = read(written(tmp_path, change, {}), journal=journal)
    assert {line["school_id"] for line in lines} == {SCHOOL}
    with (tmp_path / "receipt.csv").open(newline="") as file:
        faults = {(row, field) for row, _, field, *_ in list(csv.reader(file))[1:]}
    assert ("2", column) in faults


def test_a_file_without_a_column_of_the_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text(STAFF.read_text(encoding="utf-8").replace("SCH_FTESECURITY_GUA", "GUARDS"))
    with pytest.raises(UnreadableFile, match="it has no column SCH_FTESECURITY_GUA"):
        read(tmp_path / "other.csv")


def test_every_figure_of_the_published_columns_is_taken_once() -> None:
    lines = read(FIGURES, "crdc-referrals-arrests")
    said = Counter((line["measure"], cell["status"], cell["value"]) for line in lines for cell in line["counts"])

    with FIGURES.open(encoding="utf-8", newline="") as content:
        rows = list(csv.DictReader(content))
    for measure, part in (("referral_students", "_REF_"), ("arrest_students", "_ARR_")):
        columns = [name for name in rows[0] if name.startswith("SCH_DISC") and part in name]
        columns = [name for name in columns if "WDIS" not in name or "_LEP_" not in name]
        cells = Counter(row[name] for row in rows for name in columns)
        counted = {int(cell): number for cell, number in cells.items() if cell.isdigit()}
        assert {value: n for (of, status, value), n in said.items() if of == measure and status == "counted"} == counted
        assert said[measure, "suppressed", None] == cells["-11"]
        assert said[measure, "not_collected", None] == cells["-9"]
        assert said[measure, "unknown", None] == cells["-5"] + cells["-13"]


@pytest.mark.parametrize("name", ["crdc-enrollment", "crdc-referrals-arrests", "crdc-staff-restraint"])
def test_a_table_counts_no_group_twice(name: str) -> None:
    shipped = mapping(name)
    for table in shipped.tables:
        groups = [
            (*sorted(students.model_dump().items()), "{race}" in column, "{sex}" in column)
            for column, students in table.columns.items()
        ]
        assert len(groups) == len(set(groups))


def test_every_line_is_what_the_contracts_take() -> None:
    for file, name in ((FIGURES, "crdc-referrals-arrests"), (STAFF, "crdc-staff-restraint")):
        for line in read(file, name):
            (SchoolCountLine if "measure" in line else EnrollmentLine).model_validate_json(json.dumps(line))
