"""`daylight up`: from nothing to a running stack, and down again when asked."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daylight.stack.demo import load_demo
from daylight.stack.folders import Folders
from daylight.stack.greeting import greeting
from daylight.stack.postgres_server import home_for
from daylight.stack.processes import open_log, unprivileged_account
from daylight.stack.stack import Stack
from daylight.stack.state import end_leftovers, read_state
from daylight.stack.supervisor import Stopped, Supervisor
from daylight.stack.trouble import CannotStart, of_system
from shared.settings import settings

READY = b"1"


@dataclass(frozen=True, slots=True)
class Options:
    """What `daylight up` was told: the gateway's port (0: free ones), and whether the demo is wanted."""

    data: Path | None
    port: int
    demo: bool


def up(options: Options, *, detach: bool) -> int:
    """Start the stack and stay until Ctrl-C or SIGTERM, or with `detach` only until it is ready. Exit code 0 or 1."""
    folders = Folders.at(options.data)
    if detach:
        return _detached(folders, options)
    return _run(folders, options, when_ready=lambda: None)


def _run(folders: Folders, options: Options, *, when_ready: Callable[[], None]) -> int:
    try:
        folders.make()
        with folders.lock():
            _say(_first_line(folders))
            _clean_up(folders)
            _start_and_watch(folders, options, when_ready)
    except CannotStart as trouble:
        print(f"Daylight cannot start: {trouble}", file=sys.stderr, flush=True)
        return 1
    return 0


def _start_and_watch(folders: Folders, options: Options, when_ready: Callable[[], None]) -> None:
    supervisor = Supervisor(_say)
    stack = Stack(folders, settings(), supervisor, options.demo)
    supervisor.changed = stack.note
    try:
        stack.listen(options.port)
        stack.make_secrets()
        stack.start_programs()
        stack.prepare_databases()
        stack.start_services()
        supervisor.starting = False
        if options.demo:
            load_demo(stack)
        _say_ready(stack)
        _say(greeting(folders.data, stack.addresses, stack.clients, requests=options.demo))
        when_ready()
        supervisor.watch()
    except Stopped:
        _say("Daylight stops.")
    finally:
        supervisor.stop()
        folders.addresses.unlink(missing_ok=True)
        folders.state.unlink(missing_ok=True)


def _first_line(folders: Folders) -> str:
    """Where everything lies that will be written."""
    elsewhere = home_for(folders.data, unprivileged_account())
    if elsewhere.parent == folders.data or "database_url" in settings().model_fields_set:
        return f"Daylight keeps its data in {folders.data}."
    return (
        f"Daylight keeps its data in {folders.data}, and PostgreSQL's in {elsewhere}, because PostgreSQL runs under"
        " a user that cannot enter the former."
    )


def _clean_up(folders: Folders) -> None:
    """End what an earlier stack on this folder has left: the processes it wrote down, and nothing else."""
    if state := read_state(folders.state):
        for process in end_leftovers(state.processes):
            _say(f"Ended {process.name} (process {process.pid}), left over from a stack that was killed.")
    folders.addresses.unlink(missing_ok=True)


def _say_ready(stack: Stack) -> None:
    """Publish where everything is: whoever finds `stack.json` finds a stack that is ready."""
    stack.ready = True
    stack.supervisor.tell_change()
    try:
        stack.folders.write_addresses(stack.addresses)
    except OSError as error:
        raise of_system(error) from error


def _detached(folders: Folders, options: Options) -> int:
    """Run in a process of its own, and return once it is ready or has failed."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.setsid()
            code = _run(folders, options, when_ready=lambda: _let_go(folders, writing))
        except BaseException:  # noqa: BLE001  whatever it was, this fork must never return into the caller's code
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            return 0 if pipe.read(1) == READY else 1
    except KeyboardInterrupt:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        return 1


def _let_go(folders: Folders, pipe: int) -> None:
    """Turn away from the terminal: what is said from now on goes to a log, and the caller may leave."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError):
            stream.flush()
    with open_log(folders.log("supervisor")) as output, Path(os.devnull).open("rb") as nothing:
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source.fileno(), target)
    os.write(pipe, READY)
    os.close(pipe)


def _say(sentence: str) -> None:
    """Say something, if anybody still listens: a reader that has left does not end what runs."""
    with contextlib.suppress(BrokenPipeError):
        print(sentence, flush=True)
