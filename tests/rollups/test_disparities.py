"""Rates of groups against those of all others: each number as another computation finds it."""

from collections.abc import Callable
from math import comb, inf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.reporting.disparity.rules import FEWEST, Rate, compare, holm, interval, placed
from services.reporting.enrollment.rules import by_group

COUNTS = st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 40), min_size=2, max_size=4)


def tail(least: int, counted: int, share: float) -> float:
    """The chance of at least so many of a binomial count, term by term."""
    return sum(comb(counted, k) * share**k * (1 - share) ** (counted - k) for k in range(least, counted + 1))


def share_where(found: Callable[[float], bool]) -> float:
    """The share from which on something is found, by halving."""
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) else (middle, high)
    return (low + high) / 2


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 900), st.integers(1, 900))
def test_the_interval_is_the_exact_one(count: int, others_count: int, of: int, others_of: int) -> None:
    assume(count + others_count > 0)
    counted = count + others_count
    low, high = interval(Rate(count, of), Rate(others_count, others_of))
    scale = others_of / of
    lowest = share_where(lambda share: tail(count, counted, share) > 0.025) if count else 0.0
    highest = share_where(lambda share: 1 - tail(count + 1, counted, share) < 0.025) if others_count else 1.0
    assert low == pytest.approx(lowest / (1 - lowest) * scale, rel=1e-6, abs=1e-9)
    assert (inf if high is None else high) == pytest.approx(
        inf if highest == 1 else highest / (1 - highest) * scale, rel=1e-6
    )


@given(st.integers(0, 60), st.integers(0, 60), st.integers(FEWEST, 900), st.integers(FEWEST, 900))
def test_two_groups_differ_where_the_interval_leaves_one_out(count: int, other: int, of: int, other_of: int) -> None:
    assume(count + other > 0)
    found = compare({"A": count, "B": other}, {"A": of, "B": other_of})["A"]
    low, high = interval(Rate(count, of), Rate(other, other_of))
    p = found.adjusted_p
    assert p is not None
    assume(abs(low - 1) > 1e-6)
    assume(high is None or abs(high - 1) > 1e-6)
    # Both groups are tested, with the same p: Holm doubles the smaller and leaves the larger.
    assert (p / 2 < 0.05) == (low > 1 or (high is not None and high < 1))


@given(COUNTS, COUNTS, COUNTS)
def test_who_is_called_about_times_what_is_done_is_the_whole(
    counts: dict[str, int], contacts: dict[str, int], enrolled: dict[str, int]
) -> None:
    groups = sorted(counts.keys() & contacts.keys() & enrolled.keys())
    assume(len(groups) > 1)
    of_contacts, of_enrolled = ({group: table[group] for group in groups} for table in (contacts, enrolled))
    called, acted, whole = (
        compare(contacts, of_enrolled),
        compare(counts, of_contacts),
        compare(counts, of_enrolled),
    )
    for group in groups:
        ratios = called[group].ratio, acted[group].ratio, whole[group].ratio
        if all(one is not None for one in ratios):
            assert ratios[0] * ratios[1] == pytest.approx(ratios[2])  # type: ignore[operator]


ADJUSTED = [  # p values                         by Holm
    ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
    ([0.5, 0.9], [1.0, 1.0]),
    ([0.02], [0.02]),
    ([], []),
]


@pytest.mark.parametrize(("values", "expected"), ADJUSTED)
def test_p_values_are_adjusted_over_the_groups(values: list[float], expected: list[float]) -> None:
    found = holm({str(place): value for place, value in enumerate(values)})
    assert [found[str(place)] for place in range(len(values))] == pytest.approx(expected)


SAID = [  # counts, of                                     what is said of A
    ({"A": 30, "B": 10}, {"A": 100, "B": 100}, "higher"),
    ({"A": 10, "B": 30}, {"A": 100, "B": 100}, "lower"),
    ({"A": 12, "B": 10}, {"A": 100, "B": 100}, "no_difference_shown"),
    ({"A": 9, "B": 1}, {"A": 9, "B": 900}, "too_few"),
    ({"A": 10, "B": 1}, {"A": 10, "B": 900}, "higher"),
    ({}, {"A": 100, "B": 100}, "too_few"),
    ({"A": 5}, {"A": 100}, "too_few"),
]


@pytest.mark.parametrize(("counts", "of", "status"), SAID)
def test_what_can_be_said_of_a_group(counts: dict[str, int], of: dict[str, int], status: str) -> None:
    found = compare(counts, of)["A"]
    assert found.status == status
    assert (found.low is None) == (status == "too_few")


def test_what_is_of_no_one_group_is_told_apart() -> None:
    assert placed(("yes", "no"), {"yes": 3, "unknown": 2, "several": 1}) == ({"yes": 3, "no": 0}, 3)


RACE_AND_SEX = [
    {"race_ethnicity": "black", "sex": "female", "value": 5},
    {"race_ethnicity": "black", "sex": "male", "value": 6},
    {"race_ethnicity": "white", "sex": "male", "value": 9},
]
ENROLLED = [  # cells, by                                              groups
    (RACE_AND_SEX, "race_ethnicity", {"black": 11, "white": 9}),
    (RACE_AND_SEX, "sex", {"female": 5, "male": 15}),
    (RACE_AND_SEX, "english_learner", None),
    ([*RACE_AND_SEX, {"english_learner": "yes", "value": 4}], "english_learner", {"yes": 4, "no": 16}),
    (
        [*RACE_AND_SEX, {"disability": "idea", "value": 2}, {"disability": "section_504", "value": 1}],
        "disability",
        {"yes": 3, "no": 17},
    ),
    ([*RACE_AND_SEX, {"disability": "idea", "value": None}], "disability", None),
    ([{"english_learner": "yes", "value": 4}], "english_learner", None),
    ([{"value": 20}], "sex", None),
    ([{"sex": "female", "value": 5}, {"sex": "male", "value": None}], "sex", None),
]


@pytest.mark.parametrize(("cells", "dimension", "groups"), ENROLLED)
def test_an_enrolment_says_its_groups_or_none(
    cells: list[dict[str, object]], dimension: str, groups: dict[str, int] | None
) -> None:
    assert by_group(cells, dimension) == groups
