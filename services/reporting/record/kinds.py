"""The kinds of record of this service are alike: a kind is its table, contracts, rules, and place in URLs."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reporting.calendar import rules as calendar_rules
from services.reporting.calendar.tables import CALENDAR
from services.reporting.directory import rules as directory_rules
from services.reporting.directory.tables import AGENCY, DISTRICT, PARTNERSHIP, SCHOOL
from services.reporting.enrollment import rules as enrollment_rules
from services.reporting.enrollment.tables import ENROLLMENT
from services.reporting.record.keys import (
    RecordKey,
    agency_in_path,
    calendar_in_path,
    district_in_path,
    enrollment_in_path,
    partnership_in_path,
    school_case_in_path,
    school_count_in_path,
    school_in_path,
)
from services.reporting.record.sent import Sent
from services.reporting.school_case import rules as school_case_rules
from services.reporting.school_case.tables import SCHOOL_CASE
from services.reporting.school_count import rules as school_count_rules
from services.reporting.school_count.tables import SCHOOL_COUNT
from shared.contracts import calendars, directory, school_side
from shared.contracts.contract import Contract
from shared.contracts.fault import Fault
from shared.records.keep import Kind

PUBLIC = "public"
"""Who owns the facts that are everybody's."""
WRITE_PUBLIC_FACTS = frozenset({"administrator", "state_system"})
WRITE_SCHOOL_FIGURES = frozenset({"administrator"})
"""Figures that a district publishes anyway can be brought in for many districts at once; no police role does it."""


def _nothing(_: Sent[Any, Any]) -> Iterator[Fault]:
    yield from ()


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record: how it is kept, its name in URLs, the contracts in which it is spoken of, and its rules.

    `write_everything` are the roles that write those of every organisation. What is not public belongs to the school's
    district, which alone reads it here.
    """

    kind: Kind
    plural: str
    in_path: Callable[..., Awaitable[RecordKey]]
    key: type[Contract]
    report: type[Contract]
    record: type[Contract]
    line: type[Contract]
    void_line: type[Contract]
    view: type[Contract]
    faults: Callable[[Sent[Any, Any]], Iterator[Fault]] = _nothing
    write_everything: frozenset[str] = WRITE_PUBLIC_FACTS
    public: bool = True

    @property
    def contracts(self) -> tuple[type[Contract], ...]:
        """Everything that is sent or answered about a record of this kind."""
        return (self.report, self.line, self.void_line, self.record, self.view)

    @property
    def path(self) -> str:
        """The members of the key as a path."""
        return "".join(f"/{{{member}}}" for member in self.key.model_fields)

    def owner_of(self, key: RecordKey) -> str:
        """Whose a record is."""
        return PUBLIC if self.public else key.lea_id or PUBLIC

    def record_of(self, key: RecordKey, report: Contract) -> Contract:
        """What is kept of a report, or of a line that says the same."""
        said = {name: getattr(report, name) for name in self.report.model_fields} | key.members.model_dump()
        named = {"lea_id": key.lea_id} if "lea_id" in self.record.model_fields else {}
        return self.record.model_validate(said | named)

    def faults_of(self, key: RecordKey, now: datetime) -> Callable[[Any], Iterator[Fault]]:
        """Finds everything about a report that cannot be, though each field is right alone."""
        return lambda report: self.faults(Sent(report, key.members, now))


DIRECTORY: Mapping[str, RecordKind] = {
    one.kind.name: one
    for one in (
        RecordKind(
            AGENCY,
            "agencies",
            agency_in_path,
            directory.AgencyKey,
            directory.AgencyReport,
            directory.Agency,
            directory.AgencyLine,
            directory.AgencyVoidLine,
            directory.AgencyView,
        ),
        RecordKind(
            DISTRICT,
            "districts",
            district_in_path,
            directory.DistrictKey,
            directory.DistrictReport,
            directory.District,
            directory.DistrictLine,
            directory.DistrictVoidLine,
            directory.DistrictView,
        ),
        RecordKind(
            SCHOOL,
            "schools",
            school_in_path,
            directory.SchoolKey,
            directory.SchoolReport,
            directory.School,
            directory.SchoolLine,
            directory.SchoolVoidLine,
            directory.SchoolView,
            directory_rules.school_faults,
        ),
        RecordKind(
            PARTNERSHIP,
            "partnerships",
            partnership_in_path,
            directory.PartnershipKey,
            directory.PartnershipReport,
            directory.Partnership,
            directory.PartnershipLine,
            directory.PartnershipVoidLine,
            directory.PartnershipView,
            directory_rules.partnership_faults,
        ),
    )
}
"""The kinds of the directory by name, in the order in which they name each other."""
OF_DISTRICTS: Mapping[str, RecordKind] = {
    one.kind.name: one
    for one in (
        RecordKind(
            CALENDAR,
            "calendars",
            calendar_in_path,
            calendars.CalendarKey,
            calendars.CalendarReport,
            calendars.Calendar,
            calendars.CalendarLine,
            calendars.CalendarVoidLine,
            calendars.CalendarView,
            calendar_rules.faults,
        ),
        RecordKind(
            ENROLLMENT,
            "enrollment",
            enrollment_in_path,
            school_side.EnrollmentKey,
            school_side.EnrollmentReport,
            school_side.Enrollment,
            school_side.EnrollmentLine,
            school_side.EnrollmentVoidLine,
            school_side.EnrollmentView,
            enrollment_rules.faults,
            WRITE_SCHOOL_FIGURES,
            public=False,
        ),
        RecordKind(
            SCHOOL_COUNT,
            "school-counts",
            school_count_in_path,
            school_side.SchoolCountKey,
            school_side.SchoolCountReport,
            school_side.SchoolCount,
            school_side.SchoolCountLine,
            school_side.SchoolCountVoidLine,
            school_side.SchoolCountView,
            school_count_rules.faults,
            WRITE_SCHOOL_FIGURES,
            public=False,
        ),
        RecordKind(
            SCHOOL_CASE,
            "school-cases",
            school_case_in_path,
            school_side.SchoolCaseKey,
            school_side.SchoolCaseReport,
            school_side.SchoolCase,
            school_side.SchoolCaseLine,
            school_side.SchoolCaseVoidLine,
            school_side.SchoolCaseView,
            school_case_rules.faults,
            frozenset(),
            public=False,
        ),
    )
}
"""The kinds that a district says of its schools, by name."""
KINDS: Mapping[str, RecordKind] = {**DIRECTORY, **OF_DISTRICTS}
"""Every kind by its name."""
