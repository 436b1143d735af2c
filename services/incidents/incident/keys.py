"""An incident's natural key, as senders spell it and as it is compared."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from shared.contracts.fault import Fault
from shared.web.caller import Caller
from shared.web.problems import Problem

ORI = re.compile(r"[A-Z0-9]{9}")
NUMBER = re.compile(r"[A-Z0-9._\-]{1,40}")
JOINED = str.maketrans("/ \t", "---")
BLANKS = " \t"
LONGEST_SPELLING = 80


@dataclass(frozen=True, slots=True)
class IncidentKey:
    """The agency and its own number in canonical form; `source_number` is the number as the sender spells it."""

    ori: str
    number: str
    source_number: str

    def __str__(self) -> str:
        return f"{self.ori}/{self.number}"


def canonical(ori: str, number: str) -> IncidentKey:
    """The key in canonical form: trimmed, upper-cased, slashes and blanks as hyphens.

    Only ASCII is taken, since other letters may upper-case into it and make two numbers one. Raises Problem
    `invalid-value` naming `ori` or `incident_number`.
    """
    compared = number.strip(BLANKS).upper().translate(JOINED)
    faults = []
    if not ORI.fullmatch(ori):
        faults.append(Fault("#/ori", "invalid-value", "An ORI is 9 capital letters and digits."))
    if not (number.isascii() and len(number) <= LONGEST_SPELLING and NUMBER.fullmatch(compared)):
        detail = "1 to 40 of A-Z 0-9 . _ - after trimming; slashes and blanks become hyphens."
        faults.append(Fault("#/incident_number", "invalid-value", detail))
    if faults:
        raise Problem.of_faults(faults)
    return IncidentKey(ori, compared, number)


async def incident_key(ori: str, incident_number: str) -> IncidentKey:
    """The key that a path names. Raises Problem `invalid-value`."""
    return canonical(ori, incident_number)


IncidentPath = Annotated[IncidentKey, Depends(incident_key)]


def own(caller: Caller, ori: str) -> None:
    """Raise Problem `not-your-organisation` unless the caller may write for the agency."""
    if not caller.owns(ori):
        raise Problem("not-your-organisation")


def readable(caller: Caller, ori: str) -> None:
    """Raise Problem `not-found` unless the caller may read what the agency wrote."""
    if not caller.owns(ori):
        raise Problem("not-found")
