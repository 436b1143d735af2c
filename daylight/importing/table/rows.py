"""The rows of a table in CSV (RFC 4180) or NDJSON, one by one, each with the line on which it begins."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daylight.importing.files import UnreadableFile, opened
from daylight.importing.table.cell import Cell
from daylight.importing.table.fault import CellFault
from daylight.importing.table.mapping import TableMapping

Reject = Callable[[CellFault], None]
WHOLE_ROW = ""
"""Stands for the column where a row as a whole is at fault."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (from 1), and its cells by column, blanks around them cut."""

    number: int
    cells: Mapping[str, Cell]


def rows(file: Path, mapping: TableMapping, reject: Reject) -> Iterator[Row]:
    """Every row of a file that is one; the others go to `reject`. Raises UnreadableFile."""
    with opened(file) as content:
        encoding = "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding
        text = io.TextIOWrapper(content, encoding=encoding, newline="")
        try:
            if mapping.format == "ndjson":
                yield from _objects(text, reject)
            else:
                yield from _records(csv.reader(text, delimiter=mapping.delimiter, strict=True), file, mapping, reject)
        except csv.Error as error:
            raise UnreadableFile(f"{file} is no CSV file: {error}.") from error
        except UnicodeError as error:
            raise UnreadableFile(f"{file} is not in {mapping.encoding}: say its `encoding` in the mapping.") from error


def _records(reader: Any, file: Path, mapping: TableMapping, reject: Reject) -> Iterator[Row]:
    header = [name.strip() for name in next(reader, [])]
    if missing := sorted(set(mapping.columns()) - set(header)):
        raise UnreadableFile(f"{file} has no column {', '.join(missing)}: correct the mapping, or its `delimiter`.")
    if twice := sorted({name for name in header if header.count(name) > 1} & set(mapping.columns())):
        raise UnreadableFile(f"{file} has the column {', '.join(twice)} twice: nothing says which is meant.")
    begins = reader.line_num + 1
    for cells in reader:
        number, begins = begins, reader.line_num + 1
        if len(cells) == len(header):
            yield Row(number, dict(zip(header, map(str.strip, cells), strict=True)))
        elif cells:
            problem = f"the row has {len(cells)} cells, and the header {len(header)}"
            reject(CellFault(number, WHOLE_ROW, problem, "Quote cells that hold the delimiter or a line end."))


def _objects(lines: Iterable[str], reject: Reject) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cells = dict(_cells(_object(line), ""))
        except (ValueError, TypeError, RecursionError):
            problem = "the line is not one JSON object of texts, numbers, lists of these, and objects of such"
            reject(CellFault(number, WHOLE_ROW, problem, "Write one object a line; elements of lists are rows."))
        else:
            yield Row(number, cells)


def _object(line: str) -> dict[str, Any]:
    """One line as an object; numbers as the texts that stand there."""
    said = json.loads(line, parse_int=str, parse_float=str, parse_constant=_refuse, object_pairs_hook=_each_once)
    if not isinstance(said, dict):
        raise TypeError("no object")
    return said


def _cells(said: Mapping[str, Any], before: str) -> Iterator[tuple[str, Cell]]:
    """An object as cells: what stands in an object within is under `outer.inner`."""
    for name, value in said.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{before}{name}.")
        elif isinstance(value, list):
            yield before + name, tuple(_text(one) for one in value)
        else:
            yield before + name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise TypeError("a list holds no lists and no objects")
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value).strip()
    # Half a character of UTF-16 can be escaped in JSON, and written to no file.
    text.encode()
    return text


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
