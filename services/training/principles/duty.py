"""P11: an SRO has one school or a few, fits it, and stays."""

from collections.abc import Iterator

from services.training.principles.dossier import Case
from services.training.principles.rule import Rule, Verdict
from services.training.principles.tenure import Stay, crowded_days, lasted, stays
from shared.clocks.engine import read
from shared.contracts.training import Assignment
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes

FIT = "P11-FIT"
EXCUSED = frozenset({"self_selected_out", "promotion", "separation", "not_a_fit", "school_closed"})
"""Why a stay may end early, and nobody is to be asked about it (P11)."""
FEW_CAMPUSES = "When possible, SROs should only be assigned to one or a limited number of particular campuses."
GOOD_FIT = (
    "Supervisors and schools should regularly review SRO performance using SRO-specific rating instruments to ensure a "
    "good fit between SROs and a particular school."
)
STAY = (
    "To promote communication and trust, SROs should remain on assignment at a school for at least three school years "
    "whenever possible, and annual rotations should be discouraged."
)


def many_campuses(case: Case) -> Iterator[Verdict]:
    """On some day up to now the officer had more campuses than a few, and no reason is given."""
    number, limits = case.dossier.officer_number, case.limits
    for crowded in crowded_days(case.dossier.assignments, limits):
        if crowded.start_on <= case.today:
            pointers = Yes(f"/assignments/{one.assignment_number}/school_ids" for one in crowded.assignments)
            yield Verdict("officer", number, pointers, detail=crowded.start_on.isoformat())
    not_known = tuple(
        f"/assignments/{one.assignment_number}/school_ids"
        for one in case.dossier.assignments
        if one.school_ids is None and one.start_on <= case.today
    )
    if not_known:
        yield Verdict("officer", number, Unknown(not_known))


def left_early(case: Case) -> Iterator[Verdict]:
    """A stay at a school ended before its third school year did, for none of the reasons that nobody asks about."""
    for stay in stays(case.dossier.assignments, case.limits):
        ended = stay.end_on is not None and stay.end_on < case.today
        truth = _without_excuse(stay) if ended and not lasted(stay, case.limits) else NO
        yield Verdict("assignment", stay.last.assignment_number, truth, detail=stay.school_id)


def fit_not_reviewed(case: Case) -> Iterator[Verdict]:
    """Supervisor and school have not looked in time whether officer and school fit each other."""
    for one in case.dossier.assignments:
        clock = next((each for each in case.clocks if (each.kind, each.detail) == (FIT, one.assignment_number)), None)
        if clock is None:
            continue
        pointer = f"/assignments/{one.assignment_number}/fit_reviews"
        if read(clock, case.today).state != "overdue":
            truth: Truth = NO
        else:
            truth = Unknown((pointer,)) if _may_have_been_reviewed(one) else Yes((pointer,))
        yield Verdict("assignment", one.assignment_number, truth)


def _may_have_been_reviewed(assignment: Assignment) -> bool:
    reviews = assignment.fit_reviews
    return reviews is None or any(
        NOT_KNOWN in (one.supervisor, one.school) and "no" not in (one.supervisor, one.school) for one in reviews
    )


def _without_excuse(stay: Stay) -> Truth:
    here = f"/assignments/{stay.last.assignment_number}"
    reason = stay.last.end_reason
    if reason is None or reason == NOT_KNOWN:
        return Unknown((f"{here}/end_reason",))
    return NO if reason in EXCUSED else Yes((f"{here}/end_on", f"{here}/end_reason"))


DUTY_RULES = (
    Rule(
        code="P11-MANY-CAMPUSES",
        severity="I",
        principle="P11",
        sentence=FEW_CAMPUSES,
        found="From the day that the detail names the officer had more campuses at once than the local setting calls a "
        "few, and no reason is given.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=many_campuses,
    ),
    Rule(
        code="P11-SHORT-TENURE",
        severity="I",
        principle="P11",
        sentence=STAY,
        found="The officer left a school, which the detail names, before three complete school years.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=left_early,
    ),
    Rule(
        code="P11-FIT-OVERDUE",
        severity="I",
        principle="P11",
        sentence=GOOD_FIT,
        found="Supervisor and school have not looked in time whether the officer and the school fit each other.",
        seen_by=(Reader.AGENCY, Reader.SCHOOL),
        judged=fit_not_reviewed,
    ),
)
