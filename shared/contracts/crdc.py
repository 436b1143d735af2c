"""The file of a district for the Civil Rights Data Collection: what its schools say, by the Department's columns (P7).

The figures are the schools' own. A number that nobody has given is null, and never zero.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Few, Label, Many, SchoolId, SchoolYear, YesNo, labelled
from shared.contracts.record import Withheld
from shared.contracts.school_side import Figure, MeasureCode
from shared.contracts.summaries import SummaryScope

FACT, INDIRECT = Label.FACT, Label.INDIRECT
ColumnName = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_\-]{1,60}$")]
"""A name of a column as the CRDC's public files spell it."""
Element = Annotated[str, CodeOf("crdc_elements")]
EverySchool = Field(max_length=10_000)
"""Bounds the schools of one district."""


class CrdcCall(Contract):
    """What the gateway asks for, a part of a district's schools at a time, once the policy has said that it may."""

    scope: SummaryScope = labelled(FACT, "Whose schools: a district.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    after: SchoolId | None = labelled(FACT, "The last school of the part before; null: the first part.", None)


class CrdcColumn(Contract):
    """A column, and the students whom it counts; what is null or empty is summed over."""

    column: ColumnName = labelled(FACT, "Name of the column.")
    element: Element = labelled(FACT, "Question of the form that it answers.")
    measure: MeasureCode = labelled(FACT, "What is counted, and in which unit.")
    race_ethnicity: Annotated[str, CodeOf("enrolled_race_ethnicity")] | None = labelled(FACT, "As enrolled.", None)
    sex: Annotated[str, CodeOf("sex")] | None = labelled(FACT, "As enrolled.", None)
    english_learner: YesNo | None = labelled(FACT, "English learner.", None)
    disability: Annotated[tuple[Annotated[str, CodeOf("enrolled_disability")], ...], Few] = labelled(
        FACT, "Those of any of these; empty: all.", ()
    )


class CrdcFigure(Contract):
    """What a school says for a column."""

    column: ColumnName = labelled(FACT, "Name of the column.")
    value: Figure | None = labelled(INDIRECT, "In the unit of the measure; null: there is no number.")
    status: Annotated[str, CodeOf("number_status")] = labelled(FACT, "What the number is.")


class CrdcSchool(Contract):
    """One school of the directory, with a figure for every column."""

    school_id: SchoolId = labelled(FACT, "School; the CRDC calls it COMBOKEY.")
    figures: Annotated[tuple[CrdcFigure, ...], Many] = labelled(INDIRECT, "A figure a column, in their order.")


class CrdcLayout(Contract):
    """How the collection of a year is laid out."""

    counting_rule: str | None = labelled(FACT, "Rule whose columns these are; null: none is known for the year.")
    columns: Annotated[tuple[CrdcColumn, ...], Many] = labelled(FACT, "The columns, in their order.")
    not_collected: Annotated[tuple[Element, ...], Many] = labelled(
        FACT, "Questions of the form that nobody answers here: they have no column, and are not zero."
    )


class CrdcPart(CrdcLayout):
    """Some schools of a district, in the order of their ids."""

    schools: Annotated[tuple[CrdcSchool, ...], Many] = labelled(INDIRECT, "The schools.")
    is_last: bool = labelled(FACT, "Whether these are the last schools.")


class CrdcFile(CrdcLayout):
    """Every school of a district's directory."""

    scope: SummaryScope = labelled(FACT, "Whose schools.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    schools: Annotated[tuple[CrdcSchool, ...], EverySchool] = labelled(INDIRECT, "The schools, by their ids.")


class CrdcAnswer(CrdcFile):
    """A file as it is read. Where nothing of it may be shown, `scope`, null and why are all there is."""

    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())
