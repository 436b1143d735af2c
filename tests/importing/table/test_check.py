"""A mapping that could read no row is refused before the first, with the line and the key of each fault."""

from pathlib import Path

import pytest

from daylight.importing.written import UnusableMapping
from tests.importing.table.tables import MAPPING, mapping

FAULTS = [  # what is added to a good mapping                  the line      what is said
    ("  colour: Colour", "line 11, fields.colour", "no such field"),
    ("  op: Operation", "line 11, fields.op", "no such field"),
    ("  narrative.text: Text", "line 11, fields.narrative.text", "no fields of its own"),
    ("  body_worn_camera: Camera", "line 11, fields.body_worn_camera", "body_worn_camera.recorded"),
    ("  people: Person", "line 11, fields.people", "below `elements`"),
    ("  ori: Agency", "line 6, constants.ori", "say it once"),
    ("  occurred_at: {column: When, format: '%H:%M'}", "line 11, fields.occurred_at.format", "year, month and day"),
    ("  school_code: {column: School, format: '%m/%d/%Y'}", "line 11, fields.school_code.format", "has a form"),
    ("  status: {column: S, codes: {Open: ajar}}", "line 11, fields.status.codes.Open", "none of the field's codes"),
    ("  source_version: {column: V, codes: {A: one}}", "line 11, fields.source_version.codes.A", "no whole number"),
    ("  status: {column: S, split: '|'}", "line 11, fields.status.split", "takes one value"),
    ("  status: {column: S, none: '-'}", "line 11, fields.status.none", "only a list"),
    ("  status: {column: S, unmapped: unknown}", "line 11, fields.status.unmapped", "needs `codes`"),
    ("  status: {column: S, codes: {}, unmapped: keep}", "line 11, fields.status.unmapped", "only a local code"),
    ("  status: {column: S, code: {}}", "line 11, fields.status.code", "not permitted"),
    ("  status: {codes: {}}", "line 11, fields.status.column", "required"),
    ("  status: {column: S, unmapped: perhaps}", "line 11, fields.status.unmapped", "'reject', 'keep' or 'unknown'"),
    ("  incident_number: Number", "line 11", "a key stands twice"),
    ("  status: &here Status\n  threat: *here", "line 11", "anchor"),
    ("  ? [status]\n  : Status", "line 11", "a key is a text"),
    ("constants2: {}", "line 11, constants2", "not permitted"),
    ("delimiter: ';;'", "line 11, delimiter", "pattern"),
    ("delimiter: '\"'", "line 11, delimiter", "pattern"),
    ("encoding: rot13", "line 11, encoding", "no such encoding"),
    ("encoding: klingon", "line 11, encoding", "no such encoding"),
    ("rows: many", "line 11, rows", "'one' or 'several'"),
    ("elements:\n  pupils: {fields: {a: A}}", "line 12, elements.pupils", "no such list"),
    ("elements:\n  people: {}", "line 12, elements.people", "name its fields"),
    ("elements:\n  people:\n  - fields: {perceived.age: A}\n  - fields:\n      shoe_size: B",
     "line 15, elements.people.1.fields.shoe_size", "no such field"),
    ("elements:\n  people: {fields: {perceived.age: A}, constants: {perceived.sex: x}}",
     "line 12, elements.people.constants.perceived.sex", "none of the field's codes"),
    ("elements:\n  outcomes: {for_each: {column: [A, B]}, fields: {type: A}}",
     "line 12, elements.outcomes.for_each", "one column"),
]  # fmt: skip


@pytest.mark.parametrize(("added", "where", "what"), FAULTS)
def test_a_fault_is_named_with_its_line(tmp_path: Path, added: str, where: str, what: str) -> None:
    with pytest.raises(UnusableMapping) as caught:
        mapping(tmp_path, MAPPING + added + "\n")
    assert where in str(caught.value)
    assert what in str(caught.value)


CONSTANTS = [  # a constant             what is said of it
    ("status: ajar", "none of the field's codes"),
    ("status: null", "cannot be null"),
    ("threat: none", "a list is needed"),
    ("status: [open]", "one value is needed"),
    ("people: [somebody]", "a list is needed"),
    ("people: [{person_number: 1}]", "below `elements`"),
    ("occurred_at: July", "no time like"),
    ("source_version: one", "no whole number"),
]


@pytest.mark.parametrize(("constant", "what"), CONSTANTS)
def test_a_constant_that_the_field_cannot_hold_is_named(tmp_path: Path, constant: str, what: str) -> None:
    with pytest.raises(UnusableMapping) as caught:
        mapping(tmp_path, MAPPING.replace("initiated_by: unknown", f"initiated_by: unknown\n  {constant}"))
    assert what in str(caught.value)
    assert "line 9" in str(caught.value)


def test_a_mapping_without_a_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableMapping, match="line 9, fields: incident_number is needed"):
        mapping(tmp_path, MAPPING.replace("incident_number", "school_code"))


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnusableMapping) as caught:
        mapping(tmp_path, MAPPING + "  colour: A\n  shape: B\n")
    assert "line 11" in str(caught.value)
    assert "line 12" in str(caught.value)


def test_what_yaml_makes_true_or_a_number_is_the_text_that_stands_there(tmp_path: Path) -> None:
    codes = "  on_school_grounds: {column: G, codes: {Yes: yes, NO: no, 01: yes, 2026-10-05: no, on: unknown}}\n"
    source = mapping(tmp_path, MAPPING + codes).fields["on_school_grounds"]
    assert source.codes == {"Yes": "yes", "NO": "no", "01": "yes", "2026-10-05": "no", "on": "unknown"}
