"""Rows become incidents as the mapping says; what it does not say is named by row, column and fix."""

from pathlib import Path
from typing import Any

import pytest

from daylight.importing.files import UnreadableFile
from daylight.importing.push import Origin
from tests.importing.table.tables import MAPPING, OFFICERS, read, written

SAID = "Zebulon"
NAMED = {"ori": "XX0000100", "op": "put", "school_id": None, "initiated_by": "unknown"}

VALUES: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
    # what it shows, the field in the mapping, the cells, what the incident says
    ("a column by its name", "school_code: School", {"School": " LHS "}, {"school_code": "LHS"}),
    ("a number", "source_version: V", {"V": "0017"}, {"source_version": 17}),
    ("a blank says nothing", "school_code: School", {"School": " "}, {}),
    ("a code", "status: S", {"S": "open"}, {"status": "open"}),
    ("a code by its local word", "status: {column: S, codes: {O: open}}", {"S": "O"}, {"status": "open"}),
    ("a blank that has a meaning", "status: {column: S, codes: {'': closed}}", {"S": ""}, {"status": "closed"}),
    ("a code that says nothing", "status: {column: S, codes: {X: null}}", {"S": "X"}, {}),
    ("not known, in the whole file", "status: S", {"S": "N/A"}, {"status": "unknown"}),
    ("not known, in this column", "status: {column: S, unknown: ['?']}", {"S": "?"}, {"status": "unknown"}),
    ("not known, of what can be null", "school_code: School", {"School": "N/A"}, {"school_code": None}),
    ("not known, of an identifier that cannot", "source_system: RMS", {"RMS": "N/A"}, {"source_system": "unknown"}),
    ("not mapped, kept", "request_reason: {column: R, codes: {A: b}, unmapped: keep}", {"R": "vape"},
     {"request_reason": "vape"}),
    ("not mapped, unknown", "status: {column: S, codes: {O: open}, unmapped: unknown}", {"S": SAID},
     {"status": "unknown"}),
    ("not mapped, null", "request_reason: {column: R, codes: {A: b}, unmapped: unknown}", {"R": SAID},
     {"request_reason": None}),
    ("several values", "threat: {column: T, split: '|'}", {"T": "self| weapon |self"}, {"threat": ["self", "weapon"]}),
    ("several values, mapped", "threat: {column: T, split: ',', codes: {S: self, W: weapon, X: null}}",
     {"T": "W,X,S"}, {"threat": ["weapon", "self"]}),
    ("one value of a list", "threat: T", {"T": "weapon"}, {"threat": ["weapon"]}),
    ("known to be none", "threat: {column: T, none: ['-']}", {"T": "-"}, {"threat": []}),
    ("a list not known", "threat: {column: T, split: '|'}", {"T": "N/A"}, {"threat": ["unknown"]}),
    ("no elements", "charges: {column: C, none: ['0']}", {"C": "0"}, {"charges": []}),
    ("elements that stand elsewhere", "charges: {column: C, none: ['0']}", {"C": "2"}, {}),
    ("a field within", "body_worn_camera.recorded: Camera", {"Camera": "yes"},
     {"body_worn_camera": {"recorded": "yes"}}),
    ("a date and its time", "occurred_at: {column: [D, T], format: ['%m/%d/%Y %H:%M', '%m/%d/%Y']}",
     {"D": "10/05/2026", "T": "10:12"},
     {"occurred_at": "2026-10-05T10:12:00-07:00", "occurred_precision": "minute"}),
    ("a date without its time", "occurred_at: {column: [D, T], format: ['%m/%d/%Y %H:%M', '%m/%d/%Y']}",
     {"D": "10/05/2026", "T": ""},
     {"occurred_at": "2026-10-05T00:00:00-07:00", "occurred_precision": "day"}),
    ("a precision of its own", "occurred_at: D\n  occurred_precision: P", {"D": "2026-10-05", "P": "unknown"},
     {"occurred_at": "2026-10-05T00:00:00-07:00", "occurred_precision": "unknown"}),
    ("another time", "documented_at: D", {"D": "2026-10-05 10:12"}, {"documented_at": "2026-10-05T10:12:00-07:00"}),
    ("a cell of several lines", "narrative: N", {"N": "One.\nTwo, three."}, {"narrative": "One.\nTwo, three."}),
]  # fmt: skip


@pytest.mark.parametrize(("story", "source", "cells", "expected"), VALUES, ids=[case[0] for case in VALUES])
def test_values(tmp_path: Path, story: str, source: str, cells: dict[str, str], expected: dict[str, Any]) -> None:
    found = read(tmp_path, f"{MAPPING}  {source}\n", written({"Case": "26-1", **cells}))
    assert found.receipt == []
    assert found.lines == [NAMED | {"incident_number": "26-1"} | expected]


FAULTS: list[tuple[str, str, dict[str, str], str, str]] = [
    # what it shows, the field in the mapping, the cells, the column named, what is said
    ("not mapped", "status: {column: S, codes: {O: open}}", {"S": SAID}, "S", "does not say what this value means"),
    ("none of the codes", "status: S", {"S": SAID}, "S", "none of the field's codes"),
    ("one of several", "threat: {column: T, split: '|'}", {"T": f"self|{SAID}"}, "T", "none of the field's codes"),
    ("no number", "source_version: V", {"V": "1.0"}, "V", "no whole number"),
    ("no time", "occurred_at: D", {"D": SAID}, "D", "no time like"),
    ("a time that never was", "occurred_at: D", {"D": "2026-03-08 02:30"}, "D", "America/Los_Angeles never showed"),
    ("a time that was twice", "occurred_at: D", {"D": "2026-11-01 01:30"}, "D", "America/Los_Angeles showed"),
    ("a day for a time", "ended_at: D", {"D": "2026-10-05"}, "D", "a day and no time"),
    ("a date and its time", "occurred_at: {column: [D, T], format: '%m/%d/%Y %H:%M'}", {"D": "10/05/2026", "T": SAID},
     "D and T", "not of the form"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "source", "cells", "column", "problem"), FAULTS, ids=[case[0] for case in FAULTS])
def test_faults(tmp_path: Path, story: str, source: str, cells: dict[str, str], column: str, problem: str) -> None:
    found = read(tmp_path, f"{MAPPING}  {source}\n", written({"Case": "26-1", **cells}))
    (line,) = found.receipt
    assert (found.lines, line["row"], line["record"], line["field"]) == ([], "2", "XX0000100/26-1", column)
    assert problem in line["problem"]
    assert line["fix"]
    assert SAID not in str(found.receipt)


def test_a_faulty_row_costs_only_its_own_incident(tmp_path: Path) -> None:
    rows = [{"Case": "1", "S": "open"}, {"Case": "2", "S": SAID}, {"Case": "3", "S": "closed"}]
    found = read(tmp_path, f"{MAPPING}  status: S\n", written(*rows))
    assert [line["incident_number"] for line in found.lines] == ["1", "3"]
    assert [line["row"] for line in found.receipt] == ["3"]


def test_every_fault_of_a_row_is_named_at_once(tmp_path: Path) -> None:
    found = read(tmp_path, f"{MAPPING}  status: S\n  occurred_at: D\n", written({"Case": "1", "S": SAID, "D": SAID}))
    assert [line["field"] for line in found.receipt] == ["S; D"]


def test_a_column_that_is_required_is_filled_in_every_row(tmp_path: Path) -> None:
    found = read(tmp_path, f"{MAPPING}required: [S]\n", written({"Case": "1", "S": ""}, {"Case": "2", "S": "x"}))
    assert [line["incident_number"] for line in found.lines] == ["2"]
    assert [(line["row"], line["field"]) for line in found.receipt] == [("2", "S")]


@pytest.mark.parametrize("number", ["", "  ", "N/A"])
def test_a_row_without_its_number_is_rejected(tmp_path: Path, number: str) -> None:
    found = read(tmp_path, MAPPING, written({"Case": number, "S": "x"}))
    assert [(line["record"], line["field"]) for line in found.receipt] == [("", "Case")]


def test_one_row_an_incident_unless_the_mapping_says_otherwise(tmp_path: Path) -> None:
    found = read(tmp_path, MAPPING, written({"Case": "26-1"}, {"Case": "26-2"}, {"Case": "26-1 "}))
    assert [line["incident_number"] for line in found.lines] == ["26-2"]
    assert [(line["row"], line["field"]) for line in found.receipt] == [("2", ""), ("4", "Case")]
    assert "See row 4" in found.receipt[0]["fix"]
    assert "rows: several" in found.receipt[1]["fix"]


PEOPLE = f"""{MAPPING}  status: S
elements:
  people:
    fields: {{person_number: Person, perceived.sex: Sex, perceived.age: Age}}
    constants: {{perceived.basis: records_system}}
  outcomes:
    for_each: {{column: Result, split: "|", codes: {{Cite: cited, Warn: null, Arrest: arrested}}}}
    fields: {{type: Result, person_number: Person}}
rows: several
"""
COLUMNS = ("Case", "S", "Person", "Sex", "Age", "Result")


def rows(*cells: tuple[str, ...]) -> str:
    return written(*(dict(zip(COLUMNS, row, strict=True)) for row in cells))


def test_the_rows_of_one_incident_are_its_elements_however_far_apart_they_stand(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        PEOPLE,
        rows(
            ("1", "open", "1", "male", "14", "Cite|Warn"),
            ("2", "open", "1", "", "", ""),
            ("1", "", "2", "female", "", "Arrest"),
        ),
    )
    assert found.receipt == []
    first, second = found.lines
    assert first["people"] == [
        {"perceived": {"basis": "records_system", "sex": "male", "age": 14}, "person_number": 1},
        {"perceived": {"basis": "records_system", "sex": "female"}, "person_number": 2},
    ]
    assert first["outcomes"] == [{"type": "cited", "person_number": 1}, {"type": "arrested", "person_number": 2}]
    assert first["status"] == "open"
    assert second["people"] == [{"perceived": {"basis": "records_system"}, "person_number": 1}]
    assert "outcomes" not in second


def test_an_element_that_several_rows_tell_of_is_laid_together(tmp_path: Path) -> None:
    found = read(tmp_path, PEOPLE, rows(("1", "", "7", "male", "", "Cite"), ("1", "", "7", "", "14", "Arrest|Cite")))
    assert found.lines[0]["people"] == [
        {"perceived": {"basis": "records_system", "sex": "male", "age": 14}, "person_number": 7}
    ]
    assert [one["type"] for one in found.lines[0]["outcomes"]] == ["cited", "arrested"]


def test_rows_of_one_incident_that_disagree_are_rejected_with_all_its_rows(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        PEOPLE,
        rows(("1", "open", "1", "male", "", ""), ("1", "closed", "1", "female", "", ""), ("1", "", "2", "", "", "")),
    )
    assert found.lines == []
    assert [(line["row"], line["field"]) for line in found.receipt] == [("2", ""), ("3", "S; Sex"), ("4", "")]
    assert "See row 3" in found.receipt[0]["fix"]


def test_a_row_that_does_not_know_contradicts_none(tmp_path: Path) -> None:
    cells = [("1", "N/A", "1", "N/A", "", ""), ("1", "open", "1", "male", "", ""), ("1", "N/A", "1", "N/A", "", "")]
    for order in (cells, cells[::-1], cells[1:], cells[:2]):
        found = read(tmp_path, PEOPLE, rows(*order))
        assert [line["status"] for line in found.lines] == ["open"]
        assert [person["perceived"]["sex"] for person in found.lines[0]["people"]] == ["male"]


def test_none_and_some_elements_disagree(tmp_path: Path) -> None:
    how = PEOPLE.replace("  status: S", "  people: {column: S, none: [nobody]}")
    found = read(tmp_path, how, rows(("1", "nobody", "1", "male", "", "")))
    assert (found.lines, [line["field"] for line in found.receipt]) == ([], ["S"])


def test_people_without_numbers_who_are_described_alike_are_several(tmp_path: Path) -> None:
    how = PEOPLE.replace("person_number: Person, perceived.sex", "perceived.sex")
    found = read(tmp_path, how, rows(("1", "", "", "male", "14", ""), ("1", "", "", "male", "14", "")))
    assert len(found.lines[0]["people"]) == 2


def test_elements_without_numbers_that_are_the_same_in_every_row_are_one(tmp_path: Path) -> None:
    found = read(tmp_path, f"{MAPPING}rows: several\n{OFFICERS}", written({"Case": "1"}, {"Case": "1"}))
    assert found.lines[0]["officers"] == [{"officer_number": "unknown"}]


@pytest.mark.parametrize(("repeated", "sexes"), [("each", ["male", "female", "male"]), ("once", ["male", "female"])])
def test_a_value_that_stands_twice_in_a_cell_is_two_elements_unless_it_is_said_once(
    tmp_path: Path, repeated: str, sexes: list[str]
) -> None:
    how = f"""{MAPPING}
elements:
  people:
    repeated: {repeated}
    for_each: {{column: Pupils, split: " "}}
    fields: {{perceived.sex: {{column: Pupils, codes: {{M: male, F: female}}}}}}
"""
    found = read(tmp_path, how, written({"Case": "1", "Pupils": "M F M"}))
    assert [person["perceived"]["sex"] for person in found.lines[0]["people"]] == sexes


def test_columns_of_several_people_in_one_row_are_a_block_each(tmp_path: Path) -> None:
    how = f"""{MAPPING}
elements:
  people:
    - {{fields: {{perceived.age: Age 1}}}}
    - {{fields: {{perceived.age: Age 2}}}}
"""
    found = read(
        tmp_path, how, written({"Case": "1", "Age 1": "14", "Age 2": ""}, {"Case": "2", "Age 1": "", "Age 2": "15"})
    )
    assert [[one["perceived"]["age"] for one in line["people"]] for line in found.lines] == [[14], [15]]


def test_the_agency_of_the_command_line_stands_where_the_file_names_none(tmp_path: Path) -> None:
    how = MAPPING.replace("  ori: XX0000100\n", "")
    assert read(tmp_path, how, written({"Case": "1"}), agency="XX0000200").lines[0]["ori"] == "XX0000200"


def test_the_agency_of_the_command_line_is_taken_alone_where_the_file_names_several(tmp_path: Path) -> None:
    how = MAPPING.replace("  ori: XX0000100\n", "") + "  ori: Agency\n"
    both = written({"Case": "1", "Agency": "XX0000100"}, {"Case": "1", "Agency": "xx0000200"})
    found = read(tmp_path, how, both, agency="XX0000200")
    assert [line["ori"] for line in found.lines] == ["xx0000200"]
    assert found.left == {"rows of other agencies' incidents": 1}


def test_a_fault_that_the_service_finds_is_told_at_its_cell(tmp_path: Path) -> None:
    found = read(tmp_path, PEOPLE, rows(("1", "open", "1", "male", "", ""), ("1", "", "2", "male", "200", "Cite")))
    (push,) = found.pushes
    assert (push.row, list(push.further_rows)) == (2, [3])
    assert push.origin_of("#/people/1/perceived/age") == Origin(3, "Age")
    assert push.origin_of("#/outcomes/0/type/1") == Origin(3, "Result")
    assert push.origin_of("#/status") == Origin(2, "S")
    assert push.origin_of("#/people/1") == Origin(3, "#/people/1")
    assert push.origin_of("#/officers") is None


FILES: list[tuple[str, str, bytes, list[str]]] = [
    # what it shows, what the mapping says of the file, the file, the numbers that are read
    ("a byte order mark", "", b"\xef\xbb\xbfCase,S\r\n1,x\r\n", ["1"]),
    ("semicolons", "delimiter: ';'", b"Case;S\n1;x,y\n", ["1"]),
    ("tabs", 'delimiter: "\\t"', b"Case\tS\n1\tx\n", ["1"]),
    ("another encoding", "encoding: windows-1252", b"Case,S\n1,caf\xe9\n", ["1"]),
    ("UTF-16", "encoding: utf-16", "Case,S\n1,x\n".encode("utf-16"), ["1"]),
    ("blank lines", "", b"Case,S\n\n1,x\n\n\n2,y\n\n", ["1", "2"]),
    ("no line end at the end", "", b"Case,S\n1,x", ["1"]),
    ("quotes", "", b'Case,S\n"1","a ""b"",\nc"\n', ["1"]),
    ("no rows", "", b"Case,S\n", []),
    ("a column twice that nobody reads", "", b"Case,S,S\n1,x,y\n", ["1"]),
]


@pytest.mark.parametrize(("story", "how", "content", "numbers"), FILES, ids=[case[0] for case in FILES])
def test_files(tmp_path: Path, story: str, how: str, content: bytes, numbers: list[str]) -> None:
    found = read(tmp_path, f"{MAPPING}{how}\n", content)
    assert [line["incident_number"] for line in found.lines] == numbers


def test_a_row_of_too_many_or_too_few_cells_is_rejected_by_the_line_it_begins_on(tmp_path: Path) -> None:
    found = read(tmp_path, MAPPING, b'Case,S\n"1","a\nb"\n2,x,y\n\n3\n4,z\n')
    assert [line["incident_number"] for line in found.lines] == ["1", "4"]
    assert [(line["row"], line["record"]) for line in found.receipt] == [("4", ""), ("6", "")]


UNREADABLE: list[tuple[str, bytes, str]] = [
    ("another table", b"Number,S\n1,x\n", "no column Case"),
    ("nothing", b"", "no column Case"),
    ("a column twice", b"Case,Case\n1,2\n", "Case twice"),
    ("another encoding", b"Case,S\n1,caf\xe9\n", "not in utf-8"),
    ("a quote that does not end", b'Case,S\n"1,x\n', "no CSV"),
    ("a quote inside", b'Case,S\n"1"2,x\n', "no CSV"),
    ("a cell without an end", b"Case,S\n1," + b"x" * 200_000, "no CSV"),
]


@pytest.mark.parametrize(("story", "content", "what"), UNREADABLE, ids=[case[0] for case in UNREADABLE])
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, story: str, content: bytes, what: str) -> None:
    with pytest.raises(UnreadableFile, match=what):
        read(tmp_path, MAPPING, content)


NDJSON = f"""{MAPPING.replace("csv", "ndjson")}  threat: threats
  status: state.now
  source_version: version
  body_worn_camera.recorded: {{column: camera, codes: {{"true": yes, "false": no}}}}
"""


def test_lines_of_ndjson_are_rows_whose_columns_lead_into_objects(tmp_path: Path) -> None:
    line = '{"Case": 26.10, "threats": ["self", "weapon"], "state": {"now": "open"}, "version": 3, "camera": true}\n'
    found = read(tmp_path, NDJSON, line + '\n{"Case": "2", "threats": null, "other": [[1]]}\n{"Case": "3"}')
    assert found.lines == [
        NAMED
        | {
            "incident_number": "26.10",
            "threat": ["self", "weapon"],
            "status": "open",
            "source_version": 3,
            "body_worn_camera": {"recorded": "yes"},
        },
        NAMED | {"incident_number": "3"},
    ]
    assert [line["row"] for line in found.receipt] == ["3"]


@pytest.mark.parametrize(
    "line",
    [
        '{"Case": 1',
        "[1]",
        "1",
        '{"Case": 1, "Case": 2}',
        '{"Case": NaN}',
        '{"Case": [{"a": 1}]}',
        '{"Case": "\\ud800"}',
        '{"a":' * 100_000,
    ],
)
def test_a_line_that_is_no_row_costs_only_itself(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, NDJSON, f'{line}\n{{"Case": "2"}}\n')
    assert [one["incident_number"] for one in found.lines] == ["2"]
    assert [one["row"] for one in found.receipt] == ["1"]


def test_several_values_where_one_is_taken_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, NDJSON, '{"Case": "1", "version": [1, 2]}')
    assert [(one["row"], one["field"]) for one in found.receipt] == [("1", "version")]
