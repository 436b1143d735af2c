"""What reaches the two sides of a contact: the district's own copy of a record, and who opened it (P4, P7)."""

from uuid import UUID

from shared.contracts.contract import Contract, IncidentNumber, Label, LeaId, Ori, SchoolId, Time, labelled
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Side
from shared.contracts.record import Withheld

FACT, INDIRECT = Label.FACT, Label.INDIRECT


class Delivery(Contract):
    """The district's copy of an incident at one of its schools. It is an education record from the day it arrives."""

    lea_id: LeaId = labelled(FACT, "District that keeps the copy.")
    school_id: SchoolId = labelled(INDIRECT, "School that the incident is at.")
    incident_version: int = labelled(FACT, "Version of the agency's record that the copy was made from.")
    delivered_at: Time = labelled(INDIRECT, "When the first copy was delivered.")
    documentation_delivered_at: Time | None = labelled(
        INDIRECT, "When the first copy with completed documentation was delivered; null while none was (P4).", None
    )
    incident: Incident = labelled(FACT, "The copy: every coded field but where the recording is kept.")
    apart: bool = labelled(
        Label.INTERNAL, "True where an order reached the agency's record alone: this copy stays as it was.", False
    )


class Opening(Contract):
    """That a person of one side has opened a report, and acknowledged it."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    side: Side = labelled(FACT, "Side that opened it: agency or school.")
    opened_at: Time = labelled(INDIRECT, "When a person of that side first opened it (P7).")
    opened_by_role: str = labelled(FACT, "Role of that person.")
    acknowledged_at: Time | None = labelled(INDIRECT, "When it was first acknowledged; null while it was not.", None)
    documentation_acknowledged_at: Time | None = labelled(
        INDIRECT, "When it was first acknowledged with completed documentation; null while it was not (P4).", None
    )


class InboxItem(Contract):
    """One report as it waits for a side."""

    id: UUID = labelled(FACT, "Id of the item.")
    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    school_id: SchoolId | None = labelled(INDIRECT, "School that it is at; null where none is known.", None)
    delivered_at: Time = labelled(INDIRECT, "When it was delivered.")
    version: int = labelled(FACT, "Version of the incident that stands.")
    opened_at: Time | None = labelled(INDIRECT, "When it was first opened; null while it was not.", None)
    acknowledged_at: Time | None = labelled(INDIRECT, "When it was acknowledged; null while it was not.", None)
    documentation_complete: bool = labelled(FACT, "Whether completed documentation was delivered with it.")
    documentation_acknowledged_at: Time | None = labelled(
        INDIRECT, "When it was first acknowledged with completed documentation; null while it was not.", None
    )


class Inbox(Contract):
    """One page of an inbox, oldest first."""

    items: tuple[InboxItem, ...] = labelled(INDIRECT, "The items of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())
