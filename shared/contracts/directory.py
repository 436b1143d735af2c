"""Agencies, districts, schools and the partnerships between them: public facts (P0, P2)."""

from datetime import date
from typing import Annotated

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Label, LeaId, Name, Ori, SchoolId, labelled

FACT = Label.FACT


class AgencyReport(Contract):
    """A law enforcement agency as it is sent; its ORI is the key."""

    name: Name = labelled(FACT, "Name of the agency.")
    kind: Annotated[str, CodeOf("agency_kind")] = labelled(FACT, "Type of agency.", "unknown")
    state: str | None = labelled(FACT, "Two-letter postal code of the state.", None, pattern=r"^[A-Z]{2}$")


class Agency(AgencyReport):
    """A law enforcement agency as it is kept."""

    ori: Ori = labelled(FACT, "Originating agency identifier, 9 characters.")


class DistrictReport(Contract):
    """A school district as it is sent; its NCES id is the key."""

    name: Name = labelled(FACT, "Name of the district.")
    state: str | None = labelled(FACT, "Two-letter postal code of the state.", None, pattern=r"^[A-Z]{2}$")


class District(DistrictReport):
    """A school district as it is kept."""

    lea_id: LeaId = labelled(FACT, "NCES district id (LEAID), 7 digits.")


class SchoolReport(Contract):
    """A school as it is sent; its NCES id is the key and begins with its district's."""

    name: Name = labelled(FACT, "Name of the school.")
    lowest_grade: Annotated[str, CodeOf("grade_levels")] | None = labelled(FACT, "Lowest grade; null: not known.", None)
    highest_grade: Annotated[str, CodeOf("grade_levels")] | None = labelled(
        FACT, "Highest grade; null: not known.", None
    )


class School(SchoolReport):
    """A school as it is kept."""

    school_id: SchoolId = labelled(FACT, "NCES school id (NCESSCH), 12 digits.")
    lea_id: LeaId = labelled(FACT, "NCES id of its district: the first seven digits of the school's.")


class PartnershipReport(Contract):
    """That an agency's officers serve a district's schools, and between which days (P0.14)."""

    model: Annotated[str, CodeOf("partnership_model")] = labelled(
        FACT, "sro: a police agency's; sble: the district's own."
    )
    valid_from: date = labelled(FACT, "First day.")
    valid_to: date | None = labelled(FACT, "Last day; null: still in force.", None)


class Partnership(PartnershipReport):
    """A partnership as it is kept."""

    ori: Ori = labelled(FACT, "Agency.")
    lea_id: LeaId = labelled(FACT, "District.")
