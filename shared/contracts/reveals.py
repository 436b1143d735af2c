"""Reveals: what is sealed of a record, asked for by person and purpose, and told to whoever may have it (P7)."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.contract import (
    Contract,
    ElementNumber,
    Identifier,
    IncidentNumber,
    Label,
    LeaId,
    Many,
    Ori,
    Text,
    Time,
    labelled,
)
from shared.contracts.disclosures import Basis, Hash, RevealedPart
from shared.contracts.incidents import Identity

FACT, INDIRECT, STUDENT, SEALED = Label.FACT, Label.INDIRECT, Label.STUDENT, Label.SEALED

PersonNumbers = Annotated[tuple[ElementNumber, ...], Many]
CustodianWord = Annotated[str, Field(pattern=r"^(agency|district|[A-Z0-9]{9}|[0-9]{7})$")]


class RevealRequest(Contract):
    """Who asks to see what of which record, for what, and by which right."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    custodian: CustodianWord = labelled(
        FACT,
        "Whose record is meant: `agency`, or its ORI, for its own; `district`, or a district's id, for the copy that a"
        " district keeps. `district` is the client's own one.",
    )
    what: RevealedPart = labelled(FACT, "What is to be revealed.")
    person_numbers: PersonNumbers | None = labelled(
        STUDENT, "Whose identity, by their numbers in the record: nobody is revealed who was not named.", None
    )
    purpose: Identifier = labelled(FACT, "What it is asked for; one of the client's purposes.")
    basis: Basis | None = labelled(
        FACT, "Provision of 34 CFR Part 99 that it is asked for under; required for an education record.", None
    )
    threat: Text | None = labelled(
        SEALED, "In an emergency alone: the articulable and significant threat (34 CFR 99.36).", None
    )
    recipients: Text | None = labelled(
        SEALED, "In an emergency alone: the parties that it is disclosed to (34 CFR 99.32(a)(5)(ii)).", None
    )


class RevealCall(Contract):
    """What the gateway asks a service to unseal, once the policy has said that it may be revealed."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    lea_id: LeaId | None = labelled(FACT, "District whose copy is meant; null: the agency's own record.")
    what: RevealedPart = labelled(FACT, "What is to be unsealed.")
    person_numbers: PersonNumbers = labelled(STUDENT, "Whose identity; empty where none is asked for.")


class RevealedIdentity(Contract):
    """Who one person of a record is."""

    person_number: ElementNumber = labelled(FACT, "The person's number in the record.")
    identity: Identity | None = labelled(SEALED, "Who it is, as the agency knows it; null where it gave none.")


class RevealedDocumentation(Contract):
    """The texts of one documentation of a detention (P4)."""

    documentation_number: ElementNumber = labelled(FACT, "Its number in the record.")
    basis: Text | None = labelled(SEALED, "Basis of the detention, in words; null where none was given.", None)
    at_school_factors: Text | None = labelled(SEALED, "Why at school, in words; null where it was not said.", None)
    probable_cause_factors: Text | None = labelled(SEALED, "Probable cause, in words; null where none was given.", None)


class Revealed(Contract):
    """What a service unsealed. One of the last three is given: the one that was asked for."""

    version: int = labelled(FACT, "Version of the incident that it is of.")
    person_numbers: PersonNumbers = labelled(STUDENT, "The people whom it is about, by their numbers in the record.")
    identities: Annotated[tuple[RevealedIdentity, ...], Many] | None = labelled(SEALED, "Who they are.", None)
    narrative: Text | None = labelled(SEALED, "The narrative; null where none was given.", None)
    documentation: Annotated[tuple[RevealedDocumentation, ...], Many] | None = labelled(
        SEALED, "What the officer wrote of each detention.", None
    )


class NothingToReveal(Contract):
    """There is no such record, or it is out of views, or it is not with that custodian."""

    nothing: Literal[True] = labelled(FACT, "True.", True)


class RevealReceipt(Contract):
    """Where a reveal stands in the disclosure record."""

    custodian: str = labelled(FACT, "Whose chain it is in: an agency's ORI or a district's id.")
    number: int = labelled(FACT, "Its place in the chain.")
    hash: Hash = labelled(FACT, "Hash of the entry, in hexadecimal.")
    recorded_at: Time = labelled(FACT, "When it was recorded: before it was answered.")
    rule: str = labelled(FACT, "Rule of the policy that permits it.")
    section: str = labelled(FACT, "Section of 34 CFR Part 99 that it rests on.")


class RevealAnswer(Revealed):
    """What is revealed, and where that is recorded."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    what: RevealedPart = labelled(FACT, "What is revealed.")
    disclosure: RevealReceipt = labelled(FACT, "Where the reveal is recorded.")
