"""The agency's own book: what it last said of each record, and the version at which that was acknowledged.

It is kept apart from everything that Daylight keeps, so that the two can be held against each other.
"""

from dataclasses import dataclass, field

INCIDENT, SCHOOL = "incident", "school"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the agency knows it. `said` is what marks its newest acknowledged state, None once it is void.

    `order` is the sender's own number of that state, by which the newest one is known where several senders push.
    """

    said: str | None
    version: int
    order: int
    school_id: str | None = None


@dataclass(slots=True)
class Ledger:
    """Every acknowledged write, and everything about the answers that should not have been."""

    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0

    def version(self, kind: str, key: str) -> int:
        """The version of the newest acknowledged state; 0 for a record that was never acknowledged."""
        entry = self.entries.get((kind, key))
        return entry.version if entry else 0

    def note(self, kind: str, key: str, entry: Entry, *, expected: int | None = None) -> None:
        """Note an acknowledged write. `expected` is the version that it must have, where only one sender writes."""
        self.acknowledged += 1
        if expected is not None and entry.version != expected:
            self.wrong.append(f"{kind} {key}: acknowledged at version {entry.version}, and it is the {expected}th")
        known = self.entries.get((kind, key))
        if known is None or entry.order >= known.order:
            self.entries[kind, key] = entry

    def of(self, kind: str) -> dict[str, Entry]:
        """All records of a kind, by their keys."""
        return {key: entry for (found, key), entry in self.entries.items() if found == kind}

    def live(self, kind: str) -> dict[str, Entry]:
        """Those of a kind that are not void."""
        return {key: entry for key, entry in self.of(kind).items() if entry.said is not None}

    def of_district(self) -> set[str]:
        """Keys of the live incidents at a school that is in the directory, and live there."""
        schools = self.live(SCHOOL)
        return {key for key, entry in self.live(INCIDENT).items() if entry.school_id in schools}
