"""A real roster and real completions of a 40-hour course, by the mappings that ship: repeatable, and counted alike."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from daylight.importing import StackAddress
from daylight.importing.command import Order, bring_in
from daylight.importing.journal import Journal, Tally
from daylight.importing.public_api import PublicApi
from tests.importing.table.tables import read
from tests.running_stack import RunningStack

DATA = Path(__file__).parents[2] / "data"
ROSTER, COMPLETIONS = DATA / "chicago_roster.csv", DATA / "chicago_crisis_intervention.csv"
STATE, ORI = "demo-state", "TT0000812"
COURSE = {
    "title": "Crisis Intervention Team (CIT) 40 Hour Certification",
    "curriculum": "crisis_intervention",
    "hours": 40,
}


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a file as they stand there."""
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def address(stack: RunningStack) -> StackAddress:
    return StackAddress(**stack.addresses, secrets_directory=stack.data / "secrets")


def imported(file: Path, mapping: str, address: StackAddress) -> Tally:
    """What became of a file that is brought in."""
    with Journal(None) as journal:
        bring_in(Order(file, mapping, STATE, ORI), address, journal)
    return journal.tally


@pytest.fixture(scope="module")
def first(address: StackAddress) -> Mapping[str, Tally]:
    """What became of both files the first time, the course being in the catalog."""
    with PublicApi(address, STATE) as api:
        api.put(f"{address.training}/v1/courses/{ORI}/CIT-40", COURSE)
    return {
        "roster": imported(ROSTER, "roster", address),
        "completions": imported(COMPLETIONS, "completions", address),
    }


def listed(stack: RunningStack, path: str, name: str, **asked: str) -> Iterator[dict[str, Any]]:
    """Every record of a list, page by page."""
    headers = {"Authorization": f"Bearer {stack.token(STATE)}"}
    cursor: dict[str, str] = {}
    with httpx2.Client(base_url=stack.addresses["training"], headers=headers, trust_env=False) as client:
        while True:
            page = client.get(path, params={**asked, **cursor, "limit": "20"}).raise_for_status().json()
            yield from page[name]
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}


def test_every_officer_and_every_completion_is_taken(first: Mapping[str, Tally]) -> None:
    officers = {row["officer_key"] for row in rows(ROSTER)}
    assert (first["roster"].results["created"], first["roster"].rejected) == (len(officers), 0)
    assert (first["completions"].results["created"], first["completions"].rejected) == (len(rows(COMPLETIONS)), 0)


def test_the_second_time_nothing_changes(first: Mapping[str, Tally], address: StackAddress) -> None:
    for file, mapping in ((ROSTER, "roster"), (COMPLETIONS, "completions")):
        again = imported(file, mapping, address)
        assert again.results == {"unchanged": first[mapping].results["created"]}


def test_officers_current_in_the_40_hour_course_are_those_that_the_file_says(
    first: Mapping[str, Tally], stack: RunningStack
) -> None:
    hours: dict[str, float] = defaultdict(float)
    for row in rows(COMPLETIONS):
        hours[row["officer_key"]] = max(hours[row["officer_key"]], float(row["hours"]))
    current = {officer for officer, most in hours.items() if most >= 40}
    asked = {"ori": ORI, "curriculum": "crisis_intervention", "least_verified": "40"}
    found = list(listed(stack, "/v1/curriculum-hours", "hours", **asked))

    assert {one["officer_number"] for one in found} == current
    assert len(found) == len(current)
    assert {one["verified_hours"] for one in found} == {40.0}


def test_who_is_current_can_be_asked_of_any_day(first: Mapping[str, Tally], stack: RunningStack) -> None:
    day = sorted(row["session_end_date"] for row in rows(COMPLETIONS))[10]
    until = {row["officer_key"] for row in rows(COMPLETIONS) if row["session_end_date"] <= day}
    found = listed(stack, "/v1/curriculum-hours", "hours", ori=ORI, as_of=day)
    assert {one["officer_number"] for one in found} == until


def test_a_roster_that_does_not_say_so_makes_nobody_an_sro(first: Mapping[str, Tally], stack: RunningStack) -> None:
    sworn = {row["officer_key"] for row in rows(ROSTER) if row["position"] == "POLICE OFFICER"}
    found = {one["officer_number"]: one for one in listed(stack, f"/v1/officers/{ORI}", "officers")}

    assert {one["counted_as_sro"] for one in found.values()} == {False}
    assert {found[number]["sworn"] for number in sworn} == {"yes"}
    assert {one["is_sro"] for one in found.values()} == {"unknown", "no"}


def test_a_position_that_contradicts_another_of_the_officer_is_told(tmp_path: Path) -> None:
    table = b"officer_key,position\nCPD-1,POLICE OFFICER\nCPD-1,CROSSING GUARD\nCPD-2,POLICE OFFICER\n"
    found = read(tmp_path, "base: roster\n", table, agency=ORI)

    assert [line["officer_number"] for line in found.lines] == ["CPD-2"]
    assert [(one["row"], one["record"]) for one in found.receipt] == [("2", f"{ORI}/CPD-1"), ("3", f"{ORI}/CPD-1")]


HOURS = [("40", 40.0), ("39.5", 39.5), ("forty", None), ("4,5", None)]


@pytest.mark.parametrize(("cell", "hours"), HOURS)
def test_hours_are_numbers(tmp_path: Path, cell: str, hours: float | None) -> None:
    mapping = (
        "format: csv\nrecord: completion\nconstants: {ori: TT0000812, course_code: C, completed_on: 2025-01-02}\n"
        "fields: {completion_number: n, officer_number: o, hours: h}\n"
    )
    found = read(tmp_path, mapping, f'n,o,h\n1,7,"{cell}"\n'.encode())
    assert [line["hours"] for line in found.lines] == ([] if hours is None else [hours])


def test_columns_can_be_joined_by_something_else_than_a_blank(tmp_path: Path) -> None:
    found = read(tmp_path, "base: completions\n", COMPLETIONS.read_bytes(), agency=ORI)
    row = rows(COMPLETIONS)[0]
    assert found.lines[0]["completion_number"] == f"{row['officer_key']}.{row['session_end_date']}"
    assert found.lines[0]["kind"] == "completion"
