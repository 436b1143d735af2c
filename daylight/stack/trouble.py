"""What keeps the stack from starting, said in one plain sentence."""

import errno
from pathlib import Path

DISK_FULL_TEXTS = ("No space left on device", "insufficient storage resources")
NEEDED_BYTES = 300_000_000


class CannotStart(Exception):
    """The stack cannot start or go on; the message is one sentence that says why and what to do."""


def of_system(error: OSError) -> CannotStart:
    """The sentence for an error of the operating system: a full disk, a missing right, anything else by its name."""
    where = f" {error.filename}" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return CannotStart(f"The disk is full: nothing more can be written to{where or ' it'}. Free some space first.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return CannotStart(f"Daylight may not write{where or ' there'}: {error.strerror}.")
    return CannotStart(f"The operating system refused{where}: {error.strerror or error}.")


def of_log(program: str, log: Path, *, lines: int = 3) -> CannotStart:
    """The sentence for a program that ended by itself: a full disk if its log says so, else its last words."""
    text = log.read_text(errors="replace") if log.exists() else ""
    if any(sign in text[-4000:] for sign in DISK_FULL_TEXTS):
        return CannotStart(f"{program} cannot start because its disk is full. Free some space first.")
    last_words = " / ".join(line.strip() for line in text.splitlines()[-lines:]) or "it said nothing"
    return CannotStart(f"{program} ended by itself ({last_words}). Its log is {log}.")
