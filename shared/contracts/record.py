"""What is said of records of every kind: the receipt of a write, what a read says besides the record, a void."""

from typing import Annotated, Literal
from uuid import UUID

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Label, labelled

FACT = Label.FACT

LIVE, VOID = "live", "void"
"""What a record is: in views and counts, or out of them."""

VoidReason = Annotated[str, CodeOf("void_reason")]


class Receipt(Contract):
    """The answer to a write: which record is kept, and at which version."""

    id: UUID = labelled(FACT, "Daylight's id of the record, UUIDv7.")
    version: int = labelled(FACT, "Version, from 1.")
    etag: str = labelled(FACT, "Entity tag of this version.")
    status: str = labelled(FACT, "`void` for a record that is out of views and counts, else where it stands.")


class Withheld(Contract):
    """What an answer does not show, and why."""

    path: tuple[str, ...] = labelled(FACT, "Where it would stand; `*` for every index of a list.")
    rule: str = labelled(FACT, "Rule of the policy.")
    section: str = labelled(FACT, "Section of 34 CFR Part 99, or the principle.")
    reason: str = labelled(FACT, "Why it is not shown.")
    who_may: str = labelled(FACT, "Who may see it.")


class VoidRequest(Contract):
    """Why a record is taken out of views and counts."""

    reason_code: VoidReason = labelled(FACT, "Why.")


class PutLine(Contract):
    """What a line of a bulk push that puts a record says besides the record."""

    op: Literal["put"] = labelled(FACT, "put: the record as it now stands.", "put")


class VoidLine(Contract):
    """What a line of a bulk push that makes a record void says besides its key."""

    op: Literal["void"] = labelled(FACT, "void: out of views and counts.")
    reason_code: VoidReason = labelled(FACT, "Why.", "unknown")
