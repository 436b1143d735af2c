"""Figures of the CRDC to enrolment and to the schools' own counts: a number a group, and why there is none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, product
from pathlib import Path
from typing import Any

from daylight.importing.crdc.mapping import RACE, SEX, FiguresMapping, Students, Table
from daylight.importing.crdc.rows import AS_PUBLISHED, id_fault, rows
from daylight.importing.journal import Journal, Rejection
from daylight.importing.public_api import Answer, PublicApi
from daylight.importing.push import Origin, Push, push_all

BLANK = "unknown"
"""What a blank cell is: nobody says that it is zero."""
COUNTED = "counted"
NO_NUMBER = "The cell is neither a number nor a reserve code of the mapping."
CORRECT_IT = "Correct the cell, or name its code under reserve_codes."
ENROLLMENT, SCHOOL_COUNTS = "enrollment", "school-counts"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, and the group of students that it counts."""

    name: str
    group: Mapping[str, str]


def transfer(file: Path, mapping: FiguresMapping, api: PublicApi, journal: Journal) -> None:
    """Bring the figures in. Raises UnreadableFile, Unreachable and Refused."""
    for plural, pushes in groupby(figure_lines(file, mapping, journal), key=_plural):
        push_all(pushes, _send(api, plural), journal)


def figure_lines(file: Path, mapping: FiguresMapping, journal: Journal) -> Iterator[Push]:
    """What bulk pushes say of the file's schools, table by table. Raises UnreadableFile."""
    for table in mapping.tables:
        columns = [column for name, students in table.columns.items() for column in _columns(name, students, mapping)]
        named = {mapping.lea_id, mapping.school_id, *(column.name for column in columns)}
        for number, row in rows(file, named):
            if fault := id_fault(row, mapping.lea_id, mapping.school_id) or _cell_fault(row, columns, mapping):
                column, problem = fault
                fix = AS_PUBLISHED if column in (mapping.lea_id, mapping.school_id) else CORRECT_IT
                journal.reject(Rejection(number, row[mapping.school_id], column, problem, fix))
                continue
            yield _push(number, row, columns, table, mapping)


def _plural(push: Push) -> str:
    return SCHOOL_COUNTS if "measure" in push.line else ENROLLMENT


def _send(api: PublicApi, plural: str) -> Callable[[Sequence[Mapping[str, Any]]], list[Answer]]:
    return partial(api.push_reporting, plural)


def _columns(name: str, students: Students, mapping: FiguresMapping) -> Iterator[Column]:
    """The columns that a name with `{race}` and `{sex}` stands for."""
    races = mapping.race.items() if RACE in name else [("", None)]
    sexes = mapping.sex.items() if SEX in name else [("", None)]
    for (race, race_ethnicity), (letter, sex) in product(races, sexes):
        group = {"race_ethnicity": race_ethnicity, "sex": sex} | students.model_dump()
        spelled = name.replace(RACE, race).replace(SEX, letter)
        yield Column(spelled, {key: value for key, value in group.items() if value is not None})


def _cell_fault(row: Mapping[str, str], columns: Sequence[Column], mapping: FiguresMapping) -> tuple[str, str] | None:
    for column in columns:
        cell = row[column.name]
        if cell and cell not in mapping.reserve_codes and _number(cell) is None:
            return column.name, NO_NUMBER
    return None


def _number(cell: str) -> float | None:
    """A number as the CRDC writes it: digits, and a point with decimals for full-time equivalents."""
    whole, point, decimals = cell.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not point or (decimals.isascii() and decimals.isdigit()))):
        return None
    return float(cell) if decimals.strip("0") else int(whole)


def _push(
    number: int, row: Mapping[str, str], columns: Sequence[Column], table: Table, mapping: FiguresMapping
) -> Push:
    school_id = row[mapping.school_id]
    key = {"school_id": school_id, "school_year": mapping.school_year}
    key |= {"snapshot": mapping.snapshot} if table.measure is None else {"measure": table.measure}
    counts = [dict(column.group) | _figure(row[column.name], mapping) for column in columns]
    origins = {f"#/counts/{place}": Origin(number, column.name) for place, column in enumerate(columns)}
    return Push(number, "/".join(key.values()), key | {"counts": counts}, origins)


def _figure(cell: str, mapping: FiguresMapping) -> dict[str, Any]:
    if not cell or cell in mapping.reserve_codes:
        return {"value": None, "status": mapping.reserve_codes.get(cell, BLANK)}
    value = _number(cell)
    return {"value": value, "status": COUNTED}
