"""Which requests 34 CFR 99.32 wants in a record that parents may inspect."""

import pytest

from gateway.disclosures.requirement import required

CASES = [
    ("a school official", "education_record", "99.31(a)(1)(i)(A)", True, False),
    ("a parent", "education_record", "99.10", True, False),
    ("with consent", "education_record", "99.30", True, False),
    ("under a sealed order", "education_record", "99.31(a)(9)(ii)(A-C)", True, False),
    ("a subpoena", "education_record", "99.31(a)(9)(i)", True, True),
    ("an emergency", "education_record", "99.31(a)(10)", True, True),
    ("who named no basis", "education_record", None, True, True),
    ("who says that there is consent, and is refused", "education_record", "99.30", False, True),
    ("a school official who is refused", "education_record", "99.31(a)(1)(i)(A)", False, True),
    ("another agency, of an agency's record", "agency_record", None, False, False),
    ("the agency, of its own record", "agency_record", None, True, False),
]


@pytest.mark.parametrize(
    ("story", "record_class", "basis", "granted", "expected"), CASES, ids=[case[0] for case in CASES]
)
def test_the_law_says_which_requests_are_recorded(
    story: str, record_class: str, basis: str | None, granted: bool, expected: bool
) -> None:
    assert required(record_class, basis, granted=granted) == expected
