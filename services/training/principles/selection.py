"""P5: an SRO is experienced, and chosen."""

from collections.abc import Callable, Iterator
from datetime import date

from services.training.principles.dossier import Case
from services.training.principles.limits import EXPERIENCE_YEARS
from services.training.principles.rule import Rule, Verdict
from shared.clocks.calendar import MONTHS, months_after
from shared.contracts.codes import code_list
from shared.contracts.selections import Candidate, CommitteeMember, Selection, SelectionReport
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes

THREE_YEARS = (
    "Although SROs are front-line officers, the COPS Office recommends that no officer be eligible for SRO duties "
    "prior to a minimum of three years’ experience."
)
SELECTION = (
    "Officers should come from a diverse applicant pool that reflects the community they serve, and a selection "
    "committee should be empaneled to interview and hire the SRO."
)


VOLUNTEERS = (
    "Officers considered for the SRO role should be selected from volunteer applicants with a preference for "
    "applicants with experience working with children and youth."
)
BOTH_SIDES = (
    "Selection committees should include at least one school representative and one agency supervisor, both of whom "
    "should be the individuals who will work directly with the SRO."
)
OUTSIDE = (
    "Agencies should consider including committee members from outside the agency in the SRO selection process, both "
    "in making the general assignment and in determining placement in specific schools."
)
TEN_CRITERIA = (
    "The committee should endeavor to hire candidates who (1) have the ability to work effectively with students, "
    "parents/guardians, teachers, and school administrators;"
)
CRITERIA = tuple(code for code in code_list("selection_criterion") if code != NOT_KNOWN)
"""The ten criteria (P5)."""
IDEAL_ROLES = frozenset(
    {
        "teacher",
        "community_member",
        "counselor_or_psychologist",
        "student",
        "family",
        "safety_team",
        "stakeholder",
        "youth_development_expert",
    }
)
"""Whom other members of a committee ideally are (P5)."""
SCHOOL_SIDE = frozenset({"school_representative", "teacher"})


def missing_scores(selection: SelectionReport, candidate: Candidate) -> list[tuple[str, str]] | None:
    """The members and criteria by which a candidate has no score; None where the members or scores are not known."""
    if selection.members is None or candidate.scores is None:
        return None
    scored = {(one.member_number, one.criterion) for one in candidate.scores}
    return [
        (member.member_number, criterion)
        for member in selection.members
        for criterion in CRITERIA
        if (member.member_number, criterion) not in scored
    ]


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


def not_volunteered(case: Case) -> Iterator[Verdict]:
    """The officer was selected without having applied. That it is not known is accepted."""
    for selection, candidate in _chosen(case):
        pointer = f"/selections/{selection.selection_number}/candidates"
        yield _of(selection, Yes((pointer,)) if candidate.volunteered == "no" else NO)


def no_school_member(case: Case) -> Iterator[Verdict]:
    """Nobody of the school who will work directly with the officer was on the committee."""
    schools = {school_id for one in case.dossier.assignments for school_id in one.school_ids or ()}

    def is_one(member: CommitteeMember) -> str:
        if member.role not in SCHOOL_SIDE:
            return member.role if member.role == NOT_KNOWN else "no"
        elsewhere = schools and member.school_id is not None and member.school_id not in schools
        return "no" if elsewhere else member.works_directly

    yield from _without_member(case, is_one)


def no_supervisor(case: Case) -> Iterator[Verdict]:
    """No supervisor of the agency who will lead the officer was on the committee."""
    leader = case.dossier.officer.supervisor_number if case.dossier.officer else None

    def is_one(member: CommitteeMember) -> str:
        if member.role != "agency_supervisor":
            return member.role if member.role == NOT_KNOWN else "no"
        another = leader is not None and member.officer_number is not None and member.officer_number != leader
        return "no" if another else member.works_directly

    yield from _without_member(case, is_one)


def no_outside_member(case: Case) -> Iterator[Verdict]:
    """Every member of the committee was of the agency."""

    def is_one(member: CommitteeMember) -> str:
        if member.organization == NOT_KNOWN:
            return NOT_KNOWN
        return "no" if member.organization == "agency" else "yes"

    yield from _without_member(case, is_one)


def unscored(case: Case) -> Iterator[Verdict]:
    """A closed selection lacks a member's score of the selected officer by one of the ten criteria."""
    for selection, candidate in _chosen(case):
        if selection.closed_on is None:
            continue
        missing = missing_scores(selection, candidate)
        pointers = (f"/selections/{selection.selection_number}/candidates",)
        yield _of(selection, Unknown(pointers) if missing is None else Yes(pointers) if missing else NO)


def _without_member(case: Case, is_one: Callable[[CommitteeMember], str]) -> Iterator[Verdict]:
    for selection, _ in _chosen(case):
        pointers = (f"/selections/{selection.selection_number}/members",)
        answers = None if selection.members is None else {is_one(one) for one in selection.members}
        if answers is None or (NOT_KNOWN in answers and "yes" not in answers):
            yield _of(selection, Unknown(pointers))
        else:
            yield _of(selection, NO if "yes" in answers else Yes(pointers))


def _chosen(case: Case) -> Iterator[tuple[Selection, Candidate]]:
    """The selections by which the officer was chosen, each with the officer as the candidate of it."""
    for selection in case.dossier.selections:
        for candidate in selection.candidates or ():
            if candidate.decision == "selected" and candidate.officer_number == case.dossier.officer_number:
                yield selection, candidate


def _of(selection: Selection, truth: Truth) -> Verdict:
    return Verdict("selection", selection.selection_number, truth)


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
    Rule(
        code="P5-NOT-VOLUNTEER",
        severity="I",
        principle="P5",
        sentence=VOLUNTEERS,
        found="The officer was selected without having applied.",
        seen_by=(Reader.AGENCY,),
        judged=not_volunteered,
    ),
    Rule(
        code="P5-COMMITTEE-SCHOOL",
        severity="M",
        principle="P5",
        sentence=BOTH_SIDES,
        found="Nobody of the school who will work directly with the officer was on the committee.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=no_school_member,
    ),
    Rule(
        code="P5-COMMITTEE-SUPERVISOR",
        severity="M",
        principle="P5",
        sentence=BOTH_SIDES,
        found="No supervisor of the agency who will lead the officer was on the committee.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=no_supervisor,
    ),
    Rule(
        code="P5-COMMITTEE-NO-OUTSIDE",
        severity="I",
        principle="P5",
        sentence=OUTSIDE,
        found="Every member of the committee was of the agency.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=no_outside_member,
    ),
    Rule(
        code="P5-CRITERIA-UNSCORED",
        severity="I",
        principle="P5",
        sentence=TEN_CRITERIA,
        found="A member of the committee has not scored the selected officer by one of the ten criteria.",
        seen_by=(Reader.AGENCY,),
        judged=unscored,
    ),
)
