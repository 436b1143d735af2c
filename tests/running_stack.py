"""A whole stack as a process of its own, as a person starts it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daylight.stack.folders import Folders
from daylight.stack.status import look
from daylight.stack.token import fetch_token
from tests.servers import environment, is_running, wait_until

START_SECONDS = 60


def daylight(*arguments: str | Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a `daylight` command to its end."""
    command = [sys.executable, "-m", "daylight", *map(str, arguments)]
    return subprocess.run(
        command, env=environment(**settings), capture_output=True, text=True, timeout=START_SECONDS, check=False
    )


@contextmanager
def data_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="daylight-stack-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A stack that was started with `daylight up --port 0`."""

    data: Path
    supervisor: "subprocess.Popen[bytes]"
    output: Path

    @property
    def addresses(self) -> Mapping[str, str]:
        """Base URL of `gateway`, `incidents` and `reporting`."""
        return Folders(self.data).read_addresses()

    def token(self, client: str, purpose: str | None = None) -> str:
        """An access token of a demo client."""
        return fetch_token(Folders(self.data), client, purpose)

    def said(self) -> str:
        """What the supervisor has said so far."""
        return self.output.read_text()

    def processes(self) -> dict[str, dict[str, Any]]:
        """What the supervisor has written down of each process, by name."""
        written = json.loads((self.data / "state.json").read_text())
        return {process["name"]: process for process in written["processes"]}

    def kill(self, name: str) -> int:
        """Kill a process with SIGKILL; its number."""
        pid: int = self.processes()[name]["pid"]
        os.kill(pid, signal.SIGKILL)
        return pid

    def is_well(self) -> bool:
        """Whether `daylight status` finds all well."""
        found = look(Folders(self.data))
        return found is not None and found.ok

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Signal the supervisor, and wait until it and everything it started has ended."""
        pids = [process["pid"] for process in self.processes().values() if process["pid"]]
        self.supervisor.send_signal(number)
        self.supervisor.wait(timeout=10)
        wait_until(lambda: not any(is_running(pid) for pid in pids), seconds=10)


@contextmanager
def running_stack(data: Path, *, demo: bool = False, **settings: str) -> Iterator[RunningStack]:
    """Start a stack on a data folder, and end it afterwards if it still runs."""
    output = data / "said"
    command = [sys.executable, "-m", "daylight", "up", "--port", "0", "--data", str(data)]
    command += [] if demo else ["--no-demo"]
    with output.open("ab") as said:
        supervisor = subprocess.Popen(
            command, env=environment(**settings), stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
    stack = RunningStack(data, supervisor, output)
    try:
        wait_until(lambda: (data / "stack.json").exists() or supervisor.poll() is not None, seconds=START_SECONDS)
        assert supervisor.poll() is None, stack.said()
        yield stack
    finally:
        if supervisor.poll() is None:
            stack.end()
