"""X: whether training records can be relied on: their dates in an order that can be."""

from collections.abc import Iterator

from services.training.principles.dossier import Case
from services.training.principles.rule import Rule, Verdict
from services.training.principles.training import SCHEDULE
from shared.contracts.training import Assignment, Completion
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, Truth, Unknown, Yes


def implausible_dates(case: Case) -> Iterator[Verdict]:
    """A course was completed before it was ever given, or an officer assigned before being sworn."""
    for completion in case.dossier.completions:
        truth = _completed_too_early(case, completion)
        yield Verdict("completion", completion.completion_number, truth)
    for assignment in case.dossier.assignments:
        truth = _assigned_too_early(case, assignment)
        yield Verdict("assignment", assignment.assignment_number, truth)


def _completed_too_early(case: Case, completion: Completion) -> Truth:
    code = completion.course_code
    course = case.dossier.courses.get(code)
    if course is None or course.first_offered is None:
        return Unknown((f"/courses/{code}/first_offered" if course else f"/courses/{code}",))
    if completion.completed_on >= course.first_offered:
        return NO
    return Yes((f"/completions/{completion.completion_number}/completed_on", f"/courses/{code}/first_offered"))


def _assigned_too_early(case: Case, assignment: Assignment) -> Truth:
    officer = case.dossier.officer
    if officer is None or officer.sworn_on is None:
        return Unknown(("/officer/sworn_on" if officer else "/officer",))
    if assignment.start_on >= officer.sworn_on:
        return NO
    return Yes((f"/assignments/{assignment.assignment_number}/start_on", "/officer/sworn_on"))


QUALITY_RULES = (
    Rule(
        code="X-DATE-IMPLAUSIBLE",
        severity="I",
        principle="X",
        sentence=SCHEDULE,
        found="A course was completed before it was first given, or an assignment begins before the officer was sworn.",
        seen_by=(Reader.SENDER,),
        judged=implausible_dates,
        of_sros=False,
    ),
)
