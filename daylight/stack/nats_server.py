"""NATS of the local stack: JetStream on disk, and one user per process with only its subjects."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from daylight.stack.processes import launch
from daylight.stack.trouble import CannotStart, of_system

if TYPE_CHECKING:
    from shared.records.bus import NatsUser  # the bus brings the NATS client along, which a mere launcher does not need

LARGEST_MESSAGE = 8_000_000
STORE_BYTES = 20_000_000_000


@dataclass(frozen=True, slots=True)
class NatsServer:
    """A server that keeps its streams in `home/store`, listening on 127.0.0.1:`port`."""

    home: Path
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Address, without a user."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self, users: "Sequence[NatsUser]", passwords: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Write the configuration and start the server. Raises CannotStart."""
        configuration = self.home / "nats.conf"
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            configuration.touch(mode=0o600)
            configuration.write_text(
                render(users, passwords, listen=f"127.0.0.1:{self.port}", store=self.home / "store")
            )
        except OSError as error:
            raise of_system(error) from error
        return launch([_program(), "-c", configuration], log=self.log, last_signal=signal.SIGTERM)

    def ready(self) -> bool:
        """Whether the server greets a client."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(5) == b"INFO "
        except OSError:
            return False


def render(users: "Sequence[NatsUser]", passwords: Sequence[str], *, listen: str, store: Path) -> str:
    """The server's configuration. An acknowledged message is on disk: `sync_interval: always`.

    Who is not named here gets in nowhere, and a user may publish and subscribe to its own subjects alone.
    """
    named = [
        {
            "user": user.name,
            "password": password,
            "permissions": {"publish": list(user.publish), "subscribe": list(user.subscribe)},
        }
        for user, password in zip(users, passwords, strict=True)
    ]
    configuration = {
        "server_name": "daylight",
        "listen": listen,
        "max_payload": LARGEST_MESSAGE,
        "jetstream": {
            "store_dir": str(store),
            "sync_interval": "always",
            "max_memory_store": 64_000_000,
            "max_file_store": STORE_BYTES,
        },
        "authorization": {"users": named},
    }
    return json.dumps(configuration, indent=2)


def _program() -> Path:
    beside_python = Path(sys.executable).with_name("nats-server")
    if os.access(beside_python, os.X_OK):
        return beside_python
    if on_path := shutil.which("nats-server"):
        return Path(on_path)
    raise CannotStart("No nats-server is here: run bootstrap.py again, or set DAYLIGHT_NATS_URL.")
