"""Who sees what of an agency's training records: the agency all of its own, an officer what is about that officer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.findings.flag_code import Reader
from shared.web.caller import EVERY_AGENCY, Caller
from shared.web.problems import Problem

OFFICER = "officer"
READER_OF_ROLE: Mapping[str, Collection[Reader]] = {
    "agency_system": (Reader.AGENCY, Reader.SENDER),
    "state_system": (Reader.AGENCY, Reader.SENDER),
    "supervisor": (Reader.AGENCY,),
    OFFICER: (Reader.OFFICER,),
}
"""As whom each role is shown a flag; a role that is not here reads nothing of this service."""


def readable(caller: Caller, record: Mapping[str, Any], *, of_candidates: bool = False) -> bool:
    """Whether the caller is shown a record. An officer is shown the catalog, the plan, and what names them.

    What is `of_candidates` no officer is shown, whether one of them or not: the committee and the agency are (P5).
    """
    if caller.role not in READER_OF_ROLE or not caller.owns(record["ori"]):
        return False
    if caller.role != OFFICER:
        return True
    if of_candidates:
        return False
    named = record.get("officer_numbers", [record.get("officer_number", caller.officer_number)])
    return caller.officer_number in named


def lists(caller: Caller, ori: str, *, of_officers: bool) -> bool:
    """Whether the caller is shown all of an agency's records of a kind, which may be `of_officers` one by one."""
    return caller.role in READER_OF_ROLE and caller.owns(ori) and not (of_officers and caller.role == OFFICER)


@dataclass(frozen=True, slots=True)
class Sight:
    """Of whom a caller is shown what follows: agencies, None for every one, and the one officer, None for all."""

    oris: Sequence[str] | None
    officer_number: str | None


def sight_of(caller: Caller, ori: str | None, officer_number: str | None) -> Sight:
    """What the caller is shown of what was asked for. Raises Problem `not-found` where that is nothing."""
    if caller.role not in READER_OF_ROLE or (ori is not None and not caller.owns(ori)):
        raise Problem("not-found")
    if caller.role == OFFICER:
        if caller.officer_number is None or officer_number not in (None, caller.officer_number):
            raise Problem("not-found")
        officer_number = caller.officer_number
    if ori is not None:
        return Sight([ori], officer_number)
    return Sight(None if EVERY_AGENCY in caller.oris else caller.oris, officer_number)


def sees(caller: Caller, seen_by: Collection[str]) -> bool:
    """Whether the caller is among those who are shown a flag."""
    return any(reader.value in seen_by for reader in READER_OF_ROLE.get(caller.role, ()))
