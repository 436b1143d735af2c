import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.importing.nibrs.segment import Key, Malformed, Segment, parse, segments
from tests.importing.flat_file import ARRESTEE, NUMBER, OFFENDER, OFFENSE, ORI, REPORT, VICTIM, changed, line

ADMINISTRATIVE = line("1", **REPORT)


def parsed(raw: bytes) -> Segment | Malformed:
    return parse(raw.decode("latin-1").rstrip("\n"), 1)


def test_a_line_is_read_by_its_columns() -> None:
    assert parsed(line("6", "I", **ARRESTEE)) == Segment(
        line=1,
        level="6",
        action="I",
        key=Key(ORI, NUMBER),
        values={
            "arrestee_number": 1,
            "arrest_number": "A-77",
            "arrest_type": "O",
            "age": 14,
            "sex": "F",
            "race": "W",
            "ethnicity": "N",
            "juvenile_disposition": "R",
        },
    )


def test_a_blank_field_says_nothing() -> None:
    said = parsed(line("1", incident_date="20261005"))
    assert isinstance(said, Segment)
    assert said.values == {"incident_date": date(2026, 10, 5), "report_date_only": None, "incident_hour": None}


AGES = [  # what stands in the columns    age in whole years
    ("14", 14),
    ("09", 9),
    ("NN", 0),
    ("NB", 0),
    ("BB", 0),
    ("00", None),
    ("99", 99),
    ("1317", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "years"), AGES, ids=[age[0] or "blank" for age in AGES])
def test_an_age_is_a_number_of_years_or_open(written: str, years: int | None) -> None:
    said = parsed(line("5", **(OFFENDER | {"age": written + "    "[len(written) :]})))
    assert isinstance(said, Segment)
    assert said.values["age"] == years


FAULTS = [  # what is wrong                         line                                                    fields
    ("no day of the calendar", line("1", **(REPORT | {"incident_date": "20260231"})), ["incident_date"]),
    ("a day in letters", line("1", **(REPORT | {"incident_date": "2026OCT5"})), ["incident_date"]),
    ("no date", line("1", incident_hour="10"), ["incident_date"]),
    ("hour 24", line("1", **(REPORT | {"incident_hour": "24"})), ["incident_hour"]),
    ("one digit of an hour", line("1", **(REPORT | {"incident_hour": "9 "})), ["incident_hour"]),
    ("another report indicator", line("1", **(REPORT | {"report_date_only": "X"})), ["report_date_only"]),
    ("no such offence", line("2", **(OFFENSE | {"offense": "13Z"})), ["offense"]),
    ("no such place", line("2", **(OFFENSE | {"location": "99"})), ["location"]),
    ("no place", line("2", offense="13B"), ["location"]),
    ("no such victim type", line("4", **(VICTIM | {"victim_type": "X"})), ["victim_type"]),
    ("a victim in letters", line("4", **(VICTIM | {"victim_number": "A01"})), ["victim_number"]),
    ("an age in letters", line("5", **(OFFENDER | {"age": "XX"})), ["age"]),
    ("another sex", line("5", **(OFFENDER | {"sex": "X"})), ["sex"]),
    ("no such arrest type", line("6", **(ARRESTEE | {"arrest_type": "X"})), ["arrest_type"]),
    ("no such disposition", line("6", **(ARRESTEE | {"juvenile_disposition": "X"})), ["juvenile_disposition"]),
    ("no arrest number", line("6", **(ARRESTEE | {"arrest_number": ""})), ["arrest_number"]),
    ("a blank inside the number", line("1", number="26 000123", **REPORT), ["incident_number"]),
    ("a number in small letters", line("1", number="26-a", **REPORT), ["incident_number"]),
    ("no number", line("1", number=" ", **REPORT), ["incident_number"]),
    ("a short ORI", line("1", ori="XX00001", **REPORT), ["ori"]),
    ("no such action", line("1", "X", **REPORT), ["action"]),
    ("no such segment", changed(ADMINISTRATIVE, 5, "A"), ["level"]),
    ("a length in letters", changed(ADMINISTRATIVE, 1, "00X8"), ["segment_length"]),
    ("longer than it says", ADMINISTRATIVE.rstrip(b"\n") + b"   X", ["segment_length"]),
    ("says less than a segment has", changed(ADMINISTRATIVE, 1, "0060")[:60], ["segment_length"]),
    ("two faults at once", line("2", offense="13Z", location="99"), ["offense", "location"]),
]


@pytest.mark.parametrize(("raw", "fields"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_malformed_segment_names_its_fields_and_never_their_values(raw: bytes, fields: list[str]) -> None:
    said = parsed(raw)
    assert isinstance(said, Malformed)
    assert [fault.field for fault in said.faults] == fields
    assert all(fault.problem and fault.fix for fault in said.faults)
    assert not any(value in fault.problem + fault.fix for fault in said.faults for value in ("13Z", "OCT", "XX00001"))


def test_a_code_that_is_new_in_a_field_nobody_reads_costs_nothing() -> None:
    assert isinstance(parsed(line("2", **OFFENSE, bias_motivation="77")), Segment)


def test_a_line_whose_blanks_at_the_end_were_cut_is_read() -> None:
    assert isinstance(parsed(ADMINISTRATIVE.rstrip()), Segment)


def test_a_delete_needs_no_more_than_its_key() -> None:
    assert parsed(ADMINISTRATIVE[:37].replace(b"I", b"D", 1)) == Segment(1, "1", "D", Key(ORI, NUMBER), {})


@pytest.mark.parametrize("level", ["0", "8", "9"])
def test_zero_reports_and_segments_of_a_state_are_no_incidents(level: str) -> None:
    assert parsed(changed(ADMINISTRATIVE, 5, level)) == Segment(1, level, "I", None, {})


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    file = b"\xef\xbb\xbf" + ADMINISTRATIVE.replace(b"\n", b"\r\n") + b"\n  \n" + line("2", **OFFENSE) + b"X" * 50_000
    said = list(segments(io.BytesIO(file + b"\n" + line("5", **OFFENDER))))
    assert [(one.line, one.level) for one in said] == [(1, "1"), (4, "2"), (5, ""), (6, "5")]
    assert [one.line for one in said if isinstance(one, Malformed)] == [5]


NEARLY_A_LINE = st.builds(
    lambda raw, at, to: raw[:at] + to + raw[at + len(to) :],
    st.sampled_from([ADMINISTRATIVE, line("2", **OFFENSE), line("4", **VICTIM), line("6", **ARRESTEE)]),
    st.integers(0, 110),
    st.binary(max_size=8),
)


@given(st.lists(st.binary(max_size=400) | NEARLY_A_LINE, max_size=8))
def test_whatever_a_file_holds_each_of_its_lines_is_read_or_rejected_by_its_number(pieces: list[bytes]) -> None:
    file = b"\n".join(pieces)
    lines = file.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
    told = [number for number, text in enumerate(lines, 1) if text.strip()]
    said = list(segments(io.BytesIO(file)))
    assert [one.line for one in said] == told
    assert all(one.faults for one in said if isinstance(one, Malformed))
