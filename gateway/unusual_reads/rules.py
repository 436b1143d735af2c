"""Which reads are out of the usual: many students in a day, or one student again and again. Pure.

A read is a part of a record that was told, as the disclosure record has it. What is found depends on the reads before
it alone, never on the day of looking, so that a task has the same id for as long as its first read stands.
Source: 34 CFR 99.31(a)(1)(ii), a legitimate interest in each record that is read.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

DAY = timedelta(days=1)
USUAL_DAYS = 30
"""How many days before a read say what is usual for a client."""
MANY_STUDENTS = 20
"""Distinct students in 24 hours that are never too many."""
TIMES_THE_USUAL = 3
OFTEN_READ = 5
"""Reads of one student within the usual days that are too many for who had no part in what happened."""
TAKES_PART = frozenset({"school_leader"})
"""Roles that have a part in what happened: the leader of the school where it did reads it as often as that asks."""
INSPECTS = frozenset({"guardian", "eligible_student"})
"""Roles that read by their own right to inspect, as often as they like (34 CFR 99.10)."""
MANY, ONE = "many_students", "one_student"


@dataclass(frozen=True, slots=True)
class Read:
    """A part of a record that was told: its place in the chain, to whom, when, and of which students it tells."""

    number: int
    client: str
    role: str
    at: datetime
    incident: str
    students: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unusual:
    """Reads of one client that were too many, from the first that was; `found` is the most, `limit` what was not."""

    detail: str
    reads: tuple[Read, ...]
    found: int
    limit: int


def unusual(reads: Sequence[Read]) -> Iterator[Unusual]:
    """What is out of the usual in a chain's reads, which are in their order."""
    others = sorted((read for read in reads if read.role not in INSPECTS), key=attrgetter("client", "number"))
    for _, of_client in groupby(others, key=attrgetter("client")):
        mine = list(of_client)
        yield from _episodes(MANY, mine, DAY, _many_students)
        free = [read for read in mine if read.role not in TAKES_PART]
        for student in sorted({student for read in free for student in read.students}):
            of_student = [read for read in free if student in read.students]
            yield from _episodes(ONE, of_student, USUAL_DAYS * DAY, _again_and_again)


def percentile_95(counts: Sequence[int]) -> int:
    """The least of the counts that 95 % of them are not above (nearest rank)."""
    return sorted(counts)[math.ceil(0.95 * len(counts)) - 1]


Excess = Callable[[Sequence[Read], int], tuple[int, int]]
"""What is found at a read, by its index, and what would not yet be too much."""


def _episodes(detail: str, reads: Sequence[Read], apart: timedelta, excess: Excess) -> Iterator[Unusual]:
    """Reads that were too many, those together between which no more than `apart` lies."""
    episode: list[tuple[Read, int, int]] = []
    for index, read in enumerate(reads):
        found, limit = excess(reads, index)
        if found <= limit:
            continue
        if episode and read.at - episode[-1][0].at > apart:
            yield _episode(detail, episode)
            episode = []
        episode.append((read, found, limit))
    if episode:
        yield _episode(detail, episode)


def _episode(detail: str, episode: Sequence[tuple[Read, int, int]]) -> Unusual:
    most = max(found for _, found, _ in episode)
    return Unusual(detail, tuple(read for read, _, _ in episode), most, episode[0][2])


def _many_students(reads: Sequence[Read], index: int) -> tuple[int, int]:
    found = _students_in(reads, index, before=reads[index].at)
    if found <= MANY_STUDENTS:
        return found, MANY_STUDENTS
    usual = [_students_in(reads, index, before=reads[index].at - day * DAY) for day in range(1, USUAL_DAYS + 1)]
    return found, max(MANY_STUDENTS, TIMES_THE_USUAL * percentile_95(usual))


def _students_in(reads: Sequence[Read], index: int, *, before: datetime) -> int:
    """Distinct students in the 24 hours up to a moment, among the reads up to an index."""
    return len({student for read in _between(reads, index, before - DAY, before) for student in read.students})


def _again_and_again(reads: Sequence[Read], index: int) -> tuple[int, int]:
    now = reads[index].at
    return len(_between(reads, index, now - USUAL_DAYS * DAY, now)), OFTEN_READ - 1


def _between(reads: Sequence[Read], index: int, after: datetime, until: datetime) -> Sequence[Read]:
    """The reads up to an index, which are in order of time, behind one moment and not behind another."""
    moment = attrgetter("at")
    first = bisect_right(reads, after, hi=index + 1, key=moment)
    return reads[first : bisect_right(reads, until, lo=first, hi=index + 1, key=moment)]
