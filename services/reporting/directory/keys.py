"""What names an entry of the directory, and who may write it."""

from dataclasses import dataclass

from shared.contracts.contract import LeaId, Ori, SchoolId
from shared.web.caller import Caller
from shared.web.problems import Problem

LEA_DIGITS = 7
WRITES_EVERYTHING = frozenset({"administrator", "state_system"})


@dataclass(frozen=True, slots=True)
class EntryKey:
    """The kind of an entry, and the agency, district or school that names it."""

    kind: str
    ori: str | None = None
    lea_id: str | None = None
    school_id: str | None = None

    @property
    def natural(self) -> str:
        """The key within the kind: what names the entry, joined by slashes."""
        return "/".join(part for part in (self.ori, self.lea_id, self.school_id) if part)

    @property
    def district(self) -> str | None:
        """The district that the entry belongs to: a school's id begins with it; an agency has none."""
        return self.school_id[:LEA_DIGITS] if self.school_id else self.lea_id

    def __str__(self) -> str:
        return f"{self.kind}/{self.natural}"


async def agency_in_path(ori: Ori) -> EntryKey:
    """The agency that a path names."""
    return EntryKey("agency", ori=ori)


async def district_in_path(lea_id: LeaId) -> EntryKey:
    """The district that a path names."""
    return EntryKey("district", lea_id=lea_id)


async def school_in_path(school_id: SchoolId) -> EntryKey:
    """The school that a path names."""
    return EntryKey("school", school_id=school_id)


async def partnership_in_path(ori: Ori, lea_id: LeaId) -> EntryKey:
    """The partnership that a path names."""
    return EntryKey("partnership", ori=ori, lea_id=lea_id)


def own(caller: Caller, key: EntryKey) -> None:
    """Raise Problem `not-your-organisation` unless the caller may write the entry.

    An agency's system writes its agency, a district's its district and schools; either writes its partnerships.
    """
    if caller.role in WRITES_EVERYTHING:
        return
    if caller.role == "agency_system" and key.ori is not None and caller.owns(key.ori):
        return
    if caller.role == "district_system" and key.district in caller.lea_ids:
        return
    raise Problem("not-your-organisation")
