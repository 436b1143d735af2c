"""How many of a school's staff are trained in the operations of SROs, by role: counts, and nobody's name (P8)."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    Count,
    Day,
    Identifier,
    Label,
    Ori,
    SchoolId,
    SchoolYear,
    labelled,
)
from shared.contracts.record import PutLine, VoidLine
from shared.contracts.training import Read

FACT = Label.FACT


class StaffTrainingKey(Contract):
    """What names a count of trained staff."""

    ori: Ori = labelled(FACT, "Agency whose program it is.")
    staff_training_number: Identifier = labelled(FACT, "The agency's number of the count.")


class TopicTrained(Contract):
    """How many are trained in one topic."""

    topic: Annotated[str, CodeOf("staff_training_topic")] = labelled(FACT, "Topic.")
    trained: Count = labelled(FACT, "How many of the staff.")


class StaffTrainingReport(Contract):
    """The staff of a school in one role in one school year, and how many of them are trained."""

    school_id: SchoolId = labelled(FACT, "NCES id of the school.")
    school_year: SchoolYear = labelled(FACT, "School year, as 2026-27.")
    staff_role: Annotated[str, CodeOf("requested_by_role")] = labelled(FACT, "Role of the staff.", "unknown")
    counted_on: Day = labelled(FACT, "Day of the count.")
    headcount: Count | None = labelled(FACT, "How many there are in the role; null: not known.", None)
    trained: Count | None = labelled(FACT, "How many are trained in all ten topics; null: not known.", None)
    topics: Annotated[tuple[TopicTrained, ...], Field(max_length=20)] | None = labelled(
        FACT, "How many by topic, each once; null: not known.", None
    )
    joint_sessions: Count | None = labelled(
        FACT, "How many sessions SROs and staff had together in the year up to the day; null: not known.", None
    )


class StaffTraining(StaffTrainingReport, StaffTrainingKey):
    """A count of trained staff as it is kept."""


class StaffTrainingLine(StaffTrainingReport, StaffTrainingKey, PutLine):
    """A line that puts a count of trained staff."""

    kind: Literal["staff_training"] = labelled(FACT, "staff_training.")


class StaffTrainingVoidLine(StaffTrainingKey, VoidLine):
    """A line that takes a count of trained staff out of views and counts."""

    kind: Literal["staff_training"] = labelled(FACT, "staff_training.")


class StaffTrainingRead(StaffTraining, Read):
    """A count of trained staff as it is read back."""
