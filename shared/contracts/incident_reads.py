"""What the incidents service answers: the receipt of a write, a record read back, the inventory."""

from typing import Literal
from uuid import UUID

from shared.contracts.conclusions import Classification, Undetermined
from shared.contracts.contract import Contract, IncidentNumber, Label, Time, labelled
from shared.contracts.flags import Finding, FlagState
from shared.contracts.incidents import Incident, TextPresence
from shared.contracts.questions import OpenQuestion, SupersededAnswer
from shared.contracts.record import Receipt, Withheld

FACT, HEALTH, INDIRECT, INTERNAL, STUDENT = Label.FACT, Label.HEALTH, Label.INDIRECT, Label.INTERNAL, Label.STUDENT


class RaisedFlag(Finding):
    """A flag that is raised, as it is said with its record."""

    id: UUID = labelled(FACT, "The flag's id.")
    state: FlagState = labelled(FACT, "open, explained or upheld.")


class Answered(Contract):
    """What is said with a record: what the rules found, and what is still to be said about it."""

    classification: Classification | None = labelled(FACT, "What kind of contact it was; null for a void record.", None)
    flags: tuple[RaisedFlag, ...] = labelled(FACT, "The flags that are raised.", ())
    undetermined: tuple[Undetermined, ...] = labelled(FACT, "Rules that could not be judged, and what is missing.", ())
    open_questions: tuple[OpenQuestion, ...] = labelled(FACT, "What is still to be said.", ())
    superseded_answers: tuple[SupersededAnswer, ...] = labelled(
        HEALTH, "Answers that gave way to what a later PUT says, until the question is answered again.", ()
    )


class PersonReceipt(Contract):
    """What is known of a person's identity, never the identity."""

    person_number: int = labelled(FACT, "The person's number in the record.")
    identity: TextPresence = labelled(STUDENT, "Whether an identity stands in the vault.")


class IncidentReceipt(Answered, Receipt):
    """The answer to a report: what is kept of it and what is still to be said."""

    people: tuple[PersonReceipt, ...] = labelled(STUDENT, "For each person whether an identity was given.")
    left_out: tuple[str, ...] = labelled(
        FACT, "JSON Pointers to what was left out of the report because an order took it away, elements by number.", ()
    )


class IncidentRead(Answered, Incident):
    """An incident as the agency that owns it reads it back."""

    id: UUID = labelled(FACT, "Daylight's id of the record, UUIDv7.")
    version: int = labelled(FACT, "Version, from 1.")
    etag: str = labelled(FACT, "Entity tag of this version.")
    status: str = labelled(FACT, "open, closed, unknown or void.")
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())


class InventoryEntry(Contract):
    """One incident of an agency's inventory: enough to reconcile by, nothing of its content."""

    incident_number: IncidentNumber = labelled(INDIRECT, "The agency's incident number in canonical form.")
    version: int = labelled(FACT, "Version, from 1.")
    etag: str = labelled(FACT, "Entity tag of this version.")
    source_version: int | None = labelled(INTERNAL, "The sender's own version of the record.", None)
    received_at: Time = labelled(INDIRECT, "When this version was taken in.")
    result: Literal["created", "changed", "voided"] = labelled(FACT, "What the last change was.")


class Inventory(Contract):
    """One page of an agency's inventory, by incident number."""

    incidents: tuple[InventoryEntry, ...] = labelled(INDIRECT, "The incidents of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())
