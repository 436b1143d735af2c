"""Reads of sealed parts that are out of the usual, as tasks for the privacy officer (34 CFR 99.31(a)(1)(ii))."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Strict

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Label, Time, labelled
from shared.contracts.record import Withheld

FACT, INDIRECT = Label.FACT, Label.INDIRECT

UnusualReadId = Annotated[UUID, Strict(strict=False)]
Finding = Annotated[str, CodeOf("unusual_read_finding")]


class UnusualReadReview(Contract):
    """What the privacy officer found of an unusual read, as it comes in."""

    finding: Finding = labelled(FACT, "Whether the reads were explained.")


class UnusualRead(Contract):
    """Reads by one client that are more than is usual: a task until somebody has reviewed it."""

    id: UnusualReadId = labelled(FACT, "The task's id: the same for as long as its first read stands.")
    code: Literal["X-UNUSUAL-ACCESS"] = labelled(FACT, "The flag that it is.", "X-UNUSUAL-ACCESS")
    detail: Annotated[str, CodeOf("unusual_read")] = labelled(FACT, "Many students in a day, or one again and again.")
    severity: Literal["M"] = labelled(FACT, "M: it enters the privacy officer's review.", "M")
    custodian: str = labelled(FACT, "District whose records were read.")
    client: str = labelled(FACT, "Client that read.")
    role: str = labelled(FACT, "Role that it read in.")
    began_at: Time = labelled(INDIRECT, "The first read that was too much.")
    last_at: Time = labelled(INDIRECT, "The last one so far.")
    found: int = labelled(FACT, "The most that was found: distinct students in 24 hours, or reads of one student.")
    limit: int = labelled(FACT, "What is not yet too much: distinct students in 24 hours, or reads of one student.")
    incidents: tuple[str, ...] = labelled(
        INDIRECT, "Keys of the incidents that were read, of which the disclosure record says more."
    )
    state: Annotated[str, CodeOf("unusual_read_state")] = labelled(FACT, "Whether it was reviewed.")
    finding: Finding | None = labelled(FACT, "What was found; null while nobody has reviewed it.", None)
    reviewed_at: Time | None = labelled(FACT, "When it was reviewed.", None)
    reviewed_by: str | None = labelled(FACT, "Client that reviewed it.", None)


class UnusualReads(Contract):
    """The unusual reads of the last 30 days, the newest first."""

    unusual_reads: tuple[UnusualRead, ...] = labelled(INDIRECT, "The tasks.")
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())
