"""The event envelope: CloudEvents 1.0 in structured JSON, on `daylight.<service>.<kind>.<past tense>.<record id>`."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, StringConstraints

from shared.contracts.contract import Contract, Label, labelled

FACT, INTERNAL = Label.FACT, Label.INTERNAL

RECORDED = "recorded"
VOIDED = "voided"
ERASED = "erased"
"""An order of a court has taken the record out: nothing of it is left but its id."""
CONTENT_TYPE = "application/cloudevents+json"


class RecordState(Contract):
    """A record as it stands after the event. A record that is void has no document.

    What an order of a court has erased has neither key nor document, in all of its events.
    """

    id: UUID = labelled(FACT, "Id of the record.")
    key: str = labelled(FACT, "Natural key of the record; empty once it is erased.")
    owner: str = labelled(FACT, "Organisation that owns it: an ORI, a district id, or `public`; empty once erased.")
    version: int = labelled(FACT, "Version after the event, from 1.", ge=1)
    schema_version: int = labelled(FACT, "Version of the document's contract.", ge=1)
    document: dict[str, Any] | None = labelled(FACT, "The record; null once it is void.", None)


class Event(Contract):
    """One change of one record.

    Source: CloudEvents 1.0, with the extensions `sequence` and `traceparent` and our `position`.
    """

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    specversion: Literal["1.0"] = labelled(FACT, "Version of CloudEvents.")
    id: UUID = labelled(FACT, "Id of the event.")
    source: str = labelled(FACT, "`/services/<service>`.")
    type: Annotated[str, StringConstraints(pattern=r"^daylight\.[a-z_]+\.[a-z_]+\.[a-z_]+$")] = labelled(
        FACT, "`daylight.<service>.<kind>.<past tense>`."
    )
    subject: str = labelled(FACT, "Id of the record.")
    time: AwareDatetime = labelled(FACT, "When the change was written.")
    datacontenttype: Literal["application/json"] = labelled(FACT, "Form of `data`.")
    sequence: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,19}$")] = labelled(
        FACT, "Number of the event in its service, dense from 1."
    )
    position: str = labelled(FACT, "Place in the service's log: epoch.transaction.id.")
    traceparent: str | None = labelled(INTERNAL, "W3C trace context of the write.", None)
    data: RecordState = labelled(FACT, "The record as it now stands.")

    @property
    def kind(self) -> str:
        """The record's kind, the third part of the type."""
        return self.type.split(".")[2]

    @property
    def change(self) -> str:
        """What happened, in the past tense: the fourth part of the type."""
        return self.type.split(".")[3]
