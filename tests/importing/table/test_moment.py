"""Local times of other systems: exact, or named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.importing.table.fault import Unreadable
from daylight.importing.table.moment import fault_of_form, read_day, read_moment

PACIFIC, PHOENIX = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/Phoenix")
AMERICAN = ("%m/%d/%Y %H:%M", "%m/%d/%Y")

MOMENTS = [  # written                   forms                  as RFC 3339                  how exactly
    ("2026-10-05T10:12:00-07:00", (), "2026-10-05T10:12:00-07:00", "minute"),
    ("2026-10-05t17:12z", (), "2026-10-05T17:12:00+00:00", "minute"),
    ("2026-10-05 10:12", (), "2026-10-05T10:12:00-07:00", "minute"),
    ("2026-12-05 10:12:31", (), "2026-12-05T10:12:31-08:00", "minute"),
    ("2026-10-05", (), "2026-10-05T00:00:00-07:00", "day"),
    ("10/05/2026 10:12", AMERICAN, "2026-10-05T10:12:00-07:00", "minute"),
    ("10/05/2026", AMERICAN, "2026-10-05T00:00:00-07:00", "day"),
    ("05.10.26 10 Uhr", ("%d.%m.%y %H Uhr",), "2026-10-05T10:00:00-07:00", "hour"),
    ("Oct 5 2026 01:12 PM", ("%b %d %Y %I:%M %p",), "2026-10-05T13:12:00-07:00", "minute"),
    ("20261005 1012 +0000", ("%Y%m%d %H%M %z",), "2026-10-05T10:12:00+00:00", "minute"),
]


@pytest.mark.parametrize(("text", "forms", "expected", "precision"), MOMENTS)
def test_a_time_is_by_the_agencys_clocks_unless_it_says_its_offset(
    text: str, forms: tuple[str, ...], expected: str, precision: str
) -> None:
    moment = read_moment(text, forms, PACIFIC)
    assert (moment.at.isoformat(), moment.precision) == (expected, precision)


UNREADABLE = [  # written               what is said of it
    ("2026-03-08 02:30", "never showed this time"),
    ("2026-11-01 01:30", "showed this time twice"),
    ("2026-02-30 10:12", "no such day or time"),
    ("2026-10-05 25:12", "no such day or time"),
    ("1791217920", "no time like"),
    ("10/05/2026 10:12", "no time like"),
    ("2026-W41-1", "no time like"),
    ("noon", "no time like"),
]


@pytest.mark.parametrize(("text", "problem"), UNREADABLE)
def test_a_time_that_is_none_or_two_is_named(text: str, problem: str) -> None:
    with pytest.raises(Unreadable, match=problem) as caught:
        read_moment(text, (), PACIFIC)
    assert text not in caught.value.problem + caught.value.fix
    assert caught.value.fix


def test_the_hour_that_is_shown_twice_is_taken_with_its_offset() -> None:
    both = [read_moment(f"2026-11-01T01:30:00{offset}", (), PACIFIC).at for offset in ("-07:00", "-08:00")]
    assert (both[1] - both[0]).total_seconds() == 3600


def test_clocks_that_are_never_put_back_show_each_time_once() -> None:
    assert read_moment("2026-11-01 01:30", (), PHOENIX).at.isoformat() == "2026-11-01T01:30:00-07:00"


def test_without_a_zone_a_time_needs_its_offset() -> None:
    assert read_moment("2026-10-05T10:12:00Z", (), None).at == datetime(2026, 10, 5, 10, 12, tzinfo=UTC)
    with pytest.raises(Unreadable, match="no offset"):
        read_moment("2026-10-05 10:12", (), None)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2099, 1, 1)))
def test_a_local_time_is_a_moment_exactly_if_the_clocks_showed_it_once(local: datetime) -> None:
    shown = {
        offset
        for offset in ("-07:00", "-08:00")
        if datetime.fromisoformat(f"{local.isoformat()}{offset}").astimezone(PACIFIC).replace(tzinfo=None) == local
    }
    try:
        at = read_moment(local.isoformat(" "), (), PACIFIC).at
    except Unreadable:
        assert len(shown) != 1
    else:
        assert {at.isoformat()[-6:]} == shown


FORMS = [  # a form                  what is wrong with it
    ("%m/%d/%Y", None),
    ("%m/%d/%Y %I:%M %p", None),
    ("%j %Y", None),
    ("%H:%M", "year, month and day"),
    ("%m/%Y", "year, month and day"),
    ("%m/%d/%Y %I:%M", "%p"),
    ("%Y-%m-%d %Q", "strptime"),
    ("day", "year, month and day"),
]


@pytest.mark.parametrize(("form", "fault"), FORMS)
def test_a_form_tells_a_whole_day_and_one_hour(form: str, fault: str | None) -> None:
    found = fault_of_form(form)
    assert found is None if fault is None else found is not None and fault in found


def test_a_day_is_read_by_its_form_or_as_iso_has_it() -> None:
    assert read_day("3/4/2012", ("%m/%d/%Y",)).isoformat() == "2012-03-04"
    assert read_day("2012-03-04", ()).isoformat() == "2012-03-04"
    with pytest.raises(Unreadable, match="no day like"):
        read_day("3/4/2012", ())
    with pytest.raises(Unreadable, match="not of the form"):
        read_day("2012-03-04", ("%m/%d/%Y",))
