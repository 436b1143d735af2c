"""Clocks: what is due when, by whom it is set, and whether it was met."""

from typing import Annotated

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Day, Label, Time, labelled
from shared.contracts.record import Withheld

FACT, INDIRECT = Label.FACT, Label.INDIRECT

ClockState = Annotated[str, CodeOf("clock_state")]
ClockBasis = Annotated[str, CodeOf("clock_basis")]
NOT_OF_THE_SCHOOL = ("P4-DETENTION-DOC",)
"""Clocks whose flag is shown to officers and supervisors alone: the school side has none of them."""


class Clock(Contract):
    """The facts of one clock. Its state is computed when it is read, since it depends on the day of reading.

    A limit in days falls due at the end of `due_on`, in the offset of `started_at`; a limit in hours at `due_at`.
    """

    kind: str = labelled(FACT, "Which clock: P3-JUDGEMENT, P4-SHARE, …")
    detail: str | None = labelled(FACT, "Which of several: the side, the topic; null where there is one.", None)
    subject: str = labelled(INDIRECT, "Natural key of the record that it runs for.")
    missing: str | None = labelled(
        FACT, "JSON Pointer to the fact that would start it and is missing; null where it is known.", None
    )
    started_at: Time | None = labelled(INDIRECT, "When it starts; null where that is not known.", None)
    due_on: Day | None = labelled(INDIRECT, "Last day; null for a limit in hours.", None)
    due_at: Time | None = labelled(INDIRECT, "Last moment of a limit in hours; null for a limit in days.", None)
    met_at: Time | None = labelled(INDIRECT, "When it was met; null while it was not.", None)
    basis: ClockBasis = labelled(FACT, "Who sets the limit: the principles' text, a law, or a local setting.")
    source: str = labelled(FACT, "Where the limit stands: the principle, and the setting with its value if local.")
    evidence: str | None = labelled(FACT, "Pointer to the fact that met it; null while it was not.", None)


class ClockRead(Clock):
    """A clock as it stands on a day."""

    state: ClockState = labelled(FACT, "not_started, running, due_soon, met, met_late, overdue, waived or void.")
    started_on: Day | None = labelled(INDIRECT, "Day on which it started.", None)
    met_on: Day | None = labelled(INDIRECT, "Day on which it was met.", None)
    days_overdue: int | None = labelled(FACT, "Days past the last day, 0 on it; null unless overdue or met late.", None)


class ClockList(Contract):
    """One page of clocks, by the record that they run for."""

    clocks: tuple[ClockRead, ...] = labelled(INDIRECT, "The clocks of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())
