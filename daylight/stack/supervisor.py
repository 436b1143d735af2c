"""Starts processes, watches them, restarts with back-off what ended, and ends all of them within five seconds."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from daylight.stack.processes import Process, fork
from daylight.stack.state import ProcessState, start_of
from daylight.stack.trouble import CannotStart, of_log

HEEDED = frozenset({signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 30.0
POLL_SECONDS = 0.02
PATIENCE_SECONDS = 2.0
"""How long a process may take to end after it was asked; two rounds of it and the force stay below five seconds."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM came."""


@dataclass(slots=True)
class Watched:
    """A process that is to run for as long as the stack does."""

    name: str
    start: Callable[[], Process]
    log: Path
    ends_by: signal.Signals
    turn: int
    process: Process | None = None
    started: float = 0.0
    restarts: int = 0
    pause: float = FIRST_PAUSE_SECONDS
    due: float | None = None
    is_ready: bool = False

    def state(self) -> ProcessState:
        """What is written down about it."""
        if self.process is None:
            return ProcessState(self.name, None, None, "restarting", self.restarts)
        word = "running" if self.is_ready else "starting"
        return ProcessState(self.name, self.process.pid, start_of(self.process.pid), word, self.restarts)


@dataclass(slots=True)
class Supervisor:
    """One thread that waits for signals: its processes' end, or its own.

    While `starting`, a process that ends by itself is a reason not to start; afterwards it is restarted.
    """

    say: Callable[[str], None]
    changed: Callable[[Sequence[ProcessState]], None] = lambda _: None
    watched: list[Watched] = field(default_factory=list)
    starting: bool = True
    heeded: frozenset[signal.Signals] = HEEDED

    def __post_init__(self) -> None:
        if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # started with nohup
            self.heeded = self.heeded - {signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_BLOCK, self.heeded)

    def add(
        self, name: str, start: Callable[[], Process], *, log: Path, ends_by: signal.Signals, turn: int = 0
    ) -> Process:
        """Start a process and watch it from now on; at the end, those of the lower `turn` are ended first."""
        watched = Watched(name, start, log, ends_by, turn)
        self.watched.append(watched)
        return self._start(watched)

    def wait(self, seconds: float) -> None:
        """Let time pass and do what is due. Raises Stopped, and CannotStart while starting."""
        deadline = time.monotonic() + seconds
        while True:
            self._restart_due()
            now = time.monotonic()
            pauses = [watched.due - now for watched in self.watched if watched.due is not None]
            information = signal.sigtimedwait(self.heeded, max(0.0, min([deadline - now, *pauses])))
            if information is not None and information.si_signo != signal.SIGCHLD:
                raise Stopped
            self._reap()
            if time.monotonic() >= deadline:
                return

    def wait_until(self, fact: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Wait until a fact is true. Raises CannotStart after `seconds`, which `what` completes to a sentence."""
        deadline = time.monotonic() + seconds
        while not fact():
            if time.monotonic() > deadline:
                raise CannotStart(f"{what} within {seconds:.0f} seconds. The logs are in {self.watched[0].log.parent}.")
            self.wait(POLL_SECONDS)

    def run_errand(self, run: Callable[[], None], *, log: Path) -> None:
        """Run a function in a fork to its end. Raises CannotStart with the sentence of the one that it raised."""
        reading, writing = os.pipe()
        errand = fork(lambda: _tell(run, writing), log=log)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            try:
                while (code := errand.poll()) is None:
                    self.wait(POLL_SECONDS)
            finally:
                errand.send_signal(signal.SIGKILL)
            if code:
                said = pipe.read().decode()
                raise CannotStart(said or f"A step of the start failed ({_reason(code)}). Its log is {log}.")

    def watch(self) -> None:
        """Watch until Stopped is raised."""
        while True:
            self.wait(3600)

    def mark_ready(self, *names: str) -> None:
        """Note that processes do their work."""
        for watched in self.watched:
            watched.is_ready = watched.is_ready or watched.name in names
        self.tell_change()

    def tell_change(self) -> None:
        """Say how the processes now are."""
        self.changed([watched.state() for watched in self.watched])

    def stop(self) -> None:
        """End every process, turn by turn: asked first, forced after two seconds."""
        for turn in sorted({watched.turn for watched in self.watched}):
            group = [watched for watched in self.watched if watched.turn == turn and watched.process]
            for watched in group:
                _signal(watched, watched.ends_by)
            if not _all_ended(group, PATIENCE_SECONDS):
                for watched in group:
                    _signal(watched, signal.SIGKILL)
                _all_ended(group, 0.4)

    def _start(self, watched: Watched) -> Process:
        watched.process = watched.start()
        watched.started = time.monotonic()
        watched.due = None
        self.tell_change()
        return watched.process

    def _restart_due(self) -> None:
        for watched in self.watched:
            if watched.due is not None and time.monotonic() >= watched.due:
                self._restart(watched)

    def _restart(self, watched: Watched) -> None:
        try:
            self._start(watched)
        except CannotStart as trouble:
            watched.due = time.monotonic() + watched.pause
            self.say(f"{watched.name} cannot start again: {trouble} Next try in {watched.pause:.1f} s.")
            watched.pause = min(2 * watched.pause, LONGEST_PAUSE_SECONDS)
        else:
            watched.restarts += 1
            self.say(f"{watched.name} runs again (restart {watched.restarts}).")
            self.tell_change()

    def _reap(self) -> None:
        for watched in self.watched:
            if watched.process is not None and (code := watched.process.poll()) is not None:
                self._ended(watched, code)

    def _ended(self, watched: Watched, code: int) -> None:
        if self.starting:
            raise of_log(watched.name, watched.log)
        if time.monotonic() - watched.started > STEADY_SECONDS:
            watched.pause = FIRST_PAUSE_SECONDS
        watched.process = None
        watched.due = time.monotonic() + watched.pause
        self.say(f"{watched.name} ended ({_reason(code)}) and starts again in {watched.pause:.1f} s.")
        watched.pause = min(2 * watched.pause, LONGEST_PAUSE_SECONDS)
        self.tell_change()


def _tell(run: Callable[[], None], pipe: int) -> None:
    try:
        run()
    except CannotStart as trouble:
        os.write(pipe, str(trouble).encode())
        raise SystemExit(1) from None


def _signal(watched: Watched, number: signal.Signals) -> None:
    if watched.process is not None and watched.process.poll() is None:
        watched.process.send_signal(number)


def _all_ended(group: Sequence[Watched], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(watched.process is not None and watched.process.poll() is None for watched in group):
        if time.monotonic() > deadline:
            return False
        signal.sigtimedwait({signal.SIGCHLD}, POLL_SECONDS)
    return True


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
