"""Evaluations of officers: by an instrument of their own, with the school's people heard, and evidence (P6).

Nothing here has a sentence or a person's name in it. No rating, and no figure beside one, counts arrests, searches,
citations or seizures: high numbers of those are a caution (P6), which the lists of what can be rated and shown keep to.
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Count, Day, Few, Identifier, Label, Ori, YesNo, labelled
from shared.contracts.record import PutLine, VoidLine
from shared.contracts.training import Read

FACT, OFFICER = Label.FACT, Label.OFFICER
Ratings = Field(max_length=50)


class EvaluationKey(Contract):
    """What names an evaluation."""

    ori: Ori = labelled(FACT, "Agency that evaluates its officer.")
    evaluation_number: Identifier = labelled(OFFICER, "The agency's number of the evaluation.")


class EvaluationInput(Contract):
    """Who was given an opportunity for input, and how many took it. Nobody's answer stands here."""

    group: Annotated[str, CodeOf("evaluation_input_group")] = labelled(FACT, "Whose input.")
    invited: Count | None = labelled(OFFICER, "How many were invited; null: not known.", None)
    received: Count | None = labelled(OFFICER, "How many answered; null: not known.", None)


class EvaluationEvidence(Contract):
    """A figure beside a rating, as it was when the evaluation was closed: it is never computed again."""

    metric: Annotated[str, CodeOf("evaluation_metric")] = labelled(FACT, "What share it is.")
    count: Count = labelled(OFFICER, "How many of the contacts.")
    n: Count = labelled(OFFICER, "Contacts that the share is of.")
    first_on: Day = labelled(OFFICER, "First day that is counted.")
    last_on: Day = labelled(OFFICER, "Last day that is counted.")


class EvaluationRating(Contract):
    """One rating, in the words of the instrument's own scale, with the evidence beside it."""

    criterion: Annotated[str, CodeOf("evaluation_criterion")] = labelled(FACT, "What is rated.")
    rating: Identifier = labelled(OFFICER, "Code of the instrument's scale.")
    evidence: Annotated[tuple[EvaluationEvidence, ...], Few] = labelled(OFFICER, "Figures beside the rating.", ())


class EvaluationReport(Contract):
    """An evaluation as the agency's records have it. School actors give input; they do not rate (P6)."""

    officer_number: Identifier = labelled(OFFICER, "Number of the officer who is evaluated.")
    evaluator_number: Identifier | None = labelled(OFFICER, "Number of the officer who rates; null: not known.", None)
    evaluator_ori: Ori | None = labelled(
        FACT, "Agency of who rates; null: the officer's own, as it has to be (P6).", None
    )
    instrument: Identifier = labelled(FACT, "Code of the instrument.")
    instrument_version: Identifier | None = labelled(FACT, "Its version; null: not known.", None)
    sro_specific: YesNo = labelled(FACT, "Whether the instrument is made for the duties of an SRO.", "unknown")
    first_on: Day = labelled(OFFICER, "First day that is evaluated.")
    last_on: Day = labelled(OFFICER, "Last day that is evaluated.")
    closed_on: Day | None = labelled(OFFICER, "Day on which it was closed; null: it is open.", None)
    inputs: Annotated[tuple[EvaluationInput, ...], Few] | None = labelled(
        OFFICER, "Who was given an opportunity for input, each group once; null: not known.", None
    )
    ratings: Annotated[tuple[EvaluationRating, ...], Ratings] | None = labelled(
        OFFICER, "Ratings, each criterion once; null: not known.", None
    )
    officer_answer: Annotated[str, CodeOf("evaluation_answer")] | None = labelled(
        OFFICER, "What the officer said to it, beside the ratings and without changing them; null: nothing yet.", None
    )
    answered_on: Day | None = labelled(OFFICER, "Day of the answer; null: there is none.", None)


class Evaluation(EvaluationReport, EvaluationKey):
    """An evaluation as it is kept."""


class EvaluationLine(EvaluationReport, EvaluationKey, PutLine):
    """A line that puts an evaluation."""

    kind: Literal["evaluation"] = labelled(FACT, "evaluation.")


class EvaluationVoidLine(EvaluationKey, VoidLine):
    """A line that takes an evaluation out of views and counts."""

    kind: Literal["evaluation"] = labelled(FACT, "evaluation.")


class EvaluationRead(Evaluation, Read):
    """An evaluation as it is read back."""
