"""What names a record of this service, and who may write it."""

from dataclasses import dataclass

from shared.contracts.calendars import CalendarKey
from shared.contracts.contract import LEA_ID_DIGITS, Contract, Identifier, LeaId, Ori, SchoolId, SchoolYear
from shared.contracts.directory import AgencyKey, DistrictKey, PartnershipKey, SchoolKey
from shared.contracts.school_side import EnrollmentKey, MeasureCode, SchoolCaseKey, SchoolCountKey, Snapshot
from shared.web.caller import Caller
from shared.web.problems import Problem


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The kind of a record, and the members of the key that name it."""

    kind: str
    members: Contract

    @property
    def natural(self) -> str:
        """The key within the kind: its members, joined by slashes."""
        return "/".join(self.members.model_dump().values())

    @property
    def ori(self) -> str | None:
        """The agency that it names."""
        ori: str | None = getattr(self.members, "ori", None)
        return ori

    @property
    def lea_id(self) -> str | None:
        """The district that it belongs to: a school's id begins with it; an agency has none."""
        school_id: str | None = getattr(self.members, "school_id", None)
        lea_id: str | None = getattr(self.members, "lea_id", None)
        return school_id[:LEA_ID_DIGITS] if school_id else lea_id

    def __str__(self) -> str:
        return f"{self.kind}/{self.natural}"


async def agency_in_path(ori: Ori) -> RecordKey:
    """The agency that a path names."""
    return RecordKey("agency", AgencyKey(ori=ori))


async def district_in_path(lea_id: LeaId) -> RecordKey:
    """The district that a path names."""
    return RecordKey("district", DistrictKey(lea_id=lea_id))


async def school_in_path(school_id: SchoolId) -> RecordKey:
    """The school that a path names."""
    return RecordKey("school", SchoolKey(school_id=school_id))


async def partnership_in_path(ori: Ori, lea_id: LeaId) -> RecordKey:
    """The partnership that a path names."""
    return RecordKey("partnership", PartnershipKey(ori=ori, lea_id=lea_id))


async def calendar_in_path(lea_id: LeaId, school_year: SchoolYear) -> RecordKey:
    """The calendar that a path names."""
    return RecordKey("calendar", CalendarKey(lea_id=lea_id, school_year=school_year))


async def enrollment_in_path(school_id: SchoolId, school_year: SchoolYear, snapshot: Snapshot) -> RecordKey:
    """The enrolment that a path names."""
    return RecordKey("enrollment", EnrollmentKey(school_id=school_id, school_year=school_year, snapshot=snapshot))


async def school_count_in_path(school_id: SchoolId, school_year: SchoolYear, measure: MeasureCode) -> RecordKey:
    """The school's own count that a path names."""
    return RecordKey("school_count", SchoolCountKey(school_id=school_id, school_year=school_year, measure=measure))


async def school_case_in_path(school_id: SchoolId, case_number: Identifier) -> RecordKey:
    """The school's own case that a path names."""
    return RecordKey("school_case", SchoolCaseKey(school_id=school_id, case_number=case_number))


def own(caller: Caller, key: RecordKey, write_everything: frozenset[str]) -> None:
    """Raise Problem `not-your-organisation` unless the caller may write the record.

    An agency's system writes its agency, a district's its district and schools; either writes its partnerships.
    `write_everything` are the roles that may write every record of the kind.
    """
    if caller.role in write_everything:
        return
    if caller.role == "agency_system" and key.ori is not None and caller.owns(key.ori):
        return
    if caller.role == "district_system" and key.lea_id in caller.lea_ids:
        return
    raise Problem("not-your-organisation")
