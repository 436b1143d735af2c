"""SROs among their peers: what they meet for, what they belong to, and what they learned and share (P12).

Nothing here has a sentence or a person's name in it, and no field is of a student: a lesson stays with the
agency, and what stands here is what it is about and who released it.
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Day, Identifier, Label, Ori, labelled
from shared.contracts.record import PutLine, VoidLine
from shared.contracts.training import Hours, Months, Read, Topic

FACT, OFFICER = Label.FACT, Label.OFFICER
Topics = Annotated[tuple[Topic, ...], Field(max_length=30)]
OfficerNumbers = Annotated[tuple[Identifier, ...], Field(max_length=500)]


class PeerEventKey(Contract):
    """What names an event among peers."""

    ori: Ori = labelled(FACT, "Agency whose officers were there.")
    event_number: Identifier = labelled(FACT, "The agency's number of the event.")


class MembershipKey(Contract):
    """What names a membership."""

    ori: Ori = labelled(FACT, "Agency that employs the officer.")
    membership_number: Identifier = labelled(OFFICER, "The agency's number of the membership.")


class Lesson(Contract):
    """A lesson that is shared with other agencies. Who wrote it does not release it: a second person has read it."""

    lesson_number: Identifier = labelled(FACT, "The agency's number of the text, which stays with the agency.")
    topic: Topic = labelled(FACT, "What it is about.")
    written_by: Identifier = labelled(OFFICER, "Number of the officer who wrote it.")
    released_by: Identifier | None = labelled(
        OFFICER, "Number of who read it for what could tell of a student, and released it; null: not released.", None
    )
    released_on: Day | None = labelled(FACT, "Day of the release; null: not released.", None)


class PeerEventReport(Contract):
    """A meeting of SROs with SROs of other agencies: on problems, for training, on what works."""

    held_on: Day = labelled(FACT, "Day on which it was held.")
    hours: Hours | None = labelled(FACT, "Length in hours; null: not known.", None)
    event_format: Annotated[str, CodeOf("course_format")] = labelled(FACT, "How it was held.", "unknown")
    reach: Annotated[str, CodeOf("peer_event_reach")] = labelled(FACT, "From how far the officers came.", "unknown")
    topics: Topics | None = labelled(FACT, "Topics of training that it was about; empty: none; null: not known.", None)
    agencies: Annotated[tuple[Ori, ...], Field(max_length=500)] | None = labelled(
        FACT, "Agencies whose officers were there, as far as known; null: not known.", None
    )
    officer_numbers: OfficerNumbers = labelled(OFFICER, "Numbers of the agency's own officers who were there.", ())
    series: Identifier | None = labelled(FACT, "Code of the series that it is one of; null: of none.", None)
    months_between: Months | None = labelled(FACT, "Months between two events of the series; null: not known.", None)
    lessons: Annotated[tuple[Lesson, ...], Field(max_length=50)] = labelled(FACT, "Lessons that came of it.", ())


class MembershipReport(Contract):
    """That an officer belongs to a professional organisation, and until when."""

    officer_number: Identifier = labelled(OFFICER, "Number of the officer.")
    organization: Annotated[str, CodeOf("professional_organization")] = labelled(OFFICER, "Which organisation.")
    valid_from: Day = labelled(OFFICER, "First day.")
    valid_to: Day | None = labelled(OFFICER, "Last day; null: it has no end.", None)


class PeerEvent(PeerEventReport, PeerEventKey):
    """An event among peers as it is kept."""


class Membership(MembershipReport, MembershipKey):
    """A membership as it is kept."""


class PeerEventLine(PeerEventReport, PeerEventKey, PutLine):
    """A line that puts an event among peers."""

    kind: Literal["peer_event"] = labelled(FACT, "peer_event.")


class MembershipLine(MembershipReport, MembershipKey, PutLine):
    """A line that puts a membership."""

    kind: Literal["membership"] = labelled(FACT, "membership.")


class PeerEventVoidLine(PeerEventKey, VoidLine):
    """A line that takes an event among peers out of views and counts."""

    kind: Literal["peer_event"] = labelled(FACT, "peer_event.")


class MembershipVoidLine(MembershipKey, VoidLine):
    """A line that takes a membership out of views and counts."""

    kind: Literal["membership"] = labelled(FACT, "membership.")


class PeerEventRead(PeerEvent, Read):
    """An event among peers as it is read back."""


class MembershipRead(Membership, Read):
    """A membership as it is read back."""
