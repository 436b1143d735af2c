"""Officers to be judged by the rules on how they were chosen (P5)."""

from datetime import date
from typing import Any

from services.training.principles.selection import CRITERIA
from shared.contracts.selections import Candidate, CandidateScore, CommitteeMember, Selection
from tests.training.principles.dossiers import (
    CLEAR,
    HIGH,
    MIDDLE,
    NUMBER,
    ORI,
    RAISED,
    UNDETERMINED,
    Example,
    dossier,
    officer,
)


def member(number: str, role: str, organization: str, **changes: Any) -> CommitteeMember:
    """A member of a committee who will work directly with the SRO."""
    said = {"member_number": number, "role": role, "organization": organization, "works_directly": "yes"}
    return CommitteeMember(**said | changes)


SUPERVISOR = member("M-1", "agency_supervisor", "agency", officer_number="2100")
PRINCIPAL = member("M-2", "school_representative", "school", school_id=HIGH)
COMMITTEE = (SUPERVISOR, PRINCIPAL)


def scores(*members: CommitteeMember, without: str | None = None) -> tuple[CandidateScore, ...]:
    """A score by each member and criterion, but for one criterion."""
    return tuple(
        CandidateScore(member_number=one.member_number, criterion=criterion, score=80)
        for one in members
        for criterion in CRITERIA
        if criterion != without
    )


def candidate(**changes: Any) -> Candidate:
    """The officer, who applied, was scored by everybody and selected."""
    said: dict[str, Any] = {
        "candidate_number": "K-1",
        "officer_number": NUMBER,
        "volunteered": "yes",
        "youth_experience": "yes",
        "decision": "selected",
        "scores": scores(*COMMITTEE),
    }
    return Candidate(**said | changes)


def selection(**changes: Any) -> Selection:
    """The selection by which the officer came to the school."""
    said: dict[str, Any] = {
        "stage": "placement",
        "school_id": HIGH,
        "opened_on": date(2025, 5, 5),
        "closed_on": date(2025, 6, 13),
        "pool_size": 4,
        "members": COMMITTEE,
        "candidates": (candidate(),),
    }
    return Selection(ori=ORI, selection_number="S-1", **said | changes)


def chosen(**changes: Any) -> Any:
    """An officer who was chosen by a selection that differs in something."""
    led = changes.pop("supervisor_number", None)
    return dossier(selections=(selection(**changes),), officer=officer(supervisor_number=led))


SELECTING = [
    *[
        Example(story, "P5-NOT-VOLUNTEER", verdict, chosen(candidates=(candidate(**changes),)))
        for story, verdict, changes in (
            ("who applied", CLEAR, {}),
            ("who did not", RAISED, {"volunteered": "no"}),
            ("not known whether, which is accepted", CLEAR, {"volunteered": "unknown"}),
            ("who did not apply and was not selected", CLEAR, {"volunteered": "no", "decision": "not_selected"}),
            ("somebody else who did not", CLEAR, {"volunteered": "no", "officer_number": "4480"}),
        )
    ],
    *[
        Example(story, "P5-COMMITTEE-SCHOOL", verdict, chosen(members=members))
        for story, verdict, members in (
            ("the principal of the school", CLEAR, COMMITTEE),
            ("a teacher of it", CLEAR, (SUPERVISOR, member("M-3", "teacher", "school"))),
            ("nobody of the school", RAISED, (SUPERVISOR,)),
            ("nobody at all", RAISED, ()),
            ("who will not work with the officer", RAISED, (PRINCIPAL.model_copy(update={"works_directly": "no"}),)),
            ("the principal of another school", RAISED, (PRINCIPAL.model_copy(update={"school_id": MIDDLE}),)),
            ("not known in what role", UNDETERMINED, (SUPERVISOR, member("M-3", "unknown", "school"))),
            (
                "not known whether they work together",
                UNDETERMINED,
                (member("M-3", "teacher", "school", works_directly="unknown"),),
            ),
            ("not known who was on it", UNDETERMINED, None),
        )
    ],
    *[
        Example(story, "P5-COMMITTEE-SUPERVISOR", verdict, chosen(members=members, supervisor_number="2100"))
        for story, verdict, members in (
            ("the officer's supervisor", CLEAR, COMMITTEE),
            (
                "a supervisor whose number is not known",
                CLEAR,
                (SUPERVISOR.model_copy(update={"officer_number": None}),),
            ),
            ("another supervisor", RAISED, (SUPERVISOR.model_copy(update={"officer_number": "2101"}),)),
            ("no supervisor", RAISED, (PRINCIPAL,)),
            ("not known in what role", UNDETERMINED, (member("M-3", "unknown", "agency"),)),
            ("not known who was on it", UNDETERMINED, None),
        )
    ],
    *[
        Example(story, "P5-COMMITTEE-NO-OUTSIDE", verdict, chosen(members=members))
        for story, verdict, members in (
            ("somebody of the school", CLEAR, COMMITTEE),
            ("the agency alone", RAISED, (SUPERVISOR,)),
            ("not known whence one is", UNDETERMINED, (SUPERVISOR, member("M-3", "other", "unknown"))),
            ("not known who was on it", UNDETERMINED, None),
        )
    ],
    *[
        Example(story, "P5-CRITERIA-UNSCORED", verdict, chosen(**changes))
        for story, verdict, changes in (
            ("ten criteria by two members", CLEAR, {}),
            (
                "one criterion lacks",
                RAISED,
                {"candidates": (candidate(scores=scores(*COMMITTEE, without="teaching")),)},
            ),
            ("one member scored nothing", RAISED, {"candidates": (candidate(scores=scores(SUPERVISOR)),)}),
            ("nobody did", RAISED, {"candidates": (candidate(scores=()),)}),
            ("not decided yet", CLEAR, {"candidates": (candidate(scores=()),), "closed_on": None}),
            ("not known how", UNDETERMINED, {"candidates": (candidate(scores=None),)}),
            ("not known by whom", UNDETERMINED, {"members": None}),
        )
    ],
]
