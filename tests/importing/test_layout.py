from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from daylight.importing.files import opened
from daylight.importing.nibrs.layout import layout
from daylight.importing.nibrs.unit import ELEMENTS, Administrative
from tests.importing.places import HONOLULU, VERMONT


@pytest.mark.parametrize("level", layout().segments)
def test_the_fields_of_a_segment_leave_no_column_out_and_share_none(level: str) -> None:
    segment = layout().segments[level]
    columns = [column for field in segment.fields.values() for column in range(field.at[0], field.at[1] + 1)]
    header = [column for field in layout().header.values() for column in range(field.at[0], field.at[1] + 1)]
    assert header + columns == list(range(1, max(segment.lengths) + 1))


@pytest.mark.parametrize("level", [*ELEMENTS, "1"])
def test_what_is_read_of_a_segment_is_what_its_element_holds(level: str) -> None:
    element = ELEMENTS.get(level, Administrative)
    assert set(layout().segments[level].read) == {field.name for field in fields(element)}


@pytest.mark.parametrize("file", [HONOLULU, VERMONT], ids=["Honolulu", "Vermont"])
def test_every_coded_column_of_a_real_file_holds_only_codes_of_its_list(file: Path) -> None:
    unknown: Counter[tuple[str, str, str]] = Counter()
    seen: Counter[str] = Counter()
    with opened(file) as lines:
        for raw in lines:
            text = raw.decode("ascii").rstrip("\n")
            for name, field in layout().segments[text[4]].fields.items():
                entries = [entry for entry in field.entries(text) if entry and field.known_codes is not None]
                seen[text[4]] += len(entries)
                unknown.update((text[4], name, entry) for entry in entries if entry not in (field.known_codes or ()))
    assert unknown == Counter()
    assert all(seen[level] for level in "1234567")
