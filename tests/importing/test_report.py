from zoneinfo import ZoneInfo

import orjson
import pytest

from daylight.importing.mapping import NibrsMapping
from daylight.importing.nibrs.report import report
from shared.contracts.incidents import IncidentLine
from tests.importing.flat_file import ARRESTEE, OFFENDER, OFFENSE, REPORT, VICTIM, changed, line, nibrs, unit, whole

MAPPING = nibrs("Pacific/Honolulu")
NOBODY_KNOWN = {"offender_number": "00"}
SECOND_OFFENDER = OFFENDER | {"offender_number": "02"}
SECOND_ARRESTEE = ARRESTEE | {"arrestee_number": "02", "arrest_number": "A-78"}


def told(lines: list[bytes], mapping: NibrsMapping = MAPPING) -> IncidentLine:
    """What a whole report of these lines is as an incident report; the contract takes it."""
    one = unit(lines)
    assert one.administrative
    said = report(one, one.administrative, mapping, ZoneInfo(mapping.time_zone or "UTC"))
    return IncidentLine.model_validate_json(orjson.dumps(said))


TIMES = [  # administrative segment                                   occurred_at                    precision
    ({"incident_date": "20261005", "incident_hour": "10"}, "2026-10-05T10:00:00-10:00", "hour"),
    ({"incident_date": "20261005", "incident_hour": "00"}, "2026-10-05T00:00:00-10:00", "hour"),
    ({"incident_date": "20261005"}, "2026-10-05T00:00:00-10:00", "day"),
    ({"incident_date": "20261005", "report_date_only": "R"}, "2026-10-05T00:00:00-10:00", "day"),
    ({"incident_date": "20261005", "report_date_only": "R", "incident_hour": "10"}, "2026-10-05T00:00:00-10:00", "day"),
]


@pytest.mark.parametrize(("administrative", "at", "precision"), TIMES)
def test_a_time_is_as_exact_as_the_file_says(administrative: dict[str, str], at: str, precision: str) -> None:
    said = told([line("1", **administrative), line("2", **OFFENSE)])
    assert (said.occurred_at.isoformat(), said.occurred_precision) == (at, precision)


def test_the_offset_is_that_of_the_day() -> None:
    chicago = nibrs("America/Chicago")
    winter = told([line("1", incident_date="20260105", incident_hour="10"), line("2", **OFFENSE)], chicago)
    summer = told(whole(offense=OFFENSE), chicago)
    assert (winter.occurred_at.isoformat()[-6:], summer.occurred_at.isoformat()[-6:]) == ("-06:00", "-05:00")


PLACES = [  # locations of its offences   nibrs_location  on_school_grounds
    (["53"], "53", "yes"),
    (["52"], "52", "unknown"),
    (["22"], "22", "unknown"),
    (["13", "53"], "53", "yes"),
    (["22", "52", "53"], "53", "yes"),
]


@pytest.mark.parametrize(("places", "location", "grounds"), PLACES)
def test_the_place_is_the_most_telling_one(places: list[str], location: str, grounds: str) -> None:
    offenses = [
        line("2", offense=code, location=place) for code, place in zip(("13B", "290", "520"), places, strict=False)
    ]
    said = told([line("1", **REPORT), *offenses])
    assert (said.nibrs_location, said.on_school_grounds) == (location, grounds)


def test_what_nibrs_cannot_say_is_unknown() -> None:
    said = told(whole(offense=OFFENSE))
    assert said.school_id is None
    assert "school_id" in said.model_fields_set
    assert said.source_version is None
    assert said.source_updated_at is None
    unknown = {said.initiated_by, said.status, said.record_purpose, said.during_school_activity, said.requested_by_role}
    assert unknown == {"unknown"}
    assert [(officer.officer_number, officer.capacity, officer.role) for officer in said.officers] == [("unknown",) * 3]
    assert (said.people, said.actions, said.outcomes, said.threat, said.charges) == (None,) * 5
    assert [conduct.level for conduct in said.conduct or ()] == ["unknown"]


def test_the_capacity_of_the_officer_is_the_mappings() -> None:
    said = told(whole(offense=OFFENSE), MAPPING.model_copy(update={"officer_capacity": "sro"}))
    assert said.officers[0].capacity == "sro"


def test_every_offence_is_conduct_of_every_known_offender() -> None:
    said = told(
        [
            *whole(offense=OFFENSE, offender=OFFENDER),
            line("2", offense="35A", location="13"),
            line("5", **SECOND_OFFENDER),
        ]
    )
    assert [(one.scheme, one.code, one.person_numbers) for one in said.conduct or ()] == [
        ("nibrs", "13B", (1, 2)),
        ("nibrs", "35A", (1, 2)),
    ]


def test_a_conduct_keeps_its_number_when_another_is_added() -> None:
    alone = told(whole(offense=OFFENSE))
    beside = told([*whole(offense={"offense": "09A", "location": "53"}), line("2", **OFFENSE)])
    assert (alone.conduct or ())[0].conduct_number == (beside.conduct or ())[1].conduct_number


def test_offender_00_is_nobody() -> None:
    said = told(whole(offense=OFFENSE, offender=NOBODY_KNOWN, victim=VICTIM))
    assert [person.person_number for person in said.people or ()] == [1001]
    assert (said.conduct or ())[0].person_numbers is None


PEOPLE = [  # race, ethnicity, sex      perceived
    ("W", "N", "F", (("white",), "female")),
    ("B", "H", "M", (("hispanic_latino", "black"), "male")),
    ("U", "H", "U", (("hispanic_latino",), "unknown")),
    ("U", "U", "", (None, "unknown")),
    ("", "", "F", (None, "female")),
    ("A", "U", "M", (("asian",), "male")),
    ("I", "N", "M", (("american_indian_alaska_native",), "male")),
    ("P", "N", "M", (("native_hawaiian_pacific_islander",), "male")),
]


@pytest.mark.parametrize(("race", "ethnicity", "sex", "expected"), PEOPLE)
def test_a_person_is_perceived_as_the_records_system_says(
    race: str, ethnicity: str, sex: str, expected: tuple[object, ...]
) -> None:
    said = told(
        whole(
            offense=OFFENSE, offender=OFFENDER | {"race": race or " ", "ethnicity": ethnicity or " ", "sex": sex or " "}
        )
    )
    (person,) = said.people or ()
    assert person.perceived
    assert (person.perceived.race_ethnicity, person.perceived.sex) == expected
    assert (person.perceived.basis, person.involvement, person.is_enrolled) == (
        "records_system",
        ("subject",),
        "unknown",
    )


VICTIMS = [("I", "unknown"), ("L", "no"), *((code, None) for code in "BFGORSU")]


@pytest.mark.parametrize(("victim_type", "is_enrolled"), VICTIMS)
def test_a_victim_is_a_person_or_none(victim_type: str, is_enrolled: str | None) -> None:
    people = told(whole(offense=OFFENSE, victim=VICTIM | {"victim_type": victim_type})).people or ()
    assert [(person.involvement, person.is_enrolled) for person in people] == [(("victim",), is_enrolled)] * bool(
        is_enrolled
    )


WHO_WAS_ARRESTED = [  # offenders, arrestees                    people                 of whom arrested
    ("one and one", [OFFENDER], [ARRESTEE], [1], [1]),
    ("nobody known and one", [NOBODY_KNOWN], [ARRESTEE], [101], [101]),
    ("two and one", [OFFENDER, SECOND_OFFENDER], [ARRESTEE], [1, 2, 101], [101]),
    ("one and two", [OFFENDER], [ARRESTEE, SECOND_ARRESTEE], [1, 101, 102], [101, 102]),
    ("two and two", [OFFENDER, SECOND_OFFENDER], [ARRESTEE, SECOND_ARRESTEE], [1, 2, 101, 102], [101, 102]),
    ("none and one", [], [ARRESTEE], [101], [101]),
]


@pytest.mark.parametrize(
    ("offenders", "arrestees", "people", "arrested"),
    [case[1:] for case in WHO_WAS_ARRESTED],
    ids=[case[0] for case in WHO_WAS_ARRESTED],
)
def test_an_arrestee_is_the_offender_only_where_each_is_one(
    offenders: list[dict[str, str]], arrestees: list[dict[str, str]], people: list[int], arrested: list[int]
) -> None:
    lines = [line("5", **offender) for offender in offenders] + [line("6", **arrestee) for arrestee in arrestees]
    said = told([*whole(offense=OFFENSE), *lines])
    assert [person.person_number for person in said.people or ()] == people
    assert [action.person_number for action in said.actions or ()] == arrested


def test_an_offender_who_could_not_be_read_may_have_been_the_arrestee() -> None:
    unreadable = changed(line("5", **SECOND_OFFENDER), 44, "X")
    said = told([*whole(offense=OFFENSE, offender=OFFENDER, arrestee=ARRESTEE), unreadable])
    assert [person.person_number for person in said.people or ()] == [1, 101]
    assert (said.conduct or ())[0].person_numbers is None


def test_of_an_arrested_offender_the_arrest_knows_more() -> None:
    described = OFFENDER | {"age": "00", "race": "U", "sex": "M", "ethnicity": "H"}
    said = told(whole(offense=OFFENSE, offender=described, arrestee=ARRESTEE | {"ethnicity": "U"}))
    (person,) = said.people or ()
    assert person.perceived
    assert (person.perceived.age, person.perceived.sex) == (14, "female")
    assert person.perceived.race_ethnicity == ("hispanic_latino", "white")


ARRESTS = [  # type, disposition                        action, arrest number, disposition, outcome
    ("O", "R", ("arrest", "A-77", "referred_to_other_authorities", "arrested")),
    ("T", "H", ("arrest", "A-77", "handled_within_department", "arrested")),
    ("T", " ", ("arrest", "A-77", None, "arrested")),
    ("S", "R", ("citation", None, "referred_to_other_authorities", "cited")),
]


@pytest.mark.parametrize(("arrest_type", "disposition", "expected"), ARRESTS)
def test_an_arrest_keeps_its_number_and_disposition_and_is_no_court_referral(
    arrest_type: str, disposition: str, expected: tuple[object, ...]
) -> None:
    arrestee = ARRESTEE | {"arrest_type": arrest_type, "juvenile_disposition": disposition}
    said = told(whole(offense=OFFENSE, offender=OFFENDER, arrestee=arrestee))
    ((action,), (outcome,)) = (said.actions or (), said.outcomes or ())
    assert (action.type, action.arrest_number, action.juvenile_disposition, outcome.type) == expected
    assert action.action_number == 1


def test_the_number_of_a_citation_is_kept_as_one() -> None:
    said = told(whole(offense=OFFENSE, arrestee=ARRESTEE | {"arrest_type": "S"}))
    assert [(other.kind, other.number) for other in said.other_numbers or ()] == [("citation", "A-77")]


def test_the_order_of_segments_makes_no_difference() -> None:
    lines = whole(offense=OFFENSE, victim=VICTIM, offender=OFFENDER, arrestee=ARRESTEE)
    more = [
        line("2", offense="09A", location="53"),
        line("5", **SECOND_OFFENDER),
        line("4", **(VICTIM | {"victim_number": "002"})),
    ]
    assert told([*lines, *more]) == told([lines[0], *more, *lines[:0:-1]])
