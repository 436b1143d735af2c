"""Orders of courts to seal or to expunge a record, or one person of it, and to lift that again.

What an order says of itself goes to the vault: the number of a court's case names a child as surely as a name does.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.contracts.contract import Contract, Day, ElementNumber, Label, Name, labelled

FACT, STUDENT, SEALED = Label.FACT, Label.STUDENT, Label.SEALED

Reach = Literal["agency", "district"]
Statistics = Literal["keep", "remove"]
PersonNumbers = Annotated[tuple[ElementNumber, ...], Field(min_length=1, max_length=1_000)]


class CourtOrder(Contract):
    """The order itself, as the court names it."""

    authority: Name = labelled(SEALED, "The court or authority that gave it.")
    number: Name = labelled(SEALED, "Its number there.")
    ordered_on: Day = labelled(SEALED, "Day on which it was given.")


OF_EVERY_ORDER: Mapping[str, Any] = {
    "order": {"authority": "-", "number": "-", "ordered_on": "1900-01-01"},
    "person_numbers": None,
}


class LiftReport(Contract):
    """An order that lifts another: what the other kept out may be taken in again."""

    STAND_INS: ClassVar[Mapping[str, Any]] = OF_EVERY_ORDER
    """What stands for a required answer at fault while the rest is looked at; never kept."""

    order: CourtOrder = labelled(SEALED, "The order that lifts.")
    person_numbers: PersonNumbers | None = labelled(
        STUDENT, "The people whom the order that is lifted named; null where it named the whole record."
    )


class OrderReport(Contract):
    """An order to seal or to expunge."""

    STAND_INS: ClassVar[Mapping[str, Any]] = {**OF_EVERY_ORDER, "applies_to": ["agency"], "statistics": "keep"}
    """What stands for a required answer at fault while the rest is looked at; never kept."""

    order: CourtOrder = labelled(SEALED, "The order.")
    person_numbers: PersonNumbers | None = labelled(STUDENT, "The people it names; null: the whole record.")
    applies_to: Annotated[tuple[Reach, ...], Field(min_length=1, max_length=2)] = labelled(
        FACT, "Whose records it reaches: agency, or agency and district. The district's copy is the district's own."
    )
    statistics: Statistics = labelled(FACT, "Whether what was counted stays counted: keep or remove.")


class Erased(Contract):
    """All that the event says by which a record is erased."""

    statistics: Statistics = labelled(FACT, "Whether what was counted of the record stays counted: keep or remove.")
