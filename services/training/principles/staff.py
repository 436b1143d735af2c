"""P8: a school's staff is trained in the operations of SROs and the SRO program."""

from collections.abc import Iterable, Iterator
from datetime import date

from services.training.principles.dossier import Case, in_force
from services.training.principles.limits import Limits
from services.training.principles.rule import Rule, Verdict
from shared.clocks.calendar import SchoolYear, school_year
from shared.contracts.staff_training import StaffTraining
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, Truth, Unknown, Yes

STAFF = "P8-STAFF"
TRAINED = "School staff should be trained in the operations of SROs and the SRO program."


def counts_of(trainings: Iterable[StaffTraining], school_id: str, year: SchoolYear, on: date) -> list[StaffTraining]:
    """The newest count up to a day of each role of a school's staff in a school year."""
    newest: dict[str, StaffTraining] = {}
    for one in sorted(trainings, key=lambda one: (one.counted_on, one.staff_training_number)):
        if (one.school_id, one.school_year) == (school_id, str(year)) and one.counted_on <= on:
            newest[one.staff_role] = one
    return list(newest.values())


def share_trained(counts: Iterable[StaffTraining]) -> float | None:
    """The share of a school's staff that is trained in all topics; None where that is not known."""
    counts = list(counts)
    headcounts, trained = [one.headcount for one in counts], [one.trained for one in counts]
    whole = sum(one or 0 for one in headcounts)
    if None in headcounts or None in trained or not whole:
        return None
    return sum(one or 0 for one in trained) / whole


def trained_on(trainings: Iterable[StaffTraining], school_id: str, year: SchoolYear, limits: Limits) -> date | None:
    """The first day of a count by which enough of a school's staff were trained in a school year; None: never yet."""
    trainings = list(trainings)
    for day in sorted({one.counted_on for one in trainings}):
        share = share_trained(counts_of(trainings, school_id, year, day))
        if share is not None and share >= limits.staff_trained_share:
            return day
    return None


def staff_untrained(case: Case) -> Iterator[Verdict]:
    """Where the officer serves, less of the staff is trained this school year than the local setting asks."""
    year = school_year(case.today, case.limits.school_year_month)
    for one in case.dossier.assignments:
        for school_id in (one.school_ids or ()) if in_force(one, case.today) else ():
            counts = counts_of(case.dossier.staff_trainings, school_id, year, case.today)
            share = share_trained(counts)
            pointers = [f"/staff_trainings/{count.staff_training_number}" for count in counts] or ["/staff_trainings"]
            truth: Truth = Yes(pointers) if share is not None and share < case.limits.staff_trained_share else NO
            yield Verdict(
                "assignment", one.assignment_number, Unknown(pointers) if share is None else truth, detail=school_id
            )


STAFF_RULES = (
    Rule(
        code="P8-STAFF-UNTRAINED",
        severity="I",
        principle="P8",
        sentence=TRAINED,
        found="At a school where the officer serves, which the detail names, less of the staff is trained this school "
        "year than the local setting asks.",
        seen_by=(Reader.SCHOOL, Reader.DISTRICT),
        judged=staff_untrained,
    ),
)
