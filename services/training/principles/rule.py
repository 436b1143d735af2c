"""What a rule of this service is: a flag, and a pure function that says of which records it is raised."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.training.principles.dossier import Case
from shared.findings.flag_code import FlagCode
from shared.findings.truth import Truth


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one record of an officer.

    `record` is officer, assignment, completion or evaluation, and `number` the agency's number of it. `detail` tells
    several flags of one record apart. `severity` stands in place of the flag's. `days_short` is how many days were
    lacking.
    """

    record: str
    number: str
    truth: Truth
    detail: str | None = None
    severity: str | None = None
    days_short: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule(FlagCode):
    """A flag that is raised by what is known of an officer. A rule `of_sros` is not asked of anybody else."""

    judged: Callable[[Case], Iterable[Verdict]]
    of_sros: bool = True
