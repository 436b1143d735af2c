"""What a mapping of a file of the Civil Rights Data Collection says."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Identifier, SchoolYear, YesNo
from shared.contracts.school_side import MeasureCode, Snapshot

RACE, SEX = "{race}", "{sex}"
"""What stands in a column's name for a code of the file's own."""


class SchoolsMapping(Contract):
    """Which columns of the CRDC's school list are what. Its keys are explained in `mappings/crdc-schools.yaml`."""

    format: Literal["crdc-schools"]
    state: str
    lea_id: str
    lea_name: str
    school_id: str
    school_name: str
    grades: dict[str, Annotated[str, CodeOf("grade_levels")]]
    ungraded: dict[str, Annotated[str, CodeOf("grade_levels")]]


class Students(Contract):
    """Whom columns count besides their race and sex."""

    english_learner: YesNo | None = None
    disability: Annotated[str, CodeOf("enrolled_disability")] | None = None


class Table(Contract):
    """Columns of one measure, or of the enrolment where `measure` is left out; `{race}` and `{sex}` stand for codes."""

    measure: MeasureCode | None = None
    columns: dict[str, Students]


class FiguresMapping(Contract):
    """Which columns of a CRDC file count whom. Its keys are explained in `mappings/crdc-enrollment.yaml`."""

    format: Literal["crdc-figures"]
    school_year: SchoolYear
    snapshot: Snapshot = "crdc"
    lea_id: str
    school_id: str
    race: dict[Identifier, Annotated[str, CodeOf("enrolled_race_ethnicity")]] = Field(default_factory=dict)
    sex: dict[Identifier, Annotated[str, CodeOf("sex")]] = Field(default_factory=dict)
    reserve_codes: dict[Annotated[str, CodeOf("crdc_reserve_codes")], Annotated[str, CodeOf("number_status")]]
    tables: tuple[Table, ...]
