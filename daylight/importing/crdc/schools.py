"""The CRDC's school list to the directory: districts first, then their schools."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from daylight.importing.crdc.mapping import SchoolsMapping
from daylight.importing.crdc.rows import AS_PUBLISHED, id_fault, rows
from daylight.importing.journal import Journal, Rejection
from daylight.importing.public_api import PublicApi
from daylight.importing.push import Push, push_all

HAS_GRADE = "Yes"
STATE = re.compile(r"[A-Z]{2}")


def transfer(file: Path, mapping: SchoolsMapping, api: PublicApi, journal: Journal) -> None:
    """Bring the school list in. Raises UnreadableFile, Unreachable and Refused."""
    push_all(directory_lines(file, mapping, journal), api.push_directory, journal)


def directory_lines(file: Path, mapping: SchoolsMapping, journal: Journal) -> Iterator[Push]:
    """What a bulk push says of the file's districts, each once, and of its schools. Raises UnreadableFile."""
    districts: dict[str, Push] = {}
    schools: list[Push] = []
    columns = {mapping.state, mapping.lea_id, mapping.lea_name, mapping.school_id, mapping.school_name}
    columns |= mapping.grades.keys() | mapping.ungraded.keys()
    for number, row in rows(file, columns):
        if fault := _fault(row, mapping):
            column, problem = fault
            journal.reject(Rejection(number, row[mapping.school_id], column, problem, AS_PUBLISHED))
            continue
        lea_id, school_id = row[mapping.lea_id], row[mapping.school_id]
        districts.setdefault(lea_id, Push(number, lea_id, _district(row, mapping)))
        schools.append(Push(number, school_id, _school(row, mapping)))
    journal.tell(f"{file.name}: {len(districts):,} districts, {len(schools):,} schools read")
    return chain(districts.values(), schools)


def _fault(row: Mapping[str, str], mapping: SchoolsMapping) -> tuple[str, str] | None:
    if fault := id_fault(row, mapping.lea_id, mapping.school_id):
        return fault
    nameless = [column for column in (mapping.lea_name, mapping.school_name) if not row[column]]
    return (nameless[0], "there is no name") if nameless else None


def _district(row: Mapping[str, str], mapping: SchoolsMapping) -> dict[str, Any]:
    state = row[mapping.state]
    return {
        "kind": "district",
        "lea_id": row[mapping.lea_id],
        "name": row[mapping.lea_name],
        "state": state if STATE.fullmatch(state) else None,
    }


def _school(row: Mapping[str, str], mapping: SchoolsMapping) -> dict[str, Any]:
    """The span of grades that the school says it has; ungraded classes count where there is nothing else."""
    has = [grade for column, grade in mapping.grades.items() if row[column] == HAS_GRADE]
    has = has or [grade for column, grade in mapping.ungraded.items() if row[column] == HAS_GRADE]
    return {
        "kind": "school",
        "school_id": row[mapping.school_id],
        "name": row[mapping.school_name],
        "lowest_grade": has[0] if has else None,
        "highest_grade": has[-1] if has else None,
    }
