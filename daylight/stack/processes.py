"""Starting processes that end with us: programs by exec, and forks of this very process."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
LIBC = ctypes.CDLL(None, use_errno=True)
LOG_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's user that a program runs as."""

    name: str
    user: int
    group: int


class Process(Protocol):
    """A started process: `subprocess.Popen` and `Fork` alike."""

    @property
    def pid(self) -> int:
        """Number of the process."""
        ...

    def poll(self) -> int | None:
        """None while it runs; then its exit code, or minus the signal that ended it."""
        ...

    def send_signal(self, number: int, /) -> None:
        """Send a signal, unless the process has ended."""
        ...


class Fork:
    """A fork of this process that runs one function."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: int | None = None

    def poll(self) -> int | None:
        """None while it runs; then its exit code, or minus the signal that ended it."""
        if self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = os.waitstatus_to_exitcode(status)
        return self.ended

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def unprivileged_account() -> Account | None:
    """The account for programs that refuse to run as root; None when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_name, nobody.pw_uid, nobody.pw_gid)


def launch(
    command: Sequence[str | Path],
    *,
    log: Path,
    last_signal: signal.Signals,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own; the kernel sends it `last_signal` if this process dies before it."""
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _end_with(parent, last_signal)

    with open_log(log) as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509  only one thread runs while the stack starts a program
            **_as_account(account),
        )


def fork(run: Callable[[], None], *, log: Path | None) -> Fork:
    """Run a function in a fork that ends when this process does; its output goes to `log`, or where ours goes."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Fork(pid)
    code = 1
    try:
        _end_with(parent, signal.SIGKILL)
        os.setsid()
        _become_child(log)
        run()
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:  # noqa: BLE001  whatever it was, a fork must never return into the supervisor's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def call_this_process(name: str) -> None:
    """Give this process a name of at most 15 letters for `ps` and `top`, which else name every fork alike."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_NAME, name.encode()[:15])


def open_log(path: Path) -> IO[bytes]:
    """Open a log to append to; one that has grown beyond 20 MB is first moved aside to `NAME.log.1`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _become_child(log: Path | None) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    if log:
        with open_log(log) as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)


def _end_with(parent: int, last_signal: int) -> None:
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:
            os._exit(1)


def _as_account(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.user, "group": account.group, "extra_groups": []}
