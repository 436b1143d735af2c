"""All that a file says of one report, applied in the order of its lines: the last state wins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from pydantic import TypeAdapter

from daylight.importing.nibrs.segment import (
    ADMINISTRATIVE,
    ARRESTEE,
    DELETE,
    GROUP_B,
    NOT_INCIDENTS,
    OFFENDER,
    OFFENSE,
    PROPERTY,
    VICTIM,
    Key,
    Malformed,
    Segment,
)

MODIFY = "M"


# Slots, because a file of a whole state holds hundreds of thousands of these at once.
@dataclass(frozen=True, slots=True)
class Element:
    """What an import reads of one segment."""


@dataclass(frozen=True, slots=True)
class Administrative(Element):
    """Level 1: when it happened, or was reported."""

    incident_date: date
    report_date_only: str | None
    incident_hour: int | None


@dataclass(frozen=True, slots=True)
class Offense(Element):
    """Level 2: an offence and where it was committed."""

    offense: str
    location: str


@dataclass(frozen=True, slots=True)
class Described(Element):
    """A person as NIBRS describes one. An age of None is unknown, or known only as a range."""

    age: int | None
    sex: str | None
    race: str | None
    ethnicity: str | None


@dataclass(frozen=True, slots=True)
class Victim(Described):
    """Level 4: a person, or an organisation or the public."""

    victim_number: int
    victim_type: str


@dataclass(frozen=True, slots=True)
class Offender(Described):
    """Level 5. Number 0 says that nothing is known of any offender."""

    offender_number: int


@dataclass(frozen=True, slots=True)
class Arrestee(Described):
    """Level 6: somebody arrested, or summoned."""

    arrestee_number: int
    arrest_number: str
    arrest_type: str
    juvenile_disposition: str | None


ELEMENTS: dict[str, type[Element]] = {OFFENSE: Offense, VICTIM: Victim, OFFENDER: Offender, ARRESTEE: Arrestee}
_MADE: dict[str, TypeAdapter[Any]] = {level: TypeAdapter(kind) for level, kind in ELEMENTS.items()}
_ADMINISTRATIVE = TypeAdapter(Administrative)
HOLDS_NO_ELEMENT = frozenset({PROPERTY, GROUP_B})
Kind = TypeVar("Kind", bound=Element)


@dataclass(slots=True)
class Unit:
    """One report of one file: what is left of it after all its lines so far."""

    key: Key
    line: int
    """Where the file begins to speak of it."""
    administrative: Administrative | None = None
    """Set where the file holds the whole report."""
    elements: dict[tuple[str, str], Element] = field(default_factory=dict)
    """By level and by what the segment is known by."""
    deleted: bool = False
    partial: bool = False
    """The file changes segments of a report that it does not hold as a whole."""
    malformed: dict[str, int] = field(default_factory=dict)
    """Levels of which a segment could not be read, each with that line."""

    def apply(self, segment: Segment) -> None:
        """Lay one more segment over what is known."""
        if segment.level == ADMINISTRATIVE:
            self._apply_administrative(segment)
        elif segment.level in ELEMENTS:
            whole_or_gone = self.administrative or (self.deleted and segment.action == DELETE)
            self.partial = self.partial or not whole_or_gone
            place = (segment.level, segment.known_by)
            if segment.action == DELETE:
                self.elements.pop(place, None)
            else:
                self.elements[place] = _MADE[segment.level].validate_python(segment.values)

    def spoil(self, line: Malformed) -> None:
        """Remember that a segment could not be read. Without its administrative segment nothing before it holds."""
        if line.level == ADMINISTRATIVE:
            self._begin_anew()
        if line.level not in HOLDS_NO_ELEMENT:
            known = line.level == ADMINISTRATIVE or line.level in ELEMENTS
            # What cannot even be told apart may have been the offence that puts the incident at a school.
            self.malformed[line.level if known else OFFENSE] = line.line

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Its elements of one kind, in the order of their numbers or codes."""
        return [element for _, element in sorted(self.elements.items()) if isinstance(element, kind)]

    def _apply_administrative(self, segment: Segment) -> None:
        # Modify alone speaks of this one segment; every other action reports the incident as a whole.
        if segment.action == MODIFY and self.administrative is None:
            self.partial = True
            return
        if segment.action != MODIFY:
            self._begin_anew()
        if segment.action == DELETE:
            self.deleted = True
        else:
            self.administrative = _ADMINISTRATIVE.validate_python(segment.values)

    def _begin_anew(self) -> None:
        self.administrative, self.deleted, self.partial = None, False, False
        self.elements.clear()
        self.malformed.clear()


@dataclass(slots=True)
class Content:
    """What a flat file holds, once all of it was read."""

    units: dict[Key, Unit] = field(default_factory=dict)
    group_b: int = 0
    """Group B arrests: they have no location."""
    other_lines: int = 0
    """Zero reports and segments of a state's own."""


def gather(lines: Iterable[Segment | Malformed], reject: Callable[[Malformed], None]) -> Content:
    """Bring together what belongs together, however far apart it stands. Malformed lines go to `reject` at once.

    Memory: what an import reads of each Group A incident, once.
    """
    content = Content()
    before: Unit | None = None
    for item in lines:
        if isinstance(item, Malformed):
            reject(item)
        if item.level in NOT_INCIDENTS:
            content.other_lines += 1
        elif item.level == GROUP_B:
            content.group_b += isinstance(item, Segment)
        elif item.key is not None:
            before = content.units.setdefault(item.key, Unit(item.key, item.line))
            if isinstance(item, Segment):
                before.apply(item)
            else:
                before.spoil(item)
        elif before is not None and isinstance(item, Malformed) and item.level != ADMINISTRATIVE:
            # A segment without a readable key stands, as a rule, among those of its own report.
            before.spoil(item)
    return content
