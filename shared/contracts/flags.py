"""What a rule found about a record: a flag never blocks a write, and is never deleted."""

from typing import Annotated
from uuid import UUID

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, IncidentNumber, Label, Ori, Time, labelled
from shared.contracts.incidents import Reason, ReasonReport
from shared.contracts.record import Withheld

FACT, OFFICER, INDIRECT, STUDENT = Label.FACT, Label.OFFICER, Label.INDIRECT, Label.STUDENT

FlagState = Annotated[str, CodeOf("flag_state")]
Severity = Annotated[str, CodeOf("flag_severity")]
Reader = Annotated[str, CodeOf("flag_reader")]


class Finding(Contract):
    """What a rule says of a record now."""

    code: str = labelled(FACT, "Bare code of the flag, such as P3-DISCIPLINE.")
    detail: str | None = labelled(FACT, "Sub-code, or what stands behind a colon; null where there is none.", None)
    severity: Severity = labelled(FACT, "H opens a supervisor's task, M enters the review, I informs.")
    principle: str = labelled(FACT, "The guiding principle that it rests on: P1 to P12, or X.")
    explanation: str = labelled(FACT, "What was found, and the sentence of the principles that it bears on.")
    inputs: tuple[str, ...] = labelled(
        FACT, "JSON Pointers to what the rule read, elements by their number; the values are read from the record.", ()
    )
    rule_version: int = labelled(FACT, "Version of the rule that found it.")
    seen_by: tuple[Reader, ...] = labelled(FACT, "Who is shown it; nobody else is, not even that it exists.", ())


class Flag(Finding):
    """A finding with its life."""

    ori: Ori = labelled(FACT, "Agency that owns the record.")
    incident_number: IncidentNumber = labelled(INDIRECT, "Number of the incident that it is about.")
    state: FlagState = labelled(FACT, "open, explained, upheld or corrected.")
    raised_at: Time = labelled(INDIRECT, "When it was raised, or raised again.")
    reason: Reason | None = labelled(FACT, "What the officer or the supervisor said of it.", None)
    sealed_digest: str | None = labelled(Label.INTERNAL, "Keyed digest of the reason's text.", None)


class FlagRead(Flag):
    """A flag with its id, as it is read back."""

    id: UUID = labelled(FACT, "The flag's id: the same for one record, code and detail.")
    version: int = labelled(FACT, "Version of the flag, from 1.")


class FlagList(Contract):
    """One page of flags, by incident and code."""

    flags: tuple[FlagRead, ...] = labelled(INDIRECT, "The flags of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())


class FlagStatement(Contract):
    """What an officer or a supervisor says of a flag as it comes in."""

    reason: ReasonReport | None = labelled(
        FACT, "The explanation, or why it is upheld; null: nothing is said, and what was said before stands.", None
    )
