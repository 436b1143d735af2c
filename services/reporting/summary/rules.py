"""What a summary says of what was counted: numbers, what they are, and why there is none. Pure: no clock, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.reporting.rollup.counting import CountingRules
from shared.contracts.calendars import CalendarReport
from shared.contracts.summaries import Summary, SummaryCall, SummaryGroup, SummaryMeasure

JULY = 7
MONTHS = 12
COUNTED, PARTIAL = "counted", "partial"
"""A zero is only counted: that everything was sent, no agency has confirmed."""
NOT_COLLECTED, UNKNOWN = "not_collected", "unknown"
NOBODY_COLLECTS = "No service of this installation collects it."
NOTHING_REPORTED = "Nothing was reported for this scope and year: that is not zero."
RACE, PERCEIVED = "race_ethnicity", "perceived"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were counted, and of how many contacts they could not be."""

    value: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What the read model has: contacts, tallies by measure, and by measure, dimension and value."""

    contacts: int
    tallies: Mapping[str, Tally]
    groups: Mapping[str, Sequence[tuple[str, str, Tally]]] = field(default_factory=dict)
    as_of: datetime | None = None
    revised_at: datetime | None = None
    position: str = ""
    enrolled: int | None = None


def months_of(school_year: str, calendar: CalendarReport | None) -> tuple[str, str]:
    """The first and the last month of a school year.

    It is twelve months from that in which the district's calendar begins; from July where there is no calendar, as the
    Civil Rights Data Collection has it.
    """
    year = int(school_year[:4])
    first = calendar.first_day if calendar is not None else date(year, JULY, 1)
    before = first.month - 1 or MONTHS
    last = first.year if first.month == 1 else first.year + 1
    return f"{first:%Y-%m}", f"{last}-{before:02}"


def summarise(call: SummaryCall, months: tuple[str, str], found: Found, rules: CountingRules) -> Summary:
    """The summary that was asked for: fourteen measures, each once."""
    return Summary(
        scope=call.scope,
        school_year=call.school_year,
        period=call.period,
        first_month=months[0],
        last_month=months[1],
        as_of=found.as_of,
        data_version=found.position,
        contacts=found.contacts,
        enrolled=found.enrolled,
        measures=tuple(_measures(found, rules)),
    )


def _measures(found: Found, rules: CountingRules) -> Iterator[SummaryMeasure]:
    for name, rule in rules.measures.items():
        is_collected = rule.of is not None
        value, status, reason = _number(found.tallies.get(name, Tally()), found.contacts, is_collected=is_collected)
        yield SummaryMeasure(
            measure=name,
            unit=rule.unit,
            value=value,
            status=status,
            reason=reason,
            counting_rule=rules.name,
            revised_at=found.revised_at if is_collected else None,
            by=tuple(_group(*one) for one in found.groups.get(name, ())),
        )


def _number(tally: Tally, contacts: int, *, is_collected: bool) -> tuple[int | None, str, str | None]:
    if not is_collected:
        return None, NOT_COLLECTED, NOBODY_COLLECTS
    if not contacts:
        return None, UNKNOWN, NOTHING_REPORTED
    if tally.open:
        return tally.value, PARTIAL, f"Of {tally.open} of {contacts} contacts it is not known."
    return tally.value, COUNTED, None


def _group(dimension: str, value: str, tally: Tally) -> SummaryGroup:
    return SummaryGroup(
        dimension=dimension,
        race_owner=PERCEIVED if dimension == RACE else None,
        value=value,
        count=tally.value,
        status=PARTIAL if tally.open else COUNTED,
    )
