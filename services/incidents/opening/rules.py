"""What a report is after a person has opened or acknowledged it. Pure: no clock, no I/O."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.contracts.deliveries import Opening


class Act(StrEnum):
    """What a person does with a report that waits for the side."""

    OPEN = "open"
    ACKNOWLEDGE = "acknowledge"


def after(
    standing: Opening | None, act: Act, about: dict[str, Any], *, role: str, documented: bool, at: datetime
) -> Opening:
    """What is known of a side's opening after a person of that role did this; the first time of each counts (P7).

    Who acknowledges has opened. Documentation is acknowledged by the first acknowledgement after it was completed
    (P4): `documented` says whether it is. `about` is the incident's key and the side.
    """
    opening = standing or Opening(**about, opened_at=at, opened_by_role=role)
    if act is Act.OPEN:
        return opening
    return opening.model_copy(
        update={
            "acknowledged_at": opening.acknowledged_at or at,
            "documentation_acknowledged_at": opening.documentation_acknowledged_at or (at if documented else None),
        }
    )
