"""P8: hours of a curriculum, summed over its parts, and the topics that were covered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.training.principles.dossier import Dossier
from shared.contracts.officer_conclusions import CurriculumHours, TopicCovered
from shared.contracts.training import Completion, Course
from shared.findings.truth import NOT_KNOWN

HUNDREDTHS = 100
"""Hours are added in hundredths, so that no sum is off by what a binary fraction cannot hold."""


@dataclass(frozen=True, slots=True)
class Reached:
    """That something was reached by training: on which day, and by which completion, None where by other means."""

    on: date
    completion_number: str | None

    @property
    def pointer(self) -> str | None:
        """JSON Pointer to the completion."""
        return self.completion_number and f"/completions/{self.completion_number}"


def in_order(completions: Iterable[Completion]) -> list[Completion]:
    """Completions as they came, those of one day by their number."""
    return sorted(completions, key=lambda one: (one.completed_on, one.completion_number))


def reached(dossier: Dossier, curriculum: str, hours: float) -> Reached | None:
    """When verified completions of a curriculum's parts first came to so many hours; None while they have not."""
    counted = Counted(dossier.courses)
    for one in in_order(_verified_in(dossier, curriculum)):
        counted.add(one)
        if counted.hundredths >= hours * HUNDREDTHS:
            return Reached(one.completed_on, one.completion_number)
    return None


def first_of(dossier: Dossier, curriculum: str) -> Reached | None:
    """The first verified completion of a course of a curriculum, however long; None while there is none."""
    first = next(iter(in_order(_verified_in(dossier, curriculum))), None)
    return Reached(first.completed_on, first.completion_number) if first else None


def first_of_topic(dossier: Dossier, topic: str, since: date) -> Reached | None:
    """The first verified completion since a day of a course that covers a topic; None while there is none."""
    for one in in_order(dossier.completions):
        course = dossier.courses.get(one.course_code)
        if one.verified and one.completed_on >= since and course is not None and topic in (course.topics or ()):
            return Reached(one.completed_on, one.completion_number)
    return None


def missing_for(dossier: Dossier, curriculum: str) -> Iterator[str]:
    """JSON Pointers to what is not known of verified completions, and might add hours to a curriculum."""
    for one in in_order(dossier.completions):
        course = dossier.courses.get(one.course_code)
        if not one.verified:
            continue
        if course is None:
            yield f"/courses/{one.course_code}"
        elif course.curriculum == NOT_KNOWN:
            yield f"/courses/{one.course_code}/curriculum"
        elif course.curriculum == curriculum and one.hours is None:
            yield f"/completions/{one.completion_number}/hours"


class Counted:
    """Hours of several completions in hundredths; of one course never more than the course has (P8).

    Of a course whose length is not known the longest attendance counts: whether another is of another part of it cannot
    be told.
    """

    def __init__(self, courses: Mapping[str, Course]) -> None:
        self._courses = courses
        self._of_course: dict[str, int] = {}

    @property
    def hundredths(self) -> int:
        """Hundredths of an hour."""
        return sum(self._of_course.values())

    @property
    def hours(self) -> float:
        """Hours."""
        return self.hundredths / HUNDREDTHS

    def add(self, completion: Completion) -> None:
        """Count one more completion; hours that are not known are none."""
        code = completion.course_code
        before, more = self._of_course.get(code, 0), round((completion.hours or 0) * HUNDREDTHS)
        length = self._courses[code].hours
        if length is None:
            self._of_course[code] = max(before, more)
        else:
            self._of_course[code] = min(before + more, round(length * HUNDREDTHS))


def hours_by_curriculum(dossier: Dossier, today: date) -> tuple[CurriculumHours, ...]:
    """Hours up to a day of every curriculum that there are any of: verified, and apart self-reported (P8)."""
    counts: dict[str, dict[bool, Counted]] = {}
    for one in in_order(dossier.completions):
        course = dossier.courses.get(one.course_code)
        if course is not None and course.curriculum != NOT_KNOWN and one.completed_on <= today:
            both = counts.setdefault(
                course.curriculum, {verified: Counted(dossier.courses) for verified in (True, False)}
            )
            both[one.verified].add(one)
    return tuple(
        CurriculumHours(curriculum=curriculum, verified_hours=both[True].hours, self_reported_hours=both[False].hours)
        for curriculum, both in sorted(counts.items())
    )


def topics_covered(dossier: Dossier, today: date) -> tuple[TopicCovered, ...]:
    """For each topic that a verified completion covers, the newest one up to a day (P8)."""
    newest: dict[str, date] = {}
    for one in in_order(dossier.completions):
        course = dossier.courses.get(one.course_code)
        if one.verified and course is not None and one.completed_on <= today:
            newest |= dict.fromkeys(course.topics or (), one.completed_on)
    return tuple(TopicCovered(topic=topic, completed_on=on) for topic, on in sorted(newest.items()))


def courses_of_unknown_topics(dossier: Dossier) -> Iterator[str]:
    """JSON Pointers to what is not known of courses that may be of any topic."""
    for code in sorted({one.course_code for one in dossier.completions if one.verified}):
        course = dossier.courses.get(code)
        if course is None:
            yield f"/courses/{code}"
        elif course.topics is None:
            yield f"/courses/{code}/topics"


def _verified_in(dossier: Dossier, curriculum: str) -> Iterator[Completion]:
    for one in dossier.completions:
        course = dossier.courses.get(one.course_code)
        if one.verified and course is not None and course.curriculum == curriculum:
            yield one
