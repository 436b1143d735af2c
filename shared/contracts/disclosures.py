"""The disclosure record: each request for what is sealed of a record, granted or refused (34 CFR 99.32)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Strict, StringConstraints

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    ElementNumber,
    IncidentNumber,
    Label,
    Many,
    Name,
    Ori,
    Text,
    Time,
    labelled,
)
from shared.contracts.record import Withheld

FACT, INDIRECT, STUDENT, SEALED, INTERNAL = Label.FACT, Label.INDIRECT, Label.STUDENT, Label.SEALED, Label.INTERNAL

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, in hexadecimal."""
RecordId = Annotated[UUID, Strict(strict=False)]
Basis = Annotated[str, CodeOf("ferpa_bases")]
RevealedPart = Annotated[str, CodeOf("revealed_part")]


class DisclosureDetails(Contract):
    """What of an entry can be destroyed when the record is, without breaking the chain (34 CFR 99.32(a)(2))."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    record_id: RecordId | None = labelled(FACT, "Id of the custodian's document; null where it was not looked for.")
    version: int | None = labelled(FACT, "Version of the incident that was revealed; null where nothing was.")
    person_numbers: Annotated[tuple[ElementNumber, ...], Many] = labelled(
        STUDENT, "The people of the record that it was about, by their numbers in it; never their names."
    )
    threat: Text | None = labelled(
        SEALED, "The articulable and significant threat that an emergency rests on (34 CFR 99.32(a)(5))."
    )
    recipients: Text | None = labelled(SEALED, "The parties that it was disclosed to in an emergency.")


class DisclosureEntry(Contract):
    """One entry: what nobody can change, for its hash is in the next entry, and what stands there for the details."""

    format: Literal[1] = labelled(FACT, "Form of the entry.", 1)
    custodian: str = labelled(FACT, "Who keeps the record: an agency's ORI or a district's id. Each has its chain.")
    number: int = labelled(FACT, "Place in the custodian's chain, from 1 without a gap.", ge=1)
    recorded_at: Time = labelled(FACT, "When the request was recorded.")
    client: str = labelled(FACT, "Client that asked.")
    role: str = labelled(FACT, "Role that it asked in.")
    purpose: str = labelled(FACT, "What it asked for the record for.")
    basis: Basis | None = labelled(FACT, "Provision of 34 CFR Part 99 that it named; null where it named none.")
    record_class: str = labelled(FACT, "Class of the record: the agency's own, or the district's education record.")
    what: RevealedPart = labelled(FACT, "What it asked for.")
    outcome: Annotated[str, CodeOf("disclosure_outcome")] = labelled(FACT, "Whether it was granted or refused.")
    rule: str = labelled(FACT, "Rule of the policy that decided.")
    section: str = labelled(FACT, "Section of 34 CFR Part 99 that the rule rests on.")
    request_id: str = labelled(FACT, "Id of the request.")
    details_digest: Hash = labelled(FACT, "SHA-256 over the salted details, in hexadecimal.")
    previous_hash: Hash = labelled(FACT, "Hash of the entry before, in hexadecimal; zeros for the first one.")


class TreeHead(Contract):
    """What fixes a chain up to one of its entries. Whoever keeps one can tell whether anything before it changed."""

    custodian: Name = labelled(FACT, "Whose chain it is.")
    size: int = labelled(FACT, "How many entries it fixes.", ge=0)
    root: Hash = labelled(FACT, "Root of the Merkle tree over the hashes of these entries (RFC 9162).")


class ChainHead(TreeHead):
    """The head of a chain as it is now, with the proof that it goes on from an earlier one."""

    consistency: tuple[Hash, ...] | None = labelled(
        FACT,
        "Consistency proof from the head of `kept_size` entries (RFC 9162, section 2.1.4); null if not proved.",
        None,
    )


class Disclosure(Contract):
    """An entry as the custodian reads it, with the proof that it is in the chain."""

    entry: DisclosureEntry = labelled(FACT, "The entry.")
    hash: Hash = labelled(FACT, "SHA-256 over the entry in canonical form (RFC 8785), in hexadecimal.")
    details: DisclosureDetails | None = labelled(STUDENT, "The details; null once they were destroyed.")
    salt: str | None = labelled(FACT, "Salt of the details' digest, in hexadecimal; null once they were destroyed.")
    recorded_under_99_32: bool = labelled(
        FACT, "Whether 34 CFR 99.32 requires the entry, so that a parent may inspect it; what it exempts is here, too."
    )
    proof: tuple[Hash, ...] = labelled(FACT, "Inclusion proof of the entry (RFC 9162, section 2.1.3).")


class Disclosures(Contract):
    """The requests for what is sealed of one incident."""

    disclosures: tuple[Disclosure, ...] = labelled(FACT, "The entries, oldest first.")
    heads: tuple[ChainHead, ...] = labelled(FACT, "The chains that they are of, as they are now.")
    withheld: tuple[Withheld, ...] = labelled(FACT, "What is not shown, and why.", ())
