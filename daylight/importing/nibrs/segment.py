"""One line of the flat file to one segment, or to what is wrong with it."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from daylight.importing.nibrs.layout import Field, SegmentLayout, layout

Value = str | int | date | None
"""What a field says: a text or code, a number, hour or age in whole years, a day; None where it says nothing."""

ADMINISTRATIVE, OFFENSE, PROPERTY, VICTIM, OFFENDER, ARRESTEE, GROUP_B = "1234567"
NOT_INCIDENTS = frozenset("089")
"""Zero reports, and the segments that states add for themselves."""
DELETE = "D"

LONGEST_LINE = 9999
"""The segment length has four digits: nothing longer can be a segment."""

ORI = re.compile(r"[A-Z0-9]{9}")
IDENTIFIER = re.compile(r"[A-Z0-9-]{1,12}")
"""Edit rules 015 to 017: A-Z, 0-9 and hyphen, no blank inside."""
DAY = re.compile(r"[0-9]{8}")
AGE = re.compile(r"(?P<low>[0-9]{2})(?P<high>[0-9]{2})?")
NEWBORN_AGES = frozenset({"NN", "NB", "BB"})
"""Under 24 hours, 1 to 6 days, 7 to 364 days: all of them 0 in whole years."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a report is known by: the agency's ORI and its incident number, or arrest number in Group B."""

    ori: str
    number: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of a line, and what to do about it. It never repeats the value."""

    field: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A line that could be read. `values` holds the fields that an import reads; a delete has none."""

    line: int
    level: str
    action: str
    key: Key | None
    values: dict[str, Value]

    @property
    def known_by(self) -> str:
        """The code or number of its offence, victim, offender or arrestee: the first field read, three wide."""
        return str(next(iter(self.values.values()), "")).zfill(3)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that could not be read. `level` and `key` say what its header could still tell."""

    line: int
    level: str
    key: Key | None
    faults: tuple[Fault, ...]


class _Unreadable(Exception):
    """A field holds what it must not; the message says what it should hold."""


def segments(file: BinaryIO) -> Iterator[Segment | Malformed]:
    """Every line of a flat file in order, blank lines left out. Only one line is in memory at a time."""
    number = 0
    while raw := file.readline(LONGEST_LINE + 2):
        number += 1
        cut = len(raw) > LONGEST_LINE and not raw.endswith(b"\n")
        while cut and raw and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST_LINE)
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        # The flat file is ASCII. Read as Latin-1, every byte is one column, whatever a stray one may mean.
        line = raw.decode("latin-1").rstrip("\r\n")
        if cut:
            yield Malformed(number, "", None, (_fault("segment_length", "the line is longer than any segment"),))
        elif line.strip():
            yield parse(line, number)


def parse(line: str, number: int) -> Segment | Malformed:
    """One line, without its end, as a segment. `number` is its line number in the file, from 1."""
    level, action = line[4:5], line[5:6]
    if level in NOT_INCIDENTS:
        return Segment(number, level, action, None, {})
    header, faults = _read(line, tuple(layout().header.items()))
    values: dict[str, Value] = {}
    if found := layout().segments.get(level):
        values, more = _read(line, _wanted(found, level, action))
        faults += [*_length_faults(line, header.get("segment_length"), found, action), *more]
    elif level.strip():
        faults.append(_fault("level", "the segment level is none of 0 to 9", layout().header["level"]))
    ori, report = header.get("ori"), header.get("incident_number")
    key = Key(ori, report) if isinstance(ori, str) and isinstance(report, str) else None
    return Malformed(number, level, key, tuple(faults)) if faults else Segment(number, level, action, key, values)


def _wanted(segment: SegmentLayout, level: str, action: str) -> tuple[tuple[str, Field], ...]:
    """A delete needs no more than what the segment is known by; of a whole report that is its header."""
    if action != DELETE:
        return segment.fields_read
    return () if level == ADMINISTRATIVE else segment.fields_read[:1]


def _read(line: str, fields: tuple[tuple[str, Field], ...]) -> tuple[dict[str, Value], list[Fault]]:
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    for name, field in fields:
        text = line[field.columns].strip()
        try:
            if not text and field.needed:
                raise _Unreadable("is blank")
            values[name] = _value(text, field) if text else None
        except _Unreadable as problem:
            faults.append(_fault(name, f"{_words(name)} {problem}", field))
    return values, faults


def _value(text: str, field: Field) -> Value:
    if field.known_codes is not None:
        if text not in field.known_codes:
            raise _Unreadable("is none of its codes")
        return text
    return READERS[field.kind](text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _Unreadable("is not a number")
    return int(text)


def _date(text: str) -> date:
    if DAY.fullmatch(text):
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    raise _Unreadable("is not a day written YYYYMMDD")


def _hour(text: str) -> int:
    if len(text) != 2 or _number(text) > 23:
        raise _Unreadable("is not an hour from 00 to 23")
    return int(text)


def _age(text: str) -> int | None:
    """Age in whole years; None for 00 (unknown) and for a range, which leaves the age open."""
    if text in NEWBORN_AGES:
        return 0
    match = AGE.fullmatch(text)
    if not match:
        raise _Unreadable("is not an age")
    return None if match["high"] or match["low"] == "00" else int(match["low"])


def _ori(text: str) -> str:
    if not ORI.fullmatch(text):
        raise _Unreadable("is not 9 letters and digits")
    return text


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text):
        raise _Unreadable("is not of A-Z, 0-9 and hyphen alone")
    return text


READERS: dict[str, Callable[[str], Value]] = {
    "text": str,
    "number": _number,
    "date": _date,
    "hour": _hour,
    "age": _age,
    "ori": _ori,
    "identifier": _identifier,
}


def _length_faults(line: str, declared: Value, segment: SegmentLayout, action: str) -> Iterator[Fault]:
    """A line may be shorter than it says, where an editor cut the blanks at its end; it is never longer."""
    if not isinstance(declared, int):
        return
    if len(line) > declared:
        yield _fault("segment_length", f"the line has {len(line)} columns and says that it has {declared}")
    elif declared < min(segment.lengths) and action != DELETE:
        yield _fault("segment_length", f"a {segment.name} has at least {min(segment.lengths)} columns")


def _fault(name: str, problem: str, field: Field | None = None) -> Fault:
    where = "The line" if field is None else f"Columns {field.at[0]} to {field.at[1]}"
    element = f" (data element {field.element})" if field and field.element else ""
    return Fault(name, problem, f"{where}{element}: correct it in the records system and export the month again.")


def _words(name: str) -> str:
    return "the " + name.replace("_", " ")
