"""Names the students in a district's copy, by the references that the district has for them."""

from collections.abc import Sequence
from typing import Any

from shared.records.pseudonyms import Pseudonyms


def name_students(
    record: dict[str, Any],
    names: Pseudonyms,
    lea_id: str,
    matched: Sequence[int] | None,
    students: Sequence[str] | None,
) -> None:
    """Put the district's reference to each matched person into a record, in place.

    `matched` are the numbers of the people, `students` the digests that stand for them, in the same order.
    """
    if not matched or not students:
        return
    digests = dict(zip(matched, students, strict=True))
    for person in record.get("people") or ():
        if (digest := digests.get(person["person_number"])) is not None:
            person["student_ref"] = names.reference(lea_id, digest)
