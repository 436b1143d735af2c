"""The tie-out of agencies' records with a school's cases: whatever either side counts, the reasons add up."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.figure import total
from services.reporting.tie_out.rules import Case, Recorded, recorded, tie
from shared.contracts.incidents import Incident
from tests.rollups.records import AGENCY, incident, person

A, B = (AGENCY, "A"), (AGENCY, "B")
ARREST = "arrest"


def case(number: str = "S-1", record: Any = A, **changes: Any) -> Case:
    return Case(**({"number": number, "event": ARREST, "students": 1, "record": record, "ori": AGENCY} | changes))


def arrested(students: int = 1, **changes: Any) -> Recorded:
    return Recorded(**({"students": students, "no_students": 0, "off_grounds": False} | changes))


LEFT: list[tuple[dict[Any, Recorded], list[Case], dict[str, int]]] = [
    ({A: arrested()}, [case()], {}),
    ({A: arrested()}, [], {"missing_at_school": 1}),
    ({A: arrested(no_students=1)}, [], {"not_a_student": 1}),
    ({A: arrested(3, no_students=1)}, [case()], {"not_a_student": 1, "definition": 1}),
    ({A: arrested(off_grounds=True)}, [], {"off_grounds": 1}),
    ({A: arrested()}, [case(in_year=False)], {"timing": 1}),
    ({A: arrested()}, [case(event="referral")], {"definition": 1}),
    ({A: arrested()}, [case(students=2)], {"definition": -1}),
    ({A: arrested(0)}, [case()], {"definition": -1}),
    ({A: arrested(in_year=False)}, [case()], {"timing": -1}),
    ({}, [case()], {"missing_at_agency": -1}),
    ({}, [case(record=None)], {"unexplained": -1}),
    ({A: arrested()}, [case(), case("S-2")], {"definition": -1}),
    ({A: arrested(), B: arrested()}, [case(), case("S-2", None)], {"missing_at_school": 1, "unexplained": -1}),
]


@pytest.mark.parametrize(("records", "cases", "reasons"), LEFT)
def test_what_one_side_counts_alone_has_a_reason(
    records: dict[Any, Recorded], cases: list[Case], reasons: dict[str, int]
) -> None:
    tied = tie(ARREST, records, cases)
    assert {one.reason: one.students for one in tied.reasons} == reasons


RECORDS = st.dictionaries(
    st.tuples(st.just(AGENCY), st.sampled_from("ABC")),
    st.builds(
        Recorded,
        students=st.integers(0, 4),
        no_students=st.integers(0, 5),
        off_grounds=st.booleans(),
        in_year=st.booleans(),
    ),
)
CASES = st.lists(
    st.builds(
        Case,
        number=st.sampled_from(["S-1", "S-2", "S-3", "S-4"]),
        event=st.sampled_from(["arrest", "referral"]),
        students=st.integers(0, 4),
        record=st.none() | st.tuples(st.just(AGENCY), st.sampled_from("ABCD")),
        ori=st.just(AGENCY),
        in_year=st.booleans(),
    ),
    unique_by=lambda one: one.number,
)


@given(RECORDS, CASES)
def test_the_reasons_add_up_to_the_difference(records: dict[Any, Recorded], cases: list[Case]) -> None:
    tied = tie(ARREST, records, cases)
    assert sum(one.students for one in tied.reasons) == tied.agency - tied.school
    assert all(one.students > 0 for one in tied.unmatched)


SAID: list[tuple[dict[str, Any], str, tuple[int, int, bool]]] = [  # record, event, students, no students, off grounds
    ({"actions": [{"type": "arrest", "person_number": 1}]}, "arrest", (1, 0, False)),
    ({"actions": [{"type": "arrest"}, {"type": "arrest", "person_number": 1}]}, "arrest", (2, 0, False)),
    ({"actions": None}, "arrest", (0, 0, False)),
    (
        {"people": [person(1) | {"is_enrolled": "no"}], "actions": [{"type": "arrest", "person_number": 1}]},
        "arrest",
        (1, 1, False),
    ),
    ({"on_school_grounds": "no", "actions": [{"type": "arrest", "person_number": 1}]}, "arrest", (1, 0, True)),
    ({"on_school_grounds": "no", "during_school_activity": "yes"}, "arrest", (0, 0, False)),
    ({"referred_by_school_official": "yes", "people": [person(1), person(2)]}, "referral", (2, 0, False)),
    ({"referred_by_school_official": "unknown"}, "referral", (0, 0, False)),
]


@pytest.mark.parametrize(("said", "event", "expected"), SAID)
def test_a_record_says_how_many_students(said: dict[str, Any], event: str, expected: tuple[int, int, bool]) -> None:
    found = recorded(Incident.model_validate_json(orjson.dumps(incident(**said))), event, in_year=True)
    assert (found.students, found.no_students, found.off_grounds) == expected


FIGURES: list[tuple[list[dict[str, Any]], tuple[float | None, str]]] = [
    ([{"value": 3, "status": "counted"}], (3, "counted")),
    (
        [{"sex": "female", "value": 1, "status": "counted"}, {"sex": "male", "value": 0, "status": "zero_confirmed"}],
        (1, "counted"),
    ),
    ([{"value": 0, "status": "zero_confirmed"}], (0, "zero_confirmed")),
    ([{"value": None, "status": "suppressed"}], (None, "suppressed")),
    (
        [{"sex": "female", "value": 2, "status": "counted"}, {"sex": "male", "value": None, "status": "unknown"}],
        (None, "unknown"),
    ),
    ([{"value": 3, "status": "counted"}, {"english_learner": "yes", "value": 2, "status": "counted"}], (3, "counted")),
    (
        [
            {"disability": "none", "value": 3, "status": "counted"},
            {"disability": "idea", "value": 2, "status": "counted"},
        ],
        (5, "counted"),
    ),
    (
        [{"sex": "male", "value": 3, "status": "counted"}, {"disability": "idea", "value": 2, "status": "counted"}],
        (3, "counted"),
    ),
    ([], (None, "unknown")),
]


@pytest.mark.parametrize(("cells", "expected"), FIGURES)
def test_a_figure_counts_nobody_twice(cells: list[dict[str, Any]], expected: tuple[float | None, str]) -> None:
    assert total(cells) == expected
