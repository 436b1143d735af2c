import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from daylight.importing.crdc.mapping import SchoolsMapping
from daylight.importing.crdc.schools import directory_lines
from daylight.importing.files import UnreadableFile
from daylight.importing.journal import Journal
from daylight.importing.mapping import load
from shared.contracts.directory import DistrictLine, SchoolLine
from tests.importing.places import SCHOOLS

GRADES = ["PS", "KG", *(f"G{grade:02}" for grade in range(1, 13)), "UG"]
ROW = {
    "LEA_STATE": "DE",
    "LEAID": "0100001",
    "LEA_NAME": "Made-up District",
    "SCH_NAME": "Made-up School",
    "COMBOKEY": "010000100007",
    **{f"SCH_GRADE_{grade}": "No" for grade in GRADES},
}


def mapping() -> SchoolsMapping:
    shipped = load("crdc-schools")
    assert isinstance(shipped, SchoolsMapping)
    return shipped


def read(file: Path, journal: Journal | None = None) -> list[dict[str, Any]]:
    return [dict(push.line) for push in directory_lines(file, mapping(), journal or Journal(None))]


def written(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "schools.csv"
    with file.open("w", encoding="utf-8", newline="") as content:
        writer = csv.DictWriter(content, list(ROW), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_a_row_is_a_district_and_a_school_whose_ids_keep_their_zeros(tmp_path: Path) -> None:
    assert read(written(tmp_path, ROW)) == [
        {"kind": "district", "lea_id": "0100001", "name": "Made-up District", "state": "DE"},
        {
            "kind": "school",
            "school_id": "010000100007",
            "name": "Made-up School",
            "lowest_grade": None,
            "highest_grade": None,
        },
    ]


SPANS = [  # grades that it has      lowest  highest
    (["PS", "KG", "G01"], "PK", "01"),
    (["G09", "G10", "G11", "G12"], "09", "12"),
    (["G07"], "07", "07"),
    (["KG", "G05", "UG"], "KG", "05"),
    (["UG"], "UG", "UG"),
    ([], None, None),
]


@pytest.mark.parametrize(("grades", "lowest", "highest"), SPANS)
def test_the_span_of_a_school_is_its_lowest_and_highest_grade(
    tmp_path: Path, grades: list[str], lowest: str | None, highest: str | None
) -> None:
    _, school = read(written(tmp_path, ROW | {f"SCH_GRADE_{grade}": "Yes" for grade in grades}))
    assert (school["lowest_grade"], school["highest_grade"]) == (lowest, highest)


FAULTS = [  # what a spreadsheet made of it                       column
    ({"LEAID": "100001", "COMBOKEY": "10000100007"}, "LEAID"),
    ({"COMBOKEY": "10000100007"}, "COMBOKEY"),
    ({"COMBOKEY": "010000200007"}, "COMBOKEY"),
    ({"COMBOKEY": "1.00001E+10"}, "COMBOKEY"),
    ({"SCH_NAME": "  "}, "SCH_NAME"),
]


@pytest.mark.parametrize(("change", "column"), FAULTS)
def test_a_faulty_row_is_rejected_by_its_line_and_costs_only_itself(
    tmp_path: Path, change: dict[str, str], column: str
) -> None:
    with Journal(tmp_path / "receipt.csv") as journal:
        lines = read(written(tmp_path, ROW | change, ROW), journal)
    assert [line["kind"] for line in lines] == ["district", "school"]
    with (tmp_path / "receipt.csv").open(newline="") as file:
        ((_, *_), (row, _, field, *_)) = csv.reader(file)
    assert (row, field) == ("2", column)


def test_another_csv_is_refused_with_the_column_that_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="it has no column COMBOKEY"):
        read(tmp_path / "other.csv")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'LEAID\n"' + b"x" * 200_000])
def test_a_file_that_is_no_csv_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.csv").write_bytes(content)
    with pytest.raises(UnreadableFile):
        read(tmp_path / "other.csv")


def test_every_school_of_the_published_file_is_taken() -> None:
    with Journal(None) as journal:
        lines = read(SCHOOLS, journal)
    assert journal.tally.rejected == 0
    assert Counter(line["kind"] for line in lines) == {"district": 253, "school": 1588}
    for line in lines:
        (DistrictLine if line["kind"] == "district" else SchoolLine).model_validate(line)
