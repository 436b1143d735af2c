from pathlib import Path

import pytest

from daylight.importing.mapping import NibrsMapping, load, names
from daylight.importing.written import UnusableMapping
from shared.contracts.codes import code_list

FORMATS = {
    "completions": "csv",
    "crdc-enrollment": "crdc-figures",
    "crdc-referrals-arrests": "crdc-figures",
    "crdc-schools": "crdc-schools",
    "crdc-staff-restraint": "crdc-figures",
    "nibrs": "nibrs",
    "roster": "csv",
    "san-diego-stops": "csv",
}


@pytest.mark.parametrize("name", names())
def test_every_mapping_that_ships_can_be_used(name: str) -> None:
    assert load(name).format == FORMATS[name]


def test_a_mapping_of_ones_own_says_only_what_differs(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text("base: nibrs\ntime_zone: America/Chicago\nofficer_capacity: sro\n")
    shipped, ours = load("nibrs"), load(str(own))
    assert isinstance(shipped, NibrsMapping)
    assert ours == shipped.model_copy(update={"time_zone": "America/Chicago", "officer_capacity": "sro"})


def test_a_map_is_said_anew_key_by_key_and_null_takes_a_key_out(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text("base: nibrs\nrace: {A: unknown, B: null}\nschool_locations: ['53']\n")
    shipped, ours = load("nibrs"), load(str(own))
    assert isinstance(shipped, NibrsMapping)
    assert isinstance(ours, NibrsMapping)
    assert ours.race == {code: race for code, race in shipped.race.items() if code != "B"} | {"A": "unknown"}
    assert ours.school_locations == ("53",)


UNUSABLE = [  # what the file says                             what the message names
    ("base: nibrs\nofficer_capacity: dragon\n", "officer_capacity"),
    ("base: nibrs\ntime_zone: Mars/Olympus\n", "time_zone"),
    ("base: nibrs\nrace: {A: martian}\n", "race"),
    ("base: nibrs\ncolour: red\n", "colour"),
    ("base: unheard-of\n", "base"),
    ("format: xml\n", "xml"),
    ("- a\n- b\n", "YAML"),
    ("a: [\n", "is no YAML: line 2"),
]


@pytest.mark.parametrize(("content", "named"), UNUSABLE)
def test_a_mapping_that_does_not_hang_together_is_refused_by_name(tmp_path: Path, content: str, named: str) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text(content)
    with pytest.raises(UnusableMapping, match=named):
        load(str(own))


def test_a_mapping_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnusableMapping, match="crdc-schools, crdc-staff-restraint, nibrs"):
        load("nibrz")


def test_the_time_zone_of_the_command_line_stands_before_the_mappings() -> None:
    mapping = load("nibrs", time_zone="Pacific/Honolulu")
    assert isinstance(mapping, NibrsMapping)
    assert mapping.time_zone == "Pacific/Honolulu"


def test_every_code_of_a_person_or_arrest_has_a_meaning_or_is_unknown() -> None:
    mapping = load("nibrs")
    assert isinstance(mapping, NibrsMapping)
    assert set(code_list("nibrs_race")) - set(mapping.race) == {"U"}
    assert set(code_list("nibrs_sex")) - set(mapping.sex) == {"U"}
    assert set(code_list("nibrs_ethnicity")) - set(mapping.ethnicity) == {"N", "U"}
    assert set(code_list("nibrs_arrest_type")) == set(mapping.arrest_type)
    assert set(code_list("nibrs_juvenile_disposition")) == set(mapping.juvenile_disposition)
