"""What each side says of a contact: was it a matter for an officer at all (P3, P7)?"""

from typing import Annotated

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, IncidentNumber, Label, Ori, Time, labelled
from shared.contracts.incidents import Reason, ReasonReport
from shared.contracts.record import Receipt

FACT, INDIRECT = Label.FACT, Label.INDIRECT

Side = Annotated[str, CodeOf("side")]
Answer = Annotated[str, CodeOf("judgement_answer")]
PartyAnswer = Annotated[str, CodeOf("judgement_party_answer")]


class JudgementAnswers(Contract):
    """The three questions that both sides answer."""

    would_require_911: Answer = labelled(
        FACT, "Had there been no officer at the school, would somebody have had to call 911 (P3)?"
    )
    school_involving_sro_appropriate: PartyAnswer = labelled(
        FACT, "Was it appropriate that the school involved the officer (P7)?", "unknown"
    )
    sro_intervening_appropriate: Answer = labelled(
        FACT, "Was it appropriate that the officer intervened (P7)?", "unknown"
    )


class JudgementReport(JudgementAnswers):
    """A side's judgement as it comes in."""

    reason: ReasonReport | None = labelled(FACT, "Why; null: no reason given.", None)


class Judgement(JudgementAnswers):
    """A side's judgement as it is kept: the newest one that the side has given."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    side: Side = labelled(FACT, "Whose judgement it is: agency or school.")
    actor_role: str = labelled(FACT, "Role of whoever gave it.")
    decided_at: Time = labelled(INDIRECT, "When the side gave these answers.")
    first_decided_at: Time | None = labelled(
        INDIRECT,
        "When the side first said whether somebody would have had to call 911; null while it is unknown.",
        None,
    )
    reason: Reason | None = labelled(FACT, "Why; null: no reason given.", None)
    sealed_digest: str | None = labelled(Label.INTERNAL, "Keyed digest of the reason's text.", None)


class JudgementReceipt(Receipt):
    """The answer to a judgement."""

    agreement: dict[str, str] = labelled(
        FACT, "For each question whether the sides agree: agree, disagree, one_missing or undetermined."
    )
