"""What the supervisor writes down about its processes, for `status`, `down` and the next `up`."""

import json
import os
import signal
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

CLOCK_TOLERANCE_SECONDS = 1.0
FROZEN = {psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP}
GONE = {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One process: its number, when that started (seconds since 1970), its state and how often it was restarted.

    `state` is `starting`, `running`, `restarting` or `stopped`; `observed()` adds `frozen`.
    """

    name: str
    pid: int | None
    started: float | None
    state: str
    restarts: int

    @property
    def alive(self) -> bool:
        """Whether this very process still runs: the number alone does not tell, since numbers are used again."""
        return self._system_status() is not None

    def observed(self) -> "ProcessState":
        """The same with the state as the operating system sees it now."""
        status = self._system_status()
        if status is None:
            state = self.state if self.state == "restarting" else "stopped"
            return ProcessState(self.name, None, None, state, self.restarts)
        state = "frozen" if status in FROZEN else self.state
        return ProcessState(self.name, self.pid, self.started, state, self.restarts)

    def _system_status(self) -> str | None:
        if self.pid is None or self.started is None:
            return None
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < CLOCK_TOLERANCE_SECONDS
            status: str = process.status()
        except psutil.NoSuchProcess:
            return None
        return status if same and status not in GONE else None


@dataclass(frozen=True, slots=True)
class StackState:
    """The supervisor, its processes, and where PostgreSQL and NATS are, without a user."""

    supervisor: ProcessState
    ready: bool
    database_url: str
    nats_url: str
    processes: tuple[ProcessState, ...]

    def write(self, path: Path) -> None:
        """Replace the file at once, so that a reader sees the old state or the new one."""
        replacement = path.with_name(f"{path.name}.new")
        replacement.write_text(json.dumps(asdict(self), indent=2))
        replacement.replace(path)


def read_state(path: Path) -> StackState | None:
    """The state last written, or None where there is none or it cannot be understood."""
    try:
        said = json.loads(path.read_text())
        processes = tuple(ProcessState(**process) for process in said.pop("processes"))
        return StackState(supervisor=ProcessState(**said.pop("supervisor")), processes=processes, **said)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def this_process(name: str) -> ProcessState:
    """The state of the calling process."""
    return ProcessState(name, os.getpid(), start_of(os.getpid()), "running", 0)


def start_of(pid: int) -> float | None:
    """When a process started, in seconds since 1970; None if it is gone."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def end_leftovers(processes: Sequence[ProcessState], *, seconds: float = 5) -> list[ProcessState]:
    """End those of the processes that still run, first asked, then forced; returns the ones that ran.

    A process whose number has been given to another one since is left alone.
    """
    left = [process for process in processes if process.alive]
    handles = [psutil.Process(process.pid) for process in left]
    for handle in handles:
        # SIGINT is what PostgreSQL takes as "stop now, cleanly"; the others end by it, too.
        handle.send_signal(signal.SIGINT)
    _, stubborn = psutil.wait_procs(handles, timeout=seconds)
    for handle in stubborn:
        handle.kill()
    psutil.wait_procs(stubborn, timeout=seconds)
    return left
