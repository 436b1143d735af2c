"""Where the local stack keeps its things: one data folder, `.daylight` in the checkout unless another is given."""

import fcntl
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from daylight.stack.trouble import NEEDED_BYTES, CannotStart, of_system
from shared.settings import settings

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_DATA = CHECKOUT / ".daylight"


@dataclass(frozen=True, slots=True)
class Folders:
    """The data folder of one stack, and the places in it."""

    data: Path

    @classmethod
    def at(cls, data: Path | None) -> "Folders":
        """The places in `data`, or in the checkout's `.daylight`."""
        return cls(data.resolve() if data else DEFAULT_DATA)

    @property
    def logs(self) -> Path:
        """Folder with one log a process."""
        return self.data / "logs"

    @property
    def nats(self) -> Path:
        """Folder of NATS: its configuration and its store."""
        return self.data / "nats"

    @property
    def addresses(self) -> Path:
        """`stack.json`: name of each service and its base URL."""
        return self.data / "stack.json"

    @property
    def state(self) -> Path:
        """`state.json`: the supervisor and its processes."""
        return self.data / "state.json"

    @property
    def unfinished_demo(self) -> Path:
        """Stands here while the demo is being loaded, so that the next start finishes what was broken off."""
        return self.data / "demo.unfinished"

    @property
    def secrets(self) -> Path:
        """Folder with the secrets, unless the settings name another."""
        chosen = settings()
        return chosen.secrets_directory if "secrets_directory" in chosen.model_fields_set else self.data / "secrets"

    def log(self, name: str) -> Path:
        """Log of one process."""
        return self.logs / f"{name}.log"

    def make(self) -> None:
        """Make the data folder. Raises CannotStart where that is refused or the disk is full."""
        try:
            if not self.data.exists():
                self.data.mkdir(parents=True)
                # Another user, PostgreSQL's, passes through; everything secret lies in folders that are ours alone.
                self.data.chmod(0o711)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            free = shutil.disk_usage(self.data).free
        except OSError as error:
            raise of_system(error) from error
        if free < NEEDED_BYTES:
            raise CannotStart(
                f"The disk is full: {self.data} has {free // 1_000_000} MB left, and Daylight needs"
                f" {NEEDED_BYTES // 1_000_000} MB. Free some space first."
            )

    def write_addresses(self, addresses: Mapping[str, str]) -> None:
        """Write `stack.json` at once, so that a reader finds all of it or nothing."""
        replacement = self.addresses.with_name("stack.json.new")
        replacement.write_text(json.dumps(addresses, indent=2))
        replacement.replace(self.addresses)

    def read_addresses(self) -> dict[str, str]:
        """What `stack.json` says. Raises CannotStart where no stack is ready."""
        try:
            addresses: dict[str, str] = json.loads(self.addresses.read_text())
        except (OSError, ValueError) as error:
            raise CannotStart(f"No Daylight is ready on {self.data}: start one with `daylight up`.") from error
        return addresses

    def lock(self) -> IO[str]:
        """Claim the data folder for as long as the returned file stays open. Raises CannotStart if it is claimed.

        The claim is of the kind that forks do not inherit.
        """
        try:
            claim = (self.data / "lock").open("a+")
        except OSError as error:
            raise of_system(error) from error
        try:
            fcntl.lockf(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            claim.close()
            raise CannotStart(f"Daylight already runs on {self.data}; `daylight down` stops it.") from error
        return claim
