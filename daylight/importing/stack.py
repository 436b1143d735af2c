"""Where an import finds a running Daylight."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StackAddress:
    """The addresses of a running Daylight, without a slash at the end, and the folder with its clients' secrets."""

    gateway: str
    """Issues access tokens: `http://127.0.0.1:8000`."""
    incidents: str
    """Takes incidents and school codes."""
    training: str
    """Takes officers, courses, completions, assignments and training plans."""
    reporting: str
    """Takes the directory."""
    secrets_directory: Path
    """Holds `client/<name>` for every demo client."""
