"""Designs and the states' rules: what can be asked for, as data."""

import pytest

from services.reporting.publication.designs import designs, values_of
from services.reporting.publication.smallest import smallest_count_of
from shared.contracts.codes import code_list

RULES = [("1000001", 16), ("DE0000100", 16), ("4900001", 11), ("UT0000100", 11), ("5500001", 6), ("9900001", 10)]


@pytest.mark.parametrize("name", sorted(designs()))
def test_a_design_crosses_what_it_divides_by(name: str) -> None:
    design = designs()[name]
    assert {dimension for crossing in design.printed for dimension in crossing} == set(design.dimensions)


def test_every_design_can_be_asked_for_and_no_other() -> None:
    assert designs().keys() == code_list("publication_design").keys() - {"unknown"}


@pytest.mark.parametrize("dimension", ["age", "initiated_by", "outcome", "race_ethnicity"])
def test_a_contact_has_one_value_of_a_dimension_unknown_among_them(dimension: str) -> None:
    values = values_of(dimension)
    assert values[-2:] == ("several", "unknown")
    assert len(set(values)) == len(values)


@pytest.mark.parametrize(("owner", "smallest"), RULES)
def test_the_rule_of_a_state_is_found_by_the_beginning_of_an_id(owner: str, smallest: int) -> None:
    assert smallest_count_of(owner) == smallest
