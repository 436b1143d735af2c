"""Rows of a file of the Civil Rights Data Collection."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from daylight.importing.files import UnreadableFile, opened

LEA_ID = re.compile(r"[0-9]{7}")
SCHOOL_ID = re.compile(r"[0-9]{12}")
AS_PUBLISHED = "Take the file as it is published: a spreadsheet that opened and saved it cuts the zeros off the ids."


def rows(file: Path, columns: set[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """These columns of every row with its line in the file, blanks around cells cut. Raises UnreadableFile."""
    with opened(file) as content:
        reader = csv.DictReader(io.TextIOWrapper(content, encoding="utf-8-sig", newline=""))
        try:
            if missing := columns - set(reader.fieldnames or ()):
                raise UnreadableFile(f"{file} is not the file of the CRDC: it has no column {min(missing)}.")
            for row in reader:
                yield reader.line_num, {column: (row[column] or "").strip() for column in columns}
        except (csv.Error, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{file} is no CSV file in UTF-8: {error}.") from error


def id_fault(row: Mapping[str, str], lea_id: str, school_id: str) -> tuple[str, str] | None:
    """The column of an NCES id that is none, and what is wrong with it; None where both ids are right."""
    if not LEA_ID.fullmatch(row[lea_id]):
        return lea_id, "a district's id has 7 digits"
    if not SCHOOL_ID.fullmatch(row[school_id]) or not row[school_id].startswith(row[lea_id]):
        return school_id, "a school's id has 12 digits and begins with its district's"
    return None
