"""The file of the Civil Rights Data Collection: a column says what the school said of its group, and nothing else."""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.importing.crdc.figures import figure_lines
from daylight.importing.crdc.mapping import FiguresMapping
from daylight.importing.journal import Journal
from daylight.importing.mapping import load
from services.reporting.crdc.layout import layout_of, layouts, whole
from services.reporting.crdc.rules import figure_of
from shared.contracts.crdc import CrdcColumn
from tests.importing.places import FIGURES, STAFF

YEAR = "2021-22"
RACES, SEXES = tuple(layouts().race.values()), tuple(layouts().sex.values())
DISABILITIES = ("none", "idea", "section_504")


def cell(value: float | None = 1, status: str = "counted", **group: str) -> dict[str, Any]:
    return {"value": value, "status": status, **group}


def column(name: str, school_year: str = YEAR) -> CrdcColumn:
    (found,) = [one for one in layout_of(school_year).columns if one.column == name]
    return found


def said(name: str, cells: list[dict[str, Any]], school_year: str = YEAR) -> tuple[float | None, str]:
    asked = column(name, school_year)
    figure = figure_of(asked, {asked.measure: cells}, whole())
    return figure.value, figure.status


def men(*races: str, value: int = 1) -> list[dict[str, Any]]:
    return [cell(value, race_ethnicity=race, sex="male", disability="none") for race in races]


MALE, HISPANIC = "TOT_DISCWODIS_REF_M", "SCH_DISCWODIS_REF_HI_M"
NOT_IDEA = "TOT_RS_NONIDEA_MECH_M"
ZERO: dict[str, Any] = {"value": 0, "status": "zero_confirmed"}
OF_MEN: dict[str, Any] = {"sex": "male", "disability": "none"}
SAID: list[tuple[str, list[dict[str, Any]], tuple[float | None, str]]] = [  # column, what the school said, its number
    (MALE, [], (None, "unknown")),
    (MALE, [cell(4, **OF_MEN)], (4, "counted")),
    (MALE, [cell(**ZERO, **OF_MEN)], (0, "zero_confirmed")),
    (MALE, [cell(None, "not_collected", **OF_MEN)], (None, "not_collected")),
    (MALE, [cell(3, "partial", **OF_MEN)], (3, "partial")),
    (MALE, [cell(4)], (None, "unknown")),
    (MALE, [cell(4, sex="male")], (None, "unknown")),
    (MALE, [cell(4, disability="none")], (None, "unknown")),
    (MALE, [cell(4, sex="female", disability="none")], (None, "unknown")),
    (MALE, men(*RACES), (7, "counted")),
    (MALE, men(*RACES, "unknown"), (8, "counted")),
    (MALE, men(*RACES[1:]), (None, "unknown")),
    (MALE, men("unknown"), (None, "unknown")),
    (MALE, [cell(9, **OF_MEN), *men(*RACES)], (9, "counted")),
    (MALE, [*men(*RACES[1:]), cell(None, "suppressed", race_ethnicity=RACES[0], **OF_MEN)], (None, "suppressed")),
    (MALE, [*men(*RACES[1:]), cell(2, "partial", race_ethnicity=RACES[0], **OF_MEN)], (8, "partial")),
    (MALE, [*men(*RACES[1:]), cell(**ZERO, race_ethnicity=RACES[0], **OF_MEN)], (6, "counted")),
    (MALE, [cell(**ZERO, race_ethnicity=race, **OF_MEN) for race in RACES], (0, "zero_confirmed")),
    (MALE, [cell(4, english_learner="yes", **OF_MEN)], (None, "unknown")),
    (HISPANIC, men("hispanic_latino", value=2), (2, "counted")),
    (HISPANIC, men("white"), (None, "unknown")),
    ("SCH_DISCWODIS_REF_EL_M", [cell(4, **OF_MEN)], (None, "unknown")),
    ("SCH_DISCWODIS_REF_EL_M", [cell(4, english_learner="yes", **OF_MEN)], (4, "counted")),
    ("SCH_DISCWDIS_REF_504_F", [cell(2, sex="female", disability="section_504")], (2, "counted")),
    ("SCH_RSINSTANCES_MECH_IDEA", [cell(2, disability="idea")], (2, "counted")),
    ("SCH_RSINSTANCES_MECH_IDEA", [cell(1, sex=sex, disability="idea") for sex in SEXES], (2, "counted")),
    ("SCH_RSINSTANCES_MECH_IDEA", [cell(1, sex="male", disability="idea")], (None, "unknown")),
    (NOT_IDEA, [cell(1, sex="male", disability=one) for one in ("none", "section_504")], (2, "counted")),
    (NOT_IDEA, [cell(1, **OF_MEN)], (None, "unknown")),
    ("SCH_FTESECURITY_LEO", [cell(1.5)], (1.5, "counted")),
]


@pytest.mark.parametrize(("name", "cells", "number"), SAID)
def test_a_column_has_the_number_of_its_group_or_the_sum_of_all_its_parts(
    name: str, cells: list[dict[str, Any]], number: tuple[float | None, str]
) -> None:
    assert said(name, cells) == number


TABLES = st.fixed_dictionaries(dict.fromkeys(product(RACES, SEXES, DISABILITIES), st.integers(0, 9)))


def in_column(one: CrdcColumn, group: tuple[str, str, str]) -> bool:
    race, sex, disability = group
    return (
        one.race_ethnicity in (None, race) and one.sex in (None, sex) and disability in (one.disability or DISABILITIES)
    )


@given(TABLES, st.data())
def test_a_column_is_the_plain_sum_of_its_students_and_nothing_where_one_part_is_missing(
    table: dict[tuple[str, str, str], int], data: st.DataObject
) -> None:
    asked = data.draw(st.sampled_from([one for one in layout_of(YEAR).columns if one.english_learner is None]))
    missing = data.draw(st.sampled_from(sorted(table)))
    cells = {
        group: cell(value, race_ethnicity=group[0], sex=group[1], disability=group[2]) for group, value in table.items()
    }
    every = figure_of(asked, {asked.measure: [*cells.values()]}, whole())
    lacking = figure_of(asked, {asked.measure: [cells[one] for one in cells if one != missing]}, whole())
    assert every.value == sum(value for group, value in table.items() if in_column(asked, group))
    assert lacking == (
        every.model_copy(update={"value": None, "status": "unknown"}) if in_column(asked, missing) else every
    )


FILES = [("crdc-referrals-arrests", FIGURES), ("crdc-staff-restraint", STAFF)]


def real(mapping: str, file: Path) -> Iterator[tuple[dict[str, str], dict[str, list[dict[str, Any]]]]]:
    """Each row of a real file, and its school's figures by measure as the importer sends them."""
    shipped = load(mapping)
    assert isinstance(shipped, FiguresMapping)
    lines = [push.line for push in figure_lines(file, shipped, Journal(None))]
    with file.open(encoding="utf-8", newline="") as content:
        for row in csv.DictReader(content):
            yield row, {one["measure"]: one["counts"] for one in lines if one["school_id"] == row["COMBOKEY"]}


@pytest.mark.parametrize(("mapping", "file"), FILES)
def test_what_real_schools_published_comes_out_as_it_went_in(mapping: str, file: Path) -> None:
    compared = 0
    for row, measures in real(mapping, file):
        for asked in layout_of("2020-21").columns:
            if asked.column in row and asked.measure in measures and not asked.column.startswith("TOT_"):
                value = figure_of(asked, measures, whole()).value
                published = float(row[asked.column])
                assert value == (published if published >= 0 else None), asked.column
                compared += 1
    assert compared > 80


def test_a_real_total_is_blank_where_a_part_of_it_has_only_a_reserve_code() -> None:
    seen = set()
    for row, measures in real(*FILES[0]):
        for asked in layout_of("2020-21").columns:
            if asked.column.startswith("TOT_DISC"):
                parts = [
                    float(row[one.column])
                    for one in layout_of("2020-21").columns
                    if one.column.startswith(asked.column[:-1].replace("TOT_", "SCH_"))
                    and one.race_ethnicity
                    and one.sex == asked.sex
                ]
                expected = sum(parts) if min(parts) >= 0 else None
                assert figure_of(asked, measures, whole()).value == expected
                seen.add(expected is None)
    assert seen == {True, False}


COUNTS = [  # school year, rule, columns of ARRS, of RSTR, of SECR
    ("2016-17", None, 0, 0, 0),
    ("2017-18", "crdc-2017-18", 75, 123, 2),
    ("2020-21", "crdc-2017-18", 75, 123, 2),
    ("2021-22", "crdc-2021-22", 78, 123, 2),
    ("2027-28", "crdc-2021-22", 78, 123, 2),
]


@pytest.mark.parametrize(("school_year", "rule", "arrs", "rstr", "secr"), COUNTS)
def test_a_year_has_the_columns_of_its_layout(
    school_year: str, rule: str | None, arrs: int, rstr: int, secr: int
) -> None:
    layout = layout_of(school_year)
    modules = [one.element[:4] for one in layout.columns]
    assert layout.counting_rule == rule
    assert [modules.count(module) for module in ("ARRS", "RSTR", "SECR")] == [arrs, rstr, secr]
    assert len({one.column for one in layout.columns}) == len(layout.columns)


def test_a_question_that_nobody_answers_is_said_and_one_that_was_retired_is_not() -> None:
    assert {"OFFN-1", "HIBS-2"} <= set(layout_of("2024-25").not_collected)
    assert "HIBS-2" not in layout_of("2025-26").not_collected
    for year in ("2016-17", "2020-21", "2025-26"):
        layout = layout_of(year)
        assert {one.element for one in layout.columns}.isdisjoint(layout.not_collected)


def test_columns_of_the_public_files_are_spelled_as_there() -> None:
    published = {
        name for _, file in FILES for name in file.read_text(encoding="utf-8").split("\n", 1)[0].strip().split(",")
    }
    spelled = {
        one.column for one in layout_of("2020-21").columns if not one.column.startswith(("SCH_RS_", "TOT_RS_", "ARRS-"))
    }
    assert spelled <= published
