"""Disparities: whether an outcome falls on one group more often than on all others, and by how much (P4, P7)."""

from typing import Annotated

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Count, Label, SchoolYear, labelled
from shared.contracts.summaries import SummaryScope

FACT, INDIRECT = Label.FACT, Label.INDIRECT
Measure = Annotated[str, CodeOf("summary_measure")]
Division = Annotated[str, CodeOf("disparity_dimension")]
RaceOwner = Annotated[str, CodeOf("race_owner")]


class DisparityCall(Contract):
    """What the gateway asks to be compared, once the policy has said that the viewer may have it."""

    scope: SummaryScope = labelled(FACT, "Whose contacts.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    measure: Measure = labelled(FACT, "What is compared.")
    by: Division = labelled(FACT, "What the groups are divided by.")
    race_owner: RaceOwner = labelled(FACT, "Whose words on race, sex, language and disability the counts go by.")


class Comparison(Contract):
    """The rate of a group against that of all others, of one denominator."""

    n: Count = labelled(INDIRECT, "The group's own denominator.")
    others_n: Count = labelled(INDIRECT, "That of all others.")
    rate: float | None = labelled(INDIRECT, "Count by denominator; null where the denominator is 0.")
    others_rate: float | None = labelled(INDIRECT, "The same of all others.")
    ratio: float | None = labelled(INDIRECT, "The group's rate by that of all others; null where theirs is 0.")
    low: float | None = labelled(INDIRECT, "Lower end of the exact 95 % interval of the ratio; null: too few to say.")
    high: float | None = labelled(INDIRECT, "Upper end; null: too few to say, or without bound.")
    adjusted_p: float | None = labelled(INDIRECT, "Two-sided p, by Holm over the groups; null: too few to say.")
    status: Annotated[str, CodeOf("comparison_status")] = labelled(FACT, "What can be said.")


class GroupComparison(Contract):
    """One group against all others.

    `called.ratio` times `acted.ratio` is `total.ratio`: who is called about, times what is done once called (P7).
    """

    group: str = labelled(INDIRECT, "The group, by its code.")
    count: Count = labelled(INDIRECT, "What is compared, counted for the group.")
    called: Comparison | None = labelled(
        INDIRECT, "Contacts by students enrolled; null: nobody says how many are.", None
    )
    acted: Comparison = labelled(INDIRECT, "The measure by contacts.")
    total: Comparison | None = labelled(INDIRECT, "The measure by students enrolled; null: the same.", None)


class Disparities(Contract):
    """Every group against all others, by two denominators, each named."""

    scope: SummaryScope = labelled(FACT, "Whose contacts.")
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    measure: Measure = labelled(FACT, "What is compared.")
    by: Division = labelled(FACT, "What the groups are divided by.")
    race_owner: RaceOwner = labelled(FACT, "Whose words the counts go by.")
    denominator_owner: RaceOwner = labelled(FACT, "Whose words the number of students enrolled goes by.")
    status: Annotated[str, CodeOf("number_status")] = labelled(FACT, "What the counts are.")
    reason: str | None = labelled(FACT, "Why there is no comparison; null where there is.", None)
    not_placed: Count = labelled(INDIRECT, "Of what is compared, how much is of no one group, or of nobody known.")
    fewest: Count = labelled(FACT, "Of a smaller group than this it is too few to say.")
    counting_rule: str = labelled(FACT, "Rule that it was counted by, with its version.")
    groups: tuple[GroupComparison, ...] = labelled(INDIRECT, "The groups, by their codes.", ())
