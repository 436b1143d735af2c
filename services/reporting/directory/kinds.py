"""The four kinds of the directory are alike: a kind is its table, its contracts, and where it stands in URLs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.reporting.directory import tables
from services.reporting.directory.keys import (
    EntryKey,
    agency_in_path,
    district_in_path,
    partnership_in_path,
    school_in_path,
)
from shared.contracts import directory
from shared.contracts.contract import Contract
from shared.records.keep import Kind


@dataclass(frozen=True, slots=True)
class EntryKind:
    """One kind of entry: how it is kept, its name in URLs, and the contracts in which it is spoken of."""

    kind: Kind
    plural: str
    in_path: Callable[..., Awaitable[EntryKey]]
    key: type[Contract]
    report: type[Contract]
    record: type[Contract]
    line: type[Contract]
    void_line: type[Contract]
    view: type[Contract]

    @property
    def contracts(self) -> tuple[type[Contract], ...]:
        """Everything that is sent or answered about an entry of this kind."""
        return (self.report, self.line, self.void_line, self.record, self.view)

    @property
    def path(self) -> str:
        """The members of the key as a path."""
        return "".join(f"/{{{member}}}" for member in self.key.model_fields)

    def record_of(self, key: EntryKey, report: Contract) -> Contract:
        """What is kept of a report, or of a line that says the same."""
        said = {name: getattr(report, name) for name in self.report.model_fields}
        named = {"ori": key.ori, "lea_id": key.district, "school_id": key.school_id}
        return self.record.model_validate(
            said | {name: value for name, value in named.items() if name in self.record.model_fields}
        )


KINDS = {
    one.kind.name: one
    for one in (
        EntryKind(
            tables.AGENCY,
            "agencies",
            agency_in_path,
            directory.AgencyKey,
            directory.AgencyReport,
            directory.Agency,
            directory.AgencyLine,
            directory.AgencyVoidLine,
            directory.AgencyView,
        ),
        EntryKind(
            tables.DISTRICT,
            "districts",
            district_in_path,
            directory.DistrictKey,
            directory.DistrictReport,
            directory.District,
            directory.DistrictLine,
            directory.DistrictVoidLine,
            directory.DistrictView,
        ),
        EntryKind(
            tables.SCHOOL,
            "schools",
            school_in_path,
            directory.SchoolKey,
            directory.SchoolReport,
            directory.School,
            directory.SchoolLine,
            directory.SchoolVoidLine,
            directory.SchoolView,
        ),
        EntryKind(
            tables.PARTNERSHIP,
            "partnerships",
            partnership_in_path,
            directory.PartnershipKey,
            directory.PartnershipReport,
            directory.Partnership,
            directory.PartnershipLine,
            directory.PartnershipVoidLine,
            directory.PartnershipView,
        ),
    )
}
"""Every kind of the directory by its name, in the order in which they name each other."""
