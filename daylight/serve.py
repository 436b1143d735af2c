"""`python -m daylight.serve NAME`: one process of Daylight alone, for containers, where something else supervises.

`NAME` is a process of the house, or `prepare`, which makes the secrets, the configuration of NATS and the databases,
and ends. All settings come from the environment.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from daylight.house import NATS_USERS, SERVERS, WORKERS, roles
from daylight.stack.nats_server import render
from daylight.stack.ports import listen
from daylight.stack.prepare import prepare
from daylight.stack.trouble import CannotStart, of_system
from shared.clocks.closed_days import UnreadableClosedDays
from shared.secrets import MissingSecret, Secrets
from shared.settings import Settings, settings

NATS_LISTEN = "0.0.0.0:4222"
NATS_STORE = Path("/data")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one process until it is told to end. Exit code 0, or 1 with a sentence on standard error."""
    servers, workers = {one.name: one for one in SERVERS}, {one.name: one for one in WORKERS}
    parser = argparse.ArgumentParser(prog="python -m daylight.serve", description="Run one process of Daylight.")
    parser.add_argument("name", choices=["prepare", *servers, *workers])
    parser.add_argument("--port", type=int, default=8000, help="where a server listens (default: 8000)")
    parser.add_argument("--nats-configuration", type=Path, metavar="FILE", help="where `prepare` puts that of NATS")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.name == "prepare":
            _prepare(settings(), chosen.nats_configuration)
        elif chosen.name in servers:
            servers[chosen.name].run(settings(), listen(settings().host, chosen.port))
        else:
            workers[chosen.name].run(settings())
    except (CannotStart, MissingSecret, UnreadableClosedDays) as trouble:
        print(f"Daylight cannot start: {trouble}", file=sys.stderr)
        return 1
    return 0


def _prepare(chosen: Settings, nats_configuration: Path | None) -> None:
    secrets = Secrets(chosen.secrets_directory)
    try:
        secrets.create(roles=roles(), bus_users=[user.name for user in NATS_USERS])
        if nats_configuration:
            passwords = [secrets.nats_password(user.name) for user in NATS_USERS]
            nats_configuration.write_text(render(NATS_USERS, passwords, listen=NATS_LISTEN, store=NATS_STORE))
    except OSError as error:
        raise of_system(error) from error
    prepare(chosen)


if __name__ == "__main__":
    sys.exit(main())
