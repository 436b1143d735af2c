"""Every check of this repository: form, lint, types, walls, and then the tests, whose closing line is the last one."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "walls": ["lint-imports"],
}
TESTS = ["pytest", "--numprocesses=auto", "--dist=loadfile"]


def main(arguments: Sequence[str]) -> int:
    """Run every check, then pytest with `arguments`; a check that fails stops nothing. Exit code 0 if all pass."""
    started = time.monotonic()
    running = {name: _start(command) for name, command in CHECKS.items()}
    failed = []
    for name, check in running.items():
        said, _ = check.communicate()
        if check.returncode:
            failed.append(name)
            print(said.rstrip())
        print(f"{name}: {'FAILED' if check.returncode else 'passed'}", flush=True)
    print(f"checks took {time.monotonic() - started:.0f} s", flush=True)
    tests = subprocess.run([PROGRAMS / TESTS[0], *TESTS[1:], *arguments], cwd=CHECKOUT, check=False)
    return tests.returncode or bool(failed)


def _start(command: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [PROGRAMS / command[0], *command[1:]], cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
