"""The file of closed days: what it may say, and what is said of one that cannot be read."""

from datetime import date
from pathlib import Path

import pytest

from shared.clocks.closed_days import UnreadableClosedDays, school_days

READABLE = [
    ("a date a line", "2026-11-26\n2026-11-27\n", {date(2026, 11, 26), date(2026, 11, 27)}),
    ("why, after the date", "2026-11-26 Thanksgiving Day\n2026-11-27\tthe day after\n",
     {date(2026, 11, 26), date(2026, 11, 27)}),
    ("comments and empty lines", "# 2026-27\n\n  \n2026-11-26  # Thanksgiving\n", {date(2026, 11, 26)}),
    ("a comment right behind the date", "2026-11-26# Thanksgiving\n", {date(2026, 11, 26)}),
    ("the same day twice", "2026-11-26\n2026-11-26\n", {date(2026, 11, 26)}),
    ("lines as Windows ends them, and its mark at the beginning", "\ufeff2026-11-26\r\n2026-11-27\r\n",
     {date(2026, 11, 26), date(2026, 11, 27)}),
    ("a leap day", "2028-02-29\n", {date(2028, 2, 29)}),
    ("nothing", "", set()),
]  # fmt: skip
UNREADABLE = [
    ("words before the date", "2026-11-26\nThanksgiving 2026-11-26\n", 2),
    ("a date as it is said in the United States", "11/26/2026\n", 1),
    ("a day that does not exist", "# closed\n\n2027-02-29\n", 3),
    ("a date without hyphens", "20261126\n", 1),
    ("a week and its day", "2026-W48-4\n", 1),
    ("a list in one line", "2026-11-26,2026-11-27\n", 1),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the test writes its file."""
    return tmp_path / "closed.txt"


@pytest.mark.parametrize(("story", "text", "expected"), READABLE, ids=[one[0] for one in READABLE])
def test_closed_days_are_read(file: Path, story: str, text: str, expected: set[date]) -> None:
    file.write_bytes(text.encode())
    assert school_days(file).closed == expected


@pytest.mark.parametrize(("story", "text", "line"), UNREADABLE, ids=[one[0] for one in UNREADABLE])
def test_a_line_without_a_date_is_named_with_the_fix(file: Path, story: str, text: str, line: int) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableClosedDays, match=rf"closed.txt, line {line}: .* like 2026-11-26"):
        school_days(file)


def test_without_a_file_every_weekday_is_a_school_day() -> None:
    assert school_days(None).is_school_day(date(2026, 11, 26))


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(UnreadableClosedDays, match=r"closed.txt: No such file"):
        school_days(file)


def test_a_file_that_is_no_text_is_named(file: Path) -> None:
    file.write_bytes(b"2026-11-26 F\xeate\n")
    with pytest.raises(UnreadableClosedDays, match=r"closed.txt is not a text in UTF-8"):
        school_days(file)
