"""What is said of records of every kind: the receipt of a write, the request for a void."""

from typing import Annotated
from uuid import UUID

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Label, labelled

FACT = Label.FACT

VoidReason = Annotated[str, CodeOf("void_reason")]


class Receipt(Contract):
    """The answer to a write: which record is kept, and at which version."""

    id: UUID = labelled(FACT, "Daylight's id of the record, UUIDv7.")
    version: int = labelled(FACT, "Version, from 1.")
    etag: str = labelled(FACT, "Entity tag of this version.")
    status: str = labelled(FACT, "`void` for a record that is out of views and counts, else where it stands.")


class VoidRequest(Contract):
    """Why a record is taken out of views and counts."""

    reason_code: VoidReason = labelled(FACT, "Why.")
