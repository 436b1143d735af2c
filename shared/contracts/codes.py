"""Code lists as data: each code with its label, source and the days between which it was in use.

A closed list takes no other code. A local list is an agency's own; what is here of it is what everybody understands.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

FOLDER = Path(__file__).parent / "code_lists"
CLOSED_LISTS, LOCAL_LISTS = "closed_lists", "local_lists"


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One code of a list. `valid_from` and `valid_to` are None where the list sets no bound on that side."""

    code: str
    label: str
    source: str
    valid_from: date | None
    valid_to: date | None


def _entry(row: Mapping[str, str]) -> CodeEntry:
    return CodeEntry(
        code=row["code"],
        label=row["label"],
        source=row["source"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


@cache
def code_lists() -> Mapping[str, Mapping[str, CodeEntry]]:
    """Every closed list by its name, and in it every entry by its code, in the order of the file."""
    return _read(path for path in sorted(FOLDER.glob("*.csv")) if path.stem != LOCAL_LISTS)


@cache
def local_lists() -> Mapping[str, Mapping[str, CodeEntry]]:
    """The lists of local codes that are known everywhere, in the same form. A code that is not in them is kept, too."""
    return _read([FOLDER / f"{LOCAL_LISTS}.csv"])


def _read(paths: Iterable[Path]) -> Mapping[str, Mapping[str, CodeEntry]]:
    lists: dict[str, dict[str, CodeEntry]] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                lists.setdefault(row.get("list", path.stem), {})[row["code"]] = _entry(row)
    return lists


def code_list(name: str) -> Mapping[str, CodeEntry]:
    """The entries of one closed list by code. Raises KeyError for a list that does not exist."""
    return code_lists()[name]


@dataclass(frozen=True, slots=True)
class CodeOf:
    """Annotation for a string that must be a code of the named list: `Annotated[str, CodeOf("sex")]`."""

    list_name: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(code_list(self.list_name)))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler(schema)
        described["type"] = "string"
        described["x-code-list"] = self.list_name
        return described
