"""The whole stack: what starts it, what it survives, and how it ends."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from daylight.house import NATS_USERS, SERVERS, WORKERS, roles
from daylight.stack.folders import Folders
from daylight.stack.status import look
from gateway.database import DATABASE as GATEWAY
from shared.secrets import Secrets
from tests.running_stack import RunningStack, data_folder, daylight, running_stack
from tests.servers import environment, is_running, running_servers, wait_until

EVERY_PROCESS = {"postgres", "nats", *(process.name for process in (*SERVERS, *WORKERS))}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with data_folder() as made:
        yield made


@pytest.fixture(scope="module")
def own_stack(folder: Path) -> Iterator[RunningStack]:
    """A stack of this module's own, since its processes get killed."""
    with running_stack(folder) as stack:
        yield stack


def test_status_names_every_process_and_finds_all_well(own_stack: RunningStack) -> None:
    wait_until(own_stack.is_well)
    found = json.loads(daylight("status", "--json", "--data", own_stack.data).stdout)
    assert found["ok"] is True
    assert {process["name"] for process in found["processes"]} == EVERY_PROCESS
    for process in found["processes"]:
        assert process.keys() == {"name", "pid", "state", "restarts"}
        assert is_running(process["pid"])
        assert process["state"] == "running"
    assert found["logs"].keys() == {"incidents", "training", "reporting"}
    assert found["consumers"]["projector"].keys() == {"incidents", "training", "reporting"}
    assert found["consumers"]["counter"].keys() == {"incidents"}
    assert found["dead_letters"] == 0


@pytest.mark.parametrize("name", sorted(EVERY_PROCESS))
def test_a_killed_process_runs_again_and_it_is_said(own_stack: RunningStack, name: str) -> None:
    before = own_stack.processes()[name]["restarts"]
    own_stack.kill(name)
    wait_until(lambda: own_stack.processes()[name]["restarts"] == before + 1)
    assert f"{name} ended (signal SIGKILL)" in own_stack.said()
    wait_until(own_stack.is_well)


def test_no_connection_is_refused_while_a_service_starts_again(own_stack: RunningStack) -> None:
    killed = own_stack.kill("incidents")
    wait_until(lambda: not is_running(killed))
    host, port = own_stack.addresses["incidents"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as waiting:
        waiting.sendall(b"GET /livez HTTP/1.1\r\nHost: daylight\r\nConnection: close\r\n\r\n")
        assert waiting.recv(15).startswith(b"HTTP/1.1 200")


def test_what_cannot_start_again_is_said_and_tried_until_it_can(own_stack: RunningStack) -> None:
    version = own_stack.data / "postgres" / "data" / "PG_VERSION"
    version.write_text("17\n")
    own_stack.kill("postgres")
    wait_until(lambda: "postgres cannot start again: The data in" in own_stack.said())
    version.write_text("18\n")
    wait_until(own_stack.is_well)


def test_a_frozen_process_is_not_well(own_stack: RunningStack) -> None:
    wait_until(own_stack.is_well)
    pid = own_stack.processes()["projector"]["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        found = daylight("status", "--json", "--data", own_stack.data)
    finally:
        os.kill(pid, signal.SIGCONT)
    states = {process["name"]: process["state"] for process in json.loads(found.stdout)["processes"]}
    assert (found.returncode, states["projector"]) == (1, "frozen")


def test_a_projector_that_does_not_come_to_its_work_is_not_ready(own_stack: RunningStack) -> None:
    wait_until(own_stack.is_well)
    restarts = own_stack.processes()["projector"]["restarts"]

    async def hold_its_lock() -> dict[str, str]:
        address = json.loads((own_stack.data / "state.json").read_text())["database_url"]
        password = Secrets(own_stack.data / "secrets").database_password("postgres")
        connection = await asyncpg.connect(address, user="postgres", password=password, database=GATEWAY.name)
        own_stack.kill("projector")
        await connection.execute("select pg_advisory_lock(hashtext('projector'))")
        wait_until(lambda: own_stack.processes()["projector"]["restarts"] == restarts + 1)
        found = await asyncio.to_thread(look, Folders(own_stack.data))
        await connection.close()
        return {process.name: process.state for process in found.processes} if found else {}

    assert asyncio.run(hold_its_lock())["projector"] == "not_ready"
    wait_until(own_stack.is_well)


def test_a_command_asks_the_stack_itself_whatever_proxy_the_environment_names(own_stack: RunningStack) -> None:
    wait_until(own_stack.is_well)
    done = daylight("token", "demo-rms", "--data", own_stack.data, HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_stack_on_the_same_data_is_refused(own_stack: RunningStack) -> None:
    done = daylight("up", "--port", "0", "--data", own_stack.data)
    assert done.returncode == 1
    assert "already runs" in done.stderr


def test_a_port_in_use_is_said_in_one_sentence(own_stack: RunningStack, tmp_path: Path) -> None:
    port = own_stack.addresses["gateway"].rpartition(":")[2]
    done = daylight("up", "--port", port, "--data", tmp_path / "other")
    assert done.returncode == 1
    assert done.stderr == (
        f"Daylight cannot start: Port {port} is in use by another program: stop that, or give another port with"
        " --port (0 picks one).\n"
    )


def test_sigterm_ends_everything_within_five_seconds() -> None:
    with data_folder() as data, running_stack(data) as stack:
        pids = [process["pid"] for process in stack.processes().values()]
        asked = time.monotonic()
        stack.supervisor.send_signal(signal.SIGTERM)
        assert stack.supervisor.wait(timeout=10) == 0
        assert time.monotonic() - asked < 5
        assert not any(is_running(pid) for pid in pids)


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_works() -> None:
    with data_folder() as data:
        with running_stack(data) as stack:
            stack.end(signal.SIGKILL)
        with running_stack(data) as again:
            wait_until(again.is_well)


def test_detached_it_returns_once_ready_and_down_ends_it() -> None:
    with data_folder() as data:
        started = daylight("up", "--detach", "--port", "0", "--no-demo", "--data", data)
        assert started.returncode == 0, started.stderr
        try:
            assert "Daylight is ready" in started.stdout
            pids = [process["pid"] for process in json.loads((data / "state.json").read_text())["processes"]]
        finally:
            ended = daylight("down", "--data", data)
        assert ended.stdout == "Daylight has stopped.\n"
        assert not any(is_running(pid) for pid in pids)
        assert daylight("status", "--data", data).returncode == 1


def test_a_reader_that_leaves_does_not_end_the_stack() -> None:
    with data_folder() as data:
        up = f"{sys.executable} -m daylight up --detach --port 0 --no-demo --data {data} | head -1"
        subprocess.run(["bash", "-c", f"set -o pipefail; {up}"], env=environment(), check=True, capture_output=True)
        try:
            assert daylight("status", "--data", data).returncode == 0
        finally:
            daylight("down", "--data", data)


def test_a_postgresql_and_a_nats_of_ones_own_replace_the_embedded_ones() -> None:
    with running_servers(NATS_USERS, roles()) as own, data_folder() as data:
        settings: dict[str, Any] = {
            "DAYLIGHT_DATABASE_URL": own.settings.database_url,
            "DAYLIGHT_NATS_URL": own.settings.nats_url,
            "DAYLIGHT_SECRETS_DIRECTORY": str(own.secrets.directory),
        }
        with running_stack(data, **settings) as stack:
            assert stack.processes().keys() == EVERY_PROCESS - {"postgres", "nats"}
            found = json.loads(daylight("status", "--json", "--data", data, **settings).stdout)
            assert found["ok"] is True
            refused = daylight("token", "demo-rms", "--data", data, **settings)
            assert "No token" in refused.stderr
