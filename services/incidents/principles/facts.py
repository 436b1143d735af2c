"""What the rules may know: everything is given, nothing is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.clocks import Clock
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement


@dataclass(frozen=True, slots=True)
class Facts:
    """One record as it stands, with what stands around it.

    `accepted_at` is when its first version was taken in. `judgements` holds each side's newest one. `clocks` are the
    facts of its clocks. `neighbours` are the numbers of the agency's other incidents with one of its officers, at its
    school, within ten minutes; None where it was not looked for, since no officer or no school is known.
    """

    incident: Incident
    accepted_at: datetime
    now: datetime
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    clocks: Sequence[Clock] = ()
    neighbours: tuple[str, ...] | None = None
