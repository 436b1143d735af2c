"""What the incidents service takes in and keeps: an SRO's response to a student matter (P3, P4, P7).

`IncidentReport` comes in with names and texts. `Incident` is kept, published and viewed, and neither a name nor a
sentence fits in it. Where the two differ, the report's part is named `…Report`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    Count,
    Day,
    ElementNumber,
    Few,
    Identifier,
    IncidentNumber,
    Label,
    Many,
    Name,
    Ori,
    SchoolId,
    Text,
    Time,
    YesNo,
    labelled,
)
from shared.contracts.record import PutLine, VoidLine

FACT, OFFICER, INDIRECT = Label.FACT, Label.OFFICER, Label.INDIRECT
STUDENT, HEALTH, SEALED, INTERNAL = Label.STUDENT, Label.HEALTH, Label.SEALED, Label.INTERNAL

TextPresence = Annotated[str, CodeOf("text_presence")]
OfficerNumber = Identifier
Element = TypeVar("Element", bound=Contract)


class Numbered:
    """Validator of a list of elements: each keeps the sender's own number, and one left out is the position.

    Raises `repeated-number` where a number stands twice, since an element could not be told from the other.
    """

    def __init__(self, field: str) -> None:
        self.field = field

    def __call__(self, elements: tuple[Element, ...]) -> tuple[Element, ...]:
        """The elements with their numbers filled in."""
        field = self.field
        numbers = [getattr(element, field) for element in elements]
        if None in numbers:
            numbers = [position if number is None else number for position, number in enumerate(numbers, 1)]
            elements = tuple(
                element.model_copy(update={field: number}) for element, number in zip(elements, numbers, strict=True)
            )
        if len(set(numbers)) < len(numbers):
            raise PydanticCustomError("repeated-number", "Each {field} stands once.", {"field": field})
        return elements


class ReasonReport(Contract):
    """A reason as it comes in: a code, a sentence, or both."""

    code: Identifier | None = labelled(FACT, "Local code of the reason; null where only a text is given.", None)
    text: Text | None = labelled(SEALED, "The reason in words. It goes to the vault.", None)


class Reason(Contract):
    """A reason as it is kept: its code, and whether a text stands in the vault."""

    code: Identifier | None = labelled(FACT, "Local code of the reason; null where only a text was given.", None)
    text: TextPresence = labelled(FACT, "Whether a text was given; the text itself is in the vault.", "none")


class Identity(Contract):
    """Who a subject or victim is, as the agency knows it. It goes to the vault as a whole (P7)."""

    name: Name | None = labelled(SEALED, "Full name.", None)
    birth_date: Day | None = labelled(SEALED, "Date of birth.", None)
    student_number: Identifier | None = labelled(SEALED, "The district's number; only if said or shown.", None)
    student_number_source: Annotated[str, CodeOf("student_number_source")] | None = labelled(
        SEALED, "How the number became known; required with it. It is never asked for.", None
    )


class SelfReported(Contract):
    """What a student volunteered about sexual orientation, gender identity or intersex traits (footnote 8)."""

    volunteered: Literal[True] = labelled(SEALED, "True: the student said so unasked. Nothing else is taken.")
    sexual_orientation: Name | None = labelled(SEALED, "In the student's own words.", None)
    gender_identity: Name | None = labelled(SEALED, "In the student's own words.", None)
    intersex: Name | None = labelled(SEALED, "In the student's own words.", None)


class Perceived(Contract):
    """A person as the officer perceived them (P7): never merged with enrolled or self-reported facts."""

    race_ethnicity: Annotated[tuple[Annotated[str, CodeOf("race_ethnicity")], ...], Few] | None = labelled(
        STUDENT, "Perceived race and ethnicity, one or several; null if not known.", None
    )
    sex: Annotated[str, CodeOf("sex")] = labelled(STUDENT, "Perceived sex.", "unknown")
    age: int | None = labelled(STUDENT, "Perceived or known age in whole years; null if not known.", None, ge=0, le=120)
    disability: YesNo = labelled(HEALTH, "Whether a disability was perceived or known.", "unknown")
    english_learner: YesNo = labelled(STUDENT, "Whether the person seemed to be learning English.", "unknown")
    basis: Annotated[str, CodeOf("perception_basis")] = labelled(FACT, "What the perception rests on.", "unknown")


class PersonFacts(Contract):
    """One person of a record without a name."""

    person_number: ElementNumber | None = labelled(
        FACT, "The sender's number of the person; left out, the position.", None
    )
    involvement: Annotated[tuple[Annotated[str, CodeOf("involvement")], ...], Few] | None = labelled(
        STUDENT, "Subject, victim, witness or reporting party, one or several; null if not known.", None
    )
    is_enrolled: YesNo = labelled(STUDENT, "Whether the person is enrolled at a school.", "unknown")
    perceived: Perceived | None = labelled(STUDENT, "The person as the officer perceived them.", None)


class PersonReport(PersonFacts):
    """One person as it comes in."""

    SUBJECT_FIELD: ClassVar[str] = "person_number"

    identity: Identity | None = labelled(SEALED, "Who it is; taken for subjects and victims alone.", None)
    self_reported: SelfReported | None = labelled(SEALED, "What the student volunteered; in no event or view.", None)


class Person(PersonFacts):
    """One person as it is kept."""

    identity: TextPresence = labelled(STUDENT, "Whether an identity stands in the vault.", "none")
    student_ref: str | None = labelled(
        STUDENT,
        "The district's own reference to the student, in its views alone; null where it has matched nobody.",
        None,
    )
    sealed_digest: str | None = labelled(INTERNAL, "Keyed digest of what is sealed of this person.", None)


class Conduct(Contract):
    """What somebody is said to have done: a NIBRS offence or a matter of a code of conduct (P3)."""

    conduct_number: ElementNumber | None = labelled(
        FACT, "The sender's number of the conduct; left out, the position.", None
    )
    scheme: Annotated[str, CodeOf("conduct_scheme")] = labelled(FACT, "Where the code comes from.", "unknown")
    code: Identifier | None = labelled(FACT, "NIBRS offence code, or the local code of the code of conduct.", None)
    level: Annotated[str, CodeOf("conduct_level")] = labelled(
        FACT, "Felony, misdemeanor, infraction or none.", "unknown"
    )
    person_numbers: Annotated[tuple[ElementNumber, ...], Many] | None = labelled(
        STUDENT, "Who is said to have done it; null if not known, empty if nobody listed.", None
    )


class Officer(Contract):
    """An officer who took part."""

    officer_number: OfficerNumber = labelled(OFFICER, "The agency's officer number; `unknown` is an answer.", "unknown")
    ori: Ori | None = labelled(FACT, "Employing agency where it is another one.", None)
    role: Annotated[str, CodeOf("officer_role")] = labelled(OFFICER, "Part taken in the response.", "unknown")
    capacity: Annotated[str, CodeOf("officer_capacity")] = labelled(
        OFFICER, "As what the officer acted: SRO, district officer (sble), patrol, …", "unknown"
    )


class ModificationsFacts(Contract):
    """Reasonable modifications for a disability (P4; ADA Title II)."""

    needed: YesNo = labelled(HEALTH, "Whether a modification was needed.", "unknown")
    made: Annotated[tuple[Identifier, ...], Few] | None = labelled(
        HEALTH, "Modifications made, local codes; empty: none; null: not known.", None
    )


class ModificationsReport(ModificationsFacts):
    """Modifications as they come in."""

    reason_none: ReasonReport | None = labelled(HEALTH, "Why none was made; null: no reason given.", None)


class Modifications(ModificationsFacts):
    """Modifications as they are kept."""

    reason_none: Reason | None = labelled(HEALTH, "Why none was made; null: no reason given.", None)


class Transport(Contract):
    """Whether somebody was taken away, and whether others watched (P4)."""

    used: YesNo = labelled(STUDENT, "Whether the person was transported.", "unknown")
    in_peer_view: YesNo | None = labelled(STUDENT, "Whether other students saw it; null if not transported.", None)


class ActionFacts(Contract):
    """One thing that an officer did (P4), without a sentence about it."""

    action_number: ElementNumber | None = labelled(
        FACT, "The sender's number of the action; left out, the position.", None
    )
    type: Annotated[str, CodeOf("action_type")] = labelled(FACT, "What was done.")
    person_number: ElementNumber | None = labelled(
        STUDENT, "Person it was done to; null: nobody listed or not known.", None
    )
    officer_number: OfficerNumber | None = labelled(OFFICER, "Officer who did it; null if not known.", None)
    started_at: Time | None = labelled(INDIRECT, "When it began, with offset.", None)
    ended_at: Time | None = labelled(INDIRECT, "When it ended, with offset.", None)
    directed_by: Annotated[str, CodeOf("directed_by")] = labelled(FACT, "Who directed it.", "unknown")
    purpose: Annotated[str, CodeOf("action_purpose")] = labelled(FACT, "What it was for.", "unknown")
    immediate_risk: Annotated[str, CodeOf("immediate_risk")] = labelled(FACT, "Who or what was at risk.", "unknown")
    alternatives_tried: Annotated[tuple[Identifier, ...], Few] | None = labelled(
        FACT, "Alternatives tried first, local codes; empty: none; null: not known.", None
    )
    age_considered: YesNo = labelled(FACT, "Whether the person's age was considered.", "unknown")
    size_considered: YesNo = labelled(FACT, "Whether the person's size was considered.", "unknown")
    in_public_view: YesNo = labelled(STUDENT, "Whether it was done in public view.", "unknown")
    transport: Transport | None = labelled(STUDENT, "Transport; null if not known.", None)
    arrest_number: Identifier | None = labelled(STUDENT, "The agency's arrest number; arrests only.", None)
    juvenile_disposition: Annotated[str, CodeOf("juvenile_disposition")] | None = labelled(
        STUDENT, "NIBRS juvenile disposition; arrests and citations only. Referred is not court_referred.", None
    )


class ActionReport(ActionFacts):
    """One action as it comes in."""

    legal_basis: ReasonReport | None = labelled(FACT, "Legal basis; null: none given.", None)
    alternatives_not_possible_reason: ReasonReport | None = labelled(
        FACT, "Why no alternative was possible; null: none given.", None
    )
    modifications: ModificationsReport | None = labelled(
        HEALTH, "Modifications for a disability; null: not known.", None
    )
    view_not_possible_reason: ReasonReport | None = labelled(
        FACT, "Why it could not be out of view; null: none given.", None
    )


class Action(ActionFacts):
    """One action as it is kept."""

    legal_basis: Reason | None = labelled(FACT, "Legal basis; null: none given.", None)
    alternatives_not_possible_reason: Reason | None = labelled(
        FACT, "Why no alternative was possible; null: none given.", None
    )
    modifications: Modifications | None = labelled(HEALTH, "Modifications for a disability; null: not known.", None)
    view_not_possible_reason: Reason | None = labelled(FACT, "Why it could not be out of view; null: none given.", None)


class DocumentationFacts(Contract):
    """Documentation of a detention (P4), without its texts."""

    documentation_number: ElementNumber | None = labelled(FACT, "The sender's number; left out, the position.", None)
    action_numbers: Annotated[tuple[ElementNumber, ...], Many] | None = labelled(
        FACT, "Actions it documents; null if not known.", None
    )
    no_arrest: bool | None = labelled(STUDENT, "True: no arrest followed, so no probable cause is to be stated.", None)
    completed_at: Time | None = labelled(INDIRECT, "When the officer completed it.", None)


class DocumentationReport(DocumentationFacts):
    """Documentation as it comes in."""

    basis: Text | None = labelled(SEALED, "Basis of the detention, in words.", None)
    at_school_factors: Text | None = labelled(SEALED, "Why at school, in words.", None)
    probable_cause_factors: Text | None = labelled(SEALED, "Probable cause, in words.", None)


class Documentation(DocumentationFacts):
    """Documentation as it is kept."""

    basis: TextPresence = labelled(FACT, "Whether the basis was given.", "none")
    at_school_factors: TextPresence = labelled(FACT, "Whether the factors for detaining at school were given.", "none")
    probable_cause_factors: TextPresence = labelled(FACT, "Whether probable cause was given.", "none")
    complete_since: Time | None = labelled(
        INDIRECT, "Since when all its parts have been given, where no completed_at says so; null while one lacks.", None
    )


class Outcome(Contract):
    """How it ended for a person (P1, P4, P7)."""

    type: Annotated[str, CodeOf("outcome_type")] = labelled(STUDENT, "How it ended.")
    person_number: ElementNumber | None = labelled(
        STUDENT, "For whom; null: for nobody in particular, or not known.", None
    )


class ChargeCode(Contract):
    """What is charged."""

    scheme: Annotated[str, CodeOf("conduct_scheme")] = labelled(FACT, "Where the code comes from.", "unknown")
    code: Identifier | None = labelled(FACT, "NIBRS offence code or local statute code.", None)
    level: Annotated[str, CodeOf("conduct_level")] = labelled(
        FACT, "Felony, misdemeanor, infraction or none.", "unknown"
    )


class Charge(Contract):
    """A charge, followed to its end (P7)."""

    charge_number: ElementNumber | None = labelled(
        FACT, "The sender's number of the charge; left out, the position.", None
    )
    person_number: ElementNumber | None = labelled(STUDENT, "Person charged; null if not known.", None)
    code: ChargeCode | None = labelled(STUDENT, "What is charged; null if not known.", None)
    filed_on: Day | None = labelled(INDIRECT, "Day of filing.", None)
    on_school_grounds: YesNo = labelled(INDIRECT, "Whether the conduct was on school grounds.", "unknown")
    disposition: Annotated[str, CodeOf("charge_disposition")] = labelled(STUDENT, "How it ended.", "unknown")
    disposition_on: Day | None = labelled(INDIRECT, "Day of the disposition.", None)


class PeopleNotListed(Contract):
    """People who were there and are not listed one by one; a count each, null if not counted."""

    students: Count | None = labelled(FACT, "Number of students not listed; null if not counted.", None)
    others: Count | None = labelled(FACT, "Number of others not listed; null if not counted.", None)


class BodyWornCamera(Contract):
    """A reference to a recording, never the recording."""

    recorded: YesNo = labelled(FACT, "Whether there is a recording.", "unknown")
    reference: Identifier | None = labelled(OFFICER, "Its id in the evidence system.", None)


class OtherNumber(Contract):
    """Another system's number of the same event."""

    kind: Identifier = labelled(FACT, "Which system: cad, court, …")
    number: Identifier = labelled(INDIRECT, "The number there.")


class Circumstances(Contract):
    """What happened, without anyone's name (P3, P4, P7; NIBRS location codes)."""

    occurred_at: Time = labelled(INDIRECT, "When the officer's response began. RFC 3339 with offset.")
    occurred_precision: Annotated[str, CodeOf("occurred_precision")] = labelled(
        INDIRECT, "How exactly the time is known; with day, `occurred_at` is local midnight.", "minute"
    )
    ended_at: Time | None = labelled(INDIRECT, "When it ended.", None)
    documented_at: Time | None = labelled(INDIRECT, "When the officer wrote it down.", None)
    documented_on_duty: YesNo = labelled(OFFICER, "Whether that was inside the duty shift (P7).", "unknown")
    contact_type: Annotated[str, CodeOf("contact_type")] = labelled(FACT, "Incident, service or engagement.", "unknown")
    record_purpose: Annotated[str, CodeOf("record_purpose")] = labelled(
        FACT, "What the record was made for (34 CFR 99.8(b)(1)).", "unknown"
    )
    status: Annotated[str, CodeOf("incident_status")] = labelled(
        FACT, "Whether the matter is open or closed.", "unknown"
    )
    school_id: SchoolId | None = labelled(INDIRECT, "NCES school id; null: not known, or no school.", None)
    school_code: Identifier | None = labelled(INDIRECT, "The agency's own code of the school.", None)
    on_school_grounds: YesNo = labelled(INDIRECT, "Whether it was on school grounds.", "unknown")
    during_school_activity: YesNo = labelled(INDIRECT, "Whether it was during a school activity.", "unknown")
    nibrs_location: Annotated[str, CodeOf("nibrs_location")] | None = labelled(INDIRECT, "NIBRS location code.", None)
    initiated_by: Annotated[str, CodeOf("initiated_by")] = labelled(FACT, "Who prompted the response (P7).")
    requested_by_role: Annotated[str, CodeOf("requested_by_role")] = labelled(
        FACT, "Who at the school asked.", "unknown"
    )
    request_reason: Identifier | None = labelled(FACT, "Why the officer was asked, local code.", None)
    request_channel: Annotated[str, CodeOf("request_channel")] = labelled(FACT, "How the officer was asked.", "unknown")
    referred_by_school_official: YesNo = labelled(FACT, "Whether a school official referred it (CRDC).", "unknown")
    threat: Annotated[tuple[Annotated[str, CodeOf("threat")], ...], Few] | None = labelled(
        FACT, "Threats present; `none` alone: known to be none; null: not known (P3).", None
    )
    conduct: Annotated[tuple[Conduct, ...], Many, AfterValidator(Numbered("conduct_number"))] | None = labelled(
        STUDENT, "Alleged conduct; empty: none; null: not known.", None
    )
    officers: tuple[Officer, ...] = labelled(
        OFFICER, "Officers who took part, at least one.", min_length=1, max_length=200
    )
    people_not_listed: PeopleNotListed | None = labelled(FACT, "How many more people were there.", None)
    outcomes: Annotated[tuple[Outcome, ...], Many] | None = labelled(STUDENT, "How it ended; null: not known.", None)
    charges: Annotated[tuple[Charge, ...], Many, AfterValidator(Numbered("charge_number"))] | None = labelled(
        STUDENT, "Charges; empty: none; null: not known.", None
    )
    body_worn_camera: BodyWornCamera | None = labelled(OFFICER, "Recording by a body-worn camera.", None)
    other_numbers: Annotated[tuple[OtherNumber, ...], Many] | None = labelled(
        INDIRECT, "Numbers of other systems.", None
    )
    source_system: Identifier = labelled(FACT, "Records system that the report comes from (P7).", "unknown")


class IncidentReport(Circumstances):
    """What a records system sends: the whole record as it now stands."""

    STAND_INS: ClassVar[Mapping[str, Any]] = {
        "occurred_at": "1900-01-02T00:00:00Z",
        "initiated_by": "unknown",
        "officers": [{}],
    }
    """What stands for a required answer at fault while the rest of the report is looked at; never kept."""

    ori: Ori | None = labelled(FACT, "Agency; in the body only to be compared with the path.", None)
    incident_number: str | None = labelled(FACT, "Incident number; compared with the path.", None, max_length=80)
    people: Annotated[tuple[PersonReport, ...], Many, AfterValidator(Numbered("person_number"))] | None = labelled(
        STUDENT, "People involved; empty: none; null: not known.", None
    )
    actions: Annotated[tuple[ActionReport, ...], Many, AfterValidator(Numbered("action_number"))] | None = labelled(
        FACT, "What officers did; empty: nothing; null: not known.", None
    )
    detention_documentation: (
        Annotated[tuple[DocumentationReport, ...], Many, AfterValidator(Numbered("documentation_number"))] | None
    ) = labelled(FACT, "Documentation of detentions; null: not known.", None)
    narrative: Text | None = labelled(SEALED, "The officer's narrative. It goes to the vault.", None)
    source_version: int | None = labelled(INTERNAL, "The sender's own version of the record.", None, ge=0, lt=2**63)
    source_updated_at: Time | None = labelled(INTERNAL, "The sender's own time of its last change.", None)


class IncidentLine(IncidentReport, PutLine):
    """One line of a bulk push that reports an incident."""

    ori: Ori = labelled(FACT, "Agency that owns the record.")
    incident_number: str = labelled(FACT, "The agency's incident number.", min_length=1, max_length=80)


class IncidentVoidLine(VoidLine):
    """One line of a bulk push that voids an incident."""

    ori: Ori = labelled(FACT, "Agency that owns the record.")
    incident_number: str = labelled(FACT, "The agency's incident number.", min_length=1, max_length=80)


class Incident(Circumstances):
    """What is kept, published and viewed."""

    ori: Ori = labelled(FACT, "Agency that owns the record.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The agency's incident number in canonical form.")
    source_number: Name | None = labelled(INDIRECT, "The number as the sender spells it, where that differs.", None)
    school_mapped: bool = labelled(INTERNAL, "True where school_id comes from the agency's school code.", False)
    people: tuple[Person, ...] | None = labelled(STUDENT, "People involved; empty: none; null: not known.", None)
    actions: tuple[Action, ...] | None = labelled(FACT, "What officers did; empty: nothing; null: not known.", None)
    detention_documentation: tuple[Documentation, ...] | None = labelled(
        FACT, "Documentation of detentions; null: not known.", None
    )
    narrative: TextPresence = labelled(FACT, "Whether a narrative stands in the vault.", "none")
    sealed_digest: str | None = labelled(INTERNAL, "Keyed digest of the record's sealed texts.", None)
    void_reason: Annotated[str, CodeOf("void_reason")] | None = labelled(
        FACT, "Why the record is void; null while it is not.", None
    )


class SchoolCodeReport(Contract):
    """Which school an agency means by one of its own codes, and when."""

    school_id: SchoolId = labelled(FACT, "NCES school id, 12 digits.")
    valid_from: Day | None = labelled(FACT, "First day; null: from the beginning.", None)
    valid_to: Day | None = labelled(FACT, "Last day; null: to this day.", None)


class SchoolCode(SchoolCodeReport):
    """An agency's school code as it is kept."""

    ori: Ori = labelled(FACT, "Agency whose code it is.")
    code: Identifier = labelled(FACT, "The agency's code of the school.")
