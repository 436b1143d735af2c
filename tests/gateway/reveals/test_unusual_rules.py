"""Which reads are out of the usual, case by case."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unusual_reads.rules import MANY, ONE, Read, Unusual, percentile_95, unusual

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read(at: datetime, *students: str, client: str = "sis", role: str = "district_system") -> Read:
    return Read(0, client, role, at, "XX0000100/2026-1", frozenset(students))


def numbered(reads: Sequence[Read]) -> list[Read]:
    return [
        Read(number, one.client, one.role, one.at, one.incident, one.students)
        for number, one in enumerate(sorted(reads, key=lambda one: one.at), 1)
    ]


def students(count: int, *, at: datetime = NOON, client: str = "sis", role: str = "district_system") -> list[Read]:
    """A read of each of so many students, a minute apart, up to a moment."""
    return [
        read(at - timedelta(minutes=one), f"student {at.date()} {one}", client=client, role=role)
        for one in range(count)
    ]


def again(times: int, *, apart: timedelta = DAY, role: str = "district_system") -> list[Read]:
    return [read(NOON - one * apart, "one", role=role) for one in range(times)]


def every_day(count: int) -> list[Read]:
    """So many students on each of the thirty days before."""
    return [one for day in range(1, 31) for one in students(count, at=NOON - day * DAY)]


CASES = [
    ("nothing was read", [], []),
    ("twenty students in a day", students(20), []),
    ("twenty-one students in a day", students(21), [(MANY, 21, 20)]),
    ("twenty-one, of two clients", students(11) + students(10, client="other"), []),
    ("twenty-one, over two days", students(11) + students(10, at=NOON - DAY), []),
    ("forty in one read, as a text tells of many", [read(NOON, *map(str, range(40)))], [(MANY, 40, 20)]),
    ("thirty where ten are usual", every_day(10) + students(30), []),
    ("thirty-one where ten are usual", every_day(10) + students(31), [(MANY, 31, 30)]),
    ("many, by the school's leader", students(21, role="school_leader"), [(MANY, 21, 20)]),
    ("many, by a parent, who inspects", students(21, role="guardian"), []),
    ("one student four times", again(4), []),
    ("one student five times", again(5), [(ONE, 5, 4)]),
    ("one student seven times", again(7), [(ONE, 7, 4)]),
    ("one student five times, in half a year", again(5, apart=30 * DAY), []),
    ("one student five times, by the leader of the school", again(5, role="school_leader"), []),
    ("one student five times, by the student", again(5, role="eligible_student"), []),
]  # fmt: skip


@pytest.mark.parametrize(("story", "reads", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_is_out_of_the_usual(story: str, reads: list[Read], expected: list[tuple[str, int, int]]) -> None:
    assert [(one.detail, one.found, one.limit) for one in unusual(numbered(reads))] == expected


def test_what_goes_on_is_one_task_and_what_begins_anew_is_another() -> None:
    twice = students(25) + students(25, at=NOON - 10 * DAY)
    found = list(unusual(numbered(twice)))
    assert [len(one.reads) for one in found] == [5, 5]
    assert found[0].reads[-1].at < found[1].reads[0].at


@given(st.integers(1, 40), st.integers(0, 10))
def test_what_was_found_stays_found_whatever_is_read_later(count: int, more: int) -> None:
    reads = numbered(students(count))
    later = numbered([*reads, *(read(NOON + (1 + one) * HOUR, "another") for one in range(more))])

    def begun(found: list[Unusual]) -> set[tuple[str, int]]:
        return {(one.detail, one.reads[0].number) for one in found}

    assert begun(list(unusual(reads))) <= begun(list(unusual(later)))


@pytest.mark.parametrize(("counts", "expected"), [([3], 3), ([0] * 29 + [9], 0), ([0] * 28 + [9, 9], 9), ([1] * 30, 1)])
def test_the_95th_percentile_is_the_nearest_rank(counts: list[int], expected: int) -> None:
    assert percentile_95(counts) == expected
