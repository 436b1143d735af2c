"""What a district says of its schools: enrolment, the schools' own counts, and the cases behind them (P7.20, P7.24).

None of it names a student. Figures of small groups can still tell of one together with other facts, so they are
`indirect`, and nobody of the police reads them.
"""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    DAY,
    Contract,
    Count,
    Day,
    Identifier,
    IncidentNumber,
    Label,
    LeaId,
    Ori,
    SchoolId,
    SchoolYear,
    YesNo,
    labelled,
)
from shared.contracts.record import PutLine, Receipt, VoidLine, Withheld

FACT, INDIRECT = Label.FACT, Label.INDIRECT

NAMED_SNAPSHOTS = ("crdc", "cumulative")


def _snapshot(snapshot: str) -> str:
    if snapshot not in NAMED_SNAPSHOTS:
        try:
            date.fromisoformat(snapshot if re.fullmatch(DAY, snapshot) else "")
        except ValueError:
            raise PydanticCustomError(
                "form", "Input should be crdc, cumulative or a day like {example}", {"example": "2026-10-01"}
            ) from None
    return snapshot


Snapshot = Annotated[str, AfterValidator(_snapshot)]
"""Which students an enrolment counts: those of the CRDC's day, all who were ever enrolled in the year, or of a day."""
MeasureCode = Annotated[str, CodeOf("school_measure")]
Cells: Any = Field(min_length=1, max_length=5_000)
"""Bounds the groups of one table."""
Figure = Annotated[float, Field(ge=0, le=1_000_000)]
"""A number of the CRDC: whole but for full-time equivalents, which have up to two decimals."""
STATUS_WORDS = "What the number is: `zero_confirmed` is a 0 that somebody vouches for, and null has a reason."


class Group(Contract):
    """A group of students; what is null is summed over. Race and ethnicity are those of the enrolment."""

    race_ethnicity: Annotated[str, CodeOf("enrolled_race_ethnicity")] | None = labelled(
        INDIRECT, "Race or ethnicity as enrolled: each student has exactly one of the CRDC's seven, or unknown.", None
    )
    sex: Annotated[str, CodeOf("sex")] | None = labelled(INDIRECT, "Sex as enrolled.", None)
    english_learner: YesNo | None = labelled(INDIRECT, "English learner.", None)
    disability: Annotated[str, CodeOf("enrolled_disability")] | None = labelled(
        INDIRECT, "Served under IDEA, under Section 504 alone, or neither.", None
    )


class EnrollmentCell(Group):
    """How many students of a group are enrolled. Null is not zero."""

    grade: Annotated[str, CodeOf("grade_levels")] | None = labelled(INDIRECT, "Grade.", None)
    value: Count | None = labelled(INDIRECT, "Students; null: there is no number.")
    status: Annotated[str, CodeOf("number_status")] = labelled(INDIRECT, STATUS_WORDS)


class MeasureCell(Group):
    """A figure of a group. Null is not zero."""

    value: Figure | None = labelled(INDIRECT, "In the unit of the measure; null: there is no number.")
    status: Annotated[str, CodeOf("number_status")] = labelled(INDIRECT, STATUS_WORDS)


class EnrollmentKey(Contract):
    """What names an enrolment."""

    school_id: SchoolId = labelled(FACT, "NCES school id.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    snapshot: Snapshot = labelled(FACT, "crdc, cumulative, or the day that it counts.")


class EnrollmentReport(Contract):
    """A school's enrolment as it is sent, replaced as a whole."""

    counts: Annotated[tuple[EnrollmentCell, ...], Cells] = labelled(INDIRECT, "One number a group.")


class Enrollment(EnrollmentReport, EnrollmentKey):
    """An enrolment as it is kept."""

    lea_id: LeaId = labelled(FACT, "District of the school.")


class SchoolCountKey(Contract):
    """What names a school's own figures of a measure."""

    school_id: SchoolId = labelled(FACT, "NCES school id.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    measure: MeasureCode = labelled(FACT, "What is counted, and in which unit.")


class SchoolCountReport(Contract):
    """A school's own figures as they are sent, replaced as a whole; they may differ from everybody else's (P7.24)."""

    counts: Annotated[tuple[MeasureCell, ...], Cells] = labelled(INDIRECT, "One number a group.")


class SchoolCount(SchoolCountReport, SchoolCountKey):
    """A school's own figures as they are kept."""

    lea_id: LeaId = labelled(FACT, "District of the school.")


class SchoolCaseKey(Contract):
    """What names a school's own case."""

    school_id: SchoolId = labelled(FACT, "NCES school id of the school that counts the case.")
    case_number: Identifier = labelled(FACT, "The school's own number of the case.")


class SchoolCaseReport(Contract):
    """One event that a school counts, as it is sent, with what ties it to an agency's record (P7.24)."""

    event: Annotated[str, CodeOf("school_case_event")] = labelled(FACT, "What happened.")
    occurred_on: Day = labelled(INDIRECT, "Day of the event.")
    students: Count = labelled(INDIRECT, "Students of the school whom it happened to.", 1)
    on_school_grounds: YesNo = labelled(INDIRECT, "On school grounds, at an activity or in transport.", "unknown")
    reported_by_school: YesNo = labelled(FACT, "A school official, or one named by them, told the police.", "unknown")
    ori: Ori | None = labelled(FACT, "Agency that was told or acted; null: none, or not known.", None)
    incident_number: IncidentNumber | None = labelled(FACT, "The agency's number, where the school has it.", None)


class SchoolCase(SchoolCaseReport, SchoolCaseKey):
    """A school's own case as it is kept."""

    lea_id: LeaId = labelled(FACT, "District of the school.")


class EnrollmentLine(EnrollmentReport, EnrollmentKey, PutLine):
    """A line that puts an enrolment."""


class SchoolCountLine(SchoolCountReport, SchoolCountKey, PutLine):
    """A line that puts a school's own figures of a measure."""


class SchoolCaseLine(SchoolCaseReport, SchoolCaseKey, PutLine):
    """A line that puts a school's own case."""


class EnrollmentVoidLine(EnrollmentKey, VoidLine):
    """A line that takes an enrolment out."""


class SchoolCountVoidLine(SchoolCountKey, VoidLine):
    """A line that takes a school's own figures of a measure out."""


class SchoolCaseVoidLine(SchoolCaseKey, VoidLine):
    """A line that takes a school's own case out."""


class ReadBack(Receipt):
    """What a read says besides the record. A district is shown all that it said."""

    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())


class EnrollmentView(Enrollment, ReadBack):
    """An enrolment as it is read."""


class SchoolCountView(SchoolCount, ReadBack):
    """A school's own figures as they are read."""


class SchoolCaseView(SchoolCase, ReadBack):
    """A school's own case as it is read."""
