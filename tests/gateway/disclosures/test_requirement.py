"""Which requests 34 CFR 99.32 wants in a record that parents may inspect."""

import pytest

from gateway.disclosures.requirement import required

CASES = [
    ("a school official", "education_record", "99.31(a)(1)(i)(A)", False),
    ("a parent", "education_record", "99.10", False),
    ("with consent", "education_record", "99.30", False),
    ("under a sealed order", "education_record", "99.31(a)(9)(ii)(A-C)", False),
    ("a subpoena", "education_record", "99.31(a)(9)(i)", True),
    ("an emergency", "education_record", "99.31(a)(10)", True),
    ("who named no basis", "education_record", None, True),
    ("the agency, of its own record", "agency_record", None, False),
]


@pytest.mark.parametrize(("story", "record_class", "basis", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_law_says_which_requests_are_recorded(
    story: str, record_class: str, basis: str | None, expected: bool
) -> None:
    assert required(record_class, basis) == expected
