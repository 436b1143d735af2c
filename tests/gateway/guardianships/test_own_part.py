"""Whatever a record says of others, what is left of it after the cut says it of nobody but the own people."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.own_part import OF_ONE_PERSON, OF_SEVERAL, SAID_OF_OTHERS, cut_to_own

NUMBERS = st.integers(1, 4)
OTHERS_SECRET = "secret"


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """A record of up to four people, with elements about one, several, or nobody named."""
    people = draw(st.lists(NUMBERS, unique=True, min_size=1))
    somebody = st.sampled_from([*people, None])
    several = st.lists(st.sampled_from(people), unique=True) | st.none()
    record: dict[str, Any] = {
        "people": [
            {"person_number": one, "involvement": ["subject"], "identity": f"{OTHERS_SECRET} {one}"} for one in people
        ]
    }
    for name in OF_ONE_PERSON:
        record[name] = draw(st.none() | st.lists(st.builds(lambda one: {"person_number": one}, somebody), max_size=4))
    for number, action in enumerate(record["actions"] or (), 1):
        action["action_number"] = number
    actions = [action["action_number"] for action in record["actions"] or ()] or [9]
    record["conduct"] = draw(
        st.none() | st.lists(st.builds(lambda some: {"person_numbers": some}, several), max_size=3)
    )
    documented = st.lists(st.sampled_from(actions), unique=True) | st.none()
    record["detention_documentation"] = draw(
        st.none() | st.lists(st.builds(lambda some: {"action_numbers": some}, documented), max_size=3)
    )
    return record


@given(records(), st.frozensets(NUMBERS))
def test_what_is_left_names_no_others(record: dict[str, Any], own: frozenset[int]) -> None:
    before = copy.deepcopy(record)
    everybody = {person["person_number"] for person in before["people"]}
    was_cut = cut_to_own(record, own)
    assert was_cut == (not everybody <= own)
    if not was_cut:
        assert record == before
        return
    for person in record["people"]:
        assert person["person_number"] in own or person.keys() == set(SAID_OF_OTHERS)
    for name in OF_ONE_PERSON:
        assert all(one["person_number"] in own for one in record[name] or ())
    assert all(one["person_numbers"] and set(one["person_numbers"]) <= own for one in record["conduct"] or ())
    kept = {one["action_number"] for one in record["actions"] or ()}
    assert all(set(one["action_numbers"]) <= kept for one in record["detention_documentation"] or ())
    assert [record[name] is None for name in (*OF_ONE_PERSON, *OF_SEVERAL)] == [
        before[name] is None for name in (*OF_ONE_PERSON, *OF_SEVERAL)
    ]


@given(records(), st.frozensets(NUMBERS))
def test_all_that_is_said_of_the_own_people_is_left(record: dict[str, Any], own: frozenset[int]) -> None:
    before = copy.deepcopy(record)
    cut_to_own(record, own)
    for name in ("people", *OF_ONE_PERSON):
        mine = [one for one in before[name] or () if one["person_number"] in own]
        assert [one for one in record[name] or () if one["person_number"] in own] == mine
