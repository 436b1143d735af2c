"""Tie-outs: what an agency counts and what a school counts, side by side, each difference with its reasons (P7)."""

from typing import Annotated

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    Count,
    Identifier,
    IncidentNumber,
    Label,
    Ori,
    SchoolId,
    SchoolYear,
    labelled,
)
from shared.contracts.record import Withheld
from shared.contracts.summaries import SummaryScope

FACT, INDIRECT = Label.FACT, Label.INDIRECT
Event = Annotated[str, CodeOf("tie_out_event")]
Reason = Annotated[str, CodeOf("tie_out_reason")]


class TieOutCall(Contract):
    """What the gateway asks to be tied out, once the policy has said that the viewer may have it."""

    scope: SummaryScope = labelled(FACT, "Whose schools: a district, or one school.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    event: Event = labelled(FACT, "What is counted: referral or arrest.")


class Unmatched(Contract):
    """What one side counts and the other does not, with the likeliest reason."""

    side: Annotated[str, CodeOf("side")] = labelled(FACT, "Who counts it: agency or school.")
    ori: Ori | None = labelled(FACT, "Agency of the record; null: the case names none.", None)
    incident_number: IncidentNumber | None = labelled(INDIRECT, "The agency's number; null: the case has none.", None)
    case_number: Identifier | None = labelled(INDIRECT, "The school's number; null: the school has no case.", None)
    students: Count = labelled(INDIRECT, "How many students are counted by this side alone.")
    reason: Reason = labelled(FACT, "Why the other side does not count it.")


class ReasonCount(Contract):
    """How much of a difference has one reason: more than 0 where the agency counts more, less where the school does."""

    reason: Reason = labelled(FACT, "The reason.")
    students: int = labelled(INDIRECT, "Students, with the sign of the difference.")


class SchoolTieOut(Contract):
    """One school: three numbers, and why the first two differ. The reasons add up to the difference."""

    school_id: SchoolId = labelled(FACT, "School.")
    agency: Count = labelled(INDIRECT, "Students, by the agencies' records of contacts at the school.")
    school: Count = labelled(INDIRECT, "Students, by the school's own cases.")
    figure: float | None = labelled(INDIRECT, "The school's own figure, as it gives it to the CRDC; null: none.", None)
    figure_status: Annotated[str, CodeOf("number_status")] = labelled(FACT, "What that figure is.", "unknown")
    difference: int = labelled(INDIRECT, "The agency's number less the school's.")
    reasons: tuple[ReasonCount, ...] = labelled(INDIRECT, "Why; they add up to the difference.", ())
    figure_difference: float | None = labelled(INDIRECT, "The figure less the school's cases; null: no figure.", None)
    unmatched: tuple[Unmatched, ...] = labelled(INDIRECT, "The work list: what one side counts alone.", ())


class TieOut(Contract):
    """The schools of the scope that either side counts something at."""

    scope: SummaryScope = labelled(FACT, "Whose schools.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    event: Event = labelled(FACT, "What is counted.")
    schools: tuple[SchoolTieOut, ...] = labelled(INDIRECT, "The schools, by their ids.", ())


class TieOutAnswer(TieOut):
    """A tie-out as it is read."""

    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())
