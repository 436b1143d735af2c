"""The columns of the Civil Rights Data Collection by school year, as versioned data (P7)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from shared.contracts.codes import CodeOf, code_list
from shared.contracts.contract import Contract, Identifier, SchoolYear, YesNo
from shared.contracts.crdc import CrdcColumn, CrdcLayout, Element
from shared.contracts.school_side import MeasureCode

FILE = Path(__file__).with_name("layouts.yaml")
UNKNOWN = "unknown"
RACE, SEX, ENGLISH_LEARNER = "{race}", "{sex}", "{el}"
"""What stands in a column's name for a code of the layout."""


class ColumnRule(Contract):
    """What a column is of, and whom it counts besides its race and sex."""

    measure: MeasureCode
    disability: tuple[Annotated[str, CodeOf("enrolled_disability")], ...] = ()
    english_learner: YesNo | None = None


class ElementRule(Contract):
    """A question of the form: its columns, and the first layout that has it."""

    since: Identifier | None = Field(None, alias="from")
    columns: dict[str, ColumnRule]


class LayoutRule(Contract):
    """A layout, and the first school year in which it holds."""

    rule: Identifier
    first_year: SchoolYear
    english_learner: Identifier


class Layouts(Contract):
    """Everything that is known of the collection's columns. The keys are explained in `layouts.yaml`."""

    authority: str
    source: str
    race: dict[Identifier, Annotated[str, CodeOf("enrolled_race_ethnicity")]]
    sex: dict[Identifier, Annotated[str, CodeOf("sex")]]
    layouts: tuple[LayoutRule, ...]
    elements: dict[Element, ElementRule]


@cache
def layouts() -> Layouts:
    """The layouts of this release. Raises ValidationError."""
    content = TypeAdapter(dict[str, object]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    return Layouts.model_validate(content, strict=False)


@cache
def layout_of(school_year: str) -> CrdcLayout:
    """The columns of a school year; none where no layout is known that is as old."""
    known = layouts()
    held = [one for one in known.layouts if one.first_year <= school_year]
    columns = tuple(_columns(known, held[-1], {one.rule for one in held})) if held else ()
    asked = {column.element for column in columns}
    return CrdcLayout(
        counting_rule=held[-1].rule if held else None,
        columns=columns,
        not_collected=tuple(element for element in _asked_in(school_year) if element not in asked),
    )


@cache
def whole() -> Mapping[str, Sequence[str]]:
    """By dimension the codes of which every student of a school has one."""
    known = layouts()
    disability = tuple(code for code in code_list("enrolled_disability") if code != UNKNOWN)
    return {"race_ethnicity": (*known.race.values(),), "sex": (*known.sex.values(),), "disability": disability}


def _asked_in(school_year: str) -> Iterator[str]:
    """The questions of the form that were in use on the first of July."""
    first_day = f"{school_year[:4]}-07-01"
    for code, entry in code_list("crdc_elements").items():
        if (entry.valid_from is None or f"{entry.valid_from}" <= first_day) and (
            entry.valid_to is None or first_day <= f"{entry.valid_to}"
        ):
            yield code


def _columns(known: Layouts, layout: LayoutRule, held: set[str]) -> Iterator[CrdcColumn]:
    for element, rule in known.elements.items():
        if rule.since is None or rule.since in held:
            for name, counted in rule.columns.items():
                yield from _spelled(name.replace(ENGLISH_LEARNER, layout.english_learner), element, counted, known)


def _spelled(name: str, element: str, counted: ColumnRule, known: Layouts) -> Iterator[CrdcColumn]:
    """The columns that a name with `{race}` and `{sex}` stands for."""
    for (race, race_ethnicity), (letter, sex) in product(
        _stand_for(RACE, name, known.race), _stand_for(SEX, name, known.sex)
    ):
        yield CrdcColumn(
            column=name.replace(RACE, race).replace(SEX, letter),
            element=element,
            measure=counted.measure,
            race_ethnicity=race_ethnicity,
            sex=sex,
            english_learner=counted.english_learner,
            disability=counted.disability,
        )


def _stand_for(mark: str, name: str, codes: Mapping[str, str]) -> list[tuple[str, str | None]]:
    return [*codes.items()] if mark in name else [("", None)]
