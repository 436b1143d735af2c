import pytest

from daylight.importing.nibrs import verdict
from daylight.importing.nibrs.unit import Offense
from daylight.importing.nibrs.verdict import Verdict, judge
from tests.importing.flat_file import (
    ARRESTEE,
    OFFENDER,
    OFFENSE,
    REPORT,
    VICTIM,
    changed,
    line,
    nibrs,
    read,
    unit,
    whole,
)

SCHOOLS = nibrs().school_locations
STREET = {"offense": "13B", "location": "13"}
AT_SCHOOL = whole(offense=OFFENSE)
ON_THE_STREET = whole(offense=STREET)
DELETE = [line("1", "D", **REPORT)]
BAD_DATE = [line("1", incident_date="20260231")]
BAD_PLACE = [line("2", offense="13B", location="99")]
UNREADABLE_KEY = [changed(line("2", **OFFENSE), 17, "x")]

CASES = [  # what the file says, line by line               new here                    stored already
    ("at a school", AT_SCHOOL, verdict.TAKEN, verdict.TAKEN),
    ("at a college", whole(offense=OFFENSE | {"location": "52"}), verdict.TAKEN, verdict.TAKEN),
    ("at the retired 22", whole(offense=OFFENSE | {"location": "22"}), verdict.TAKEN, verdict.TAKEN),
    ("on the street", ON_THE_STREET, verdict.NOT_AT_A_SCHOOL, verdict.NO_LONGER_AT_A_SCHOOL),
    (
        "at day care",
        whole(offense=OFFENSE | {"location": "44"}),
        verdict.NOT_AT_A_SCHOOL,
        verdict.NO_LONGER_AT_A_SCHOOL,
    ),
    ("one of two at a school", [*ON_THE_STREET, line("2", offense="290", location="53")], verdict.TAKEN, verdict.TAKEN),
    ("deleted", DELETE, verdict.DELETE_OF_UNKNOWN, verdict.DELETED),
    ("deleted, then reported", DELETE + AT_SCHOOL, verdict.TAKEN, verdict.TAKEN),
    ("reported, then deleted", AT_SCHOOL + DELETE, verdict.DELETE_OF_UNKNOWN, verdict.DELETED),
    ("reported twice", AT_SCHOOL + ON_THE_STREET, verdict.NOT_AT_A_SCHOOL, verdict.NO_LONGER_AT_A_SCHOOL),
    ("replaced", [*ON_THE_STREET, line("1", "R", **REPORT), line("2", "R", **OFFENSE)], verdict.TAKEN, verdict.TAKEN),
    ("an offence modified", [*ON_THE_STREET, line("2", "M", **OFFENSE)], verdict.TAKEN, verdict.TAKEN),
    ("its date modified after that", [*AT_SCHOOL, line("1", "M", **REPORT)], verdict.TAKEN, verdict.TAKEN),
    ("an offence added", [*ON_THE_STREET, line("2", "A", offense="290", location="53")], verdict.TAKEN, verdict.TAKEN),
    (
        "the offence deleted",
        [*AT_SCHOOL, line("2", "A", offense="290", location="13"), line("2", "D", **OFFENSE)],
        verdict.NOT_AT_A_SCHOOL,
        verdict.NO_LONGER_AT_A_SCHOOL,
    ),
    ("a time-window report", [line("1", "W", **REPORT), line("2", "W", **OFFENSE)], verdict.TAKEN, verdict.TAKEN),
    (
        "no offence told",
        [line("1", "W", **REPORT), line("6", "W", **ARRESTEE)],
        verdict.NOT_AT_A_SCHOOL,
        verdict.NO_OFFENSE,
    ),
    ("an arrest added to an earlier report", [line("6", "A", **ARRESTEE)], verdict.NOTHING_KEPT, verdict.PARTIAL),
    ("its date modified", [line("1", "M", **REPORT)], verdict.NOTHING_KEPT, verdict.PARTIAL),
    ("a victim of it deleted", [line("4", "D", **VICTIM)], verdict.NOTHING_KEPT, verdict.PARTIAL),
    ("a school offence added to it", [line("2", "A", **OFFENSE)], verdict.PARTIAL, verdict.PARTIAL),
    ("its property modified", [line("3", "M", property_loss="5")], verdict.NOTHING_KEPT, verdict.NOTHING_KEPT),
    ("deleted with its segments", [*DELETE, line("2", "D", **OFFENSE)], verdict.DELETE_OF_UNKNOWN, verdict.DELETED),
    ("deleted, then a part", [*DELETE, line("5", "I", **OFFENDER)], verdict.NOTHING_KEPT, verdict.PARTIAL),
    ("its date unreadable", BAD_DATE + AT_SCHOOL[1:], verdict.UNREADABLE, verdict.UNREADABLE),
    ("deleted, its new date unreadable", DELETE + BAD_DATE, verdict.UNREADABLE, verdict.UNREADABLE),
    ("reported whole after that", BAD_DATE + AT_SCHOOL, verdict.TAKEN, verdict.TAKEN),
    ("its one place unreadable", AT_SCHOOL[:1] + BAD_PLACE, verdict.PLACE_UNREADABLE, verdict.PLACE_UNREADABLE),
    ("another place unreadable", ON_THE_STREET + BAD_PLACE, verdict.PLACE_UNREADABLE, verdict.PLACE_UNREADABLE),
    ("one place read, one not", AT_SCHOOL + BAD_PLACE, verdict.TAKEN, verdict.TAKEN),
    (
        "whose place it is unreadable",
        ON_THE_STREET + UNREADABLE_KEY,
        verdict.PLACE_UNREADABLE,
        verdict.PLACE_UNREADABLE,
    ),
]


@pytest.mark.parametrize(("lines", "new", "stored"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_becomes_of_a_report(lines: list[bytes], new: Verdict, stored: Verdict) -> None:
    report = unit(lines)
    assert judge(report, stored=False, school_locations=SCHOOLS) == new
    assert judge(report, stored=True, school_locations=SCHOOLS) == stored


def test_what_stands_far_apart_in_a_file_is_one_report() -> None:
    other = [line("1", number="26-000124", **REPORT), line("2", number="26-000124", **STREET)]
    content, malformed = read(
        [*DELETE, *other, *AT_SCHOOL, line("7", "A"), line("7", "A"), b"00430I" + b" " * 37 + b"\n"]
    )
    fates = {key.number: judge(one, stored=True, school_locations=SCHOOLS) for key, one in content.units.items()}
    assert fates == {"26-000123": verdict.TAKEN, "26-000124": verdict.NO_LONGER_AT_A_SCHOOL}
    assert (content.group_b, content.other_lines, malformed) == (2, 1, [])


def test_a_whole_report_leaves_nothing_of_the_one_before() -> None:
    twice = unit([*AT_SCHOOL, line("2", offense="290", location="53"), *AT_SCHOOL])
    assert [offense.offense for offense in twice.of(Offense)] == ["13B"]


def test_the_same_number_of_two_agencies_is_two_reports() -> None:
    content, _ = read([*AT_SCHOOL, line("1", "D", ori="XX0000200", **REPORT)])
    assert [key.ori for key in content.units] == ["XX0000100", "XX0000200"]
