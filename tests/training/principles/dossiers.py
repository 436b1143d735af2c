"""Officers to judge: one of whom all is known and nothing is to be said, and what differs from that."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.training.clock.rules import clocks
from services.training.principles.dossier import Case, Colleague, Dossier
from services.training.principles.findings import judge
from services.training.principles.limits import Limits
from shared.clocks.engine import read
from shared.contracts.clocks import Clock, ClockRead
from shared.contracts.evaluations import Evaluation, EvaluationInput
from shared.contracts.peers import Membership, PeerEvent
from shared.contracts.staff_training import StaffTraining
from shared.contracts.training import Assignment, Completion, Course, FitReview, Officer
from shared.contracts.training_needs import TrainingNeed

ORI, NUMBER = "XX0000100", "4471"
HIGH, MIDDLE, ELEMENTARY = "990000100001", "990000100002", "990000100003"
TODAY = date(2026, 10, 5)
RAISED, CLEAR, UNDETERMINED = "raised", "clear", "undetermined"
DAY = timedelta(days=1)

BASIC = Course(
    ori=ORI,
    course_code="BASIC",
    title="Basic SRO course",
    curriculum="basic_sro",
    topics=("ferpa",),
    hours=40,
    first_offered=date(2020, 1, 1),
)


def officer(**changes: Any) -> Officer:
    """An SRO by all four elements, sworn for years."""
    said: dict[str, Any] = {
        "sworn_on": date(2015, 3, 2),
        "career": "yes",
        "sworn": "yes",
        "community_policing": "yes",
        "assigned_by_employer": "yes",
        "personnel_category": "sro",
    }
    return Officer(**{"ori": ORI, "officer_number": NUMBER} | said | changes)


def assignment(number: str = "A-1", **changes: Any) -> Assignment:
    """An assignment to one school, by selection, since the summer before last."""
    said: dict[str, Any] = {
        "officer_number": NUMBER,
        "school_ids": (HIGH,),
        "start_on": date(2025, 8, 4),
        "selection_number": "S-1",
        "fit_reviews": (fit_review(date(2026, 6, 15)),),
    }
    return Assignment(ori=ORI, assignment_number=number, **said | changes)


def completion(number: str = "C-1", **changes: Any) -> Completion:
    """The whole basic course, verified, a month after placement."""
    said: dict[str, Any] = {
        "officer_number": NUMBER,
        "course_code": "BASIC",
        "completed_on": date(2025, 9, 5),
        "hours": 40,
        "verified": True,
    }
    return Completion(ori=ORI, completion_number=number, **said | changes)


def evaluation(number: str = "E-1", **changes: Any) -> Evaluation:
    """An evaluation on an SRO's duties, closed this June, with everybody heard."""
    groups = ("students", "families", "teachers", "administrators")
    said: dict[str, Any] = {
        "officer_number": NUMBER,
        "evaluator_number": "2100",
        "instrument": "SRO-1",
        "sro_specific": "yes",
        "first_on": date(2025, 8, 4),
        "last_on": date(2026, 6, 5),
        "closed_on": date(2026, 6, 15),
        "inputs": tuple(EvaluationInput(group=group, invited=10, received=3) for group in groups),
    }
    return Evaluation(ori=ORI, evaluation_number=number, **said | changes)


def leader(supervised: Officer | None = None, *assignments: Assignment, **changes: Any) -> Dossier:
    """Who leads an SRO since last August, has not served as one, and has worked with one; and what differs."""
    led = supervised or officer(officer_number="4480", supervisor_number=NUMBER, supervised_since=date(2025, 8, 4))
    said: dict[str, Any] = {"personnel_category": "other", "sro_experience": "no", "worked_with_sro": "yes"}
    return dossier(
        officer=officer(**said | changes.pop("officer", {})),
        assignments=(),
        evaluations=(),
        completions=changes.pop("completions", ()),
        supervised=(Colleague("4480", led, assignments or (assignment(officer_number="4480"),)),),
        **changes,
    )


def fit_review(on: date, **changes: Any) -> FitReview:
    """A review of the fit by supervisor and school."""
    said: dict[str, Any] = {"reviewed_on": on, "supervisor": "yes", "school": "yes"}
    return FitReview(**said | changes)


def peer_event(on: date, number: str = "P-1") -> PeerEvent:
    """An event among peers at which the officer was."""
    return PeerEvent(ori=ORI, event_number=number, held_on=on, officer_numbers=(NUMBER,))


def membership(number: str = "M-1", **changes: Any) -> Membership:
    """A membership of the national association for a year."""
    said: dict[str, Any] = {"organization": "nasro", "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}
    return Membership(ori=ORI, membership_number=number, officer_number=NUMBER, **said | changes)


def training_need(number: str = "N-1", **changes: Any) -> TrainingNeed:
    """That the officer is to learn about FERPA by the summer, as a review of incidents showed."""
    said: dict[str, Any] = {"topic": "ferpa", "identified_on": date(2026, 2, 2), "due_on": date(2026, 6, 5)}
    return TrainingNeed(ori=ORI, need_number=number, officer_number=NUMBER, **said | changes)


def staff(trained: int | None, *, headcount: int | None = 40, number: str = "T-1", **changes: Any) -> StaffTraining:
    """How many of forty teachers of the school are trained this school year, as counted in September."""
    said: dict[str, Any] = {"school_id": HIGH, "school_year": "2026-27", "staff_role": "teacher"}
    said |= {"counted_on": date(2026, 9, 14), "headcount": headcount, "trained": trained}
    return StaffTraining(ori=ORI, staff_training_number=number, **said | changes)


def colleague(category: str | None = "sro", *assignments: Assignment) -> Colleague:
    """Another officer, at a school since last August; the category is None where the officer was not sent."""
    known = officer(officer_number="4480", personnel_category=category) if category else None
    return Colleague("4480", known, assignments or (assignment(officer_number="4480"),))


def course(code: str, **changes: Any) -> Course:
    """Another course."""
    return BASIC.model_copy(update={"course_code": code, **changes})


def dossier(**changes: Any) -> Dossier:
    """An officer of whom all is known, and what differs. `courses` are given as a tuple."""
    courses = changes.pop("courses", (BASIC,))
    said: dict[str, Any] = {
        "officer": officer(),
        "assignments": (assignment(),),
        "completions": (completion(),),
        "evaluations": (evaluation(),),
        "others": (colleague(),),
        "staff_trainings": (staff(40),),
        "courses": {one.course_code: one for one in courses},
    }
    return Dossier(ORI, NUMBER, **said | changes)


def case(one: Dossier, on: date = TODAY, limits: Limits | None = None) -> Case:
    """The case of an officer on a day, with the clocks."""
    bare = Case(one, limits or Limits(), on)
    return replace(bare, clocks=clocks(bare))


def clock_of(one: Dossier, kind: str, on: date = TODAY, detail: str | None = None) -> ClockRead:
    """An officer's one clock of a kind, as it stands at the end of a day."""
    return read(facts_of(one, kind, on, detail), on)


def facts_of(one: Dossier, kind: str, on: date = TODAY, detail: str | None = None) -> Clock:
    """The facts of an officer's one clock of a kind."""
    (clock,) = [each for each in case(one, on).clocks if each.kind == kind and detail in (None, each.detail)]
    return clock


class Example(NamedTuple):
    """A dossier, and what a rule says of it on a day."""

    story: str
    code: str
    verdict: str
    of: Dossier
    on: date = TODAY

    @property
    def name(self) -> str:
        """The example as tests name it."""
        return f"{self.code}: {self.story}"

    def judged(self) -> str:
        """What the rule says."""
        found = judge(case(self.of, self.on))
        if any(one.code == self.code for one in found.raised):
            return RAISED
        return UNDETERMINED if any(one.code == self.code for one in found.undetermined) else CLEAR
