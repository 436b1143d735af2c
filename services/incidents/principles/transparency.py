"""P7: every response is tracked, and both sides review it."""

from collections.abc import Callable

from services.incidents.principles.case import Case
from services.incidents.principles.deadlines import state_of_clock
from services.incidents.principles.measures import QUESTIONS
from services.incidents.principles.rule import Rule
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes, all_of, any_of, equals

EVERY_RESPONSE = (
    "For example, the system should track all instances in which an SRO responds to a student incident (whether "
    "self-initiated or prompted by school personnel), not just those leading to a student being detained, searched, "
    "cited, or arrested."
)
BOTH_REVIEW = (
    "These reports should be shared with both the SROs' law enforcement supervisors and school leadership so they can "
    "review the reports to ensure that school personnel are only involving SROs in appropriate circumstances and SROs "
    "are only intervening in incidents when appropriate."
)
DISPUTED = {
    "911": "whether, had there been no officer, somebody would have had to call 911",
    "school_involving": "whether it was appropriate that the school involved the officer",
    "sro_intervening": "whether it was appropriate that the officer intervened",
}
REVIEWERS = {"agency": "supervisors of the officer", "school": "leaders of the school"}


def initiator_unknown(case: Case) -> Truth:
    """Who prompted the response is not known: here the unknown is what is looked for."""
    return Yes(("/initiated_by",)) if case.incident.initiated_by == NOT_KNOWN else NO


def documented_off_duty(case: Case) -> Truth:
    """The report was written outside the duty shift."""
    return equals(case.incident.documented_on_duty, "no", "/documented_on_duty")


def disagreement(question: str) -> Callable[[Case], Truth]:
    """Raised where both sides have judged, and to this question one says yes, the other no."""
    field = QUESTIONS[question]

    def raised_by(case: Case) -> Truth:
        agency, school = case.facts.judgements.get("agency"), case.facts.judgements.get("school")
        if agency is None or school is None:
            return NO
        ours, theirs = getattr(agency, field), getattr(school, field)
        here, there = f"/judgements/agency/{field}", f"/judgements/school/{field}"
        return any_of(
            all_of(equals(ours, "yes", here), equals(theirs, "no", there)),
            all_of(equals(ours, "no", here), equals(theirs, "yes", there)),
        )

    return raised_by


def unreviewed(side: str) -> Callable[[Case], Truth]:
    """Raised where nobody of this side has opened the report in time. Without a school it reaches nobody."""

    def raised_by(case: Case) -> Truth:
        state = state_of_clock(case, "P7-REVIEW-BOTH", side)
        if state == "overdue":
            return Yes((f"/opened_at/{side}",))
        return Unknown(("/school_id",)) if state == "not_started" and case.incident.school_id is None else NO

    return raised_by


TRANSPARENCY_RULES = (
    Rule(
        code="P7-INITIATOR-UNKNOWN",
        severity="I",
        principle="P7",
        sentence=EVERY_RESPONSE,
        found="Who prompted the response, the officer or the school, is not known.",
        seen_by=(Reader.OFFICER, Reader.AGENCY),
        raised_by=initiator_unknown,
    ),
    *[
        Rule(
            code="P7-NOT-REVIEWED",
            detail=side,
            severity="I",
            principle="P7",
            sentence=BOTH_REVIEW,
            found=f"None of the {reviewers} has opened the report in the time that the local setting gives.",
            seen_by=(Reader.AGENCY, Reader.SCHOOL),
            raised_by=unreviewed(side),
        )
        for side, reviewers in REVIEWERS.items()
    ],
    *[
        Rule(
            code="P7-JUDGEMENTS-DISAGREE",
            detail=question,
            severity="M",
            principle="P7",
            sentence=BOTH_REVIEW,
            found=f"Agency and school disagree about {disputed}.",
            seen_by=(Reader.AGENCY, Reader.SCHOOL, Reader.DISTRICT),
            raised_by=disagreement(question),
        )
        for question, disputed in DISPUTED.items()
    ],
    Rule(
        code="P7-DOCUMENTED-OFF-DUTY",
        severity="I",
        principle="P7",
        sentence="In addition, SROs should have a designated period of time for completing documentation and reports "
        "during their duty shift.",
        found="The report was written outside the officer's duty shift.",
        seen_by=(Reader.OFFICER, Reader.AGENCY),
        raised_by=documented_off_duty,
    ),
)
