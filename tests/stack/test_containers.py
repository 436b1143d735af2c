"""The files for containers: their form, and that they run what the house has. No container is run."""

import subprocess
import sys
from pathlib import Path

import yaml

from daylight.house import SERVERS, WORKERS
from daylight.stack.postgres_server import SETTINGS

CHECKOUT = Path(__file__).parents[2]
COMPOSE = CHECKOUT / "docker-compose.yml"
PROGRAMS = Path(sys.executable).parent
OF_THE_MACHINE = {"listen_addresses", "unix_socket_directories"}


def test_the_compose_file_follows_the_specification() -> None:
    check: list[str | Path] = [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_dockerfile_passes_hadolint() -> None:
    done = subprocess.run([PROGRAMS / "hadolint", CHECKOUT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_compose_file_runs_every_process_of_the_house() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    programs = {"postgres", "nats", "prepare"}
    assert services.keys() - programs == {process.name for process in (*SERVERS, *WORKERS)}
    for server in SERVERS:
        assert services[server.name]["ports"] == [f"{8000 + server.offset}:8000"]


def test_postgresql_logs_as_little_in_a_container_as_in_the_local_stack() -> None:
    command = yaml.safe_load(COMPOSE.read_text())["services"]["postgres"]["command"]
    said = {name: value for name, value in SETTINGS.items() if name not in OF_THE_MACHINE}
    assert command == ["postgres", *(f"--{name}={value}" for name, value in said.items())]
