"""P6: an SRO is evaluated on an SRO's duties, in time, and with the school's people heard."""

from collections.abc import Iterator

from services.training.principles.dossier import Case
from services.training.principles.rule import Rule, Verdict
from shared.clocks.engine import read
from shared.contracts.evaluations import Evaluation
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes

YEARLY = "P6-EVALUATION"
SCHOOL_STAFF = frozenset({"teachers", "administrators", "staff"})
INVITED = ("students", "families", "teachers", "administrators")
"""Who should be given an opportunity for input (P6)."""
TAILORED = (
    "Agencies should develop different performance criteria in SROs' evaluations tailored to the unique role of SROs."
)
STAFF = "Feedback from school staff should also be factored into evaluations and performance ratings."
OPPORTUNITY = (
    "Students, their family members or guardians, teachers, and school administrators should be provided with an "
    "opportunity for input into the SRO's performance, either through a survey or other means of data collection."
)
SYSTEMS = (
    "Law enforcement agencies should develop systems of evaluation and supervision for SROs that are tailored to their "
    "duties and expectations."
)


def generic_instrument(case: Case) -> Iterator[Verdict]:
    """An evaluation was closed by an instrument that is not made for SROs."""
    for one in _closed(case):
        pointer = f"/evaluations/{one.evaluation_number}/sro_specific"
        truth: Truth = Yes((pointer,)) if one.sro_specific == "no" else NO
        yield _of(one, Unknown((pointer,)) if one.sro_specific == NOT_KNOWN else truth)


def no_staff_feedback(case: Case) -> Iterator[Verdict]:
    """An evaluation was closed without an answer of anybody of the school's staff."""
    for one in _closed(case):
        pointer = f"/evaluations/{one.evaluation_number}/inputs"
        if one.inputs is None:
            yield _of(one, Unknown((pointer,)))
            continue
        received = [given.received for given in one.inputs if given.group in SCHOOL_STAFF]
        if any(received):
            yield _of(one, NO)
        else:
            yield _of(one, Unknown((pointer,)) if None in received else Yes((pointer,)))


def no_opportunity(case: Case) -> Iterator[Verdict]:
    """An evaluation was closed for which a group was not invited. That nobody answered is no fault."""
    for one in _closed(case):
        pointer = f"/evaluations/{one.evaluation_number}/inputs"
        invited = {given.group: given.invited for given in one.inputs or ()}
        for group in INVITED:
            if one.inputs is None or (group in invited and invited[group] is None):
                yield _of(one, Unknown((pointer,)), group)
            else:
                yield _of(one, NO if invited.get(group) else Yes((pointer,)), group)


def evaluation_overdue(case: Case) -> Iterator[Verdict]:
    """No evaluation was closed in time."""
    for clock in case.clocks:
        if clock.kind == YEARLY:
            overdue = read(clock, case.today).state == "overdue"
            yield Verdict("officer", case.dossier.officer_number, Yes(("/evaluations",)) if overdue else NO)


def _closed(case: Case) -> Iterator[Evaluation]:
    return (one for one in case.dossier.evaluations if one.closed_on is not None)


def _of(one: Evaluation, truth: Truth, detail: str | None = None) -> Verdict:
    return Verdict("evaluation", one.evaluation_number, truth, detail=detail)


EVALUATION_RULES = (
    Rule(
        code="P6-GENERIC-INSTRUMENT",
        severity="M",
        principle="P6",
        sentence=TAILORED,
        found="The officer was evaluated by an instrument that is not made for SROs.",
        seen_by=(Reader.AGENCY,),
        judged=generic_instrument,
    ),
    Rule(
        code="P6-NO-STAFF-FEEDBACK",
        severity="I",
        principle="P6",
        sentence=STAFF,
        found="Nobody of the school's staff was heard for the evaluation.",
        seen_by=(Reader.AGENCY,),
        judged=no_staff_feedback,
    ),
    Rule(
        code="P6-NO-INPUT-OPPORTUNITY",
        severity="M",
        principle="P6",
        sentence=OPPORTUNITY,
        found="A group was given no opportunity for input into the evaluation; the detail names it.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=no_opportunity,
    ),
    Rule(
        code="P6-EVALUATION-OVERDUE",
        severity="M",
        principle="P6",
        sentence=SYSTEMS,
        found="No evaluation of the officer was closed in time.",
        seen_by=(Reader.AGENCY,),
        judged=evaluation_overdue,
    ),
)
