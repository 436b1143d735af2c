"""How SROs are chosen: criteria, committee, candidates, result (P5, P1).

Nothing here has a sentence or a person's name in it. What is said of candidates is for the agency and its committee
alone; of the pool there are counts, and no race of one applicant has a field anywhere (P5).
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    Count,
    Day,
    Few,
    Identifier,
    Label,
    LeaId,
    Ori,
    SchoolId,
    YesNo,
    labelled,
)
from shared.contracts.record import PutLine, Receipt, VoidLine
from shared.contracts.training import Read

FACT, OFFICER = Label.FACT, Label.OFFICER
Criterion = Annotated[str, CodeOf("selection_criterion")]
Score = Annotated[int, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]


class SelectionKey(Contract):
    """What names a selection."""

    ori: Ori = labelled(FACT, "Agency that selects.")
    selection_number: Identifier = labelled(OFFICER, "The agency's number of the selection.")


class SelectionCriteriaKey(Contract):
    """What names a version of the criteria."""

    ori: Ori = labelled(FACT, "Agency that selects by them.")
    criteria_version: Identifier = labelled(FACT, "The version.")


class CommitteeMember(Contract):
    """A member of the committee, known by a number within this selection."""

    member_number: Identifier = labelled(OFFICER, "Number of the member within this selection.")
    role: Annotated[str, CodeOf("committee_role")] = labelled(FACT, "As what the member takes part.", "unknown")
    organization: Annotated[str, CodeOf("committee_organization")] = labelled(FACT, "Whence the member is.", "unknown")
    school_id: SchoolId | None = labelled(FACT, "School of the member; null: of none, or not known.", None)
    officer_number: Identifier | None = labelled(OFFICER, "The member's number as an officer; null: is none.", None)
    works_directly: YesNo = labelled(FACT, "Whether the member will work directly with the SRO.", "unknown")
    interviewed: YesNo = labelled(OFFICER, "Whether the member took part in the interviews.", "unknown")


class CandidateScore(Contract):
    """A member's score of a candidate by one criterion."""

    member_number: Identifier = labelled(OFFICER, "Number of the member.")
    criterion: Criterion = labelled(FACT, "Criterion.")
    score: Score = labelled(OFFICER, "Score, from 0 to 100.")


class Candidate(Contract):
    """Somebody considered, known by a number within this selection."""

    candidate_number: Identifier = labelled(OFFICER, "Number of the candidate within this selection.")
    officer_number: Identifier | None = labelled(OFFICER, "The agency's number of the officer; null: not known.", None)
    volunteered: YesNo = labelled(OFFICER, "Whether the officer applied of the own will.", "unknown")
    youth_experience: YesNo = labelled(OFFICER, "Whether the officer has worked with children and youth.", "unknown")
    frontline_years: Annotated[float, Field(ge=0, le=60)] | None = labelled(
        OFFICER, "Years of front-line duty; null: not known.", None
    )
    decision: Annotated[str, CodeOf("candidate_decision")] = labelled(OFFICER, "What was decided.", "unknown")
    scores: Annotated[tuple[CandidateScore, ...], Field(max_length=500)] | None = labelled(
        OFFICER, "Scores, each member and criterion once; empty: none; null: not known.", None
    )


class PoolGroup(Contract):
    """How many of the pool say that they are of a group, beside the group's share of the community."""

    race_ethnicity: Annotated[str, CodeOf("race_ethnicity")] = labelled(FACT, "The group, as applicants report it.")
    count: Count = labelled(OFFICER, "How many applicants.")
    community_share: Share | None = labelled(FACT, "The group's share of the community; null: not known.", None)


class SelectionReport(Contract):
    """A selection as the agency's records have it: for the role of an SRO, or for placement at a school."""

    stage: Annotated[str, CodeOf("selection_stage")] = labelled(FACT, "For what.")
    school_id: SchoolId | None = labelled(FACT, "School of a placement; null: of the role.", None)
    criteria_version: Identifier | None = labelled(FACT, "Version of the criteria; null: not known (P1).", None)
    opened_on: Day = labelled(FACT, "First day.")
    closed_on: Day | None = labelled(FACT, "Day of the decision; null: there is none yet.", None)
    pool_size: Count | None = labelled(FACT, "How many applied; null: not known.", None)
    pool_groups: Annotated[tuple[PoolGroup, ...], Few] | None = labelled(
        OFFICER, "The pool by group, each once, as applicants report it; null: not asked.", None
    )
    members: Annotated[tuple[CommitteeMember, ...], Field(max_length=50)] | None = labelled(
        FACT, "The committee, each member once; empty: none; null: not known.", None
    )
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=100)] | None = labelled(
        OFFICER, "Who was considered, each once; null: not known.", None
    )


class SelectionCriteriaReport(Contract):
    """A version of the criteria by which a district and an agency choose SROs (P1, P5)."""

    lea_id: LeaId | None = labelled(FACT, "District that adopted them; null: the agency alone.", None)
    adopted_on: Day = labelled(FACT, "Day since which they are in force.")
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=20)] = labelled(
        FACT, "The criteria of the guiding principles that they hold, each once."
    )


class Selection(SelectionReport, SelectionKey):
    """A selection as it is kept."""


class SelectionCriteria(SelectionCriteriaReport, SelectionCriteriaKey):
    """A version of the criteria as it is kept."""


class SelectionLine(SelectionReport, SelectionKey, PutLine):
    """A line that puts a selection."""

    kind: Literal["selection"] = labelled(FACT, "selection.")


class SelectionCriteriaLine(SelectionCriteriaReport, SelectionCriteriaKey, PutLine):
    """A line that puts a version of the criteria."""

    kind: Literal["selection_criteria"] = labelled(FACT, "selection_criteria.")


class SelectionVoidLine(SelectionKey, VoidLine):
    """A line that takes a selection out of views and counts."""

    kind: Literal["selection"] = labelled(FACT, "selection.")


class SelectionCriteriaVoidLine(SelectionCriteriaKey, VoidLine):
    """A line that takes a version of the criteria out of force."""

    kind: Literal["selection_criteria"] = labelled(FACT, "selection_criteria.")


class CandidateSummary(Contract):
    """A candidate's scores at a glance."""

    candidate_number: Identifier = labelled(OFFICER, "Number of the candidate within this selection.")
    mean: float | None = labelled(OFFICER, "Mean of the scores; null where there are none.")
    spread: float | None = labelled(
        OFFICER, "Highest of the members' means less the lowest; null where there are none."
    )
    missing: int | None = labelled(OFFICER, "Scores that are missing, of members × ten criteria; null: not known.")


class SelectionSummary(Contract):
    """What can be told of a selection at a glance."""

    ideal_groups: int | None = labelled(FACT, "Of the eight groups that P5 calls ideal, those in it; null: not known.")
    passed_over: tuple[str, ...] = labelled(
        OFFICER, "Candidates with youth experience who were not selected while one without was (P5).", ()
    )
    scored: tuple[CandidateSummary, ...] = labelled(OFFICER, "Scores by candidate.", ())


class SelectionReceipt(SelectionSummary, Receipt):
    """The answer to a selection that was sent."""


class SelectionRead(SelectionSummary, Selection, Read):
    """A selection as it is read back."""


class SelectionCriteriaRead(SelectionCriteria, Read):
    """A version of the criteria as it is read back."""
