#!/usr/bin/env python3
"""Installs what Daylight needs into this checkout, and hands over to `daylight`. Standard library only.

    python3 bootstrap.py up        start everything, and stay until Ctrl-C
    python3 bootstrap.py test      run every check
    python3 bootstrap.py COMMAND   any other command of `daylight`; --help lists them

uv does the installing: the one on PATH, or one of our own below `.tools`. Nothing outside the checkout changes but uv's
cache. What is installed already needs no network. Verified on Linux; untested elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OLDEST_PYTHON = (3, 11)
NEWEST_MINOR_TRIED = 19
OLDEST_UV = (0, 9)
OWN_UV = "uv>=0.13.9,<0.14"
CHECKOUT = Path(__file__).resolve().parent
TOOLS = CHECKOUT / ".tools"
ENVIRONMENT = CHECKOUT / ".venv"


class CannotInstall(Exception):
    """The message is one plain sentence."""


def main(arguments: list[str]) -> None:
    """Install, then become `daylight`; with `help`, say what there is. Raises CannotInstall."""
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print(__doc__.strip())
        return
    use_a_new_python()
    testing = arguments[0] == "test"
    sync(find_uv() or install_uv(), with_checks=testing)
    python = ENVIRONMENT / "bin" / "python"
    sys.stdout.flush()
    if testing:
        os.chdir(CHECKOUT)
        os.execv(python, [str(python), "-m", "daylight.checks", *arguments[1:]])
    os.execv(python, [str(python), str(ENVIRONMENT / "bin" / "daylight"), *arguments])


def use_a_new_python() -> None:
    """Go on in a Python that is new enough. Raises CannotInstall where there is none."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(NEWEST_MINOR_TRIED, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    raise CannotInstall("Daylight needs Python 3.11 or newer, and this one is {}.{}.".format(*sys.version_info))


def find_uv() -> str | None:
    """A uv that is new enough: the one on PATH, else our own from an earlier start."""
    for candidate in (shutil.which("uv"), str(TOOLS / "uv" / "bin" / "uv")):
        if candidate:
            with contextlib.suppress(OSError):
                said = run([candidate, "--version"]).stdout
                version = re.match(r"uv (\d+)\.(\d+)", said)
                if version and (int(version[1]), int(version[2])) >= OLDEST_UV:
                    return candidate
    return None


def install_uv() -> str:
    """Install uv into `.tools/uv`, with this Python's ensurepip or, where that is missing, with its pip."""
    tell("Installing uv into .tools …")
    TOOLS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS, prefix="uv-") as folder:
        if not install_with_ensurepip(folder) and not install_with_pip(folder):
            raise CannotInstall(
                "Daylight needs uv, and could not install it: this Python has neither ensurepip nor a usable pip, or"
                " the package index cannot be reached. Install uv, or the package python3-venv, and run this again."
            )
        shutil.rmtree(TOOLS / "uv", ignore_errors=True)
        (TOOLS / "uv" / "bin").mkdir(parents=True)
        # uv is one file that runs wherever it lies; the environment it came in is not needed again.
        shutil.copy2(Path(folder) / "bin" / "uv", TOOLS / "uv" / "bin" / "uv")
    return str(TOOLS / "uv" / "bin" / "uv")


def install_with_ensurepip(folder: str) -> bool:
    """Whether uv is now in a virtual environment in `folder` that has a pip of its own."""
    made = run([sys.executable, "-m", "venv", "--clear", folder])
    return made.returncode == 0 and pip_installs([str(Path(folder, "bin", "python")), "-m", "pip"])


def install_with_pip(folder: str) -> bool:
    """Whether uv is now in a virtual environment without pip in `folder`, put there by this Python's pip."""
    made = run([sys.executable, "-m", "venv", "--clear", "--without-pip", folder])
    inside = str(Path(folder, "bin", "python"))
    return made.returncode == 0 and pip_installs([sys.executable, "-m", "pip", "--python", inside])


def pip_installs(pip: list[str]) -> bool:
    """Whether this pip could install uv; it leaves no cache behind."""
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir"]
    return run([*pip, "install", *options, OWN_UV]).returncode == 0


def sync(uv: str, *, with_checks: bool) -> None:
    """Bring `.venv` to exactly what uv.lock says; what only the checks need is added for them, and never taken away."""
    environment = settings_for_uv()
    command = [uv, "sync", "--locked", "--quiet", "--project", str(CHECKOUT)]
    command += ["--inexact"] if with_checks else ["--no-dev", "--inexact"]
    if not (ENVIRONMENT / "bin" / "python").exists():
        tell("Installing Daylight's packages into .venv …")
        command += ["--python", sys.executable, "--compile-bytecode"]
    done = run(command, environment)
    if done.returncode:
        # An index may be known by the machine's own certificates only, and uv brings its own list.
        done = run(command, {**environment, "UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"})
    if done.returncode:
        raise CannotInstall(f"Daylight's packages could not be installed: {reason(done.stderr)}")


def settings_for_uv() -> dict[str, str]:
    """This environment, with uv kept to this machine's Python, this checkout's .venv and a cache that it can write."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    environment["UV_PROJECT_ENVIRONMENT"] = str(ENVIRONMENT)
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    if "UV_CACHE_DIR" not in environment and not can_cache(environment):
        environment["UV_CACHE_DIR"] = str(TOOLS / "cache")
    return environment


def can_cache(environment: dict[str, str]) -> bool:
    """Whether uv's usual cache, in the user's home, can be written."""
    home = environment.get("XDG_CACHE_HOME") or environment.get("HOME") or ""
    return os.path.isdir(home) and os.access(home, os.W_OK | os.X_OK)  # noqa: PTH112  an empty path is no folder


def reason(said: str) -> str:
    """The part of a program's complaint that says why: its last cause, without colours and line breaks."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
    lines = [line.strip(" \t×│├╰─▶") for line in plain.splitlines()]
    telling = [line for line in lines if line and not line.startswith(("hint:", "warning:"))]
    return telling[-1] if telling else "uv gave no reason."


def run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and keep what it says."""
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def tell(sentence: str) -> None:
    """Say what takes a while."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CannotInstall as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"Daylight could not be installed: {error.strerror or error} ({error.filename or CHECKOUT}).")
