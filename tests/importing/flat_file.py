"""Lines of a NIBRS flat file, made from fields as the layout places them."""

import io

from daylight.importing.mapping import NibrsMapping, load
from daylight.importing.nibrs.layout import layout
from daylight.importing.nibrs.segment import Malformed, segments
from daylight.importing.nibrs.unit import Content, Unit, gather

ORI = "XX0000100"
NUMBER = "26-000123"
REPORT = {"incident_date": "20261005", "incident_hour": "10"}
OFFENSE = {"offense": "13B", "location": "53"}
OFFENDER = {"offender_number": "01", "age": "14", "sex": "F", "race": "W", "ethnicity": "N"}
VICTIM = {"victim_number": "001", "victim_type": "I", "age": "15", "sex": "M", "race": "B", "ethnicity": "H"}
ARRESTEE = {
    "arrestee_number": "01",
    "arrest_number": "A-77",
    "arrest_type": "O",
    "age": "14",
    "sex": "F",
    "race": "W",
    "ethnicity": "N",
    "juvenile_disposition": "R",
}


def line(level: str, action: str = "I", /, number: str = NUMBER, ori: str = ORI, **fields: str) -> bytes:
    """One segment as a line. Fields are named as in the layout and stand at the left of their columns."""
    segment = layout().segments[level]
    width = max(segment.lengths)
    header = {"segment_length": f"{width:04}", "level": level, "action": action, "submission_month": "10"}
    header |= {"submission_year": "2026", "ori": ori, "incident_number": number}
    columns = [" "] * width
    for name, value in (header | fields).items():
        field = layout().header.get(name) or segment.fields[name]
        columns[field.at[0] - 1 : field.at[0] - 1 + len(value)] = value
    return "".join(columns).encode() + b"\n"


def whole(**levels: dict[str, str]) -> list[bytes]:
    """A whole report: its administrative segment, and one segment for each of `offense`, `offender`, `victim`, …"""
    order = {"offense": "2", "victim": "4", "offender": "5", "arrestee": "6"}
    lines = [line("1", "I", **(REPORT | levels.get("report", {})))]
    return lines + [line(order[name], "I", **fields) for name, fields in levels.items() if name in order]


def read(lines: list[bytes]) -> tuple[Content, list[Malformed]]:
    """What a file of these lines holds, and its malformed lines."""
    malformed: list[Malformed] = []
    return gather(segments(io.BytesIO(b"".join(lines))), malformed.append), malformed


def unit(lines: list[bytes]) -> Unit:
    """The one report that these lines speak of."""
    (found,) = read(lines)[0].units.values()
    return found


def changed(original: bytes, at: int, to: str) -> bytes:
    """A line with other characters from column `at` on, counted from 1."""
    return original[: at - 1] + to.encode("latin-1") + original[at - 1 + len(to) :]


def nibrs(time_zone: str | None = None) -> NibrsMapping:
    """The mapping that ships."""
    mapping = load("nibrs", time_zone=time_zone)
    assert isinstance(mapping, NibrsMapping)
    return mapping
