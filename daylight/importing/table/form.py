"""The kinds of record that a table can hold: the line of a bulk push that each is, and by what it is known again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.contracts.contract import Contract
from shared.contracts.incidents import IncidentLine
from shared.contracts.training import AssignmentLine, CompletionLine, CourseLine, OfficerLine

RecordName = Literal["incident", "officer", "course", "completion", "assignment"]


@dataclass(frozen=True, slots=True)
class Form:
    """One kind: its line, the field that is the agency's number of it, its name in URLs, whether letters' case counts.

    A line `says_kind` where lines of its service name the kind that they are of.
    """

    line: type[Contract]
    number: str
    plural: str
    case_counts: bool = True
    says_kind: bool = True

    @property
    def number_in_words(self) -> str:
        """The number's name as people say it."""
        return self.number.replace("_", " ")


FORMS: Mapping[RecordName, Form] = {
    "incident": Form(IncidentLine, "incident_number", "incidents", case_counts=False, says_kind=False),
    "officer": Form(OfficerLine, "officer_number", "officers"),
    "course": Form(CourseLine, "course_code", "courses"),
    "completion": Form(CompletionLine, "completion_number", "completions"),
    "assignment": Form(AssignmentLine, "assignment_number", "assignments"),
}
INCIDENT: RecordName = "incident"
