"""A report as rules see it: what was sent, under which key, and when. Pure: no clock, no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shared.contracts.contract import Contract

R = TypeVar("R", bound=Contract)
K = TypeVar("K", bound=Contract)


@dataclass(frozen=True, slots=True)
class Sent(Generic[R, K]):
    """A report, the members of its key, and the moment."""

    report: R
    key: K
    now: datetime
