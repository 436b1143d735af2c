"""Ties an agency's records to a school's cases, and says why what is left over is. Pure: no clock, no I/O.

A record and a case are of one event where the case names the record's agency and number. What is left over on one side
is counted by that side alone; the difference of the two counts is what the agency counts alone, less what the school
does. So the reasons always add up to it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.contracts.incidents import Incident, Person
from shared.contracts.tie_outs import ReasonCount, Unmatched

AGENCY, SCHOOL = "agency", "school"
ARREST, REFERRAL = "arrest", "referral"
YES, NO = "yes", "no"
NOT_A_STUDENT, OFF_GROUNDS = "not_a_student", "off_grounds"
TIMING, DEFINITION = "timing", "definition"
MISSING_AT_SCHOOL, MISSING_AT_AGENCY = "missing_at_school", "missing_at_agency"
UNEXPLAINED = "unexplained"

RecordKey = tuple[str, str]
"""Agency and number of a record."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an agency's record at the school says of the event: students, and those among them who are none, or were not
    at school.
    """

    students: int
    no_students: int
    off_grounds: bool
    in_year: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """A school's case."""

    number: str
    event: str
    students: int
    record: RecordKey | None
    ori: str | None
    in_year: bool = True


def recorded(record: Incident, event: str, *, in_year: bool) -> Recorded:
    """What a record says of an event: each person arrested, or each subject of what a school official referred."""
    people = {person.person_number: person for person in record.people or ()}
    if event == ARREST:
        numbers = [action.person_number for action in record.actions or () if action.type == ARREST]
        concerned = [people.get(number) if number is not None else None for number in numbers]
    elif record.referred_by_school_official == YES:
        concerned = [person for person in people.values() if "subject" in (person.involvement or ())]
    else:
        concerned = []
    away = record.on_school_grounds == NO and record.during_school_activity != YES
    return Recorded(len(concerned), sum(map(_is_no_student, concerned)), away, in_year)


def _is_no_student(person: Person | None) -> bool:
    return person is not None and person.is_enrolled == NO


@dataclass(frozen=True, slots=True)
class Tied:
    """Both counts, and what one side counts alone."""

    agency: int
    school: int
    unmatched: tuple[Unmatched, ...]

    @property
    def reasons(self) -> tuple[ReasonCount, ...]:
        """Why the counts differ; what the school counts alone is less than 0."""
        sums: Counter[str] = Counter()
        for one in self.unmatched:
            sums[one.reason] += one.students if one.side == AGENCY else -one.students
        return tuple(ReasonCount(reason=reason, students=sums[reason]) for reason in sorted(sums) if sums[reason])


def tie(event: str, records: Mapping[RecordKey, Recorded], cases: Sequence[Case]) -> Tied:
    """Tie the records of one school, of this year and others, to its cases, of this year and others."""
    named: dict[RecordKey, list[Case]] = {}
    for case in cases:
        if case.record is not None:
            named.setdefault(case.record, []).append(case)
    agency = sum(one.students for one in records.values() if one.in_year)
    school = sum(case.students for case in cases if case.in_year and case.event == event)
    left = [*_of_agency(event, records, named), *_of_school(event, records, cases)]
    return Tied(agency, school, tuple(left))


def _of_agency(
    event: str, records: Mapping[RecordKey, Recorded], named: Mapping[RecordKey, Sequence[Case]]
) -> Iterator[Unmatched]:
    """What agencies count alone: those who are no students first, since no school counts them."""
    for key, record in sorted(records.items()):
        if not record.in_year:
            continue
        said = named.get(key, ())
        left = record.students - sum(case.students for case in said if case.in_year and case.event == event)
        strangers = min(max(left, 0), record.no_students)
        for students, reason in ((strangers, NOT_A_STUDENT), (left - strangers, _reason(event, record, said))):
            if students > 0:
                yield Unmatched(
                    side=AGENCY,
                    ori=key[0],
                    incident_number=key[1],
                    case_number=said[0].number if said else None,
                    students=students,
                    reason=reason,
                )


def _reason(event: str, record: Recorded, said: Sequence[Case]) -> str:
    if record.off_grounds:
        return OFF_GROUNDS
    if any(case.event == event and not case.in_year for case in said):
        return TIMING
    return DEFINITION if said else MISSING_AT_SCHOOL


def _of_school(event: str, records: Mapping[RecordKey, Recorded], cases: Sequence[Case]) -> Iterator[Unmatched]:
    """What the school counts alone. Of several cases of one record the later ones are left over first."""
    free = {key: record.students for key, record in records.items() if record.in_year}
    for case in sorted(cases, key=lambda one: one.number):
        if not case.in_year or case.event != event:
            continue
        taken = min(case.students, free.get(case.record, 0)) if case.record is not None else 0
        if case.record is not None and taken:
            free[case.record] -= taken
        if left := case.students - taken:
            yield Unmatched(
                side=SCHOOL,
                ori=case.ori,
                incident_number=case.record[1] if case.record else None,
                case_number=case.number,
                students=left,
                reason=_reason_of_case(case, records),
            )


def _reason_of_case(case: Case, records: Mapping[RecordKey, Recorded]) -> str:
    if case.record is None:
        return UNEXPLAINED
    record = records.get(case.record)
    if record is None:
        return MISSING_AT_AGENCY
    return DEFINITION if record.in_year else TIMING
