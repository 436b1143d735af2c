"""The life of a flag: open when a rule raises it, corrected when the rule raises it no longer, open when it does again.

A flag is never deleted, and has the same id however often it is raised. Pure: no clock, no I/O.
"""

from collections.abc import Mapping
from typing import Protocol, Self, TypeVar
from uuid import UUID

OPEN, UPHELD, CORRECTED = "open", "upheld", "corrected"


class LivingFlag(Protocol):
    """A finding with its life: where it stands (`state`), and since when (`raised_at`)."""

    @property
    def state(self) -> str:
        """open, explained, upheld or corrected."""

    def model_copy(self, *, update: Mapping[str, object]) -> Self:
        """The same with other values."""


F = TypeVar("F", bound=LivingFlag)
LIFE = ("state", "raised_at")


def lived_on(standing: Mapping[UUID, F], found: Mapping[UUID, F]) -> dict[UUID, F]:
    """Every flag by id, after the rules have found what they find now, each as if it were open from now on.

    What is found again says what is found now and keeps what people said of it. What is found no longer is corrected.
    """
    flags = {key: _again(standing.get(key), flag) for key, flag in found.items()}
    gone = {key: flag for key, flag in standing.items() if key not in found}
    return flags | {key: flag.model_copy(update={"state": CORRECTED}) for key, flag in gone.items()}


def _again(standing: F | None, found: F) -> F:
    if standing is None or standing.state == CORRECTED:
        return found
    return found.model_copy(update={name: getattr(standing, name) for name in LIFE})
