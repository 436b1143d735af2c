import csv
from pathlib import Path

from daylight.importing.journal import Journal, Rejection


def test_the_receipt_has_one_line_for_each_rejected_row(tmp_path: Path) -> None:
    with Journal(tmp_path / "receipt.csv") as journal:
        journal.reject(Rejection(12, "XX0000100/26-000123", "location", "is none of its codes", "Correct it."))
        journal.count("created")
    with (tmp_path / "receipt.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["row", "record", "field", "problem", "fix"],
            ["12", "XX0000100/26-000123", "location", "is none of its codes", "Correct it."],
        ]


def test_the_receipt_of_a_clean_file_has_its_heading_alone(tmp_path: Path) -> None:
    (tmp_path / "receipt.csv").write_text("of the run before")
    with Journal(tmp_path / "receipt.csv"):
        pass
    assert (tmp_path / "receipt.csv").read_text() == '"row","record","field","problem","fix"\n'


def test_a_cell_of_the_receipt_is_never_a_formula(tmp_path: Path) -> None:
    with Journal(tmp_path / "receipt.csv") as journal:
        journal.reject(Rejection(1, "-1+2", "@f", "=1", "+1"))
    assert """"'-1+2","'@f","'=1","'+1\"""" in (tmp_path / "receipt.csv").read_text()


def test_the_tally_names_every_result_and_why_something_was_left() -> None:
    with Journal(None) as journal:
        for result in ("created", "created", "stale"):
            journal.count(result)
        journal.leave("incidents without an offense at a school", 4090)
        journal.leave("nothing", 0)
        journal.reject(Rejection(1, "", "", "", ""))
    assert list(journal.tally.lines()) == [
        "created 2, changed 0, unchanged 0, stale 1, voided 0, rejected 1, left 4,090",
        "  left: 4,090 incidents without an offense at a school",
    ]
