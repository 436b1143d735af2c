"""What an officer is to learn, since a review showed it, and whether it was followed to the end (P6).

Nothing here has a sentence or a person's name in it, and no field is of an incident: the review knows which it was.
"""

from typing import Annotated, Literal

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Day, Identifier, Label, Ori, labelled
from shared.contracts.record import PutLine, VoidLine
from shared.contracts.training import Read, Topic

FACT, OFFICER = Label.FACT, Label.OFFICER


class TrainingNeedKey(Contract):
    """What names a training need."""

    ori: Ori = labelled(FACT, "Agency that employs the officer.")
    need_number: Identifier = labelled(OFFICER, "The agency's number of the need.")


class TrainingNeedReport(Contract):
    """An area for improvement, as a topic of training, and until when it is to be met."""

    officer_number: Identifier = labelled(OFFICER, "Number of the officer.")
    topic: Topic = labelled(OFFICER, "What is to be learned.")
    raised_by: Annotated[str, CodeOf("training_need_source")] = labelled(OFFICER, "What showed it.", "unknown")
    review_number: Identifier | None = labelled(
        OFFICER, "The agency's number of the review that showed it; null: of none, or not known.", None
    )
    identified_on: Day = labelled(OFFICER, "Day on which it was shown.")
    due_on: Day = labelled(OFFICER, "Last day by which it is to be met.")
    closed_on: Day | None = labelled(
        OFFICER, "Day on which it was met by other means than a course; null: it was not.", None
    )
    reviewed_on: Day | None = labelled(
        OFFICER, "Day of the next review, which looked at what came of it; null: there was none yet.", None
    )


class TrainingNeed(TrainingNeedReport, TrainingNeedKey):
    """A training need as it is kept."""


class TrainingNeedLine(TrainingNeedReport, TrainingNeedKey, PutLine):
    """A line that puts a training need."""

    kind: Literal["training_need"] = labelled(FACT, "training_need.")


class TrainingNeedVoidLine(TrainingNeedKey, VoidLine):
    """A line that takes a training need out of views and counts."""

    kind: Literal["training_need"] = labelled(FACT, "training_need.")


class TrainingNeedRead(TrainingNeed, Read):
    """A training need as it is read back."""
