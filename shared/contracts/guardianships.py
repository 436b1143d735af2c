"""Who holds the rights over a student's education records: parents, those who act as parents, students of age (P7).

Source: 34 CFR 99.3 (parent), 99.4 (rights of both parents), 99.5 (rights pass to the student), 99.31(a)(8).
"""

from typing import Annotated

from pydantic import StringConstraints

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Day, Label, LeaId, labelled
from shared.contracts.matches import StudentNumber

FACT, STUDENT, SEALED = Label.FACT, Label.STUDENT, Label.SEALED

Issuer = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#@]{1,200}$")]
"""Who vouches for a person: an issuer of OpenID Connect, by its URL."""
Subject = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")]
"""A person's account with an issuer (OpenID Connect Core, `sub`)."""


class Person(Contract):
    """A person, by the account that they come with."""

    issuer: Issuer = labelled(STUDENT, "Issuer of the person's account.")
    subject: Subject = labelled(STUDENT, "The account's subject.")


class GuardianshipKey(Contract):
    """What names a guardianship: of which student, by whom, since when."""

    lea_id: LeaId = labelled(FACT, "District of the student.")
    student_number: StudentNumber = labelled(SEALED, "The district's number of the student. It is kept nowhere.")
    person: Person = labelled(STUDENT, "Who it is.")
    valid_from: Day = labelled(FACT, "First day on which it is so.")


class GuardianshipLine(GuardianshipKey):
    """One line of a bulk push: how a person stands to a student from a day on."""

    relationship: Annotated[str, CodeOf("guardian_relationship")] = labelled(
        STUDENT, "What the person is to the student; `self` is the student."
    )
    rights: Annotated[str, CodeOf("guardian_rights")] = labelled(
        STUDENT, "Whether the rights are full, as each parent's are, or revoked (34 CFR 99.4)."
    )
    revoked_by: Annotated[str, CodeOf("rights_revoked_by")] | None = labelled(
        STUDENT, "What revokes the rights specifically; required where they are revoked (34 CFR 99.4).", None
    )
    valid_to: Day | None = labelled(FACT, "Last day on which it is so; null: until something else is said.", None)
    rights_pass_on: Day | None = labelled(
        STUDENT,
        "Day on which all rights pass to the student, by age or college (34 CFR 99.5); null: said in another line of "
        "the student, or not known.",
        None,
    )
    dependent_for_tax: bool = labelled(
        STUDENT,
        "True: the district discloses to this parent after that day, since the student is a dependent for tax "
        "(34 CFR 99.31(a)(8)).",
        False,
    )
