"""What a summary says of what was counted: each case numbers, and what they are."""

from datetime import date

import pytest

from services.reporting.enrollment.rules import total
from services.reporting.rollup.counting import counting_rules
from services.reporting.summary.rules import Found, Tally, months_of, summarise
from shared.contracts.calendars import CalendarReport
from shared.contracts.summaries import SummaryCall, SummaryMeasure, SummaryScope

CALL = SummaryCall(scope=SummaryScope(lea_id="9900001"), school_year="2026-27")


def measured(found: Found) -> dict[str, SummaryMeasure]:
    answered = summarise(CALL, ("2026-07", "2027-06"), found, counting_rules())
    return {one.measure: one for one in answered.measures}


NUMBERS = [  # contacts, counted, open       value  status
    (0, 0, 0, None, "unknown"),
    (7, 0, 0, 0, "counted"),
    (7, 3, 0, 3, "counted"),
    (7, 3, 2, 3, "partial"),
    (7, 0, 7, 0, "partial"),
]


@pytest.mark.parametrize(("contacts", "value", "is_open", "shown", "status"), NUMBERS)
def test_a_number_says_what_it_is(contacts: int, value: int, is_open: int, shown: int | None, status: str) -> None:
    arrests = measured(Found(contacts, {"arrests": Tally(value, is_open)}))["arrests"]
    assert (arrests.value, arrests.status) == (shown, status)
    assert (arrests.reason is None) == (status == "counted")


def test_what_nobody_collects_is_never_zero() -> None:
    perception = measured(Found(7, {}))["perception"]
    assert (perception.value, perception.status) == (None, "not_collected")


def test_a_summary_has_fourteen_rows_whatever_there_is() -> None:
    assert len(measured(Found(0, {}))) == 14


YEARS = [  # the calendar begins      first      last month
    (None, "2026-07", "2027-06"),
    (date(2026, 8, 17), "2026-08", "2027-07"),
    (date(2026, 7, 6), "2026-07", "2027-06"),
    (date(2026, 1, 5), "2026-01", "2026-12"),
]


@pytest.mark.parametrize(("begins", "first", "last"), YEARS)
def test_a_year_is_twelve_months_from_where_the_calendar_begins(begins: date | None, first: str, last: str) -> None:
    calendar = None
    if begins:
        calendar = CalendarReport(
            first_day=begins, last_day=begins.replace(month=12), time_zone="America/Chicago", days_off=(), terms=()
        )
    assert months_of("2026-27", calendar) == (first, last)


ENROLLED = [  # cells                                                          students
    ([{"value": 40}], 40),
    ([{"sex": "female", "value": 20}, {"sex": "male", "value": 21}], 41),
    ([{"value": 40}, {"sex": "female", "value": 20}], 40),
    (
        [
            {"race_ethnicity": "black", "sex": "female", "value": 5},
            {"race_ethnicity": "white", "sex": "male", "value": 6},
        ],
        11,
    ),
    ([{"sex": "female", "value": 20}, {"sex": "male", "value": None}], None),
    ([{"disability": "idea", "value": 9}], None),
    ([{"english_learner": "yes", "value": 9}, {"sex": "female", "value": 3}], 3),
    ([], None),
]


@pytest.mark.parametrize(("cells", "students"), ENROLLED)
def test_an_enrolment_is_summed_over_what_covers_everybody(
    cells: list[dict[str, object]], students: int | None
) -> None:
    assert total(cells) == students
