"""Agencies, districts, schools and the partnerships between them: public facts (P0, P2)."""

from typing import Annotated, Literal

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Day, Label, LeaId, Name, Ori, SchoolId, labelled
from shared.contracts.record import PutLine, Receipt, VoidLine, Withheld

FACT = Label.FACT

Grade = Annotated[str, CodeOf("grade_levels")]


class AgencyKey(Contract):
    """What names an agency."""

    ori: Ori = labelled(FACT, "Originating agency identifier, 9 characters.")


class DistrictKey(Contract):
    """What names a school district."""

    lea_id: LeaId = labelled(FACT, "NCES district id (LEAID), 7 digits.")


class SchoolKey(Contract):
    """What names a school."""

    school_id: SchoolId = labelled(FACT, "NCES school id (NCESSCH), 12 digits, the first seven its district's.")


class PartnershipKey(Contract):
    """What names a partnership."""

    ori: Ori = labelled(FACT, "Agency.")
    lea_id: LeaId = labelled(FACT, "District.")


class AgencyReport(Contract):
    """A law enforcement agency as it is sent; its ORI is the key."""

    name: Name = labelled(FACT, "Name of the agency.")
    agency_kind: Annotated[str, CodeOf("agency_kind")] = labelled(FACT, "Type of agency.", "unknown")
    state: str | None = labelled(FACT, "Two-letter postal code of the state.", None, pattern=r"^[A-Z]{2}$")


class DistrictReport(Contract):
    """A school district as it is sent; its NCES id is the key."""

    name: Name = labelled(FACT, "Name of the district.")
    state: str | None = labelled(FACT, "Two-letter postal code of the state.", None, pattern=r"^[A-Z]{2}$")


class SchoolReport(Contract):
    """A school as it is sent; its NCES id is the key and begins with its district's."""

    name: Name = labelled(FACT, "Name of the school.")
    lowest_grade: Grade | None = labelled(FACT, "Lowest grade; null: not known.", None)
    highest_grade: Grade | None = labelled(FACT, "Highest grade; null: not known.", None)
    valid_from: Day | None = labelled(FACT, "First day on which the school has this id; null: not known.", None)
    valid_to: Day | None = labelled(FACT, "Last day on which the school has this id; null: it still has it.", None)
    predecessor_id: SchoolId | None = labelled(
        FACT, "Id that the school had before, as one that moved to another district did; null: none known.", None
    )


class PartnershipReport(Contract):
    """That an agency's officers serve a district's schools, and between which days (P0.14)."""

    model: Annotated[str, CodeOf("partnership_model")] = labelled(
        FACT, "sro: a police agency's; sble: the district's own."
    )
    valid_from: Day = labelled(FACT, "First day.")
    valid_to: Day | None = labelled(FACT, "Last day; null: still in force.", None)


class Agency(AgencyReport, AgencyKey):
    """A law enforcement agency as it is kept."""


class District(DistrictReport, DistrictKey):
    """A school district as it is kept."""


class School(SchoolReport, SchoolKey):
    """A school as it is kept."""

    lea_id: LeaId = labelled(FACT, "NCES id of its district: the first seven digits of the school's.")


class Partnership(PartnershipReport, PartnershipKey):
    """A partnership as it is kept."""


class AgencyLine(AgencyReport, AgencyKey, PutLine):
    """A line that puts an agency."""

    kind: Literal["agency"] = labelled(FACT, "agency.")


class DistrictLine(DistrictReport, DistrictKey, PutLine):
    """A line that puts a district."""

    kind: Literal["district"] = labelled(FACT, "district.")


class SchoolLine(SchoolReport, SchoolKey, PutLine):
    """A line that puts a school."""

    kind: Literal["school"] = labelled(FACT, "school.")


class PartnershipLine(PartnershipReport, PartnershipKey, PutLine):
    """A line that puts a partnership."""

    kind: Literal["partnership"] = labelled(FACT, "partnership.")


class AgencyVoidLine(AgencyKey, VoidLine):
    """A line that takes an agency out of the directory."""

    kind: Literal["agency"] = labelled(FACT, "agency.")


class DistrictVoidLine(DistrictKey, VoidLine):
    """A line that takes a district out of the directory."""

    kind: Literal["district"] = labelled(FACT, "district.")


class SchoolVoidLine(SchoolKey, VoidLine):
    """A line that takes a school out of the directory."""

    kind: Literal["school"] = labelled(FACT, "school.")


class PartnershipVoidLine(PartnershipKey, VoidLine):
    """A line that takes a partnership out of the directory."""

    kind: Literal["partnership"] = labelled(FACT, "partnership.")


class View(Receipt):
    """What a read of the directory says besides the record. All of it is public: nothing is withheld."""

    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())


class AgencyView(Agency, View):
    """An agency as it is read."""


class DistrictView(District, View):
    """A district as it is read."""


class SchoolView(School, View):
    """A school as it is read."""


class PartnershipView(Partnership, View):
    """A partnership as it is read."""


class SchoolEntry(School, Receipt):
    """A school of a list."""


class SchoolList(Contract):
    """One page of the schools that were asked for, by id."""

    schools: tuple[SchoolEntry, ...] = labelled(FACT, "The schools of this page.")
    next: str | None = labelled(FACT, "Cursor of the next page; null on the last one.", None)
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown.", ())
