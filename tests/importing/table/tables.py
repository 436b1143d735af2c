"""Tables and their mappings, as short as a test needs them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daylight.importing.journal import Journal
from daylight.importing.mapping import load
from daylight.importing.push import Push
from daylight.importing.table.mapping import TableMapping
from daylight.importing.table.transfer import pushes

MAPPING = """
format: csv
time_zone: America/Los_Angeles
unknown: ["N/A"]
constants:
  ori: XX0000100
  school_id: null
  initiated_by: unknown
fields:
  incident_number: Case
"""
OFFICERS = """
elements:
  officers:
    constants: {officer_number: unknown}
"""


@dataclass(frozen=True, slots=True)
class Read:
    """What an import makes of a table before it sends anything."""

    pushes: Sequence[Push]
    receipt: Sequence[Mapping[str, str]]
    left: Mapping[str, int]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What would be sent."""
        return [dict(push.line) for push in self.pushes]


def mapping(folder: Path, text: str) -> TableMapping:
    """A mapping as it stands in a file."""
    (folder / "ours.yaml").write_text(text, encoding="utf-8")
    found = load(str(folder / "ours.yaml"))
    assert isinstance(found, TableMapping)
    return found


def read(folder: Path, how: str, content: str | bytes, *, agency: str | None = None) -> Read:
    """Read a table by a mapping, both as texts."""
    file = folder / "table"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with Journal(folder / "receipt.csv") as journal:
        found = list(pushes(file, mapping(folder, how), agency, journal))
    with (folder / "receipt.csv").open(encoding="utf-8", newline="") as receipt:
        return Read(found, list(csv.DictReader(receipt)), journal.tally.left)


def written(*rows: Mapping[str, str]) -> str:
    """Rows as CSV, the first one's columns above them."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
