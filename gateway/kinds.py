"""The kinds of documents that the gateway keeps, and what each says."""

from collections.abc import Mapping

from shared.contracts.calendars import Calendar
from shared.contracts.clocks import Clock
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import Contract
from shared.contracts.directory import Agency, District, Partnership, School
from shared.contracts.evaluations import Evaluation
from shared.contracts.flags import Flag
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement
from shared.contracts.matches import Match
from shared.contracts.officer_conclusions import OfficerConclusion, OfficerFlag
from shared.contracts.peers import Membership, PeerEvent
from shared.contracts.published_tables import PublishedTable
from shared.contracts.selections import Selection, SelectionCriteria
from shared.contracts.staff_training import StaffTraining
from shared.contracts.training import Assignment, Completion, Course, Officer, TrainingPlan
from shared.contracts.training_needs import TrainingNeed

INCIDENT, FLAG, JUDGEMENT, CONCLUSION, CLOCK = "incident", "flag", "judgement", "conclusion", "clock"
MATCH, CALENDAR, PUBLISHED_TABLE = "match", "calendar", "published_table"

DIRECTORY: Mapping[str, type[Contract]] = {
    "agency": Agency,
    "district": District,
    "school": School,
    "partnership": Partnership,
}
"""Facts about organisations, which everybody may read."""
PUBLIC_KINDS: Mapping[str, type[Contract]] = {**DIRECTORY, PUBLISHED_TABLE: PublishedTable}
"""What everybody may read."""
RECORDS: Mapping[str, type[Contract]] = {
    INCIDENT: Incident,
    FLAG: Flag,
    JUDGEMENT: Judgement,
    CONCLUSION: Conclusion,
}
"""Records of the change feed: incidents, and what is said about them."""
OFFICER_FLAG, OFFICER_CONCLUSION = "officer_flag", "officer_conclusion"
TRAINING: Mapping[str, type[Contract]] = {
    "officer": Officer,
    "course": Course,
    "completion": Completion,
    "assignment": Assignment,
    "training_plan": TrainingPlan,
    "selection_criteria": SelectionCriteria,
    "selection": Selection,
    "evaluation": Evaluation,
    "staff_training": StaffTraining,
    "training_need": TrainingNeed,
    "peer_event": PeerEvent,
    "membership": Membership,
    OFFICER_FLAG: OfficerFlag,
    OFFICER_CONCLUSION: OfficerConclusion,
}
"""Records that an agency keeps of its officers, and what follows from them."""
KINDS: Mapping[str, type[Contract]] = {
    **RECORDS,
    **PUBLIC_KINDS,
    **TRAINING,
    CLOCK: Clock,
    MATCH: Match,
    CALENDAR: Calendar,
}
