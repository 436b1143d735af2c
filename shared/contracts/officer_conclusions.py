"""What follows from an officer's records by the rules in force: flags, clocks, hours, topics (P0, P5, P8, P11)."""

from uuid import UUID

from shared.contracts.clocks import Clock, ClockRead
from shared.contracts.conclusions import Undetermined
from shared.contracts.contract import Contract, Day, Identifier, Label, Ori, SchoolId, Time, YesNo, labelled
from shared.contracts.flags import Finding, FlagState
from shared.contracts.record import Withheld
from shared.contracts.training import Curriculum, OfficerKey, StandingAsSro, Topic

FACT, OFFICER, INTERNAL = Label.FACT, Label.OFFICER, Label.INTERNAL


class OfficerFinding(Finding):
    """What a rule says now of an officer, or of one of the officer's records."""

    record: str = labelled(FACT, "Kind of record that it is about, such as officer or assignment.")
    record_number: Identifier = labelled(OFFICER, "The agency's number of that record.")
    days_short: int | None = labelled(
        OFFICER, "Days that were lacking, of P5-EXPERIENCE; null where nothing is counted in days.", None
    )


class OfficerFlag(OfficerFinding):
    """A finding about an officer's records, with its life."""

    ori: Ori = labelled(FACT, "Agency that owns the records.")
    officer_number: Identifier = labelled(OFFICER, "The agency's number of the officer.")
    school_ids: tuple[SchoolId, ...] = labelled(
        FACT, "Schools that it bears on: of its assignment, else where the officer now serves.", ()
    )
    state: FlagState = labelled(FACT, "open, explained, upheld or corrected.")
    raised_at: Time = labelled(OFFICER, "When it was raised, or raised again.")


class OfficerFlagRead(OfficerFlag):
    """A flag with its id, as it is read back."""

    id: UUID = labelled(FACT, "The flag's id: the same for one record, code and detail.")


class CurriculumHours(Contract):
    """Hours that an officer has in one curriculum, summed over its parts (P8)."""

    curriculum: Curriculum = labelled(FACT, "Curriculum.")
    verified_hours: float = labelled(
        OFFICER, "Hours that somebody else has verified; of one course never more than it has."
    )
    self_reported_hours: float = labelled(OFFICER, "Hours that the officer alone reports, counted apart (P8).")


class TopicCovered(Contract):
    """When an officer last completed a course of a topic (P8)."""

    topic: Topic = labelled(FACT, "Topic.")
    completed_on: Day = labelled(OFFICER, "Day of the newest verified completion.")


class OfficerUndetermined(Undetermined):
    """A rule that could not be judged of an officer's records."""

    detail: str | None = labelled(FACT, "Sub-code; null where there is none.", None)
    record: str = labelled(FACT, "Kind of record that it is about: officer, assignment or completion.")
    record_number: Identifier = labelled(OFFICER, "The agency's number of that record.")


class OfficerConclusion(StandingAsSro, OfficerKey):
    """What follows from an officer's records, by the rules in force."""

    curricula: tuple[CurriculumHours, ...] = labelled(OFFICER, "Hours by curriculum.", ())
    topics: tuple[TopicCovered, ...] = labelled(
        OFFICER, "Topics that were covered; the others of the list are gaps.", ()
    )
    undetermined: tuple[OfficerUndetermined, ...] = labelled(
        FACT, "Rules that could not be judged, and what is missing.", ()
    )
    clocks: tuple[Clock, ...] = labelled(OFFICER, "What is due, and whether it was met.", ())
    judge_again_at: Time | None = labelled(INTERNAL, "When what follows can be another next; null: never.", None)
    rules_version: str = labelled(FACT, "Version of the rules and limits that it was judged by.")


class TopicCoverage(OfficerKey):
    """Which of the recommended topics an officer was trained in (P8)."""

    is_sro: YesNo = labelled(
        OFFICER, "yes if the officer is an SRO by the definition, no if not, unknown if not known."
    )
    counted_as_sro: bool = labelled(OFFICER, "Whether the officer has an assignment as SRO now.")
    covered: int = labelled(OFFICER, "How many of the recommended topics a verified completion covers.")
    recommended: int = labelled(FACT, "How many topics are recommended.")
    topics: tuple[TopicCovered, ...] = labelled(OFFICER, "What is covered, and since when.", ())
    gaps: tuple[Topic, ...] = labelled(OFFICER, "What is not.", ())
    curricula: tuple[CurriculumHours, ...] = labelled(OFFICER, "Hours by curriculum.", ())


class ClockList(Contract):
    """One page of clocks, by officer."""

    clocks: tuple[ClockRead, ...] = labelled(OFFICER, "The clocks of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())


class OfficerHours(CurriculumHours, OfficerKey):
    """Hours that one officer has in one curriculum."""


class OfficerHoursList(Contract):
    """One page of the hours that officers have, by officer."""

    hours: tuple[OfficerHours, ...] = labelled(OFFICER, "The hours of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())


class OfficerFlagList(Contract):
    """One page of the flags that are raised, by officer."""

    flags: tuple[OfficerFlagRead, ...] = labelled(OFFICER, "The flags of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())
