"""Whatever bytes a file holds, its rows are read as they were written, rejected, or the file is refused."""

import csv
import io
import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.importing.files import UnreadableFile
from daylight.importing.table.fault import CellFault
from daylight.importing.table.mapping import TableMapping
from daylight.importing.table.rows import Row, rows

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\0\x85\u2028\u2029"), max_size=12)
CELLS = TEXT.map(str.strip)


def table(form: str, encoding: str = "utf-8") -> TableMapping:
    said = {"format": form, "encoding": encoding, "fields": {"incident_number": "Case"}}
    return TableMapping.model_validate_json(json.dumps(said))


def found(content: bytes, mapping: TableMapping) -> tuple[list[Row], list[CellFault]]:
    rejected: list[CellFault] = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "table"
        file.write_bytes(content)
        return list(rows(file, mapping, rejected.append)), rejected


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_what_was_written_as_csv_is_read(cells: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("Case", "S"), *cells])
    read, rejected = found(text.getvalue().encode(), table("csv"))
    assert [(row.cells["Case"], row.cells["S"]) for row in read] == cells
    assert rejected == []


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_a_row_is_known_by_the_line_on_which_it_begins(cells: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("Case", "S"))
    begins = []
    for row in cells:
        begins.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    assert [row.number for row in found(text.getvalue().encode(), table("csv"))[0]] == begins


@given(st.lists(st.dictionaries(TEXT.filter(lambda name: "." not in name), CELLS, max_size=4), max_size=6))
def test_what_was_written_as_ndjson_is_read(objects: list[dict[str, str]]) -> None:
    content = b"".join(json.dumps(one).encode() + b"\n" for one in objects)
    assert [row.cells for row in found(content, table("ndjson"))[0]] == objects


@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
@given(content=st.binary(max_size=200), headed=st.booleans())
def test_no_bytes_end_in_anything_but_rows_or_a_refusal(form: str, encoding: str, content: bytes, headed: bool) -> None:
    header = "Case,S\n".encode(encoding) if headed else b""
    with suppress(UnreadableFile):
        read, _ = found(header + content, table(form, encoding))
        assert all(row.number >= 1 for row in read)
