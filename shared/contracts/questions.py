"""What is still to be said about an incident, and which answers gave way to what the records system says since."""

from typing import Literal, TypeAlias

from shared.contracts.contract import Contract, Label, Time, labelled

FACT, HEALTH = Label.FACT, Label.HEALTH

ByRequest: TypeAlias = Literal["PATCH", "PUT"]
GaveWay: TypeAlias = Literal["changed", "element_left_out", "contradicted"]


class OpenQuestion(Contract):
    """What is still to be said about a record, and by whom.

    `/actions/2/purpose` is answered by the PATCH `{"actions": {"2": {"purpose": …}}}`.
    """

    pointer: str = labelled(FACT, "JSON Pointer to the field; an element is named by its number, as in a PATCH.")
    question: str = labelled(FACT, "The question in words.")
    asked_of: str = labelled(FACT, "officer, supervisor or school.")
    answer_with: ByRequest = labelled(
        FACT, "PATCH; or PUT where the answer is an element that the record does not have, since a PATCH adds none."
    )
    due_at: Time | None = labelled(FACT, "When it is due; null where no limit is set.", None)
    principle: str = labelled(FACT, "The guiding principle that asks.")


class SupersededAnswer(Contract):
    """An answer that a later PUT has taken the place of; it is listed until the question is answered again."""

    pointer: str = labelled(FACT, "JSON Pointer to the field; an element is named by its number.")
    because: GaveWay = labelled(
        FACT,
        "The PUT changed the field itself, left its element out, or changed what the answer cannot stand beside.",
    )
    answer: bool | int | str | tuple[int | str, ...] | None = labelled(
        HEALTH, "The coded answer as it was; null for a text or an identity.", None
    )
