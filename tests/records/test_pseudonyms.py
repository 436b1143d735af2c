"""References to students: the same for the same student, and nothing to anybody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.records.pseudonyms import Pseudonyms
from shared.settings import Settings

ROOT = bytes(range(32))
LEA, OTHER_LEA = "9900001", "9900002"
NUMBERS = st.text("ABCDEFGHIJ0123456789._", min_size=1, max_size=40)
FIRST = Pseudonyms(ROOT, {})


@given(NUMBERS)
def test_a_reference_leads_back_to_its_student(number: str) -> None:
    digest = FIRST.digest(LEA, number)
    assert FIRST.digest_of(LEA, FIRST.reference(LEA, digest)) == digest
    assert number == number.strip()
    assert FIRST.reference(LEA, digest) == FIRST.reference(LEA, digest)


@given(NUMBERS, NUMBERS)
def test_two_students_have_two_references(one: str, other: str) -> None:
    assert (one == other) == (FIRST.digest(LEA, one) == FIRST.digest(LEA, other))


@given(NUMBERS)
def test_a_district_cannot_know_anothers_student(number: str) -> None:
    mine, theirs = FIRST.digest(LEA, number), FIRST.digest(OTHER_LEA, number)
    assert mine != theirs
    assert FIRST.digest_of(OTHER_LEA, FIRST.reference(LEA, mine)) is None


def test_another_version_of_the_key_gives_other_references_to_the_same_students() -> None:
    second = Pseudonyms(ROOT, {LEA: 2})
    digest = FIRST.digest(LEA, "S0042")
    assert second.digest(LEA, "S0042") == digest
    old, new = FIRST.reference(LEA, digest), second.reference(LEA, digest)
    assert (old[:2], new[:2]) == ("1.", "2.")
    assert old[2:] != new[2:]
    assert second.digest_of(LEA, old) is None
    assert second.reference(OTHER_LEA, digest) == FIRST.reference(OTHER_LEA, digest)


@given(st.text(max_size=80))
def test_what_is_no_reference_leads_to_nobody(text: str) -> None:
    assert FIRST.digest_of(LEA, text) is None


def test_versions_are_named_by_district() -> None:
    assert Settings(student_ref_versions="9900001:2 9900002:13").student_ref_version_of == {"9900001": 2, "9900002": 13}
    assert Settings().student_ref_version_of == {}


@pytest.mark.parametrize("said", ["9900001", "9900001:0", "990:1", "9900001:1,9900002:2", "9900001:-1"])
def test_versions_that_cannot_be_are_refused_at_start(said: str) -> None:
    with pytest.raises(ValidationError):
        Settings(student_ref_versions=said)
