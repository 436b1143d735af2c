"""What a district says of the people in records that were delivered to it: which of its students each one is (P7).

The agency's record never bears any of it, and no law enforcement client is told of it in any way.
"""

import re
import unicodedata
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    ElementNumber,
    Few,
    IncidentNumber,
    Label,
    LeaId,
    Many,
    Ori,
    SchoolId,
    Time,
    YesNo,
    labelled,
)
from shared.contracts.incidents import TextPresence
from shared.contracts.record import Receipt, Withheld

FACT, INDIRECT, STUDENT = Label.FACT, Label.INDIRECT, Label.STUDENT
SEALED, INTERNAL = Label.SEALED, Label.INTERNAL

NUMBER = re.compile(r"[A-Z0-9._]{1,40}")
LEFT_OUT = re.compile(r"[\s\-]")


def _student_number(number: str) -> str:
    """A student's number in canonical form: upper case, without blanks and hyphens; zeros in front stay."""
    said = LEFT_OUT.sub("", unicodedata.normalize("NFKC", number)).upper()
    if not NUMBER.fullmatch(said):
        raise PydanticCustomError(
            "form", "Input should be {example}", {"example": "up to 40 letters, digits, dots and underscores"}
        )
    return said


StudentNumber = Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(_student_number)]
"""The district's own number of a student, in canonical form."""
Reference = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}\.[A-Za-z0-9_\-]{1,60}$")]
"""A district's reference to a student of its own; another one after the district's key has another version."""
Finding = Annotated[str, CodeOf("match_finding")]
How = Annotated[str, CodeOf("match_how")]
MatchState = Annotated[str, CodeOf("match_state")]


class MatchReport(Contract):
    """What a district says of one person: the student's number, that it is no student, or that it is not known."""

    student_number: StudentNumber | None = labelled(
        SEALED, "The district's number of the student. It is kept nowhere; a keyed digest stands for it.", None
    )
    not_a_student: Literal[True] | None = labelled(STUDENT, "True: no student of the district.", None)
    unknown: Literal[True] | None = labelled(STUDENT, "True: the district cannot say who it is.", None)
    how: How = labelled(FACT, "How the district found out.", "unknown")


class MatchKey(Contract):
    """What names a person in a record that was delivered."""

    incident_id: UUID = labelled(FACT, "Id of the district's copy of the incident.", strict=False)
    person_number: ElementNumber = labelled(FACT, "The person's number in it.")


class MatchLine(MatchReport, MatchKey):
    """One line of a bulk push."""


class Match(Contract):
    """What a district says of one person, as it is kept."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    lea_id: LeaId = labelled(FACT, "District whose word it is.")
    person_number: ElementNumber = labelled(FACT, "The person's number in the record.")
    finding: Finding = labelled(STUDENT, "What the district says.")
    how: How = labelled(FACT, "How the district found out.")
    student: str | None = labelled(INTERNAL, "Keyed digest of the student's number; null for no student.", None)
    person: str | None = labelled(
        INTERNAL, "Keyed digest of what was sealed of the person then: a match is of nobody else.", None
    )


class MatchReceipt(Receipt):
    """The answer to a match."""

    state: MatchState = labelled(STUDENT, "Where the person stands with the district.")
    student_ref: Reference | None = labelled(STUDENT, "The district's reference to the student; null for none.", None)


class MatchItem(Contract):
    """One person of a record that was delivered. Who it is, as the agency knows it, is asked for by a reveal."""

    incident_id: UUID = labelled(FACT, "Id of the district's copy of the incident.")
    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    school_id: SchoolId = labelled(INDIRECT, "School that it is at.")
    occurred_at: Time = labelled(INDIRECT, "When the officer's response began.")
    person_number: ElementNumber = labelled(FACT, "The person's number in it.")
    involvement: Annotated[tuple[str, ...], Few] | None = labelled(STUDENT, "Subject, victim, witness, …", None)
    is_enrolled: YesNo = labelled(STUDENT, "Whether the agency says that the person is enrolled.", "unknown")
    identity: TextPresence = labelled(STUDENT, "Whether the agency gave an identity.", "none")
    state: MatchState = labelled(STUDENT, "Where the person stands with the district.")
    how: How | None = labelled(FACT, "How the district found out; null while nobody has said.", None)
    student_ref: Reference | None = labelled(STUDENT, "The district's reference to the student; null for none.", None)


class MatchList(Contract):
    """One page of people, by record and number."""

    matches: Annotated[tuple[MatchItem, ...], Many] = labelled(STUDENT, "The people of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())


STATES = {"student": "matched"}


def state_of(finding: str | None) -> str:
    """Where a person stands with the district, by what it said last; None: nothing yet."""
    return "open" if finding is None else STATES.get(finding, finding)


def match_key(members: Any) -> str:
    """The natural key of what a district says of a person, from the record or its draft."""
    return f"{members.ori}/{members.incident_number}/{members.lea_id}/{members.person_number}"
