"""Officers to be judged by the rules on who leads, evaluates and reviews them (P6, P11)."""

from datetime import date, timedelta

from services.training.principles.evaluation import INVITED
from shared.contracts.evaluations import EvaluationInput
from tests.training.principles.dossiers import (
    CLEAR,
    MIDDLE,
    RAISED,
    TODAY,
    UNDETERMINED,
    Example,
    assignment,
    colleague,
    completion,
    course,
    dossier,
    evaluation,
    fit_review,
    leader,
    officer,
    peer_event,
    staff,
)

ENDED = assignment(end_on=date(2026, 6, 30), end_reason="rotation")
INTRODUCTION = course("INTRO", curriculum="sro_introduction", hours=2)
INTRODUCED = (completion(course_code="INTRO", hours=2, completed_on=date(2026, 2, 4)),)


def heard(group: str, invited: int | None, received: int | None) -> EvaluationInput:
    """How many of a group were invited, and how many answered."""
    return EvaluationInput(group=group, invited=invited, received=received)


SUPERVISION = [
    *[
        Example(story, "P6-GENERIC-INSTRUMENT", verdict, dossier(evaluations=(evaluation(**changes),)))
        for story, verdict, changes in (
            ("an instrument for SROs", CLEAR, {}),
            ("one for every officer", RAISED, {"sro_specific": "no"}),
            ("not known whether it is for SROs", UNDETERMINED, {"sro_specific": "unknown"}),
            ("one for every officer, still open", CLEAR, {"sro_specific": "no", "closed_on": None}),
        )
    ],
    *[
        Example(story, "P6-NO-STAFF-FEEDBACK", verdict, dossier(evaluations=(evaluation(inputs=inputs),)))
        for story, verdict, inputs in (
            ("one teacher was heard", CLEAR, (heard("teachers", 4, 1),)),
            ("other staff was heard", CLEAR, (heard("staff", 4, 1), heard("teachers", 4, 0))),
            ("staff was invited and did not answer", RAISED, (heard("teachers", 4, 0), heard("administrators", 1, 0))),
            ("students alone were heard", RAISED, (heard("students", 90, 40),)),
            ("nobody was asked", RAISED, ()),
            ("not known whether a teacher answered", UNDETERMINED, (heard("teachers", 4, None),)),
            ("not known who was asked", UNDETERMINED, None),
        )
    ],
    *[
        Example(story, "P6-NO-INPUT-OPPORTUNITY", verdict, dossier(evaluations=(evaluation(inputs=inputs),)))
        for story, verdict, inputs in (
            ("all four were invited and nobody answered", CLEAR, tuple(heard(group, 1, 0) for group in INVITED)),
            ("families were not", RAISED, tuple(heard(g, 1, 1) for g in INVITED if g != "families")),
            ("none was", RAISED, tuple(heard(group, 0, 0) for group in INVITED)),
            ("not known of one", UNDETERMINED, tuple(heard(g, None if g == "students" else 1, 1) for g in INVITED)),
            ("not known of any", UNDETERMINED, None),
        )
    ],
    *[
        Example(story, "P6-EVALUATION-OVERDUE", verdict, one, day)
        for story, verdict, one, day in (
            ("the last day of twelve months", CLEAR, dossier(), date(2027, 6, 15)),
            ("the day after", RAISED, dossier(), date(2027, 6, 16)),
            ("never, on the last day since SRO duty began", CLEAR, dossier(evaluations=()), date(2026, 8, 4)),
            ("never, the day after", RAISED, dossier(evaluations=()), date(2026, 8, 5)),
            ("one that is open", RAISED, dossier(evaluations=(evaluation(closed_on=None),)), date(2026, 8, 5)),
            ("who no longer serves", CLEAR, dossier(assignments=(ENDED,), evaluations=()), date(2026, 8, 5)),
        )
    ],
    *[
        Example(story, "P6-LEADER-UNTRAINED", verdict, one, day)
        for story, verdict, one, day in (
            ("the last day of six months", CLEAR, leader(), date(2026, 2, 4)),
            ("the day after", RAISED, leader(), date(2026, 2, 5)),
            ("introduced in time", CLEAR, leader(completions=INTRODUCED, courses=(INTRODUCTION,)), TODAY),
            ("not known since when", UNDETERMINED, leader(officer(officer_number="4480")), TODAY),
            ("leads a volunteer", CLEAR, leader(officer(personnel_category="volunteer")), TODAY),
            ("the SRO no longer serves", CLEAR, leader(None, ENDED), TODAY),
        )
    ],
    *[
        Example(story, "P6-LEADER-NO-SRO-EXPERIENCE", verdict, leader(officer=changes))
        for story, verdict, changes in (
            ("worked with one", CLEAR, {}),
            ("was one, the rest not known", CLEAR, {"sro_experience": "yes", "worked_with_sro": "unknown"}),
            ("neither", RAISED, {"worked_with_sro": "no"}),
            ("not known whether", UNDETERMINED, {"worked_with_sro": "unknown"}),
        )
    ],
    Example("leads nobody", "P6-LEADER-NO-SRO-EXPERIENCE", CLEAR, dossier(officer=officer(worked_with_sro="no"))),
    *[
        Example(story, "P11-FIT-OVERDUE", verdict, dossier(assignments=(assignment(fit_reviews=reviews),)), day)
        for story, verdict, reviews, day in (
            ("the last day of twelve months", CLEAR, (fit_review(date(2026, 6, 15)),), date(2027, 6, 15)),
            ("the day after", RAISED, (fit_review(date(2026, 6, 15)),), date(2027, 6, 16)),
            ("never", RAISED, (), date(2026, 8, 5)),
            ("never, on the last day", CLEAR, (), date(2026, 8, 4)),
            ("the school took no part", RAISED, (fit_review(date(2026, 6, 15), school="no"),), TODAY),
            ("not known who took part", UNDETERMINED, (fit_review(date(2026, 6, 15), school="unknown"),), TODAY),
            ("not known whether", UNDETERMINED, None, TODAY),
        )
    ],
    *[
        Example(story, "P12-LONE-SRO", verdict, dossier(others=others, peer_events=events), day)
        for story, verdict, others, events, day in (
            ("another SRO", CLEAR, (colleague(),), (), TODAY),
            ("nobody else, and no peers", RAISED, (), (), TODAY),
            ("the others are none", RAISED, (colleague("security_officer"),), (), TODAY),
            ("another whose category is not known", UNDETERMINED, (colleague("unknown"),), (), TODAY),
            ("another who was not sent", UNDETERMINED, (colleague(None),), (), TODAY),
            ("the other has left", RAISED, (colleague("sro", ENDED),), (), TODAY),
            ("peers a year less a day ago", CLEAR, (), (peer_event(TODAY),), TODAY + timedelta(days=364)),
            ("peers a year ago", RAISED, (), (peer_event(TODAY),), TODAY + timedelta(days=365)),
            ("peers tomorrow", RAISED, (), (peer_event(TODAY),), TODAY - timedelta(days=1)),
        )
    ],
    *[
        Example(story, "P8-STAFF-UNTRAINED", verdict, dossier(staff_trainings=counts))
        for story, verdict, counts in (
            ("four of five", CLEAR, (staff(32),)),
            ("one less", RAISED, (staff(31),)),
            ("two roles together", CLEAR, (staff(31), staff(5, headcount=5, number="T-2", staff_role="administrator"))),
            ("a newer count of the role", CLEAR, (staff(3), staff(40, number="T-2", counted_on=date(2026, 9, 28)))),
            ("a count of tomorrow", RAISED, (staff(3), staff(40, number="T-2", counted_on=date(2026, 10, 6)))),
            ("not known how many there are", UNDETERMINED, (staff(3, headcount=None),)),
            ("nobody was counted", UNDETERMINED, (staff(0, headcount=0),)),
            ("of last year", UNDETERMINED, (staff(40, school_year="2025-26"),)),
            ("of another school", UNDETERMINED, (staff(40, school_id=MIDDLE),)),
        )
    ],
    Example("who no longer serves", "P8-STAFF-UNTRAINED", CLEAR, dossier(assignments=(ENDED,), staff_trainings=())),
    Example("who no longer serves", "P12-LONE-SRO", CLEAR, dossier(assignments=(ENDED,), others=())),
    Example("no longer there", "P11-FIT-OVERDUE", CLEAR, dossier(assignments=(ENDED,)), date(2027, 6, 16)),
]
