"""Summaries: what was counted of a school, a district or an agency in a school year (P7).

Counts of contacts, not of students: nobody is told of one by them but those who read the records that are counted.
"""

from typing import Annotated

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    Count,
    Few,
    Label,
    LeaId,
    Many,
    Ori,
    SchoolId,
    SchoolYear,
    Time,
    labelled,
)
from shared.contracts.record import Withheld

FACT, INDIRECT = Label.FACT, Label.INDIRECT
Dimension = Annotated[str, CodeOf("summary_dimension")]
Period = Annotated[str, CodeOf("summary_period")]


class SummaryScope(Contract):
    """Whose contacts are counted; every condition holds."""

    ori: Ori | None = labelled(FACT, "Agency that owns the records.", None)
    lea_id: LeaId | None = labelled(FACT, "District of the school.", None)
    school_id: SchoolId | None = labelled(FACT, "School.", None)


class SummaryCall(Contract):
    """What the gateway asks to be counted, once the policy has said that the viewer may have it."""

    scope: SummaryScope = labelled(FACT, "Whose contacts.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    period: Period = labelled(FACT, "year, term or month.", "year")
    by: Annotated[tuple[Dimension, ...], Few] = labelled(FACT, "Dimensions to divide each measure by.", ())


class SummaryGroup(Contract):
    """The part of a measure that has one value of a dimension; what is not known is a value of its own."""

    dimension: Dimension = labelled(FACT, "What it is divided by.")
    race_owner: Annotated[str, CodeOf("race_owner")] | None = labelled(
        FACT, "Whose race and ethnicity it is: two lists of it are never mixed. Null for other dimensions.", None
    )
    value: str = labelled(INDIRECT, "Value of the dimension; `several` where the people or outcomes differ.")
    count: Count = labelled(INDIRECT, "How many.")
    status: Annotated[str, CodeOf("number_status")] = labelled(FACT, "What the number is.")


class SummaryMeasure(Contract):
    """One of the fourteen measures (P7). Null is not zero."""

    measure: Annotated[str, CodeOf("summary_measure")] = labelled(FACT, "What is counted.")
    unit: Annotated[str, CodeOf("summary_unit")] = labelled(FACT, "What one of them is.")
    value: Count | None = labelled(INDIRECT, "How many; null: there is no number.")
    status: Annotated[str, CodeOf("number_status")] = labelled(FACT, "What the number is.")
    reason: str | None = labelled(FACT, "Why there is no whole number; null where there is.", None)
    counting_rule: str = labelled(FACT, "Rule that it was counted by, with its version.")
    revised_at: Time | None = labelled(
        FACT, "When a record of the year was last changed after the year had ended; null: none was.", None
    )
    by: Annotated[tuple[SummaryGroup, ...], Many] = labelled(INDIRECT, "The same number, divided.", ())


class Summary(Contract):
    """What was counted in a school year."""

    scope: SummaryScope = labelled(FACT, "Whose contacts.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    period: Period = labelled(FACT, "year, term or month.")
    first_month: str = labelled(FACT, "First month that is counted, as `2026-07`.")
    last_month: str = labelled(FACT, "Last month that is counted.")
    as_of: Time | None = labelled(FACT, "When the newest record that is counted was written; null: there is none.")
    data_version: str = labelled(FACT, "How far the counts are in the incidents' log.")
    contacts: Count = labelled(INDIRECT, "Contacts that are counted from: the one denominator.")
    enrolled: Count | None = labelled(
        INDIRECT, "Students enrolled on the day of the CRDC: the other denominator; null: nobody has said.", None
    )
    measures: tuple[SummaryMeasure, ...] = labelled(INDIRECT, "The fourteen measures, each once.")


class SummaryAnswer(Summary):
    """A summary as it is read. Where nothing of it may be shown, `scope`, null and why are all there is."""

    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())
