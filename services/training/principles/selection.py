"""P5: an SRO is experienced, and chosen."""

from collections.abc import Iterator
from datetime import date

from services.training.principles.dossier import Case
from services.training.principles.limits import EXPERIENCE_YEARS
from services.training.principles.rule import Rule, Verdict
from shared.clocks.calendar import MONTHS, months_after
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, Unknown, Yes

THREE_YEARS = (
    "Although SROs are front-line officers, the COPS Office recommends that no officer be eligible for SRO duties "
    "prior to a minimum of three years’ experience."
)
SELECTION = (
    "Officers should come from a diverse applicant pool that reflects the community they serve, and a selection "
    "committee should be empaneled to interview and hire the SRO."
)


def experienced_on(sworn_on: date) -> date:
    """The day on which three years from being sworn are over; of a 29 February it is a 28 February (P5)."""
    return months_after(sworn_on, EXPERIENCE_YEARS * MONTHS)


def too_early(case: Case) -> Iterator[Verdict]:
    """SRO duty begins before three years of experience, with the days that were lacking."""
    officer = case.dossier.officer
    sworn_on = officer.sworn_on if officer else None
    for one in case.dossier.assignments:
        number = one.assignment_number
        if sworn_on is None:
            yield Verdict("assignment", number, Unknown(("/officer/sworn_on" if officer else "/officer",)))
        elif (days := (experienced_on(sworn_on) - one.start_on).days) > 0:
            truth = Yes(("/officer/sworn_on", f"/assignments/{number}/start_on"))
            yield Verdict("assignment", number, truth, days_short=days)


def not_selected(case: Case) -> Iterator[Verdict]:
    """No selection stands behind an assignment. Null is the known fact that there was none."""
    for one in case.dossier.assignments:
        truth = Yes((f"/assignments/{one.assignment_number}/selection_number",)) if one.selection_number is None else NO
        yield Verdict("assignment", one.assignment_number, truth)


SELECTION_RULES = (
    Rule(
        code="P5-EXPERIENCE",
        severity="M",
        principle="P5",
        sentence=THREE_YEARS,
        found="SRO duty begins before the officer has three years of experience.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=too_early,
    ),
    Rule(
        code="P5-NO-SELECTION",
        severity="M",
        principle="P5",
        sentence=SELECTION,
        found="The officer came to the assignment without a selection.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=not_selected,
    ),
)
